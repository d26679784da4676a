// Floor 5. A running desk's strategy over the newest candles of one market, as it is configured → the trades that closed there. A
// backtest of that market alone, so that no other's position takes its place; candles come through the desk's own port.
import type { EdgeRetest } from "#desk/revalidation/revalidation.ts";
import type { DeskConfig } from "#schemas/config.ts";
import type { MarketData } from "#schemas/ports/market.ts";
import { Variation } from "#schemas/research.ts";
import { unixMs } from "#schemas/units.ts";
import { selectClosed } from "#toolkits/market/closed-candles.ts";
import { createLocalHost } from "#toolkits/strategies/host.ts";
import { NOT_ASKED } from "../kept-candles.ts";
import { type ResearchInput, runVariation } from "./run-variation.ts";

export type RetestParts = Pick<ResearchInput["venue"], "marketData" | "markets" | "quote" | "cash"> & {
  readonly config: DeskConfig;
};

/** Takes one slot of the running desk's time at most for each market; asks only for its candles. */
export const createRetest =
  ({ config, marketData, ...venue }: RetestParts): EdgeRetest =>
  async ({ strategy, symbol, firstSlotMs, lastSlotMs, nowMs }, options) => {
    const input: ResearchInput = {
      // What is judged is the strategy, not the day's luck of the desk's limits.
      config: {
        ...config,
        assets: 1,
        securityPolicy: "skip",
        strategies: [{ use: strategy.id, sharePct: 100, parameters: {} }],
        markets: { include: [symbol], exclude: [] },
        limits: { ...config.limits, maxDayLossPct: 100, maxDrawdownPct: 100 },
      },
      venue: {
        ...venue,
        marketData: asOf(marketData, nowMs),
        security: NOT_ASKED,
        universe: { topAssets: async () => ({ assets: [symbol], liquidity: new Map() }) },
        hosts: [createLocalHost(strategy)],
      },
    };
    const { trades } = await runVariation(input, Variation.parse({ firstSlotMs, lastSlotMs }), options);
    return trades.map(({ exitMs, returnPct }) => ({ closedAtMs: exitMs, returnPct }));
  };

/** The venue as it stands at `nowMs`, whatever moment the backtest asks for: nothing later than that is cut off afterwards. */
const asOf = (marketData: MarketData, nowMs: number): MarketData => ({
  ...marketData,
  graceMs: 0,
  tickers: async () => [],
  candles: async (request, options) => {
    const series = await marketData.candles({ ...request, nowMs: unixMs(nowMs) }, options);
    return selectClosed(series, { nowMs: request.nowMs, graceMs: 0, fromMs: request.fromMs });
  },
});
