// Floor 4. "What happened since I left?" → the lines of while-you-slept.ts as one text, and the mark that keeps them from
// being told twice.
import { retentionCuts } from "#memory/consolidate-cuts.ts";
import type { JournalRow } from "#schemas/journal.ts";
import type { Store } from "#schemas/ports/memory.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { timeframeMs, type UnixMs } from "#schemas/units.ts";
import { journalIn, type ReadJournal } from "../account/journal-pages.ts";
import { rowsAfter, rowsFrom } from "../account/journal-since.ts";
import type { Desk } from "../desk.ts";
import { timeText } from "./alert-text.ts";
import { type SleptLine, whileYouSlept } from "./while-you-slept.ts";

export interface Since {
  /** A headline and at most 15 lines. Law 10 is the caller's: say there that prices are invented. */
  readonly text: string;
  readonly lines: readonly SleptLine[];
  /** Time of the newest row told of; null where the journal is empty. */
  readonly asOfMs: UnixMs | null;
  /** Always empty: it is told from the journal, not from analyses. */
  readonly analysisIds: readonly string[];
  /** The newest row covered: the mark of the look, once the text was shown. */
  readonly throughSeq: number;
}

type Rooms = Pick<Store, "journal">;

/**
 * What happened since the operator last looked, or since the run began. Reads, and writes nothing: a question that showed
 * it is recorded with `throughSeq`.
 */
export const since = async (desk: Desk, store: Rooms, options: CallOptions): Promise<Since> =>
  readSince(desk, journalIn(store.journal(desk.deskId, desk.runId)), null, options);

/** The same; with a period, what happened in it and nothing else. */
export async function readSince(
  desk: SinceDesk,
  read: ReadJournal,
  period: SincePeriod | null,
  options: CallOptions,
): Promise<Since> {
  if (period !== null) return sinceLook(desk, await rowsFrom(read, period.fromMs, options), period);
  const look = (await read({ types: ["looked"] }, options)).at(-1);
  const seen = look?.event.type === "looked" ? look.event.throughSeq : 0;
  return sinceLook(desk, await rowsAfter(read, seen, options));
}

type SinceDesk = Pick<Desk, "config" | "clock" | "quote">;
type SincePeriod = { readonly fromMs: UnixMs; readonly untilMs: UnixMs; readonly words: string };

/** The same, of rows that are at hand: those from the look or the period on, as journal-since.ts reads them. */
export function sinceLook(desk: SinceDesk, all: readonly JournalRow[], period: SincePeriod | null = null): Since {
  const rows = period === null ? all : all.filter(({ event }) => event.atMs < period.untilMs);
  const look = rows.findLast((row) => row.event.type === "looked");
  const seen = look?.event.type === "looked" ? look.event.throughSeq : 0;
  const before = period === null ? undefined : rows.findLast(({ event }) => event.atMs < period.fromMs);
  const sinceSeq = period === null ? seen : (before?.seq ?? 0);
  const stepMs = timeframeMs(desk.config.timeframe);
  const marksWholeSinceMs = retentionCuts(desk.config.retention, desk.clock.now()).hourlyBeforeMs;
  const slept = whileYouSlept(rows, sinceSeq, { quote: desk.quote, stepMs, marksWholeSinceMs });
  const headline = period === null ? headlineOf(look ?? rows[0], look === undefined) : `What happened ${period.words}`;
  const body = slept.lines.map(({ text }) => `- ${text}`).join("\n");
  return {
    text: slept.lines.length === 0 ? `${headline}: nothing.` : `${headline}:\n${body}`,
    lines: slept.lines,
    asOfMs: slept.asOfMs,
    analysisIds: [],
    throughSeq: slept.throughSeq,
  };
}

function headlineOf(row: JournalRow | undefined, never: boolean): string {
  if (row === undefined) return "Since the desk began";
  return `Since ${never ? "the run began" : "you last looked"} (${timeText(row.event.atMs)}, #${row.seq})`;
}

/** One line for the opening of a chat; null where there is nothing new. */
export function openingLine({ lines }: Pick<Since, "lines">): string | null {
  const [first, ...others] = lines;
  if (first === undefined) return null;
  const more = others.length === 0 ? "" : ` And ${others.length} more: ask "what happened since I left?"`;
  return `Since you last looked: ${first.text}.${more}`;
}
