// Floor 6. `worker`: does jobs of this version until it is stopped. It holds no home and writes no account.
import { availableParallelism } from "node:os";
import { UsageError } from "#schemas/errors.ts";
import { openQueue } from "../jobs/open-queue.ts";
import { createTrialLanes } from "../jobs/trial-handler.ts";
import type { Call, Done } from "../own-command.ts";
import { standBack } from "../stand-back.ts";
import { VERSION } from "../version.ts";

/** Runs until the signal, then lets what is under way end. @throws UsageError; StoreError where Redis does not answer at the start */
export async function worker({ input: { flags }, options: { config }, io, signal }: Call): Promise<Done> {
  const concurrency = wholeOf("--concurrency", flags["concurrency"], 1, 1024) ?? availableParallelism();
  const drainMs = 1000 * (wholeOf("--drain", flags["drain"], 0, 86_400) ?? 30);
  standBack(wholeOf("--nice", flags["nice"], 0, 19) ?? undefined);
  const queue = await openQueue(config, io.note);
  const lanes = createTrialLanes({ lanes: concurrency, onOutput: io.note });
  const counts = { done: 0, failed: 0 };
  const counted: typeof lanes.handle = async (given, call) => {
    try {
      const result = await lanes.handle(given, call);
      counts.done += 1;
      return result;
    } catch (error) {
      if (!call.signal.aborted) counts.failed += 1;
      throw error;
    } finally {
      io.progress(`${counts.done} jobs done${counts.failed === 0 ? "" : `, ${counts.failed} failed`}`);
    }
  };
  try {
    await queue.overview({ signal });
    const working = queue.work("research", counted, { concurrency });
    io.note(`worker of DeepTrader ${VERSION} for research, ${concurrency} at once; Ctrl-C stops it`);
    await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
    io.note(`stops; what is under way has ${drainMs / 1000} s`);
    await working.close(drainMs);
  } finally {
    io.progress(null);
    await lanes.close();
    await queue.close();
  }
  return {
    document: { version: VERSION, ...counts },
    text: `${counts.done} jobs done, ${counts.failed} failed.`,
  };
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
