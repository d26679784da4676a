// Floor 5. What the manager is told of its own desk: the portfolio, and why-answers read from the journal of that moment.
import type { DeskText, DeskView } from "#agents/deep-trader-manager/desk-view.ts";
import type { Desk } from "#scheduler/desk.ts";
import type { JournalEvent } from "#schemas/journal.ts";
import type { CallOptions } from "#schemas/ports.ts";
import { viewPortfolio } from "./commands/portfolio-view.ts";
import { journalLine } from "./commands/status.ts";
import { formatAmount, formatPct, formatTime } from "./text/format.ts";

/** Journal events a why-answer quotes at most. */
const MAX_QUOTED = 6;

export function createDeskView(
  desk: Desk,
  readJournal: (options: CallOptions) => Promise<readonly JournalEvent[]>,
): DeskView {
  return {
    portfolioText: async ({ nowMs }, options) => {
      const view = await viewPortfolio(desk, options);
      const { loss } = desk.book.portfolio();
      const held = view.positions.filter((p) => !p.dust);
      const positions =
        held.length === 0
          ? "No open positions."
          : `${held.length} open: ${held.map((p) => `${p.symbol} ${p.quantity} (${formatPct(p.pnlPct)})`).join(", ")}.`;
      const today = loss === null ? "" : ` (${formatPct(loss.dayChangePct)} today)`;
      return {
        text: `Equity ${formatAmount(view.equity)} ${view.quote}${today}, cash ${formatAmount(view.cash)}, exposure ${view.exposurePct.toFixed(1)} %. ${positions}`,
        asOfMs: desk.book.portfolio().settledThroughMs ?? nowMs,
        analysisIds: [],
      };
    },
    why: async ({ symbol, side, nowMs }, options) => {
      const events = (await readJournal(options)).filter((event) => event.atMs <= nowMs);
      const about = events.filter((event) => isAbout(event, symbol, side));
      if (about.length === 0) return nothingJournaled(symbol, events);
      const quoted = about.slice(-MAX_QUOTED);
      const ids = quoted.flatMap((e) => (e.type === "decision" ? [e.decision.analysisId] : []));
      return {
        text: `The journal says:\n${quoted.map((event) => `${formatTime(event.atMs)}: ${journalLine(event)}`).join("\n")}.`,
        asOfMs: quoted.at(-1)?.atMs ?? null,
        analysisIds: ids,
      };
    },
  };
}

/** The journal holds what was decided, refused, ordered and filled; holds are counted, not journaled. */
function isAbout(event: JournalEvent, symbol: string | null, side: "buy" | "sell" | null): boolean {
  const what = subjectOf(event);
  if (what === null) return false;
  return (symbol === null || what.symbol === symbol) && (side === null || what.side === side);
}

function subjectOf(event: JournalEvent): { readonly symbol: string; readonly side: "buy" | "sell" } | null {
  switch (event.type) {
    case "decision":
      return { symbol: event.decision.symbol, side: event.decision.action === "enter" ? "buy" : "sell" };
    case "refusal":
      return { symbol: event.refusal.symbol, side: event.refusal.action === "enter" ? "buy" : "sell" };
    case "order":
      // Acknowledgements and resting children say nothing about why.
      return event.order.status === "open" ? null : event.order;
    case "fill":
      return event.fill;
    case "dust":
    case "equity":
    case "control":
    case "run-started":
    case "alert":
    case "alert-delivered":
    case "looked":
    case "opinion":
    case "quarantine":
    case "learning":
      return null;
  }
}

function nothingJournaled(symbol: string | null, events: readonly JournalEvent[]): DeskText {
  const last = events.at(-1);
  const since = events[0] === undefined ? "" : ` since ${formatTime(events[0].atMs)}`;
  return {
    text: `The journal has no decision, refusal, order or fill${symbol === null ? "" : ` about ${symbol}`}${since}: there was no signal to act on, or the desk has not run.`,
    asOfMs: last?.atMs ?? null,
    analysisIds: [],
  };
}
