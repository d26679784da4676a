// Floor 4. Why the desk did, or did not do, what it did: the journal of that moment, and what the analyses said then. Nothing
// is derived anew.
import type { DeskText, DeskView } from "#agents/deep-trader-manager/desk-view.ts";
import type { JournalEvent, JournalRow } from "#schemas/journal.ts";
import { isWorking } from "#schemas/order.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import type { MarketView } from "#schemas/reading.ts";
import { mayEnter } from "#schemas/security.ts";
import type { ReadJournal } from "../../account/journal-pages.ts";
import type { Desk } from "../../desk.ts";
import { formatTime } from "../../documents/format.ts";
import { journalLine } from "../../documents/journal-line.ts";
import { strategyIdsOf } from "../../documents/strategy-names.ts";
import { pastViews } from "../../past-views.ts";
import { blockedText } from "./holdings.ts";
import { isWithin } from "./own-trades.ts";

/** Journal events, and analyses, that a why-answer quotes at most. */
const MAX_QUOTED = 6;
const MAX_ANALYSES = 4;
/** Analyses looked at: what lies further back is in `memory history`. */
const HISTORY = 24;

type About = Parameters<DeskView["why"]>[0];

/** What is about an order of one market. */
const ABOUT_ORDERS: readonly JournalEvent["type"][] = [
  "decision",
  "refusal",
  "order-list",
  "order",
  "fill",
  "write-off",
  "coins-out",
];

/** Rows of which some are about the market's orders, in order; null: of any market. @throws StoreError */
export const readAbout = (
  read: ReadJournal,
  symbol: string | null,
  options: CallOptions,
): Promise<readonly JournalRow[]> => read({ types: ABOUT_ORDERS, ...(symbol === null ? {} : { symbol }) }, options);

export async function whyText(
  desk: Desk,
  read: ReadJournal,
  { symbol, side, negation, timeframe, nowMs, period }: About,
  options: CallOptions,
): Promise<DeskText> {
  const eventsThen = (rows: readonly JournalRow[]): readonly JournalEvent[] =>
    rows.map(({ event }) => event).filter(({ atMs }) => atMs <= nowMs && isWithin(period, atMs));
  const about = eventsThen(await readAbout(read, symbol, options)).filter((event) => isAbout(event, symbol, side));
  const refused = about.filter((event) => event.type === "refusal");
  const done = about.filter((event) => event.type !== "decision" && event.type !== "refusal");
  // Asked why not: the refusals are the answer; where it did act after all, that is.
  const quoted = (negation && refused.length > 0 ? refused : about).slice(-MAX_QUOTED);
  // How long the desk has run then, where there is nothing else to tell.
  const marks = quoted.length > 0 ? [] : eventsThen(await read({ types: ["run-started", "equity"] }, options));
  const strategies = strategyIdsOf(desk);
  const blocked = negation && side !== "sell" && period === null ? blockedText(desk, symbol) : "";
  const parts: string[] = blocked === "" ? [] : [blocked];
  if (quoted.length > 0) {
    if (negation && done.length > 0 && refused.length === 0) parts.push("It did:");
    parts.push(
      `The journal says:\n${quoted.map((event) => `${formatTime(event.atMs)}: ${journalLine(event, strategies)}`).join("\n")}.`,
    );
  } else parts.push(nothingJournaled(symbol, marks));
  const at = { venueId: desk.marketData.venueId, timeframe };
  const stored =
    symbol === null || (quoted.length > 0 && !negation)
      ? []
      : await pastViews(desk, { ...at, symbol }, { nowMs, limit: HISTORY }, options);
  const analyses = stored.map(({ record }) => record);
  const runs = sameWords(analyses);
  if (runs.length > 0) {
    parts.push(`The analyses of ${symbol} ${timeframe} said:\n${runs.slice(0, MAX_ANALYSES).map(runLine).join("\n")}.`);
  }
  const quotedIds = runs.slice(0, MAX_ANALYSES).flatMap(({ records }) => records.map(({ id }) => id));
  const decided = quoted.flatMap((e) => (e.type === "decision" ? [e.decision.analysisId] : []));
  return {
    text: parts.join(" "),
    asOfMs: quoted.at(-1)?.atMs ?? analyses[0]?.asOfMs ?? marks.at(-1)?.atMs ?? null,
    analysisIds: [...decided, ...quotedIds],
    recordsRead: analyses.length,
  };
}

/** Successive analyses that came to the same, the newest first. */
type Run = { readonly words: string; readonly records: MarketView[] };

function sameWords(analyses: readonly MarketView[]): readonly Run[] {
  const runs: Run[] = [];
  for (const record of analyses) {
    const words = verdictOf(record);
    const last = runs.at(-1);
    if (last?.words === words) last.records.push(record);
    else runs.push({ words, records: [record] });
  }
  return runs;
}

/** Each strategy's word; named where several have read it. */
const verdictOf = ({ readings, security }: MarketView): string => {
  const barred = mayEnter(security.verdict) ? "" : `, security ${security.verdict}`;
  if (readings.length === 0) return `not read by any strategy${barred}`;
  const said = readings.map(({ strategyId, signal }) => {
    const word = signal.action === "hold" ? "no signal" : `signal ${signal.action}`;
    return readings.length === 1 ? word : `${strategyId} ${word}`;
  });
  return `${said.join(", ")}${barred}`;
};

/** The newest of a run speaks for it, with its own reasons. */
function runLine({ words, records }: Run): string {
  const [newest] = records;
  const oldest = records.at(-1);
  if (newest === undefined || oldest === undefined) return "";
  const when =
    records.length === 1
      ? formatTime(newest.asOfMs)
      : `${formatTime(oldest.asOfMs)} to ${formatTime(newest.asOfMs)} (${records.length} analyses), at last`;
  const reasons = newest.readings.flatMap(({ strategyId, signal }) =>
    signal.reasons.map((reason) => (newest.readings.length === 1 ? reason : `${strategyId} ${reason}`)),
  );
  const because = reasons.length === 0 ? "" : `: ${reasons.join("; ")}`;
  const barred = mayEnter(newest.security.verdict) ? "" : `; ${newest.security.reason.replace(/\.$/, "")}`;
  return `${when}: ${words}${because}${barred}`;
}

/** The journal holds what was decided, refused, ordered and filled; holds are counted, not journaled. */
export function isAbout(event: JournalEvent, symbol: string | null, side: "buy" | "sell" | null): boolean {
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
    case "order-list":
      return event.orders[0] ?? null;
    case "order":
      // What happens to a working order says nothing about why.
      return isWorking(event.order) ? null : event.order;
    case "fill":
      return event.fill;
    case "write-off":
    case "coins-out":
      return { symbol: event.symbol, side: "sell" };
    default:
      // The rest is about no order of one market.
      return null;
  }
}

function nothingJournaled(symbol: string | null, events: readonly JournalEvent[]): string {
  const since = events[0] === undefined ? "" : ` since ${formatTime(events[0].atMs)}`;
  return `The journal has no decision, refusal, order or fill${symbol === null ? "" : ` about ${symbol}`}${since}: there was no signal to act on, or the desk has not run.`;
}
