// The bench on threads: the same outcomes in the same order as one after another here, and ended with a reason, at once, where a rule
// throws, hangs or takes too much, or the operator says stop.
import { describe, expect, it } from "vitest";
import { parseOptions } from "#apps/options.ts";
import { createThreadBench, type ThreadBenchOptions } from "#apps/research/thread-bench.ts";
import { openVenue } from "#apps/venues.ts";
import { createLocalBench, type ResearchBench } from "#scheduler/research/research-bench.ts";
import { Variation } from "#schemas/research.ts";
import { unixMs } from "#schemas/units.ts";
import { StrategyFolder, strategyText } from "../../toolkits/strategies/strategy-files.ts";

const { signal } = new AbortController();
const END_MS = Date.UTC(2026, 2, 1);
const FIVE_MINUTES = 300_000;

const configOf = (strategy: string) =>
  parseOptions({ venue: "sim", seed: "3", assets: "3", asOf: "2026-03-01T00:00:00Z", strategy, home: "/nowhere" }, {})
    .config;

const slots = (count: number, parameters: Variation["parameters"] = {}): Variation =>
  Variation.parse({ firstSlotMs: unixMs(END_MS - (count - 1) * FIVE_MINUTES), lastSlotMs: END_MS, parameters });

const benchOf = (strategy: string, options: Partial<ThreadBenchOptions> = {}): ResearchBench =>
  createThreadBench({ config: configOf(strategy), lanes: 2, onOutput: () => {}, ...options });

async function faultOf(rule: string, options: Partial<ThreadBenchOptions> = {}): Promise<string> {
  await using folder = new StrategyFolder();
  const bench = benchOf(folder.write({ "mine.ts": `let asked = 0;\n${strategyText(rule)}` }), options);
  const said = await bench.run([slots(900), slots(900), slots(900)], { signal }).then(
    () => "it ended well",
    (error: Error) => `${error.name}: ${error.message}`,
  );
  await bench.close();
  return said.replaceAll(`${folder.path}/`, "");
}

describe("a bench on threads", () => {
  it("gives the outcomes of one thread, in the order asked, whatever ended first", async () => {
    const config = configOf("mean-reversion");
    const variations = [1500, 40, 900, 10, 1200, 30].map((count) =>
      slots(count, { "mean-reversion": { oversold: 20 + (count % 7) } }),
    );
    const here = await createLocalBench({ config, venue: await openVenue(config, { signal }) }).run(variations, {
      signal,
    });
    for (const lanes of [1, 2, 3]) {
      const bench = benchOf("mean-reversion", { lanes });
      const ended: number[] = [];
      const onDone = (index: number): void => void ended.push(index);
      expect(await bench.run(variations, { signal, onDone })).toEqual(here);
      expect(ended.toSorted()).toEqual([0, 1, 2, 3, 4, 5]);
      // The threads stay open for the next.
      expect(await bench.run(variations.slice(2, 3), { signal })).toEqual(here.slice(2, 3));
      await bench.close();
    }
    expect(here.map(({ slots: run }) => run)).toEqual([1500, 40, 900, 10, 1200, 30]);
  });

  it("ends with file, rule, market and candle where a rule throws, and runs on after that", async () => {
    expect(
      await faultOf(`enter: () => { asked += 1; if (asked === 700) throw new RangeError("boom"); return false; }`),
    ).toMatch(
      /^StrategyError: mine\.ts, enter, [A-Z]+\/USDT at the close of 2026-[-T:.0-9]+Z: it threw RangeError: boom\./,
    );
    await using folder = new StrategyFolder();
    const bench = benchOf(
      folder.write({
        "mine.ts": strategyText(
          `parameters: { level: { default: 1, min: 0, max: 9 } }, enter: ({ parameters }) => { if (parameters.level === 3) throw new Error("three"); return false; }`,
        ),
      }),
    );
    const bad = slots(300, { mine: { level: 3 } });
    await expect(bench.run([slots(300), bad, slots(300)], { signal })).rejects.toThrow("three");
    expect(await bench.run([slots(300)], { signal })).toHaveLength(1);
    await bench.close();
  });

  it("ends with the slot where a rule hangs, and with the limit where one takes memory without end", async () => {
    const hangs = "enter: () => { asked += 1; if (asked === 700) for (;;); return false; }";
    expect(await faultOf(hangs, { patienceMs: 5000 })).toMatch(
      /^StrategyError: mine\.ts: nothing happened for 5 s, while it decided the slot 2026-[-T:.0-9]+Z\./,
    );
    const grows = "enter: () => { const all = []; for (;;) all.push(new Float64Array(1e5).fill(1)); }";
    expect(await faultOf(grows, { patienceMs: 600_000, memoryMb: 256 })).toMatch(
      /^StrategyError: mine\.ts: it took more than 256 MiB of memory, while it decided the slot /,
    );
  });

  it("says of a file that cannot be loaded what a backtest says", async () => {
    expect(await faultOf("enter: 5")).toBe(
      "StrategyError: mine.ts, enter: it is 5. Expected a function of the values: ({ now }) => …. Correct the field.",
    );
  });

  it("ends at once where the operator says stop, in the middle of a rule that never returns", async () => {
    await using folder = new StrategyFolder();
    const stop = new AbortController();
    const running = Promise.withResolvers<void>();
    const text = `enter: () => { console.log("here"); for (;;); }`;
    const bench = benchOf(folder.write({ "mine.ts": strategyText(text) }), { onOutput: () => running.resolve() });
    const ended = bench.run([slots(300), slots(300)], { signal: stop.signal });
    await running.promise;
    stop.abort(new Error("stop"));
    await expect(ended).rejects.toThrow("stop");
    await expect(bench.run([slots(300)], { signal: stop.signal })).rejects.toThrow("stop");
    await bench.close();
  });
});
