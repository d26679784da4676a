// Floor 4. This run against buying and holding, in words.

import { counted } from "#agents/deep-trader-manager/answers/render-text.ts";
import type { DeskText } from "#agents/deep-trader-manager/desk-view.ts";
import type { JournalEvent } from "#schemas/journal.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { startOfDay, toIso, type UnixMs } from "#schemas/units.ts";
import type { Desk } from "../../desk.ts";
import { formatAmount, formatPct, formatTime } from "../../documents/format.ts";
import { runMetrics, runSpan } from "../../documents/run-metrics.ts";
import { strategyIdsOf } from "../../documents/strategy-names.ts";

const MIN_TRADES = 30;

export async function benchmarkText(
  desk: Desk,
  { events, nowMs }: { readonly events: readonly JournalEvent[]; readonly nowMs: UnixMs },
  options: CallOptions,
): Promise<DeskText> {
  const asOfMs = desk.account.portfolio().settledThroughMs;
  const span = runSpan(desk, events);
  if (span === null) {
    const settled = asOfMs === null ? "settled no slot yet" : "settled one slot so far";
    return { text: `The desk has ${settled}: there is nothing to compare.`, asOfMs, analysisIds: [] };
  }
  const { startMs, endMs } = span;
  const ids = strategyIdsOf(desk);
  const { timeframe, costs } = desk.config;
  const { metrics, held } = await runMetrics(desk, span, options);
  const { totalReturnPct, buyAndHoldPct, tradesClosed, meanTradePct95 } = metrics;
  const verdict =
    buyAndHoldPct === null
      ? "It cannot be said whether it beat holding: no market has a price at both ends."
      : `It is ${totalReturnPct > buyAndHoldPct ? "ahead of" : totalReturnPct < buyAndHoldPct ? "behind" : "even with"} holding by ${Math.abs(totalReturnPct - buyAndHoldPct).toFixed(2)} percentage points.`;
  const sameDay = startOfDay(startMs) === startOfDay(nowMs);
  const which = sameDay ? "the universe" : "today's universe (that of the first day is not kept)";
  const trades =
    meanTradePct95 === null
      ? `${counted(tradesClosed, "trade")} closed: under ${MIN_TRADES}, too few for an interval, so this says little.`
      : `${tradesClosed} trades closed, mean ${formatPct(metrics.meanTradePct ?? 0)} (95 % interval ${formatPct(meanTradePct95[0])} to ${formatPct(meanTradePct95[1])}).`;
  return {
    text: [
      `Example ${ids.length > 1 ? "strategies" : "strategy"} ${ids.join(", ")}, ${formatTime(startMs)} to ${formatTime(endMs)} UTC (${metrics.slots} slots of ${timeframe}): equity ${formatPct(totalReturnPct)}${buyAndHoldPct === null ? "" : `, buy and hold ${formatPct(buyAndHoldPct)} (equal weights of ${held.markets} markets of ${which}, no costs)`}.`,
      verdict,
      trades,
      `Costs: ${formatAmount(metrics.feesPaid)} ${desk.quote} fees (${costs.feeBps} bps a side), ${costs.slippageBps} bps slippage a side.`,
      ...(held.unread === 0
        ? []
        : [`${held.unread} markets are left out: their price at ${toIso(startMs)} is not to be had.`]),
    ].join(" "),
    asOfMs,
    analysisIds: held.analysisIds,
    recordsRead: held.recordsRead,
  };
}
