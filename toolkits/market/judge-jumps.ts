// Floor 2. A clean series → which of its candles are out of all proportion, and what became of each: pending, agreed, or a hole
// for good. Pure. Raw rows decide alone, each within a few rows of its own, so every reader of every moment sees the same.
import {
  type CandleSeries,
  type CandleVerdict,
  candleColumns,
  type DataNote,
  type PendingCandle,
} from "#schemas/market.ts";
import { type Timeframe, timeframeMs, toIso } from "#schemas/units.ts";
import { firstIndexAbove } from "./closed-candles.ts";
import { priceText, timesText } from "./jump-words.ts";

/**
 * A candle whose prices stay within this ratio of the close before it is never doubted. Of 46,023 recorded 5m candles of eight
 * markets in their wildest weeks none ranged farther than 1.17, at 1h 1.23, 4h 1.37, 1d 1.49 (docs/adr/0036-pending-candles.md).
 */
const FLOOR_RATIO: Readonly<Record<Timeframe, number>> = {
  "1m": 1.3,
  "5m": 1.3,
  "15m": 1.3,
  "1h": 1.5,
  "4h": 2,
  "1d": 3,
};

/** Nor one within so many median moves from close to close of the `SCALE_ROWS` candles before it. */
const SCALE_MOVES = 40;
const SCALE_ROWS = 48;

/** What the leader moved in the same candle is allowed for so many times, up to its own floor. */
const LEADER_SHARE = 3;

/** Verdicts begin anew at each of a grid of points this far apart, with as many rows before it as run-up. */
const BLOCK_ROWS = 50;

export interface JumpEvidence {
  /** The leader's candles of the same timeframe, as far as they are at hand; null: it has none, or is not known. */
  readonly leader: CandleSeries | null;
  /** What was decided before, by open time; these stand. */
  readonly known: ReadonlyMap<number, Pick<CandleVerdict, "verdict" | "knownMs">>;
}

export interface JudgedSeries {
  /** Without what is pending or a hole; the very same where there is nothing of the kind. */
  readonly series: CandleSeries;
  /** Of every candle that was doubted, oldest first. */
  readonly verdicts: readonly Pick<CandleVerdict, "openMs" | "verdict">[];
}

/** Open time of the first row that the verdict of the candle at `openMs` may depend on. */
export function judgedFromMs(openMs: number, timeframe: Timeframe): number {
  const lengthMs = timeframeMs(timeframe);
  return Math.max(0, (Math.floor(openMs / lengthMs / BLOCK_ROWS) - 1) * BLOCK_ROWS * lengthMs);
}

/** Rows that lie farther from the close before them than the floor: where there are none, nothing is doubted. One pass. */
export function farRows({ high, low, close, timeframe }: CandleSeries): readonly number[] {
  const ratio = FLOOR_RATIO[timeframe];
  const rows: number[] = [];
  let before = close[0] ?? 0;
  for (let i = 1; i < close.length; i++) {
    // Multiplied, not divided: this is all that an honest candle costs.
    if ((high[i] ?? 0) > before * ratio || (low[i] ?? 0) * ratio < before) rows.push(i);
    before = close[i] ?? 0;
  }
  return rows;
}

/**
 * Judges every candle by those before it in the series, the one after it, and the leader's of the same time. The first row has
 * nothing to be judged by and counts. Exact where the series begins at `judgedFromMs` of its first far row, or earlier.
 */
export function judgeJumps(series: CandleSeries, evidence: JumpEvidence, far = farRows(series)): JudgedSeries {
  if (far.length === 0) return { series, verdicts: NO_VERDICTS };
  const judged = new Map<number, Doubted>();
  for (const block of blocksOf(series, far)) judgeBlock(series, evidence, block, judged);
  if (judged.size === 0) return { series, verdicts: NO_VERDICTS };
  const doubted = [...judged.values()].sort((a, b) => a.row - b.row);
  const verdicts = doubted.map(({ row, verdict }) => ({ openMs: series.openMs[row] ?? 0, verdict }));
  return { series: without(series, doubted), verdicts };
}

const NO_VERDICTS: JudgedSeries["verdicts"] = [];

interface Doubted {
  readonly row: number;
  readonly verdict: CandleVerdict["verdict"];
  /** The price that is doubted, and the close that it was held against. */
  readonly price: number;
  readonly before: number;
  /** It was agreed by the candle after it, not at its own close. */
  readonly isLate: boolean;
}

interface Block {
  /** First row that is looked at, first that is judged, and the end. */
  readonly from: number;
  readonly first: number;
  readonly end: number;
}

/** Those blocks of the grid that hold a far row, and those after them: no other candle can be doubted. */
function blocksOf({ openMs, timeframe }: CandleSeries, far: readonly number[]): readonly Block[] {
  const blockMs = BLOCK_ROWS * timeframeMs(timeframe);
  const numbers = new Set(far.flatMap((row) => [0, 1].map((next) => Math.floor((openMs[row] ?? 0) / blockMs) + next)));
  return [...numbers].map((n) => ({
    from: firstIndexAbove(openMs, (n - 1) * blockMs - 1),
    first: firstIndexAbove(openMs, n * blockMs - 1),
    end: firstIndexAbove(openMs, (n + 1) * blockMs - 1),
  }));
}

