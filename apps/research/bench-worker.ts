// Floor 6. A thread of the research bench: imports the strategies and opens the venue once, with an empty environment, and then runs
// what it is sent, one after another. Runs in a worker only.
import { hostname } from "node:os";
import { workerData } from "node:worker_threads";
import type { RunMemo } from "#scheduler/run-memo.ts";
import { ConfigError, StrategyError } from "#schemas/errors.ts";
import { setUpThread } from "#toolkits/user-files/thread-setup.ts";
import { errorDocument } from "../error-document.ts";
import { Pulse } from "../pulse.ts";
import { type BenchJob, type BenchMessage, type BenchThreadData, type BenchWorld, worldOf } from "./bench-messages.ts";

const { config, expected, port, pulse: buffer }: BenchThreadData = workerData;
const pulse = new Pulse(buffer);
const { signal } = new AbortController();
const say = (message: BenchMessage): void => port.postMessage(message);

async function open() {
  const { openStrategies } = await import("../strategies.ts");
  const { openVenue } = await import("../venues.ts");
  const { createRunMemo } = await import("#scheduler/run-memo.ts");
  const { runVariation } = await import("#scheduler/research/run-variation.ts");
  pulse.enter("load");
  const hosts = await openStrategies(config, { signal, intoThisThread: true });
  pulse.enter("open");
  const venue = await openVenue(config, { signal, hosts });
  if (expected !== null) requireSameWorld(expected, worldOf(venue));
  const kept = createRunMemo();
  const memo: RunMemo = {
    ...kept,
    // Reading candles is no user's code, however long it takes.
    async series(key, load) {
      pulse.enter("open");
      const series = await kept.series(key, load);
      pulse.enter("run");
      return series;
    },
  };
  return async ({ index, variation }: BenchJob): Promise<void> => {
    pulse.enter("run");
    const onSlot = (slotMs: number): void => pulse.beat(slotMs);
    const outcome = await runVariation({ config, venue, memo }, variation, { signal, onSlot });
    say({ type: "outcome", index, outcome });
  };
}

/** Another world gives other outcomes. @throws ConfigError */
function requireSameWorld(asked: BenchWorld, found: BenchWorld): void {
  const isSame = (index: number): boolean => asked.definitionIds[index] === found.definitionIds[index];
  const other = config.strategies.filter((_, index) => !isSame(index)).map(({ use }) => use);
  const source = config.dataDir ?? config.venue;
  if (asked.venueId === found.venueId && other.length === 0) return;
  throw new ConfigError({
    was: `This machine (${hostname()}) has other ${other.length > 0 ? `code in ${other.join(", ")}` : `candles in ${source}`} than who asked for the run.`,
    expected: "the same files at the same places on every machine",
    remedy: "Copy them there, or end its worker.",
  });
}

function fail(error: unknown): void {
  if (error instanceof StrategyError) say({ type: "fault", fault: error.fault });
  else say({ type: "error", error: errorDocument(error) });
}

setUpThread();
const opening = open();
opening.then(() => pulse.enter("idle"), fail);
port.on("message", (job: BenchJob) => {
  opening
    .then((run) => run(job).catch(fail))
    .catch(() => {})
    .finally(() => pulse.enter("idle"));
});
