import { describe, expect, it } from "vitest";
import type { Desk } from "#desk/desk.ts";
import { structuralIntents } from "#desk/planning/structure.ts";
import { edgeOf, edgesOf } from "#desk/revalidation/edges.ts";
import { type EdgeRetest, Revalidation } from "#desk/revalidation/revalidation.ts";
import { createRetest } from "#scheduler/research/retest-market.ts";
import { edgeText } from "#schemas/edge.ts";
import { ProviderError } from "#schemas/errors.ts";
import type { Money } from "#schemas/money.ts";
import { DAY_MS, type MarketSymbol, timeframeMs, unixMs } from "#schemas/units.ts";
import { patience } from "#test/support/desk.ts";
import { openThinkingDesk, slot, type ThinkingDeskParts } from "../planning/thinking-desk.ts";

const DAY_SLOTS = DAY_MS / timeframeMs("5m");
const quiet = { isRunningSlot: () => false, onProblem: () => {} };

/** Twenty trades a market and look, of which the given mean comes out. */
const tradesOf =
  (meanPct: () => number): EdgeRetest =>
  async ({ lastSlotMs }) =>
    Array.from({ length: 20 }, (_, i) => ({
      closedAtMs: unixMs(lastSlotMs - i * 300_000),
      returnPct: meanPct() + (i % 2 === 0 ? 0.5 : -0.5),
    }));

async function openedAt(n: number, parts: ThinkingDeskParts = {}) {
  const opened = await openThinkingDesk(parts);
  await opened.tick(n);
  return opened;
}

const ofStrategy = async (desk: Desk) => {
  const [host] = desk.hosts;
  if (host === undefined) throw new Error("no strategy");
  return edgeOf(desk, host.info, patience);
};

