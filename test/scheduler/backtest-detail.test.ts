import { describe, expect, it } from "vitest";
import { type BacktestRun, runBacktest } from "#scheduler/backtest-driver.ts";
import { candleColumns } from "#schemas/market.ts";
import type { MarketData } from "#schemas/ports/market.ts";
import { timeframeMs, unixMs } from "#schemas/units.ts";
import { researchWorld } from "../support/research-world.ts";

const signal = new AbortController().signal;

/** A simulated week of near stops and targets, with minutes as `change` makes them. */
async function run(
  { stopPct, targetPct, ...world }: typeof NEAR,
  change: ((candles: MarketData["candles"]) => MarketData["candles"]) | null,
): Promise<BacktestRun> {
  const { input, firstSlotMs, lastSlotMs } = await researchWorld(world);
  const { config, venue } = input;
  const { marketData } = venue;
  return runBacktest(
    {
      ...input,
      config: { ...config, limits: { ...config.limits, stopPct, targetPct } },
      venue: change === null ? venue : { ...venue, marketData: { ...marketData, candles: change(marketData.candles) } },
      ...{ firstSlotMs, lastSlotMs },
      ...(change === null ? {} : { detail: "1m" as const }),
    },
    { signal },
  );
}

const asItIs = (candles: MarketData["candles"]): MarketData["candles"] => candles;
const NEAR = { stopPct: 0.1, targetPct: 0.1, slots: 3456, assets: 6 };
/** None of them is touched together, or jumped over, in these three days. */
const FAR = { stopPct: 1, targetPct: 1, slots: 864, assets: 6 };

let near: Promise<BacktestRun> | null = null;
const wholeNear = (): Promise<BacktestRun> => {
  near ??= run(NEAR, null);
  return near;
};

describe("a backtest with minutes inside its candles", () => {
  it("is the same to the last event where nothing can be read in two ways", async () => {
    const whole = await run(FAR, null);
    const detailed = await run(FAR, asItIs);
    expect(detailed.detail).toMatchObject({ ambiguous: 0, jumps: 0, missing: 0, different: 0 });
    expect(detailed.detail?.asked).toBeGreaterThan(0);
    expect(detailed.account.decisionsHash()).toBe(whole.account.decisionsHash());
    expect(detailed.account.statistics().trades()).toEqual(whole.account.statistics().trades());
    expect(whole.detail).toBeNull();
  });

  it("says what they decided where something can, and decides it", async () => {
    const whole = await wholeNear();
    const { detail, account } = await run(NEAR, asItIs);
    expect(detail).not.toBeNull();
    if (detail === null) return;
    expect(detail.ambiguous).toBeGreaterThan(3);
    expect(detail.targets).toBeGreaterThan(0);
    expect(detail.unresolved).toBe(0);
    expect(detail.stops + detail.targets + detail.held).toBeGreaterThanOrEqual(detail.ambiguous);
    // Where the target came first the whole candle has sold at the stop.
    const byTarget = (trades: readonly { exitRole: string }[]) =>
      trades.filter(({ exitRole }) => exitRole === "take-profit").length;
    const [first, second] = [whole.account.statistics().trades(), account.statistics().trades()];
    expect(byTarget(second)).toBeGreaterThan(byTarget(first));
  });

  it.each([
    ["missing", { missing: true }],
    ["different", { missing: false }],
  ] as const)(
    "takes the whole candle, as without them, where they are %s, and counts it",
    async (what, { missing }) => {
      const whole = await wholeNear();
      const broken = await run(NEAR, (candles) => async (request, options) => {
        const series = await candles(request, options);
        if (request.timeframe !== "1m") return series;
        const rows = [...series.openMs.keys()].filter((row) => !missing || row % 5 !== 2);
        const columns = candleColumns((name) =>
          Float64Array.from(rows, (row) => (series[name][row] ?? 0) * (!missing && name === "high" ? 1.001 : 1)),
        );
        return { ...series, ...columns };
      });
      expect(broken.detail?.[what]).toBe(broken.detail?.asked);
      expect(broken.detail?.unresolved).toBe(broken.detail?.ambiguous);
      expect(broken.detail?.ambiguous).toBeGreaterThan(3);
      expect(broken.account.decisionsHash()).toBe(whole.account.decisionsHash());
    },
  );

  it("asks for minutes of the tested time alone", async () => {
    const asked: number[] = [];
    await run(FAR, (candles) => (request, options) => {
      if (request.timeframe === "1m") asked.push(request.fromMs);
      return candles(request, options);
    });
    const { firstSlotMs } = await researchWorld(FAR);
    expect(new Set(asked)).toEqual(new Set([unixMs(firstSlotMs - timeframeMs("5m"))]));
  });
});
