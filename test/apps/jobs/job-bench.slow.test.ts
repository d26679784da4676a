// The research bench as jobs: the outcomes of one thread, whatever does them, and the same words where a rule or the world is at fault.
import { afterAll, describe, expect, it } from "vitest";
import { createJobBench } from "#apps/jobs/job-bench.ts";
import { createTrialLanes } from "#apps/jobs/trial-handler.ts";
import { type BenchWorld, worldOf } from "#apps/research/bench-messages.ts";
import { openVenue } from "#apps/venues.ts";
import { freshPrefix, REDIS_URL, whyNoRedis } from "#bench/support/redis-place.ts";
import { openBullQueue } from "#memory/queues/bullmq-queue.ts";
import { createInProcessQueue } from "#memory/queues/in-process-queue.ts";
import { monotonicMs } from "#scheduler/clock.ts";
import { createLocalBench } from "#scheduler/research/research-bench.ts";
import type { JobQueue } from "#schemas/ports/jobs.ts";
import { StrategyFolder, strategyText } from "../../toolkits/strategies/strategy-files.ts";
import { configOf, nowMs, sleep, slots } from "./bench-place.ts";

const { signal } = new AbortController();
const noRedis = await whyNoRedis();
if (noRedis !== null) console.warn(`Left out: the research bench over Redis (${noRedis}).`);

const VARIATIONS = [700, 40, 500, 10].map((count) =>
  slots(count, { "mean-reversion": { oversold: 20 + (count % 7) } }),
);

const QUEUES: Readonly<Record<string, () => JobQueue>> = {
  "in process": () => createInProcessQueue({ sleep, monotonicMs, nowMs }),
  ...(noRedis === null
    ? {
        BullMQ: () =>
          openBullQueue({ place: { url: REDIS_URL, prefix: freshPrefix(), version: "1" }, name: "w", nowMs, sleep }),
      }
    : {}),
};

describe.each(Object.entries(QUEUES))("a bench of jobs, %s", (_name, open) => {
  const queue = open();
  const lanes = createTrialLanes({ lanes: 2, onOutput: () => {} });
  queue.work("research", lanes.handle, { concurrency: 2 });
  afterAll(async () => {
    await queue.close();
    await lanes.close();
  });
  const benchOf = async (strategy: string, world?: BenchWorld) => {
    const config = configOf(strategy);
    return createJobBench(queue, config, world ?? worldOf(await openVenue(config, { signal })));
  };

  it("gives the outcomes of one thread, in the order asked", async () => {
    const config = configOf("mean-reversion");
    const here = createLocalBench({ config, venue: await openVenue(config, { signal }) });
    const ended: number[] = [];
    const onDone = (index: number): void => void ended.push(index);
    const outcomes = await (await benchOf("mean-reversion")).run(VARIATIONS, { signal, onDone });
    expect(outcomes).toEqual(await here.run(VARIATIONS, { signal }));
    expect(ended.toSorted()).toEqual([0, 1, 2, 3]);
  });

  it("says which rule of which file failed, takes the other runs back, and goes on with the next search", async () => {
    await using folder = new StrategyFolder();
    const file = folder.write({
      "mine.ts": strategyText(
        `parameters: { level: { default: 1, min: 0, max: 9 } }, enter: ({ parameters }) => { if (parameters.level === 3) throw new Error("three"); return false; }`,
      ),
    });
    const bench = await benchOf(file);
    const bad = slots(300, { mine: { level: 3 } });
    const asked = [bad, slots(290), slots(280), slots(270)];
    await expect(bench.run(asked, { signal })).rejects.toThrow(/^\S*mine\.ts, enter, .*it threw Error: three/);
    expect(await bench.run([slots(260)], { signal })).toHaveLength(1);
  });

  it("refuses a worker that has other candles, or another text of the strategy, than who asked", async () => {
    const config = configOf("mean-reversion");
    const world = worldOf(await openVenue(config, { signal }));
    const candles = await benchOf("mean-reversion", { ...world, venueId: "sim:4" });
    await expect(candles.run([slots(50)], { signal })).rejects.toThrow(/other candles in sim than who asked/);
    const code = await benchOf("mean-reversion", { ...world, definitionIds: ["mean-reversion.0"] });
    await expect(code.run([slots(50)], { signal })).rejects.toThrow(/other code in mean-reversion than who asked/);
  });

  it("ends at once where the operator says stop", async () => {
    const stop = new AbortController();
    const bench = await benchOf("mean-reversion");
    const running = bench.run([slots(200_000)], { signal: stop.signal });
    stop.abort(new Error("stopped by hand"));
    await expect(running).rejects.toThrow("stopped by hand");
    expect(await bench.run([slots(20)], { signal })).toHaveLength(1);
  });
});
