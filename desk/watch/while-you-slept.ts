// Floor 4. Journal rows since the operator last looked → at most 15 lines, most important first. Pure. Every figure is made
// of the rows that its line cites, and of no others.
import type { AlertKind } from "#schemas/alert.ts";
import type { JournalEvent, JournalRow } from "#schemas/journal.ts";
import { subtract } from "#schemas/money.ts";
import type { UnixMs } from "#schemas/units.ts";
import { changeOf, flowOf } from "#toolkits/portfolio/flows.ts";
import { storedText } from "../documents/journal-line.ts";
import { amountText, pctText, timeText } from "./alert-text.ts";
import { DEAD_AFTER_SLOTS } from "./rules.ts";
import { boughtLine, type SleptSubject, soldLine, stopsLine } from "./slept-trades.ts";

/** What would come after it is the least important, and is in the journal. */
const MOST_LINES = 15;

export interface SleptLine {
  /** Ends with the rows it opens, as in `(#12, #15)`. */
  readonly text: string;
  /** Rows of the journal that it is made of, ascending. */
  readonly seq: readonly number[];
}

export interface Slept {
  readonly lines: readonly SleptLine[];
  /** Mark the look with it: the newest row that this covers; `sinceSeq` where there is nothing newer. */
  readonly throughSeq: number;
  /** Time of that row; null where the journal is empty. */
  readonly asOfMs: UnixMs | null;
}

export interface SleptSettings {
  /** Settlement currency. */
  readonly quote: string;
  /** Length of a slot. */
  readonly stepMs: number;
  /**
   * Every slot from here on still has its mark; the marks of before are thinned by age.
   */
  readonly marksWholeSinceMs: number;
}

type Row<T extends JournalEvent["type"]> = JournalRow & { readonly event: Extract<JournalEvent, { type: T }> };

/**
 * @param rows the whole journal, in order: what was held before the last look is needed to know what its sale has earned
 * @param sinceSeq newest row that an earlier look has covered; 0: there was none
 */
export function whileYouSlept(rows: readonly JournalRow[], sinceSeq: number, settings: SleptSettings): Slept {
  const news = rows.filter(({ seq, event }) => seq > sinceSeq && !isOwnTrace(event));
  const known = rows.filter(({ seq }) => seq <= sinceSeq);
  const subjects: readonly SleptSubject[] = [
    alertsOf(news, "stop-missing", "Stop missing"),
    alertsOf(news, "order-ambiguous", "Order without an answer"),
    alertsOf(news, "uncovered", "No stop at the venue"),
    alertsOf(news, "order-in-doubt", "Order in doubt"),
    alertsOf(news, "account-differs", "Account differs"),
    alertsOf(news, "keys-refused", "Refused by the venue"),
    alertsOf(news, "blind", "Blind"),
    alertsOf(news, "strategy-ended", "Strategy ended"),
    alertsOf(news, "held-token-turned", "Held token turned"),
    alertsOf(news, "delisting-notice", "Delisting notice"),
    alertsOf(news, "limit-tripped", "Limit tripped"),
    alertsOf(news, "receipt-unexplained", "Receipt"),
    alertsOf(news, "entry-waits", "Entry waited for you"),
    watchesMet(news),
    control(news),
    missedSlots(news, known, settings),
    stopsLine(rows, sinceSeq, settings.quote),
    equity(news, known, settings),
    soldLine(rows, sinceSeq, settings.quote),
    boughtLine(rows, sinceSeq),
    notDone(news),
    thoughtAndLearned(news),
  ];
  const last = news.at(-1);
  return {
    lines: subjects.flatMap((subject) => (subject === null ? [] : [lineOf(subject)])).slice(0, MOST_LINES),
    throughSeq: last?.seq ?? sinceSeq,
    asOfMs: last?.event.atMs ?? known.at(-1)?.event.atMs ?? null,
  };
}

