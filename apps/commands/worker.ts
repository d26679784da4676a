// Floor 6. `worker`: does jobs of this version until it is stopped. It holds no home and writes no account.
import { availableParallelism } from "node:os";
import { untilAborted } from "#schemas/abort.ts";
import { UsageError } from "#schemas/errors.ts";
import { JOB_ROLES, type JobHandler, type JobRole } from "#schemas/ports/jobs.ts";
import { openQueue } from "../jobs/open-queue.ts";
import type { WorkerPlace } from "../jobs/worker-place.ts";
import { type RoleAtWork, rolesAmong, WORKER_ROLES } from "../jobs/worker-roles.ts";
import type { Call, Done } from "../own-command.ts";
import { standBack } from "../stand-back.ts";
import { VERSION } from "../version.ts";

/** Runs until the signal, then lets what is under way end. @throws UsageError; StoreError where Redis or the database does not answer at the start */
export async function worker({ input: { flags }, options: { config }, env, io, signal }: Call): Promise<Done> {
  const concurrency = wholeOf("--concurrency", flags["concurrency"], 1, 1024) ?? availableParallelism();
  const drainMs = 1000 * (wholeOf("--drain", flags["drain"], 0, 86_400) ?? 30);
  const place = { config, env };
  const roles = await rolesOf(flags["roles"], place, io.note);
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
  const stopped = untilAborted(new Promise<void>(() => {}), signal).catch(() => {});
  const opened: (RoleAtWork & { readonly role: JobRole })[] = [];
  try {
    await queue.overview({ signal });
    for (const role of roles) {
      const atWork = await WORKER_ROLES[role].open(place, { concurrency, onOutput: io.note, signal });
      opened.push({ role, ...atWork });
    }
    const working = opened.map(({ role, handle, atOnce }) =>
      queue.work(role, counted(handle), { concurrency: atOnce }),
    );
    // Said after that: who starts a desk at this line finds the worker.
    await Promise.race([stopped, Promise.all(working.map(({ ready }) => ready))]);
    const what = opened.map(({ role, atOnce }) => `${role}, ${atOnce} at once`).join("; ");
    if (!signal.aborted) io.note(`worker of DeepTrader ${VERSION} for ${what}; Ctrl-C stops it`);
    await stopped;
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

/** All that it has what they need for, unless some are named. @throws UsageError */
async function rolesOf(given: unknown, place: WorkerPlace, note: (line: string) => void): Promise<readonly JobRole[]> {
  const names = given === undefined ? null : String(given).split(",");
  const unknown = names?.filter((name) => !JOB_ROLES.some((role) => role === name)) ?? [];
  if (unknown.length > 0) {
    throw new UsageError({
      was: `--roles ${unknown.join(",")}.`,
      expected: `${JOB_ROLES.join(", ")}, or some of them with commas between`,
      remedy: "Correct it, or leave it out.",
    });
  }
  const { roles, lacks } = await rolesAmong(place, names);
  for (const [why, left] of Map.groupBy(lacks, (one) => one.why)) {
    const named = left.map(({ role }) => role);
    if (names === null) note(`it does no ${named.join(", ")}: ${why}`);
    else {
      throw new UsageError({
        was: `--roles ${named.join(",")}: ${why}.`,
        expected: "what the role needs",
        remedy: "Set it as the desks have it, or leave the role out.",
      });
    }
  }
  return roles;
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