describe("revalidation asleep", () => {
  it("tests every market of the universe once a day, and goes on where it ended", async () => {
    const opened = await openedAt(0);
    const seen: { readonly symbol: MarketSymbol; readonly firstSlotMs: number; readonly lastSlotMs: number }[] = [];
    const retest: EdgeRetest = async (what) => {
      seen.push(what);
      return tradesOf(() => 0.4)(what, patience);
    };
    const loop = new Revalidation(opened.desk, retest, quiet);
    await loop.look(patience);
    await loop.look(patience);
    expect(seen.map(({ symbol }) => symbol)).toEqual([...opened.symbols].sort());
    const first = await ofStrategy(opened.desk);
    expect(first).toMatchObject({ status: "holds", baselineTrades: 100, watchedTrades: 20, throughMs: slot(0) });
    await opened.tick(DAY_SLOTS);
    await loop.look(patience);
    expect(seen).toHaveLength(2 * opened.symbols.length);
    // The overlap is read again, and what closed in it was counted before.
    expect(seen.at(-1)).toMatchObject({ firstSlotMs: slot(0) - 200 * 300_000, lastSlotMs: slot(DAY_SLOTS) });
    expect(await ofStrategy(opened.desk)).toMatchObject({ watchedTrades: 140, sinceMs: first?.sinceMs });
  });

  it("finds a mean that has fallen, says so once, keeps it over a restart, and its levels draw no thought", async () => {
    const opened = await openedAt(0);
    const said: string[] = [];
    let mean = 0.4;
    const loop = new Revalidation(
      opened.desk,
      tradesOf(() => mean),
      { ...quiet, onProblem: (text) => said.push(text) },
    );
    await loop.look(patience);
    mean = -0.6;
    for (let day = 1; day <= 2; day++) {
      await opened.tick(day * DAY_SLOTS);
      await loop.look(patience);
    }
    const edge = await ofStrategy(opened.desk);
    expect(edge).toMatchObject({ status: "decayed", decayedAtMs: slot(DAY_SLOTS) });
    expect(said).toHaveLength(1);
    expect(said[0]).toMatch(
      /^edge of mean-reversion has decayed: mean trade −0\.\d{3} % of 140 since, \+0\.380 % of its first 100$/,
    );
    expect((await edgesOf(opened.desk, patience)).map(edgeText)[0]).toMatch(/has decayed/);
    expect([...opened.desk.planner.decayed]).toEqual(["mean-reversion"]);
    const note = {
      asOfMs: slot(0),
      price: 1,
      analysisId: "a",
      atr: null,
      nearestActionPct: 0.1,
      verdict: "clear",
    } as const;
    const near = (nearestPctOf: ReadonlyMap<string, number>) =>
      structuralIntents({
        held: [],
        turned: [],
        markets: new Map([["A/USDT" as MarketSymbol, { ...note, nearestPctOf }]]),
        nearTriggerPct: 1,
        timeframe: "5m",
        decayed: opened.desk.planner.decayed,
      }).length;
    expect(near(new Map([["mean-reversion", 0.1]]))).toBe(0);
    expect(
      near(
        new Map([
          ["mean-reversion", 0.1],
          ["breakout", 0.5],
        ]),
      ),
    ).toBeGreaterThan(0);
  });

  it("begins nothing while a slot runs or a question is asked, and goes on at the market it had come to", async () => {
    const opened = await openedAt(0);
    let [isRunning, tested] = [true, 0];
    const retest: EdgeRetest = async () => {
      tested += 1;
      if (tested === 2) isRunning = true;
      return [];
    };
    const loop = new Revalidation(opened.desk, retest, { ...quiet, isRunningSlot: () => isRunning });
    await loop.look(patience);
    expect(tested).toBe(0);
    isRunning = false;
    await opened.desk.questionPriority.asked(() => loop.look(patience));
    expect(tested).toBe(0);
    await loop.look(patience);
    expect(tested).toBe(2);
    isRunning = false;
    await loop.look(patience);
    expect(tested).toBe(opened.symbols.length);
  });

  it("spends no more than its budget of a day, and less where the day's own is spent; at 0 nothing", async () => {
    const count = async (thinking: NonNullable<ThinkingDeskParts["thinking"]>) => {
      const opened = await openedAt(0, { thinking });
      let tested = 0;
      const retest: EdgeRetest = async ({ symbol, nowMs, firstSlotMs }) => {
        tested += 1;
        await opened.desk.marketData.candles({ symbol, timeframe: "5m", nowMs, fromMs: firstSlotMs }, patience);
        return [];
      };
      const loop = new Revalidation(opened.desk, retest, quiet);
      for (let i = 0; i < 10; i++) await loop.look(patience);
      const entries = await opened.desk.ledger.entries({}, patience);
      const own = entries.filter(({ job }) => job === "revalidation");
      return { tested, calls: own.reduce((sum, { work }) => sum + work.providerCalls, 0) };
    };
    expect(await count({ revalidationDayUnits: 700 })).toEqual({ tested: 2, calls: 2 });
    expect(await count({ revalidationDayUnits: 30_000, dayUnits: 100 })).toEqual({ tested: 0, calls: 0 });
    expect((await count({ revalidationDayUnits: 30_000 })).tested).toBe(6);
  });

  it("leaves a market out that cannot be read, and says so", async () => {
    const opened = await openedAt(0);
    const said: string[] = [];
    const retest: EdgeRetest = async ({ symbol }) => {
      if (symbol === opened.symbols[0]) throw new ProviderError({ was: "It is silent.", remedy: "Wait." });
      return [];
    };
    await new Revalidation(opened.desk, retest, { ...quiet, onProblem: (text) => said.push(text) }).look(patience);
    expect(said).toEqual([expect.stringContaining(`${opened.symbols[0]} is left out: It is silent.`)]);
    expect((await ofStrategy(opened.desk))?.status).toBe("gathering");
  });

  it("trades the strategy over the market's own candles, with what it costs, and asks once for each", async () => {
    const opened = await openedAt(0, { assets: 2 });
    const { desk } = opened;
    const retest = createRetest({ ...desk, cash: "10000" as Money });
    const strategy = desk.hosts[0]?.local;
    if (strategy === null || strategy === undefined) throw new Error("it runs elsewhere");
    const span = { firstSlotMs: slot(-1500), lastSlotMs: slot(0) };
    const what = { strategy, symbol: opened.symbols[1] as MarketSymbol, nowMs: slot(0) };
    const trades = await retest({ ...what, ...span }, patience);
    expect(trades.length).toBeGreaterThan(0);
    expect(trades.every(({ closedAtMs }) => closedAtMs > span.firstSlotMs && closedAtMs <= span.lastSlotMs)).toBe(true);
    // What closed by an earlier slot is the same however far it is read.
    const shorter = await retest({ ...what, firstSlotMs: span.firstSlotMs, lastSlotMs: slot(-300) }, patience);
    expect(trades.slice(0, shorter.length)).toEqual(shorter);
  });
});