/** What telling leaves behind is no news. */
const isOwnTrace = ({ type }: JournalEvent): boolean => type === "looked" || type === "alert-delivered";

/** Rows named one by one; of more, the first and the last. */
const ROWS_NAMED = 4;

function lineOf({ words, rows }: NonNullable<SleptSubject>): SleptLine {
  const seq = rows.map((row) => row.seq).sort((a, b) => a - b);
  const refs =
    seq.length <= ROWS_NAMED
      ? seq.map((number) => `#${number}`).join(", ")
      : `${seq.length} rows, #${seq[0]} to #${seq.at(-1)}`;
  return { text: `${words} (${refs})`, seq };
}

const isOf =
  <T extends JournalEvent["type"]>(type: T) =>
  (row: JournalRow): row is Row<T> =>
    row.event.type === type;

/** `3 times, last: …`, or just what was said. */
function lastOf(texts: readonly string[]): string {
  const last = texts.at(-1)?.replace(/\.$/, "") ?? "";
  return texts.length === 1 ? last : `${texts.length} times, last: ${last}`;
}

function alertsOf(news: readonly JournalRow[], kind: AlertKind, title: string): SleptSubject {
  const rows = news.filter(isOf("alert")).filter(({ event }) => event.alert.kind === kind);
  if (rows.length === 0) return null;
  return { words: `${title}: ${lastOf(rows.map(({ event }) => event.alert.text))}`, rows };
}

/** Each by itself: every one of them was asked for. */
function watchesMet(news: readonly JournalRow[]): SleptSubject {
  const rows = news.filter(isOf("alert")).filter(({ event }) => event.alert.kind === "watch-met");
  if (rows.length === 0) return null;
  return { words: `Watches met: ${rows.map(({ event }) => event.alert.text.replace(/\.$/, "")).join("; ")}`, rows };
}

/** What operators said, and what became of what was proposed; where only the halt file spoke, the alert of it. */
function control(news: readonly JournalRow[]): SleptSubject {
  const said = news.filter(isOf("control"));
  const blocks = news.filter(isOf("block"));
  const limits = news.filter(isOf("limit"));
  const ends = news.filter(isOf("proposal-ended"));
  const rows = [...said, ...blocks, ...limits, ...ends];
  if (rows.length === 0) return alertsOf(news, "control-changed", "Control");
  const texts = said.map(
    ({ event }) =>
      `${event.action}${event.strategyId === null ? "" : ` of ${event.strategyId}`} at ${timeText(event.atMs)}, ${event.reason}`,
  );
  const parts = [
    ...(texts.length === 0 ? [] : [lastOf(texts)]),
    ...blocks.map(
      ({ event }) => `${event.what} ${event.blocked ? "blocked" : "unblocked"} by ${event.by}, ${event.reason}`,
    ),
    ...limits.map(
      ({ event }) => `${event.limit} ${event.value === null ? "as configured" : event.value} by ${event.by}`,
    ),
    ...(ends.length === 0 ? [] : [`proposals ${countsText(ends.map(({ event }) => event.end.outcome))}`]),
  ];
  return { words: `Control: ${parts.join("; ")}`, rows };
}

/**
 * Longer silences have an alert. Shorter ones are counted from pairs of marks with slots missing in between; the first of a
 * pair may have been seen before.
 */
function missedSlots(
  news: readonly JournalRow[],
  known: readonly JournalRow[],
  { stepMs, marksWholeSinceMs }: SleptSettings,
): SleptSubject {
  const dead = news.filter(isOf("alert")).filter(({ event }) => event.alert.kind === "desk-dead");
  const marks = [...known.filter(isOf("equity")).slice(-1), ...news.filter(isOf("equity"))];
  const rows = new Set<JournalRow>();
  let missed = 0;
  marks.forEach((row, at) => {
    const before = marks[at - 1];
    if (before === undefined || before.event.slotMs < marksWholeSinceMs) return;
    const between = Math.round((row.event.slotMs - before.event.slotMs) / stepMs) - 1;
    if (between <= 0 || between >= DEAD_AFTER_SLOTS) return;
    missed += between;
    rows.add(before).add(row);
  });
  if (missed === 0 && dead.length === 0) return null;
  const parts = [
    ...(dead.length === 0 ? [] : [lastOf(dead.map(({ event }) => event.alert.text))]),
    ...(missed === 0 ? [] : [`${missed} single ${missed === 1 ? "slot" : "slots"} missed`]),
  ];
  return { words: `Silence: ${parts.join("; ")}`, rows: [...dead, ...rows] };
}

