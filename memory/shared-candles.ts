// Floor 2. The venue's candles, asked for once by all processes on one store: who needs a market's newest rows first asks the venue, and
// what it answers is read by the others as if they had asked. Rows are the venue's own answer, not those of the store's windows: each
// process compares them with what it kept, and notices what has changed by itself.
import { z } from "zod";
import { DataFormatError } from "#schemas/errors.ts";
import { parseJson } from "#schemas/json.ts";
import {
  type CandleSeries,
  candleColumns,
  DataNote,
  newestClosed,
  notesWithin,
  openOfNewest,
} from "#schemas/market.ts";
import type { MarketData } from "#schemas/ports/market.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { type MarketSymbol, type Timeframe, timeframeMs, UnixMs, unixMs } from "#schemas/units.ts";
import { lastOpenMs } from "./candle-columns.ts";
import type { HeardAnswer, SharedAnswers } from "./shared-answers.ts";

/** Asked for at least: who judges a price by candles needs no page of its own then. */
const LEAST_ROWS = 80;
/** An answer without the newest candle holds for so long: then the venue may have published it. */
const NOT_YET_MS = 1_500;

type Request = Parameters<MarketData["candles"]>[0];

/** A close whose candles are asked for from now on. */
export interface CandleClose {
  readonly timeframe: Timeframe;
  readonly closeMs: UnixMs;
  /** Those that were asked for at the close before, in that order. */
  readonly symbols: readonly MarketSymbol[];
}

/**
 * As the port's: the venue's answer, whoever asked.
 * @param source the venue itself, beneath every screen
 * @param onClose told with the first question of a close, so that others can be asked to read the rest meanwhile
 * @throws what the source's `candles` throws
 */
export function shareCandles(
  source: Pick<MarketData, "candles" | "graceMs">,
  shared: SharedAnswers,
  onClose: (close: CandleClose) => void = () => {},
): MarketData["candles"] {
  const { graceMs } = source;
  /** By timeframe: the newest close that was asked for, and which markets were. */
  const asked = new Map<Timeframe, { readonly closeMs: UnixMs; readonly now: Set<MarketSymbol> }>();

  const understand = (request: Request, known: HeardAnswer | undefined): CandleSeries | null => {
    const answer = known === undefined ? null : answerIn(known, request);
    if (known === undefined || answer === null || answer.fromMs > request.fromMs) return null;
    const closeMs = newestClosed(request.nowMs, request.timeframe, graceMs);
    if (answer.closeMs < closeMs) return null;
    const hasNewest = lastOpenMs(answer.series) + timeframeMs(request.timeframe) >= closeMs;
    return hasNewest || shared.now() - known.heardMs <= NOT_YET_MS ? upTo(answer.series, request, closeMs) : null;
  };

  /** What others may have read of the markets that this process reads in each slot is asked for with its first look. */
  const note = ({ symbol, timeframe, nowMs }: Request): void => {
    const closeMs = newestClosed(nowMs, timeframe, graceMs);
    const last = asked.get(timeframe);
    if (last !== undefined && closeMs <= last.closeMs) {
      if (closeMs === last.closeMs) last.now.add(symbol);
      return;
    }
    const symbols = [...(last?.now ?? [])];
    asked.set(timeframe, { closeMs, now: new Set([symbol]) });
    shared.expect(
      timeframe,
      symbols.map((one) => questionOf({ symbol: one, timeframe })),
    );
    if (symbols.length > 0) onClose({ timeframe, closeMs, symbols });
  };

  /** Wider, and where rows are known so that it begins with one: at one that is not there, venues are asked again for what may lie before it. */
  const widened = (request: Request, known: HeardAnswer | undefined): UnixMs => {
    const least = openOfNewest(LEAST_ROWS, { ...request, graceMs });
    const series = known === undefined ? undefined : answerIn(known, request)?.series;
    const first = series === undefined ? least : series.openMs.find((openMs) => openMs >= least);
    return unixMs(Math.min(request.fromMs, first ?? request.fromMs));
  };

  /** A row before those that are needed, which the venue has changed into no candle, must not take them with it. */
  const askWide = async (request: Request, wideMs: UnixMs, options: CallOptions) => {
    try {
      return { fromMs: wideMs, series: await source.candles({ ...request, fromMs: wideMs }, options) };
    } catch (error) {
      if (wideMs === request.fromMs || !(error instanceof DataFormatError)) throw error;
      return { fromMs: request.fromMs, series: await source.candles(request, options) };
    }
  };

  const read = (request: Request, options: CallOptions): Promise<CandleSeries> => {
    const question = questionOf(request);
    note(request);
    const ask = async (call: CallOptions) => {
      const { fromMs, series } = await askWide(request, widened(request, shared.heard(question)), call);
      const closeMs = newestClosed(request.nowMs, request.timeframe, graceMs);
      // One that begins earlier than it was asked from takes back what was told: it is handed on as it is.
      const value = (series.openMs[0] ?? fromMs) < fromMs ? series : upTo(series, request, closeMs);
      return { value, heard: new Map([[question, encoded({ fromMs, closeMs, series })]]) };
    };
    return shared.read({ question, understand: (known) => understand(request, known), ask }, options);
  };

  return (request, options) => (shared.isSharing() ? read(request, options) : source.candles(request, options));
}

