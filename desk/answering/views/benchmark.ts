// Floor 4. This run against buying and holding: equal weights of the universe, over the same closes, without costs, as in
// `backtest`. Prices come from Khala; where it has thinned them out, from the venue's candles, within the question's budget.

import type { DeskText } from "#agents/deep-trader-manager/desk-view.ts";
import { isPassing } from "#schemas/errors.ts";
import type { JournalEvent } from "#schemas/journal.ts";
import { toNumber } from "#schemas/money.ts";
import type { MarketData } from "#schemas/ports/market.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { type MarketSymbol, splitSymbol, startOfDay, timeframeMs, toIso, type UnixMs, unixMs } from "#schemas/units.ts";
import { WORK_WEIGHTS } from "#schemas/work.ts";
import { computeMetrics } from "../../account/summary.ts";
import type { Desk } from "../../desk.ts";
import { formatAmount, formatPct, formatTime } from "../../documents/format.ts";
import { slotAt } from "../../slots.ts";

const MIN_TRADES = 30;

export async function benchmarkText(
  desk: Desk,
  run: { readonly events: readonly JournalEvent[]; readonly nowMs: UnixMs },
  options: CallOptions,
): Promise<DeskText> {
  const started = run.events.find((event) => event.type === "run-started");
  const endMs = desk.account.portfolio().settledThroughMs;
  const none = (text: string): DeskText => ({ text, asOfMs: endMs, analysisIds: [] });
  if (started === undefined || endMs === null)
    return none("The desk has settled no slot yet: there is nothing to compare.");
  const { timeframe, costs } = desk.config;
  const startMs = slotAt(started.atMs, timeframe, desk.marketData.graceMs);
  const slots = Math.round((endMs - startMs) / timeframeMs(timeframe)) + 1;
  if (slots < 2) return none("The desk has settled one slot so far: there is nothing to compare yet.");

  // As it was marked then: prices that have come in since would lengthen the span of what is held.
  const mark = run.events.findLast((event) => event.type === "equity");
  if (mark === undefined) return none("The journal has no equity mark yet: there is nothing to compare.");
  const universe = await desk.universe.at(run.nowMs, options);
  const held = await buyAndHold(
    desk,
    { symbols: universe.assets.filter((symbol) => splitSymbol(symbol).quote === desk.quote), startMs, endMs },
    options,
  );
  const { startingCash, feesPaid } = desk.account.portfolio();
  const metrics = computeMetrics({
    statistics: desk.account.statistics(),
    counts: desk.account.counts(),
    startMs,
    endMs,
    slots,
    startingCash: toNumber(startingCash),
    finalEquity: toNumber(mark.equity),
    buyAndHoldPct: held.returnPct,
    feesPaid,
    costs,
  });
  const { totalReturnPct, buyAndHoldPct, tradesClosed, meanTradePct95 } = metrics;
  const verdict =
    buyAndHoldPct === null
      ? "It cannot be said whether it beat holding: no market has a price at both ends."
      : `It is ${totalReturnPct > buyAndHoldPct ? "ahead of" : totalReturnPct < buyAndHoldPct ? "behind" : "even with"} holding by ${Math.abs(totalReturnPct - buyAndHoldPct).toFixed(2)} percentage points.`;
  const sameDay = startOfDay(startMs) === startOfDay(run.nowMs);
  const which = sameDay ? "the universe" : "today's universe (that of the first day is not kept)";
  const trades =
    meanTradePct95 === null
      ? `${tradesClosed} ${tradesClosed === 1 ? "trade" : "trades"} closed: under ${MIN_TRADES}, too few for an interval, so this says little.`
      : `${tradesClosed} trades closed, mean ${formatPct(metrics.meanTradePct ?? 0)} (95 % interval ${formatPct(meanTradePct95[0])} to ${formatPct(meanTradePct95[1])}).`;
  return {
    text: [
      `Example strategy ${desk.strategy.id}, ${formatTime(startMs)} to ${formatTime(endMs)} UTC (${slots} slots of ${timeframe}): equity ${formatPct(totalReturnPct)}${buyAndHoldPct === null ? "" : `, buy and hold ${formatPct(buyAndHoldPct)} (equal weights of ${held.markets} markets of ${which}, no costs)`}.`,
      verdict,
      trades,
      `Costs: ${formatAmount(feesPaid)} ${desk.quote} fees (${costs.feeBps} bps a side), ${costs.slippageBps} bps slippage a side.`,
      ...(held.unread === 0
        ? []
        : [`${held.unread} markets are left out: their price at ${toIso(startMs)} is not to be had.`]),
    ].join(" "),
    asOfMs: endMs,
    analysisIds: held.analysisIds,
    recordsRead: held.recordsRead,
  };
}

interface Held {
  /** Equal-weight return of the markets with a price at both ends, percent; null: none has. */
  readonly returnPct: number | null;
  readonly markets: number;
  /** Markets without a price at the start, or at the end. */
  readonly unread: number;
  readonly recordsRead: number;
  readonly analysisIds: readonly string[];
}

interface Span {
  readonly symbols: readonly MarketSymbol[];
  readonly startMs: UnixMs;
  readonly endMs: UnixMs;
}

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
      returns.push(to.record.price / from.record.price - 1);
    } else lacking.push({ symbol, to: to.record.price });
  }
  const affordable = lacking.length * WORK_WEIGHTS.providerCalls <= config.thinking.questionUnits;
  for (const { symbol, to } of affordable ? lacking : []) {
    const from = await closeAt(marketData, { symbol, slotMs: startMs, timeframe }, options);
    if (from !== null) returns.push(to / from - 1);
  }
  const sum = returns.reduce((total, value) => total + value, 0);
  return {
    returnPct: returns.length === 0 ? null : (sum / returns.length) * 100,
    markets: returns.length,
    unread: symbols.length - returns.length,
    recordsRead,
    analysisIds,
  };
}

/** The newest close at or before a slot, as the backtest takes it; null where the venue has or gives none. */
async function closeAt(
  marketData: MarketData,
  { symbol, slotMs, timeframe }: { symbol: MarketSymbol; slotMs: UnixMs; timeframe: Desk["config"]["timeframe"] },
  options: CallOptions,
): Promise<number | null> {
  try {
    const nowMs = unixMs(slotMs + marketData.graceMs);
    const series = await marketData.candles({ symbol, timeframe, nowMs, count: 1 }, options);
    return series.close.at(-1) ?? null;
  } catch (error) {
    if (!isPassing(error)) throw error;
    return null;
  }
}
