// Floor 6. Closed trades → what each day brought, for a small screen.
import { formatAmount, formatTime } from "#desk/documents/format.ts";
import type { TradesReport } from "#desk/documents/trades-report.ts";
import { partsTable } from "./trades-text.ts";

export function profitText({ trades, byDay, pnl, quote, sinceMs, openPositions, run }: TradesReport): string {
  const since = sinceMs === null ? "in this run" : `since ${formatTime(sinceMs)} UTC`;
  const open = openPositions === 0 ? "" : ` ${openPositions} still open, in no figure here.`;
  const title = `${formatAmount(pnl)} ${quote} after fees in ${trades.length} closed trades ${since}.${open}`;
  return [title, ...(byDay.length === 0 ? [] : [partsTable("day (UTC)", byDay, quote)]), `run ${run}`].join("\n");
}
