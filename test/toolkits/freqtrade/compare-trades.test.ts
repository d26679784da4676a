import { beforeAll, describe, expect, it } from "vitest";
import { RefusedEntries } from "#apps/commands/backtest-audit.ts";
import { inTheirTerms } from "#apps/research/freqtrade/compare.ts";
import { tradesFileText } from "#apps/text/trades-file.ts";
import { runBacktest } from "#scheduler/backtest-driver.ts";
import { DataFormatError, UsageError } from "#schemas/errors.ts";
import type { FreqtradeTrade } from "#schemas/freqtrade-compare.ts";
import { timeframeMs } from "#schemas/units.ts";
import { researchWorld } from "#test/support/research-world.ts";
import { compareTrades } from "#toolkits/freqtrade/compare-trades.ts";
import type { ComparisonInput } from "#toolkits/freqtrade/comparison-input.ts";
import { readFreqtradeResult } from "#toolkits/freqtrade/read-result.ts";
import { openPositions } from "#toolkits/portfolio/positions.ts";

const STEP_MS = timeframeMs("5m");
const signal = new AbortController().signal;

/** Our own run, its export read back as freqtrade's result, and what they are compared with. */
let input: ComparisonInput;
let exported: string;
/** The first trade whose prices lie well inside their candles and that was left by a signal: each change below is one of it alone. */
let plain: number;

beforeAll(async () => {
  const { input: world, firstSlotMs, lastSlotMs } = await researchWorld({ slots: 1200 });
  const refused = new RefusedEntries();
  const run = await runBacktest(
    { ...world, firstSlotMs, lastSlotMs },
    { signal, onEvent: (event) => refused.take(event) },
  );
  const trades = run.account.statistics().trades();
  const about = { timeframe: "5m", detail: null, startMs: firstSlotMs, endMs: lastSlotMs, startingCash: 10_000 };
  exported = tradesFileText(
    { trades, quote: "USDT", strategies: ["mean-reversion"], simulated: true, run: about },
    "freqtrade",
  );
  input = {
    result: readFreqtradeResult(JSON.parse(exported), "result.json", null),
    ours: trades.map(inTheirTerms),
    ...refused.with(openPositions(run.account.portfolio())),
    stepMs: STEP_MS,
    firstSlotMs,
    lastSlotMs,
    seriesOf: (symbol) => run.seriesOf(symbol as never),
    tickOf: (symbol) => Number(world.venue.markets.get(symbol as never)?.tickSize),
    slippageBpsOf: () => world.config.costs.slippageBps,
    whyNotTraded: () => null,
  };
  const isInside = (pair: string, atMs: number, rate: number): boolean => {
    const series = input.seriesOf(pair);
    const row = series?.openMs.indexOf(atMs) ?? -1;
    return series !== null && rate * 1.0006 < (series.high[row] ?? 0) && rate * 0.9994 > (series.low[row] ?? 0);
  };
  plain = input.ours.findIndex(
    ({ pair, openMs, closeMs, openRate, closeRate, exitReason }) =>
      !["roi", "stop_loss"].includes(exitReason) &&
      isInside(pair, openMs, openRate) &&
      isInside(pair, closeMs, closeRate),
  );
  expect(plain).toBeGreaterThanOrEqual(0);
});

/** freqtrade's trades as they are, but for a few; dated as freqtrade dates them. */
function against(
  change: (trades: FreqtradeTrade[]) => FreqtradeTrade[],
  result: Partial<ComparisonInput["result"]> = {},
  rest: Partial<ComparisonInput> = {},
) {
  const trades = input.result.trades.map((trade) => ({
    ...trade,
    closeMs: ["stop_loss", "roi"].includes(trade.exitReason)
      ? (((Math.ceil(trade.closeMs / STEP_MS) - 1) * STEP_MS) as never)
      : trade.closeMs,
  }));
  return compareTrades({
    ...input,
    ...rest,
    result: {
      ...input.result,
      isOurs: false,
      startMs: 0,
      endMs: Number.MAX_SAFE_INTEGER,
      ...result,
      trades: change(trades),
    },
  });
}

const changed = (at: number, change: (trade: FreqtradeTrade) => Partial<FreqtradeTrade>) => (all: FreqtradeTrade[]) =>
  all.map((trade, i) => (i === at ? { ...trade, ...change(trade) } : trade));

const later = (ms: number, candles: number) => (ms + candles * STEP_MS) as FreqtradeTrade["openMs"];

