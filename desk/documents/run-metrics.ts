// Floor 4. The figures of a running desk's account, and what buying and holding the same markets over the same closes made.
// Prices come from Khala; where it has thinned them out, from those that the run began with, else from the venue's candles, within the
// budget of one question.

import { isPassing } from "#schemas/errors.ts";
import type { JournalEvent } from "#schemas/journal.ts";
import { toNumber } from "#schemas/money.ts";
import type { MarketData } from "#schemas/ports/market.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { type MarketSymbol, splitSymbol, timeframeMs, type UnixMs, unixMs } from "#schemas/units.ts";
import { WORK_WEIGHTS } from "#schemas/work.ts";
import { gridMsOf } from "#toolkits/indicators/window.ts";
import { computeMetrics, type Metrics } from "../account/summary.ts";
import type { Desk } from "../desk.ts";
import { firstSlotOfRun, readFirstPrices } from "./first-prices.ts";

export interface RunMetrics {
  readonly metrics: Metrics;
  readonly held: Held;
}

/** From the slot in which the run began to the last one marked; null before there are two. */
export function runSpan(
  desk: Pick<Desk, "account" | "config" | "marketData">,
  events: readonly JournalEvent[],
): Period | null {
  const startMs = firstSlotOfRun(desk, events);
  const endMs = desk.account.statistics().equityLine().at(-1)?.atMs;
  return startMs !== null && endMs !== undefined && endMs > startMs ? { startMs, endMs } : null;
}

export async function runMetrics(desk: Desk, { startMs, endMs }: Period, options: CallOptions): Promise<RunMetrics> {
  const held = await universeHeld(desk, { startMs, endMs }, options);
  const { startingCash, feesPaid } = desk.account.portfolio();
  const statistics = desk.account.statistics();
  const metrics = computeMetrics({
    statistics,
    counts: desk.account.counts(),
    startMs,
    endMs,
    slots: Math.round((endMs - startMs) / timeframeMs(desk.config.timeframe)) + 1,
    startingCash: toNumber(startingCash),
    // As it was marked then: prices that have come in since would lengthen the span of what is held.
    finalEquity: statistics.equityLine().at(-1)?.equity ?? Number.NaN,
    buyAndHoldPct: held.returnPct,
    feesPaid,
    costs: desk.config.costs,
  });
  return { metrics, held };
}

/** Today's universe, as far as it is quoted in the settlement currency; that of the first day is not kept. */
export async function universeHeld(desk: Desk, period: Period, options: CallOptions): Promise<Held> {
  const universe = await desk.universe.at(desk.clock.now(), options);
  const symbols = universe.assets.filter((symbol) => splitSymbol(symbol).quote === desk.quote);
  return buyAndHold(desk, { symbols, ...period }, options);
}

export interface Period {
  readonly startMs: UnixMs;
  readonly endMs: UnixMs;
}

export interface Held {
  /** Equal-weight return of the markets with a price at both ends, percent; null: none has. */
  readonly returnPct: number | null;
  readonly markets: number;
  /** Markets without a price at the start, or at the end. */
  readonly unread: number;
  readonly recordsRead: number;
  readonly analysisIds: readonly string[];
  /** What each of those markets was bought at, in the order in which they are summed. */
  readonly boughtAt: ReadonlyMap<MarketSymbol, number>;
}

interface Span extends Period {
  readonly symbols: readonly MarketSymbol[];
}

