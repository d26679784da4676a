import { beforeAll, describe, expect, it } from "vitest";
import { PLAIN_STYLE } from "#apps/io.ts";
import { parseOptions } from "#apps/options.ts";
import { comparisonText } from "#apps/research/compare-text.ts";
import { runBacktest } from "#scheduler/backtest-driver.ts";
import { compareSleep, runForSleep, type SleepRun } from "#scheduler/research/compare-sleep.ts";
import { Comparison } from "#schemas/compare.ts";
import type { Money } from "#schemas/money.ts";
import { timeframeMs, unixMs } from "#schemas/units.ts";
import { patience } from "#test/support/desk.ts";
import { eager } from "#test/support/eager-strategy.ts";
import { createMemoryStore } from "#test/support/memory-store/store.ts";
import { createSimulatedVenue } from "#toolkits/market/simulated-venue.ts";
import { countedPorts } from "#toolkits/ports/counted.ts";
import { createSimulatedSecurity } from "#toolkits/security/simulated-security.ts";
import { createLocalHost } from "#toolkits/strategies/host.ts";
import { createSimulatedUniverse } from "#toolkits/universe/simulated-universe.ts";

const [SEED, ASSETS, SLOTS] = [7, 6, 40];
const FIRST = unixMs(Date.UTC(2026, 9, 1));
const LAST = unixMs(FIRST + (SLOTS - 1) * timeframeMs("5m"));
const config = { ...parseOptions({}, {}).config, assets: ASSETS };

async function venueOf() {
  const simulated = createSimulatedVenue({ seed: SEED, assets: ASSETS });
  const counting = countedPorts();
  const of = { seed: SEED, assets: ASSETS };
  return {
    marketData: counting.port("marketData", simulated),
    security: counting.port("security", createSimulatedSecurity(of)),
    universe: counting.port("universe", createSimulatedUniverse(of)),
    counting,
    markets: new Map((await simulated.markets(patience)).map((market) => [market.symbol, market])),
    hosts: [createLocalHost(eager)],
    quote: "USDT",
    cash: "10000" as Money,
  };
}

async function run(sleeps: boolean, lastSlotMs = LAST): Promise<SleepRun> {
  const parts = { venue: await venueOf(), store: createMemoryStore() };
  const problems: string[] = [];
  const made = await runForSleep(config, { firstSlotMs: FIRST, lastSlotMs, sleeps }, parts, {
    ...patience,
    onNote: (problem) => problems.push(problem),
  });
  expect(problems).toEqual([]);
  return made;
}

describe("a desk with its sleep cycle and without it", () => {
  let a: SleepRun;
  let b: SleepRun;
  let c: Comparison;
  beforeAll(async () => {
    [a, b] = [await run(true), await run(false)];
    c = Comparison.parse(compareSleep(a, b));
  });

  it("decides and trades the same, and as the backtest of these slots does", async () => {
    expect(c).toMatchObject({
      settings: [],
      sameDecisions: true,
      trades: { different: [], onlyA: [], onlyB: [], beyond: [0, 0] },
    });
    expect(c.trades.equal).toBeGreaterThan(0);
    for (const { what, difference } of c.figures)
      expect([what, difference]).toEqual([what, difference === null ? null : 0]);
    const tested = await runBacktest(
      { config, venue: await venueOf(), firstSlotMs: FIRST, lastSlotMs: LAST },
      patience,
    );
    expect(a.run.decisionsHash).toBe(tested.account.decisionsHash());
    expect(a.run.trades).toEqual(tested.account.statistics().trades());
    expect(Number(a.run.equity)).toBeCloseTo(Number(tested.finalEquity), 9);
  });

  it("asks the venue nothing while a decision waits, where it slept; and for every market at every slot, where it did not", () => {
    expect(a.side.hits).toBe(SLOTS * ASSETS);
    expect(a.side.misses).toEqual({});
    expect(a.side.made).toEqual({ sleep: SLOTS * ASSETS, "test-time": 0 });
    expect(a.side.work["test-time"]).toMatchObject({ providerCalls: 0, candlesRead: 0, indicatorEvaluations: 0 });
    expect(b.side.hits).toBe(0);
    expect(b.side.misses).toEqual({ missing: ASSETS, behind: (SLOTS - 1) * ASSETS });
    expect(b.side.made).toEqual({ sleep: 0, "test-time": SLOTS * ASSETS });
    expect(b.side.work.sleep).toMatchObject({ providerCalls: 0, candlesRead: 0, indicatorEvaluations: 0 });
    expect(b.side.work["test-time"].indicatorEvaluations).toBeGreaterThanOrEqual(SLOTS * ASSETS);
  });

  it("moves work and saves none: both took the same in all, down to the call", () => {
    for (const unit of ["providerCalls", "candlesRead", "indicatorEvaluations", "modelCalls"] as const) {
      const of = ({ side: { work } }: SleepRun) => work.sleep[unit] + work["test-time"][unit];
      expect([unit, of(b)]).toEqual([unit, of(a)]);
    }
    const text = comparisonText(c, "USDT", PLAIN_STYLE);
    expect(text).toContain(`Found fresh in Khala by decisions: A 240 of 240; B 0 of 240 (not: 6 missing, 234 behind).`);
    expect(text).toMatch(/^provider calls +[\d,]+ +0 +[\d,]+ +0$/m);
    expect(text).toMatch(/^model calls +0 +0 +0 +0$/m);
    expect(text).not.toContain("FAULT");
  });

  it("where it decided otherwise has that said as the fault it is, a trade of one alone as well", async () => {
    const shorter = await run(false, unixMs(LAST - 20 * timeframeMs("5m")));
    const otherwise = compareSleep(a, shorter);
    expect(comparisonText(otherwise, "USDT", PLAIN_STYLE)).toMatch(
      /FAULT: sleep changed what was decided \(the hash of decisions differs/,
    );
    const [first, ...rest] = a.run.trades;
    const oneLess = compareSleep({ ...a, run: { ...a.run, trades: rest } }, b);
    expect(first).toBeDefined();
    expect(comparisonText(oneLess, "USDT", PLAIN_STYLE)).toContain("the hash of decisions is equal, 1 trades differ");
  });
});