function judgeBlock(series: CandleSeries, evidence: JumpEvidence, block: Block, into: Map<number, Doubted>): void {
  const { openMs, close } = series;
  /** The newest row that counts. */
  let good = block.from;
  for (let row = block.from + 1; row < block.end; row++) {
    const before = close[good] ?? 0;
    const price = farthest(series, row, before);
    if (Math.abs(Math.log(price / before)) <= reachAt(series, row, good, price > before, evidence)) {
      good = row;
      continue;
    }
    const atMs = openMs[row] ?? 0;
    const known = evidence.known.get(atMs);
    const stands = known !== undefined && known.verdict !== "pending";
    const verdict = stands ? known.verdict : verdictBy(close[row + 1], price, before);
    if (verdict === "agreed") good = row;
    const isLate = verdict === "agreed" && !(stands && known.knownMs < atMs + 2 * timeframeMs(series.timeframe));
    if (row >= block.first) into.set(row, { row, verdict, price, before, isLate });
  }
}

/** The candle's price that lies farthest from `before`. */
function farthest({ high, low }: CandleSeries, row: number, before: number): number {
  const [top, bottom] = [high[row] ?? before, low[row] ?? before];
  return top / before > before / bottom ? top : bottom;
}

/** The next close speaks for the price that it is nearer to, by ratio; without one nothing is known. */
export function verdictBy(next: number | undefined, price: number, before: number): CandleVerdict["verdict"] {
  if (next === undefined) return "pending";
  return Math.abs(Math.log(next / price)) < Math.abs(Math.log(next / before)) ? "agreed" : "hole";
}

/** How far a candle may lie from the newest that counts, as a log ratio. */
function reachAt(series: CandleSeries, row: number, good: number, isUp: boolean, { leader }: JumpEvidence): number {
  const floor = Math.log(FLOOR_RATIO[series.timeframe]);
  const lengthMs = timeframeMs(series.timeframe);
  const steps = ((series.openMs[row] ?? 0) - (series.openMs[good] ?? 0)) / lengthMs;
  const own = SCALE_MOVES * medianMove(series, row) * Math.sqrt(steps);
  const led = leader === null ? 0 : Math.min(floor, leaderMove(leader, series.openMs[row] ?? 0, isUp));
  return Math.max(floor, own) + LEADER_SHARE * led;
}

/** Median of the moves from close to close of the rows before, doubted ones included: a few of them change it little. */
function medianMove({ openMs, close, timeframe }: CandleSeries, row: number): number {
  const sinceMs = (openMs[row] ?? 0) - SCALE_ROWS * timeframeMs(timeframe);
  const moves: number[] = [];
  for (let i = row - 1; i > 0 && (openMs[i - 1] ?? 0) >= sinceMs; i--) {
    moves.push(Math.abs(Math.log((close[i] ?? 1) / (close[i - 1] ?? 1))));
  }
  moves.sort((a, b) => a - b);
  return moves[moves.length >>> 1] ?? 0;
}

/** How far the leader went the same way in that candle, a log ratio, 0 or more. */
function leaderMove({ openMs, high, low, close }: CandleSeries, atMs: number, isUp: boolean): number {
  const row = firstIndexAbove(openMs, atMs) - 1;
  const before = close[row - 1];
  if (openMs[row] !== atMs || before === undefined) return 0;
  return Math.max(0, isUp ? Math.log((high[row] ?? before) / before) : Math.log(before / (low[row] ?? before)));
}

function without(series: CandleSeries, doubted: readonly Doubted[]): CandleSeries {
  const gone = new Set(doubted.flatMap(({ row, verdict }) => (verdict === "agreed" ? [] : [row])));
  const openMsOf = (one: Doubted): number => series.openMs[one.row] ?? 0;
  const late = new Set(doubted.flatMap((one) => (one.isLate ? [openMsOf(one)] : [])));
  const pending = doubted.find(({ verdict }) => verdict === "pending");
  const notes = doubted.flatMap((one) => (one.verdict === "hole" ? [holeNote(openMsOf(one), one)] : []));
  return {
    ...series,
    ...candleColumns((name) => (gone.size === 0 ? series[name] : series[name].filter((_, row) => !gone.has(row)))),
    notes: [...series.notes.filter((note) => !isIntoOrOutOf(note, series, gone)), ...notes].sort(
      (a, b) => a.atMs - b.atMs,
    ),
    ...(late.size === 0 ? {} : { agreedLate: late }),
    ...(pending === undefined ? {} : { pending: pendingOf(series, pending) }),
  };
}

/** A jump that was noted to or from a candle that is left out. */
function isIntoOrOutOf({ kind, atMs }: DataNote, { openMs }: CandleSeries, gone: ReadonlySet<number>): boolean {
  const row = firstIndexAbove(openMs, atMs) - 1;
  return kind === "jump" && (gone.has(row) || gone.has(row - 1));
}

const holeNote = (openMs: number, { price, before }: Doubted): DataNote => ({
  kind: "implausible",
  atMs: openMs,
  text: `candle ${toIso(openMs)} left out: it reached ${priceText(price)}, ${timesText(price / before)} the close before, and the next did not follow`,
});

function pendingOf({ symbol, timeframe, openMs }: CandleSeries, { row, price, before }: Doubted): PendingCandle {
  const atMs = openMs[row] ?? 0;
  const closedAt = toIso(atMs + timeframeMs(timeframe)).slice(11, 16);
  return {
    openMs: atMs,
    text: `${symbol} ${timeframe} candle closed ${closedAt} reached ${priceText(price)}, ${timesText(price / before)} its neighbours; waiting for the next candle`,
  };
}