/** From the mark that was seen last, or the cash it began with; nothing where it is the same. */
function equity(news: readonly JournalRow[], known: readonly JournalRow[], { quote }: SleptSettings): SleptSubject {
  const last = news.filter(isOf("equity")).at(-1);
  const begun = [...known, ...news].find(isOf("run-started"));
  const first = known.findLast(isOf("equity")) ?? begun ?? news.find(isOf("equity"));
  if (last === undefined || first === undefined) return null;
  const [from, to] = [first.event.type === "equity" ? first.event.equity : first.event.cash, last.event.equity];
  if (from === to) return null;
  const moves = [...known, ...news].filter(
    (row) => row.seq > first.seq && row.seq < last.seq && flowOf(row.event) !== null,
  );
  const moved = moves.map(({ event }) => event);
  const { amount, pct } = changeOf(from, to, moved);
  const net = subtract(subtract(to, from), amount);
  const movedText = moves.length === 0 ? "" : ` (${amountText(net)} put in or taken out)`;
  const words = `Equity ${amountText(from)} → ${amountText(to)} ${quote}${movedText}, ${pctText(pct ?? 0)}`;
  return { words, rows: [first, ...moves, last] };
}

/**
 * What the gate refused, and entries and exits that did not fill, or not to the end; a stop or target that went with its
 * position is no news.
 */
function notDone(news: readonly JournalRow[]): SleptSubject {
  const refused = news.filter(isOf("refusal"));
  const ended = news.filter(isOf("order")).filter(({ event: { order } }) => {
    const early = order.status === "expired" || order.status === "canceled" || order.status === "rejected";
    return early && (order.role === "entry" || order.role === "exit");
  });
  if (refused.length + ended.length === 0) return null;
  const rules = refused.map(({ event }) => event.refusal.rule.replaceAll("-", " "));
  const ends = ended.map(({ event }) => `${event.order.role} ${event.order.status}`);
  const parts = [
    ...(refused.length === 0 ? [] : [`${refused.length} refused by the risk gate: ${countsText(rules)}`]),
    ...(ended.length === 0
      ? []
      : [`${ended.length} ${ended.length === 1 ? "order" : "orders"} ended early: ${countsText(ends)}`]),
  ];
  return { words: parts.join("; "), rows: [...refused, ...ended] };
}

/** Debates that bound the desk, answers found wrong, settings changed. */
function thoughtAndLearned(news: readonly JournalRow[]): SleptSubject {
  const debates = news.filter(isOf("debate")).filter(({ event }) => event.debate.verdict !== "agree");
  const quarantines = news.filter(isOf("quarantine"));
  const learned = news.filter(isOf("learning"));
  const rows = [...debates, ...quarantines, ...learned];
  if (rows.length === 0) return null;
  const parts = [
    ...(debates.length === 0 ? [] : [`debates: ${countsText(debates.map(({ event }) => event.debate.verdict))}`]),
    ...quarantines.map(({ event }) => `${storedText(event.kind)}: quarantine ${event.state}`),
    ...learned.map(({ event }) => `${event.setting} ${event.from} → ${event.to} ${event.verdict}`),
  ];
  return { words: parts.join("; "), rows };
}

/** `security 20, cash 12`: most frequent first. */
function countsText(names: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts]
    .sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1))
    .map(([name, count]) => `${name} ${count}`)
    .join(", ");
}
