import { describe, expect, it } from "vitest";
import type { CandleSeries } from "#schemas/market.ts";
import { toNumber } from "#schemas/money.ts";
import { type MarketSymbol, timeframeMs, unixMs } from "#schemas/units.ts";
import { type ResearchWorld, researchWorld } from "#test/support/research-world.ts";
import { price } from "#toolkits/indicators/refs.ts";
import { selectClosed } from "#toolkits/market/closed-candles.ts";
import { compileStrategy } from "#toolkits/strategies/compile-strategy.ts";
import { defineStrategy } from "#toolkits/strategies/define-strategy.ts";
import { FORBIDDEN, shadowed } from "./shadowed.ts";

const signal = new AbortController().signal;
const STEP_MS = timeframeMs("5m");

/** Enters at a close above 100.5. */
const above = compileStrategy(
  defineStrategy({
    id: "above",
    title: "Above",
    indicators: { at: price("close") },
    lookBack: 0,
    enter: ({ now }) => now.at > 100.5 && { strength: 0.5, because: "above" },
    exit: () => false,
  }),
  { file: null },
);

type Row = readonly [open: number, high: number, low: number, close: number];
const FLAT: Row = [100, 100.2, 99.8, 100];

/** One market without costs: flat, and at its end the rows given. Tested are the slots of those. */
async function made(rows: readonly Row[]): Promise<ResearchWorld> {
  const world = await researchWorld({ assets: 1, strategies: [above], slots: rows.length });
  const { input, firstSlotMs } = world;
  const before = 2000;
  const all: readonly Row[] = [...Array<Row>(before).fill(FLAT), ...rows];
  const column = (index: number) => Float64Array.from(all, (row) => row[index] ?? Number.NaN);
  const openMs = Float64Array.from(all, (_, i) => firstSlotMs + (i - before - 1) * STEP_MS);
  const known = { open: column(0), high: column(1), low: column(2), close: column(3), openMs };
  const { venue, config } = input;
  const markets = new Map([...venue.markets].map(([symbol, market]) => [symbol, { ...market, feeBps: 0 }]));
  const series = (symbol: MarketSymbol): CandleSeries => ({
    ...known,
    symbol,
    timeframe: "5m",
    volume: new Float64Array(all.length).fill(1e6),
    notes: [],
    askedFromMs: unixMs(0),
    checkedThroughMs: world.lastSlotMs,
  });
  const candles: typeof venue.marketData.candles = async ({ symbol, timeframe, nowMs, fromMs }) =>
    timeframe === "5m"
      ? selectClosed(series(symbol), { nowMs, graceMs: 0, fromMs })
      : venue.marketData.candles({ symbol, timeframe, nowMs, fromMs }, { signal });
  return {
    ...world,
    input: {
      config: { ...config, costs: { ...config.costs, feeBps: 0, slippageBps: 0 } },
      venue: { ...venue, markets, marketData: { ...venue.marketData, candles } },
    },
  };
}

describe("a refused entry whose end is known", () => {
  // 2 % of 10,000 at the close of 101 is 1.98 coins; filled at the open of 102, the stop 10 % below at 91.8.
  const enter: Row = [100, 101, 100, 101];

  it("that meets its stop loses what the stop would have cost", async () => {
    const { all, run } = await shadowed(await made([enter, [102, 102, 91, 92], FLAT]), { rules: FORBIDDEN });
    expect(run.refusals.counts().byRule).toEqual({ "operator-rule": 1 });
    const [shadow, ...more] = all;
    expect(more).toEqual([]);
    expect(shadow).toMatchObject({
      state: "closed",
      trade: { entryPrice: "102", exitPrice: "91.8", exitRole: "stop-loss" },
    });
    const quantity = toNumber(shadow?.trade?.quantity ?? "0");
    expect(quantity).toBeCloseTo(200 / 101, 2);
    expect(toNumber(shadow?.pnl ?? "0")).toBeCloseTo(quantity * (91.8 - 102), 9);
  });

  it("that has not ended at the end of the range counts at its last close, and is no closed one", async () => {
    const { all } = await shadowed(await made([enter, [102, 104, 101, 103]]), { rules: FORBIDDEN });
    expect(all.map(({ state }) => state)).toEqual(["open"]);
  });

  it("is not traded again while it is open: later refusals repeat it", async () => {
    const { all, run } = await shadowed(await made([enter, enter, enter, FLAT]), { rules: FORBIDDEN });
    expect(all).toHaveLength(1);
    expect(run.refusals.counts().byRule).toEqual({ "operator-rule": 3 });
    expect(run.shadows?.repeated.get("operator-rule")).toBe(2);
  });
});