/** Equal weights, without costs, as in `backtest`. */
async function buyAndHold(desk: Desk, { symbols, startMs, endMs }: Span, options: CallOptions): Promise<Held> {
  const { marketData, khala, config } = desk;
  const { timeframe } = config;
  const keys = symbols.map((symbol) => ({ venueId: marketData.venueId, symbol, timeframe }));
  const at = (slotMs: UnixMs) => ({ nowMs: unixMs(slotMs + marketData.graceMs) });
  const [then, now] = [
    await khala.recallMany(keys, at(startMs), options),
    await khala.recallMany(keys, at(endMs), options),
  ];
  const returns: number[] = [];
  const boughtAt = new Map<MarketSymbol, number>();
  const buy = (symbol: MarketSymbol, from: number, to: number): void => {
    boughtAt.set(symbol, from);
    returns.push(to / from - 1);
  };
  const analysisIds: string[] = [];
  const lacking: { symbol: MarketSymbol; to: number }[] = [];
  let recordsRead = 0;
  for (const [index, symbol] of symbols.entries()) {
    const [from, to] = [then[index], now[index]];
    for (const recall of [from, to]) if (recall !== undefined && recall.status !== "missing") recordsRead += 1;
    if (to === undefined || to.status === "missing" || to.record.asOfMs <= startMs) continue;
    analysisIds.push(to.record.id);
    // Exactly the first slot's close: an older one would lengthen the span of this market alone.
    if (from !== undefined && from.status !== "missing" && from.record.asOfMs === startMs) {
      analysisIds.push(from.record.id);
      buy(symbol, from.record.price, to.record.price);
    } else lacking.push({ symbol, to: to.record.price });
  }
  const first = lacking.length === 0 ? new Map<string, number>() : await readFirstPrices(desk, startMs, options);
  const unknown = lacking.filter(({ symbol, to }) => {
    const from = first.get(symbol);
    if (from !== undefined) buy(symbol, from, to);
    return from === undefined;
  });
  const affordable = unknown.length * WORK_WEIGHTS.providerCalls <= config.thinking.questionUnits;
  for (const { symbol, to } of affordable ? unknown : []) {
    const from = await closeAt(marketData, { symbol, slotMs: startMs, timeframe }, options);
    if (from !== null) buy(symbol, from, to);
  }
  return {
    returnPct: meanPct(returns),
    markets: returns.length,
    unread: symbols.length - returns.length,
    recordsRead,
    analysisIds,
    boughtAt,
  };
}

/** Equal weights; null: there is nothing to weigh. */
const meanPct = (returns: readonly number[]): number | null =>
  returns.length === 0 ? null : (returns.reduce((total, value) => total + value, 0) / returns.length) * 100;

/**
 * What the same markets, bought at the same prices, had made by an earlier moment, percent: by the newest analysis that Khala has kept
 * of then, which is thinned with its age. Null: none was known.
 */
export async function heldAt(
  { khala, marketData, config: { timeframe } }: Pick<Desk, "khala" | "marketData" | "config">,
  { boughtAt }: Pick<Held, "boughtAt">,
  { startMs, atMs }: { readonly startMs: UnixMs; readonly atMs: UnixMs },
  options: CallOptions,
): Promise<number | null> {
  if (atMs <= startMs) return boughtAt.size === 0 ? null : 0;
  const keys = [...boughtAt.keys()].map((symbol) => ({ venueId: marketData.venueId, symbol, timeframe }));
  const recalls = await khala.recallMany(keys, { nowMs: unixMs(atMs + marketData.graceMs) }, options);
  return meanPct(
    [...boughtAt.values()].flatMap((from, at) => {
      const recall = recalls[at];
      const isKnown = recall !== undefined && recall.status !== "missing" && recall.record.asOfMs > startMs;
      return isKnown ? [recall.record.price / from - 1] : [];
    }),
  );
}

/** The newest close at or before a slot, within a window before it; null where the venue has or gives none. */
async function closeAt(
  marketData: MarketData,
  { symbol, slotMs, timeframe }: { symbol: MarketSymbol; slotMs: UnixMs; timeframe: Desk["config"]["timeframe"] },
  options: CallOptions,
): Promise<number | null> {
  try {
    const nowMs = unixMs(slotMs + marketData.graceMs);
    const fromMs = gridMsOf(slotMs, timeframe);
    const series = await marketData.candles({ symbol, timeframe, nowMs, fromMs }, options);
    return series.close.at(-1) ?? null;
  } catch (error) {
    if (!isPassing(error)) throw error;
    return null;
  }
}