describe("freqtrade's result and ours", () => {
  it("of one run are the same, trade by trade, whether dated as ours or as freqtrade's", () => {
    const { trades, counts, differing, profitPct } = compareTrades(input);
    expect(trades.theirs).toBeGreaterThan(10);
    expect(counts).toEqual({ same: trades.ours });
    expect(differing).toEqual([]);
    expect(profitPct.theirs).toBe(profitPct.ours);
    expect(against((all) => all).counts).toEqual({ same: trades.ours });
    // Ends of both kinds are among them, or the dating would not have been tried.
    const reasons = new Set(input.ours.map(({ exitReason }) => exitReason));
    expect(reasons.has("stop_loss") || reasons.has("roi")).toBe(true);
    expect([...reasons].some((reason) => reason !== "stop_loss" && reason !== "roi")).toBe(true);
  });

  it.each<[string, (trade: FreqtradeTrade) => Partial<FreqtradeTrade>, RegExp]>([
    ["exit-candle", ({ closeMs }) => ({ closeMs: later(closeMs, 2) }), /2 candles earlier/],
    ["exit-reason", () => ({ exitReason: "another_tag" }), /another_tag/],
    ["entry-price", ({ openRate }) => ({ openRate: openRate * 1.0004 }), /slippage does not explain/],
    ["exit-price", ({ closeRate }) => ({ closeRate: closeRate * 0.9996 }), /slippage does not explain/],
    ["fee", () => ({ feeOpen: 0.002, feeClose: 0.002 }), /20\.00 and 20\.00 bps, we 10\.00/],
    ["stake", ({ amount }) => ({ amount: amount * 2 }), /50\.0000 % of its size/],
    ["outside-candle", ({ closeRate }) => ({ closeRate: closeRate * 3 }), /outside its candle/],
    ["outside-candle", ({ openRate }) => ({ openRate: openRate / 3 }), /entry at .* outside its candle/],
    ["not-spot", () => ({ isShort: true }), /short/],
  ])("one trade changed is called %s, with the figures, and no other is", (is, change, why) => {
    const { counts, differing } = against(changed(plain, change));
    const all = input.ours.length;
    // A short trade is none of ours, which is then alone: freqtrade held the market.
    expect(counts).toEqual(
      is === "not-spot" ? { same: all - 1, "not-spot": 1, "they-held": 1 } : { same: all - 1, [is]: 1 },
    );
    const found = differing.find((each) => each.is === is);
    expect(found?.why).toMatch(why);
    expect(found?.theirs?.pair).toBe(input.result.trades[plain]?.pair);
  });

  it("prices without our slippage are explained by it exactly, and by no other amount of it", () => {
    const slip = input.slippageBpsOf("") / 10_000;
    expect(slip).toBeGreaterThan(0);
    const unslipped = changed(plain, ({ openRate }) => ({ openRate: openRate / (1 + slip) }));
    expect(against(unslipped).differing.map(({ is }) => is)).toEqual(["slippage"]);
    expect(against(unslipped, {}, { slippageBpsOf: () => 1 }).differing.map(({ is }) => is)).toEqual(["entry-price"]);
  });

  it("an entry that is a candle apart is the same trade, said as such; two candles apart are two", () => {
    const near = against(changed(plain, ({ openMs }) => ({ openMs: later(openMs, -1) })));
    expect(near.counts).toEqual({ same: input.ours.length - 1, [near.differing[0]?.is ?? ""]: 1 });
    expect(near.differing[0]?.why).toMatch(/entered a candle later/);
    const far = against(changed(plain, ({ openMs }) => ({ openMs: later(openMs, -2) })));
    expect(far.differing.filter(({ theirs, ours }) => theirs === null || ours === null)).toHaveLength(2);
  });

  it("a neighbour's trade is not taken from its own, and a trade that ended in the candle still had its place", () => {
    const own = input.ours[plain];
    if (own === undefined) throw new Error("The run made nothing.");
    const neighbour = { ...own, openMs: later(own.openMs, -1), closeMs: own.openMs };
    const both = against(() => [own], {}, { ours: [neighbour, own], refused: [], held: [] });
    expect(both.counts).toMatchObject({ same: 1 });
    const ended = {
      ...own,
      pair: "ELSE/USDT",
      exitReason: "exit_signal",
      openMs: later(own.openMs, -3),
      closeMs: own.openMs,
    };
    const { differing } = against(() => [ended], { maxOpenTrades: 1 }, { ours: [own], refused: [], held: [] });
    expect(differing.find(({ theirs }) => theirs === null)).toMatchObject({ is: "their-places" });
    expect(differing.find(({ theirs }) => theirs === null)?.why).toMatch(/1 of which ended in that candle/);
  });

  it("an entry that our gate refused names the rule and its words", () => {
    const [refused] = input.refused;
    if (refused === undefined) throw new Error("The run refused nothing.");
    const [model] = input.result.trades;
    if (model === undefined) throw new Error("The run made nothing.");
    const { slotMs, symbol: pair } = refused;
    const added = { ...model, pair, openMs: slotMs as never, closeMs: later(slotMs, 1) };
    const { differing } = against((all) => [...all, added]);
    expect(differing).toHaveLength(1);
    expect(differing[0]).toMatchObject({ is: "refused", rule: refused.rule, ours: null });
    expect(differing[0]?.why).toContain(refused.reason);
  });

  it("an entry that we had no reason to make is explained by what held there, or by nothing", () => {
    const [model] = input.ours;
    if (model === undefined) throw new Error("The run made nothing.");
    const none = { refused: [], held: [], ours: [] };
    const is = (trade: Partial<FreqtradeTrade>, rest: Partial<ComparisonInput> = {}) =>
      against(() => [{ ...model, ...trade }], {}, { ...none, ...rest }).differing.map((each) => each.is);
    const held = { ...model, openMs: later(model.openMs, -5), closeMs: later(model.openMs, 5) };
    const at = { symbol: model.pair, openedAtMs: model.openMs };
    expect(is({})).toEqual(["unexplained"]);
    expect(is({}, { ours: [held] })[1]).toBe("already-held");
    expect(is({}, { held: [at] })).toEqual(["still-held"]);
    expect(is({}, { held: [{ ...at, openedAtMs: later(model.openMs, -9) }] })).toEqual(["already-held"]);
    expect(is({}, { whyNotTraded: () => "outside the universe" })).toEqual(["market-not-traded"]);
    expect(is({}, { seriesOf: () => null })).toEqual(["no-candle"]);
    expect(is({ openMs: later(input.lastSlotMs, 1) })).toEqual(["not-tested"]);
    const series = input.seriesOf(model.pair);
    if (series === null) throw new Error("No candles.");
    const cut = (from: number, to?: number) => ({ ...series, openMs: series.openMs.slice(from, to) });
    const row = series.openMs.indexOf(model.openMs);
    expect(is({}, { seriesOf: () => cut(0, row - 1) })).toEqual(["no-candle"]);
    expect(is({}, { seriesOf: () => cut(row - 20) })).toEqual(["warming-up"]);
  });

  it("an entry of ours alone is explained by freqtrade's places, its pairs and its range, or by nothing", () => {
    const without = (result: Partial<ComparisonInput["result"]>) =>
      against((all) => all.slice(1), result).differing.map(({ is }) => is);
    const [first] = input.ours;
    if (first === undefined) throw new Error("The run made nothing.");
    expect(without({})).toEqual(["unexplained"]);
    expect(without({ pairs: [] })).toEqual(input.ours.slice(0, 1).map(() => "their-pairlist"));
    expect(without({ startMs: first.openMs })).toEqual(["their-range"]);
    const busy = (places: number) =>
      against((all) => [{ ...(all[0] as FreqtradeTrade), pair: "ELSE/USDT" }, ...all.slice(1)], {
        maxOpenTrades: places,
      }).differing.find(({ theirs }) => theirs === null);
    expect(busy(1)).toMatchObject({ is: "their-places" });
    expect(busy(1)?.why).toMatch(/of at most 1 trades open/);
    expect(busy(99)).toMatchObject({ is: "unexplained" });
  });
});

