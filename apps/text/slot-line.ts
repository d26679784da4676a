// Floor 6. One calm line a slot, and beneath it what happened: fills, refusals, orders that ended.

import type { Desk } from "#desk/desk.ts";
import { formatAmount, formatClock, formatPct, formatTime } from "#desk/documents/format.ts";
import { journalLine } from "#desk/documents/journal-line.ts";
import type { PortfolioView } from "#desk/documents/portfolio-view.ts";
import { ofStrategy } from "#desk/documents/strategy-names.ts";
import type { LiveSlotReport } from "#desk/run-slot/live-slot.ts";
import type { DeskStrategy } from "#memory/said-of.ts";
import { isPositive } from "#schemas/money.ts";
import type { ControlState, Portfolio } from "#schemas/portfolio.ts";
import type { Style } from "../io.ts";
import { notUsableText } from "./left-out-text.ts";
import { visibleLength } from "./table.ts";

/** `2018-01-16 12:05 SIMULATED 50/50 fresh 0.4s | eq 10,012 +0.1 % day, entries stop at −2 % | 3/10 open, exp 6 %, … | 1 buy` */
export function slotLine(
  report: LiveSlotReport,
  view: PortfolioView,
  desk: SlotLineDesk,
  { style, withDate }: { readonly style: Style; readonly withDate: boolean },
): string {
  const { sleep, trade } = report;
  const asked = sleep.analysed + sleep.skipped.length + sleep.failed.length;
  const { control, paused, loss } = desk.account.portfolio();
  const { limits } = desk.config;
  const fresh = `${sleep.analysed}/${asked} fresh`;
  const time = withDate ? formatTime(report.slotMs) : formatClock(report.slotMs);
  const parts = [
    `${style.bold(time)} ${desk.marketData.simulated ? "SIMULATED " : ""}${sleep.failed.length > 0 ? style.warn(fresh) : fresh} ${(report.durationMs / 1000).toFixed(1)}s`,
    `eq ${formatAmount(view.equity)}${isPositive(view.valueAtOldPrices) ? ` (of it ${formatAmount(view.valueAtOldPrices)} at old prices)` : ""} ${loss === null ? "" : `${formatPct(loss.dayChangePct, 1)} day, entries stop at −${limits.maxDayLossPct} %`}`.trimEnd(),
    `${view.openPositions}/${limits.maxOpenPositions} open, exp ${view.exposurePct.toFixed(0)} %, if all stops hit ${formatPct(view.allStopsHitPct, 1)}`,
    ...[notUsableText(sleep)].filter((text) => text !== null),
    ...(paused.size === 0 ? [] : [style.warn(`paused: ${[...paused].join(", ")}`)]),
    ...desk.hosts.flatMap(({ info, fault }) =>
      fault === null ? [] : [style.bad(`ended: ${info.id}, ${fault.message}`)],
    ),
    actionsText(trade, desk.haltFileExists() ? "halted" : control, style),
  ];
  return wrapParts(parts, style.columns);
}

/** What the line says of a desk. */
export type SlotLineDesk = Pick<Desk, "haltFileExists"> & {
  readonly account: { portfolio(): Pick<Portfolio, "control" | "paused" | "loss"> };
  readonly config: Pick<Desk["config"], "limits">;
  readonly marketData: Pick<Desk["marketData"], "simulated">;
  readonly hosts: readonly DeskStrategy[];
};

/** Joined by ` | `, broken only between parts; what goes on is indented beneath the first. */
export function wrapParts(parts: readonly string[], columns: number): string {
  let line = "";
  const lines: string[] = [];
  for (const part of parts) {
    if (line !== "" && visibleLength(line) + 3 + visibleLength(part) > columns) {
      lines.push(line);
      line = `      ${part}`;
    } else line = line === "" ? part : `${line} | ${part}`;
  }
  return [...lines, line].join("\n");
}

const STANDING = { paused: "paused: no entries", halted: "halted: nothing is sent" } as const;

function actionsText(trade: LiveSlotReport["trade"], control: ControlState, style: Style): string {
  const buys = trade.orders.filter((order) => order.side === "buy").length;
  const sells = trade.orders.length - buys;
  const parts = [
    ...(control === "running" ? [] : [style.warn(STANDING[control])]),
    ...(buys > 0 ? [`${buys} ${buys === 1 ? "buy" : "buys"}`] : []),
    ...(sells > 0 ? [`${sells} ${sells === 1 ? "sell" : "sells"}`] : []),
    ...(trade.refusals.length > 0 ? [`${trade.refusals.length} refused (${rulesText(trade.refusals)})`] : []),
  ];
  return parts.length === 0 ? "nothing to do" : parts.join(", ");
}

function rulesText(refusals: LiveSlotReport["trade"]["refusals"]): string {
  const counts = new Map<string, number>();
  for (const { rule } of refusals) counts.set(rule, (counts.get(rule) ?? 0) + 1);
  return [...counts].map(([rule, count]) => `${rule.replaceAll("-", " ")} ${count}`).join(", ");
}

/**
 * What happened in the slot, a line each.
 * @param strategies those that trade: where there are several, each line says whose it is
 */
export function slotLines(report: LiveSlotReport, strategies: readonly string[], style: Style): readonly string[] {
  const settled = report.settled
    .filter((event) => event.type === "fill" || (event.type === "order" && endedWithoutFill(event.order.status)))
    .map((event) => {
      const line = `      ${journalLine(event, strategies)}`;
      return event.type === "fill" && event.fill.role === "stop-loss" ? style.warn(line) : line;
    });
  const refused = report.trade.refusals.map(({ strategyId, symbol, rule, reason }) =>
    style.dim(`      refused ${symbol}${ofStrategy(strategyId, strategies)} (${rule}): ${reason}`),
  );
  const ordered = report.trade.orders.map(
    (order) =>
      `      ${order.side} ${order.quantity} ${order.symbol}${ofStrategy(order.strategyId, strategies)}: ${orderStatusText(order)}`,
  );
  return [...settled, ...ordered, ...refused];
}

/** `rejected: bid and ask have no time stamp` */
export const orderStatusText = ({ status, statusReason }: LiveSlotReport["trade"]["orders"][number]): string =>
  statusReason === "" ? status : `${status}: ${statusReason}`;

const endedWithoutFill = (status: string): boolean => status === "expired" || status === "rejected";