const questionOf = ({ symbol, timeframe }: Pick<Request, "symbol" | "timeframe">): string =>
  `candles ${timeframe} ${symbol}`;

/** What the source was asked, and what it said. */
interface CandleAnswer {
  readonly fromMs: number;
  /** Close of the newest candle that there could be then. */
  readonly closeMs: number;
  readonly series: CandleSeries;
}

/** The rows that open at or after `fromMs` and close by `closeMs`, as the source would have given them for this request. */
function upTo(series: CandleSeries, { fromMs, nowMs, timeframe }: Request, closeMs: number): CandleSeries {
  const { openMs } = series;
  const first = openMs.findIndex((at) => at >= fromMs);
  const start = first < 0 ? openMs.length : first;
  const lastMs = closeMs - timeframeMs(timeframe);
  let end = openMs.length;
  while (end > start && (openMs[end - 1] ?? 0) > lastMs) end -= 1;
  const columns = candleColumns((name) => series[name].subarray(start, end));
  return {
    ...series,
    ...columns,
    notes: notesWithin(series.notes, columns.openMs[0], columns.openMs.at(-1)),
    askedFromMs: unixMs(Math.max(fromMs, series.askedFromMs)),
    checkedThroughMs: unixMs(Math.min(nowMs, series.checkedThroughMs)),
  };
}

const StoredAnswer = z.object({
  fromMs: z.number(),
  closeMs: z.number(),
  askedFromMs: UnixMs,
  checkedThroughMs: UnixMs,
  notes: z.array(DataNote),
  /** Base64. */
  bits: z.string(),
});

/** What was read once is not read again. */
const answersIn = new WeakMap<HeardAnswer, CandleAnswer | null>();

function answerIn(known: HeardAnswer, market: Pick<Request, "symbol" | "timeframe">): CandleAnswer | null {
  const before = answersIn.get(known);
  if (before !== undefined) return before;
  const answer = decoded(known.body, market);
  answersIn.set(known, answer);
  return answer;
}

const COLUMNS = ["openMs", "open", "high", "low", "close", "volume"] as const;

/** Numbers as their bits, one column after the other. */
function encoded({ fromMs, closeMs, series }: CandleAnswer): string {
  const rows = series.openMs.length;
  const all = new Float64Array(rows * COLUMNS.length);
  for (const [at, name] of COLUMNS.entries()) all.set(series[name], at * rows);
  const { notes, askedFromMs, checkedThroughMs } = series;
  const bits = Buffer.from(all.buffer).toString("base64");
  return JSON.stringify({ fromMs, closeMs, askedFromMs, checkedThroughMs, notes, bits });
}

/** Null: another version of this program wrote it, and it cannot be read here. */
function decoded(body: string, { symbol, timeframe }: Pick<Request, "symbol" | "timeframe">): CandleAnswer | null {
  const parsed = StoredAnswer.safeParse(parseJson(body));
  if (!parsed.success) return null;
  const { fromMs, closeMs, bits, ...rest } = parsed.data;
  const bytes = Buffer.from(bits, "base64");
  const all = new Float64Array(bytes.length / Float64Array.BYTES_PER_ELEMENT);
  Buffer.from(all.buffer).set(bytes.subarray(0, all.byteLength));
  const rows = all.length / COLUMNS.length;
  const columns = candleColumns((name) =>
    all.subarray(COLUMNS.indexOf(name) * rows, (COLUMNS.indexOf(name) + 1) * rows),
  );
  return { fromMs, closeMs, series: { symbol, timeframe, ...columns, ...rest } };
}