describe("a result file", () => {
  const read = (document: unknown, wanted: string | null = null) => readFreqtradeResult(document, "r.json", wanted);
  const row = {
    pair: "A/USDT",
    amount: 1,
    open_rate: 1,
    close_rate: 2,
    open_date: "2018-01-10 07:15:00+00:00",
    close_date: "2018-01-10 07:20:00+00:00",
    fee_open: 0,
    fee_close: 0,
    profit_ratio: 1,
    sell_reason: "roi",
  };

  it("may be a bare list with freqtrade's older names and dates instead of timestamps", () => {
    const { trades, startMs } = read([row, { ...row, is_open: true, close_date: null }]);
    expect(trades).toMatchObject([
      { pair: "A/USDT", exitReason: "roi", openMs: Date.UTC(2018, 0, 10, 7, 15), enterTag: "" },
    ]);
    expect(startMs).toBeNull();
  });

  it("of several strategies asks which, and names them", () => {
    const two = { strategy: { One: { trades: [] }, Two: { trades: [row] } } };
    expect(() => read(two)).toThrow(UsageError);
    expect(() => read(two)).toThrow(/One, Two/);
    expect(() => read(two, "Three")).toThrow(/no strategy Three.*One, Two/);
    expect(read(two, "Two").trades).toHaveLength(1);
  });

  it.each<[unknown, RegExp]>([
    [{}, /no member strategy/],
    [[[1, 2]], /trade 1: not an object/],
    [[row, { ...row, open_rate: "1" }], /trade 2: open_rate/],
    [[{ ...row, open_date: "soon" }], /trade 1 \(A\/USDT\): openMs/],
    [[{ ...row, amount: 0 }], /trade 1 \(A\/USDT\): amount/],
    [{ strategy: { One: { trades: 1 } } }, /strategy One: trades/],
  ])("that is none says where: %j", (document, message) => {
    expect(() => read(document)).toThrow(DataFormatError);
    expect(() => read(document)).toThrow(message);
  });
});
