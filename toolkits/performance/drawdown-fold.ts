// Floor 2, performance. Marks of equity, one after another → the deepest drawdowns with their times, the line under water, and each day's
// path: kept in bounded room but for the days.
import type { Drawdown } from "#schemas/performance.ts";
import { type UnixMs, unixMs } from "#schemas/units.ts";
import type { DayPath } from "./return-intervals.ts";

/** Drawdowns that are kept. */
const DEEPEST = 10;
/** Points that the line is thinned from, by halves: each keeps the deepest of what it stands for. */
const MOST_POINTS = 512;
/** Below it a fall is rounding, percent. */
const LEAST_PCT = 1e-9;

interface UnderwaterPoint {
  readonly atMs: UnixMs;
  readonly drawdownPct: number;
}

interface Fall {
  readonly peakMs: UnixMs;
  troughMs: UnixMs;
  depthPct: number;
}

interface Day {
  readonly dayStartMs: number;
  readonly start: number;
  end: number;
  low: number;
  high: number;
  fall: number;
}

export class DrawdownFold {
  #start: number | null = null;
  #peak = Number.NEGATIVE_INFINITY;
  #peakMs = unixMs(0);
  #lastMs = unixMs(0);
  #deepestPct = 0;
  /** Goes on. */
  #fall: Fall | null = null;
  /** Ended, deepest first. */
  #falls: Drawdown[] = [];
  #points: UnderwaterPoint[] = [];
  /** Marks a point stands for. */
  #stride = 1;
  #sinceKept = 0;
  #deepestSince: UnderwaterPoint | null = null;
  readonly #days: Day[] = [];

  /** What the run began with counts as a high, and the first day begins there. Before the first mark. */
  begin(atMs: UnixMs, equity: number): void {
    this.#peak = equity;
    this.#peakMs = atMs;
    this.#start = equity;
  }

  /** @param dayStartMs of the day that the mark belongs to */
  mark(atMs: UnixMs, equity: number, dayStartMs: number): void {
    this.#lastMs = atMs;
    if (equity >= this.#peak) {
      this.#recover(atMs);
      this.#peak = equity;
      this.#peakMs = atMs;
    }
    const drawdownPct = this.#peak > 0 ? (1 - equity / this.#peak) * 100 : 0;
    if (drawdownPct > this.#deepestPct) this.#deepestPct = drawdownPct;
    if (drawdownPct > LEAST_PCT) {
      this.#fall ??= { peakMs: this.#peakMs, troughMs: atMs, depthPct: drawdownPct };
      if (drawdownPct > this.#fall.depthPct) {
        this.#fall.depthPct = drawdownPct;
        this.#fall.troughMs = atMs;
      }
    }
    this.#line(atMs, drawdownPct);
    this.#day(equity, dayStartMs);
  }

  /** Percent, 0 or positive, over every mark. */
  maxDrawdownPct(): number {
    return this.#deepestPct;
  }

  /** The ten deepest, deepest first; one that goes on is among them. */
  drawdowns(): readonly Drawdown[] {
    const open = this.#fall === null ? [] : [drawdownOf(this.#fall, null, this.#lastMs)];
    return [...this.#falls, ...open].sort(byDepth).slice(0, DEEPEST);
  }

  /** Oldest first. */
  underwater(): readonly UnderwaterPoint[] {
    return this.#deepestSince === null ? this.#points : [...this.#points, this.#deepestSince];
  }

  /** Oldest first; the last may go on. */
  days(): readonly (DayPath & { readonly dayStartMs: number })[] {
    return this.#days.map(({ dayStartMs, start, end, low, high, fall }) => ({
      dayStartMs,
      end: end / start,
      low: low / start,
      high: high / start,
      fall,
    }));
  }

  #recover(atMs: UnixMs): void {
    if (this.#fall === null) return;
    const least = this.#falls.at(-1);
    if (this.#falls.length < DEEPEST || (least !== undefined && this.#fall.depthPct > least.depthPct)) {
      this.#falls = [...this.#falls, drawdownOf(this.#fall, atMs, atMs)].sort(byDepth).slice(0, DEEPEST);
    }
    this.#fall = null;
  }

  #line(atMs: UnixMs, drawdownPct: number): void {
    if (this.#deepestSince === null || drawdownPct >= this.#deepestSince.drawdownPct)
      this.#deepestSince = { atMs, drawdownPct };
    this.#sinceKept += 1;
    if (this.#sinceKept < this.#stride) return;
    this.#points.push(this.#deepestSince);
    this.#deepestSince = null;
    this.#sinceKept = 0;
    if (this.#points.length < MOST_POINTS) return;
    const deeperOf = (a: UnderwaterPoint, b: UnderwaterPoint) => (b.drawdownPct >= a.drawdownPct ? b : a);
    this.#points = this.#points.flatMap((point, i) =>
      i % 2 === 1 ? [deeperOf(this.#points[i - 1] ?? point, point)] : [],
    );
    this.#stride *= 2;
  }

  #day(equity: number, dayStartMs: number): void {
    let day = this.#days.at(-1);
    if (day?.dayStartMs !== dayStartMs) {
      const start = day?.end ?? this.#start ?? equity;
      day = { dayStartMs, start, end: start, low: start, high: start, fall: 0 };
      this.#days.push(day);
    }
    day.end = equity;
    if (equity < day.low) day.low = equity;
    if (equity > day.high) day.high = equity;
    day.fall = Math.max(day.fall, 1 - equity / day.high);
  }
}

const byDepth = (a: Drawdown, b: Drawdown): number => b.depthPct - a.depthPct || a.peakMs - b.peakMs;

const drawdownOf = ({ peakMs, troughMs, depthPct }: Fall, recoveredMs: UnixMs | null, untilMs: UnixMs): Drawdown => ({
  peakMs,
  troughMs,
  recoveredMs,
  depthPct,
  durationMs: untilMs - peakMs,
});
