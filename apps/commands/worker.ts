// Floor 6. `worker`: does jobs of this version until it is stopped. It holds no home and writes no account.
import { availableParallelism } from "node:os";
import { systemClock } from "#scheduler/clock.ts";
import type { DeskConfig } from "#schemas/config.ts";
import { UsageError } from "#schemas/errors.ts";
import { JOB_ROLES, type JobHandler, type JobRole } from "#schemas/ports/jobs.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { openQueue } from "../jobs/open-queue.ts";
import type { Call, Done } from "../own-command.ts";
import { standBack } from "../stand-back.ts";
import { VERSION } from "../version.ts";

/** Runs until the signal, then lets what is under way end. @throws UsageError; StoreError where Redis or the database does not answer at the start */
export async function worker({ input: { flags }, options: { config }, io, signal }: Call): Promise<Done> {
  const concurrency = wholeOf("--concurrency", flags["concurrency"], 1, 1024) ?? availableParallelism();
  const drainMs = 1000 * (wholeOf("--drain", flags["drain"], 0, 86_400) ?? 30);
  const roles = rolesOf(flags["roles"], config);
  standBack(wholeOf("--nice", flags["nice"], 0, 19) ?? undefined);
  const queue = await openQueue(config, io.note);
  const counts = { done: 0, failed: 0 };
  const counted =
    (handle: JobHandler): JobHandler =>
    async (given, call) => {
      try {
        const result = await handle(given, call);
        counts.done += 1;
        return result;
      } catch (error) {
        if (!call.signal.aborted) counts.failed += 1;
        throw error;
      } finally {
        io.progress(`${counts.done} jobs done${counts.failed === 0 ? "" : `, ${counts.failed} failed`}`);
      }
    };
  const opened: Part[] = [];
  try {
    await queue.overview({ signal });
    for (const role of roles) opened.push(await PARTS[role](config, { concurrency, onOutput: io.note, signal }));
    const working = opened.map(({ role, handle, atOnce }) =>
      queue.work(role, counted(handle), { concurrency: atOnce }),
    );
    const what = opened.map(({ role, atOnce }) => `${role}, ${atOnce} at once`).join("; ");
    io.note(`worker of DeepTrader ${VERSION} for ${what}; Ctrl-C stops it`);
    if (!roles.includes("sweep") && flags["roles"] === undefined)
      io.note("it reads no candles for desks: DATABASE_URL, where it would leave them, is not set");
    await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
    io.note(`stops; what is under way has ${drainMs / 1000} s`);
    await Promise.all(working.map((one) => one.close(drainMs)));
  } finally {
    io.progress(null);
    await Promise.all(opened.map((part) => part.close()));
    await queue.close();
  }
  return {
    document: { version: VERSION, ...counts },
    text: `${counts.done} jobs done, ${counts.failed} failed.`,
  };
}

/** What this worker does of one role. */
interface Part {
  readonly role: JobRole;
  readonly handle: JobHandler;
  readonly atOnce: number;
  close(): Promise<void>;
}

interface PartOptions extends CallOptions {
  readonly concurrency: number;
  readonly onOutput: (line: string) => void;
}

/** While one shard waits for its last answers the next one is begun. */
const SHARDS_AT_ONCE = 2;

const PARTS: Readonly<Record<JobRole, (config: DeskConfig, options: PartOptions) => Promise<Part>>> = {
  async research(_config, { concurrency, onOutput }) {
    const { createTrialLanes } = await import("../jobs/trial-handler.ts");
    const { handle, close } = createTrialLanes({ lanes: concurrency, onOutput });
    return { role: "research", handle, atOnce: concurrency, close };
  },
  async sweep(config, options) {
    const { createSweepHandler } = await import("../jobs/sweep-handler.ts");
    const { openSweepPlaces } = await import("../jobs/sweep-places.ts");
    const { open, close } = await openSweepPlaces(config, options);
    return { role: "sweep", handle: createSweepHandler({ open, clock: systemClock() }), atOnce: SHARDS_AT_ONCE, close };
  },
};

/** All that it has the place for, unless fewer are asked for. */
function rolesOf(given: unknown, { databaseUrl }: Pick<DeskConfig, "databaseUrl">): readonly JobRole[] {
  if (given === undefined) return JOB_ROLES.filter((role) => role !== "sweep" || databaseUrl !== null);
  const names = String(given).split(",");
  const roles = JOB_ROLES.filter((role) => names.includes(role));
  if (roles.length !== names.length) {
    throw new UsageError({
      was: `--roles ${String(given)}.`,
      expected: `${JOB_ROLES.join(", ")}, or both with a comma between`,
      remedy: "Correct it, or leave it out.",
    });
  }
  if (!roles.includes("sweep") || databaseUrl !== null) return roles;
  throw new UsageError({
    was: "--roles sweep without a database: what is read for desks would have no place.",
    expected: "DATABASE_URL, the same as the desks have",
    remedy: "Set it, or leave the role out.",
  });
}

/** Null: it was not given. */
function wholeOf(flag: string, given: unknown, from: number, to: number): number | null {
  if (given === undefined) return null;
  const number = Number(given);
  if (Number.isInteger(number) && number >= from && number <= to) return number;
  throw new UsageError({
    was: `${flag} ${String(given)}.`,
    expected: `a whole number from ${from} to ${to.toLocaleString("en-US")}`,
    remedy: "Correct it, or leave it out.",
  });
}
