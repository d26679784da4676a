// Floor 4. The equity marks of a run → a curve of bounded length, and what each day came to: a fold, so that a long run is not read anew
// for a picture of it. Thinned where it is old, with every part's lowest, highest and deepest point kept: no drawdown is smoothed away.
import type { JournalEvent } from "#schemas/journal.ts";
import type { Money } from "#schemas/money.ts";
import type { UnixMs } from "#schemas/units.ts";
import { Flows } from "#toolkits/portfolio/flows.ts";

export interface CurvePoint {
  /** The slot's close. */
  readonly atMs: UnixMs;
  /** As marked then. */
  readonly equity: Money;
  /** The same for comparing, float64. */
  readonly value: number;
  /** What money that was put in or taken out since the start had made of it by then: 1.5 of one and a half times as much. */
  readonly growth: number;
  /** Percent below the 30-day peak, 0 or positive. */
  readonly drawdownPct: number;
}

/** A UTC day as the loss meter measured it; the slot at 00:00 belongs to the day that it ends. */
export interface CurveDay {
  readonly dayStartMs: number;
  /** Grown or shrunk with money that was put in or taken out during the day. */
  readonly startEquity: number;
  readonly endEquity: number;
  readonly changePct: number;
}

/** Points of the newest slots, all kept: a week of 5m. */
const RECENT = 2016;
/** Points that the older slots are thinned to, about. */
const OLDER = 2048;
/** How many more there may be before they are thinned. */
const SLACK = 1024;

export class EquityCurve {
  #started: Extract<JournalEvent, { type: "run-started" }> | null = null;
  #points: CurvePoint[] = [];
  readonly #days: CurveDay[] = [];
  readonly #flows = new Flows();

  take(event: JournalEvent): void {
    if (event.type === "run-started") this.#started ??= event;
    this.#flows.take(event);
    if (event.type !== "equity") return;
    const { slotMs: atMs, equity, loss } = event;
    const { growth } = this.#flows;
    this.#points.push({ atMs, equity, value: loss.equity, growth, drawdownPct: loss.drawdownPct });
    if (this.#points.length > RECENT + OLDER + SLACK) {
      this.#points = [...thinned(this.#points.slice(0, -RECENT), OLDER), ...this.#points.slice(-RECENT)];
    }
    const { dayStartMs, dayStartEquity: startEquity, dayChangePct: changePct } = loss;
    if (this.#days.at(-1)?.dayStartMs === dayStartMs) this.#days.pop();
    this.#days.push({ dayStartMs, startEquity, endEquity: loss.equity, changePct });
  }

  /** The run's first row; null before it. */
  started(): Extract<JournalEvent, { type: "run-started" }> | null {
    return this.#started;
  }

  /** Oldest first. */
  points(): readonly CurvePoint[] {
    return this.#points;
  }

  /** Oldest first; the last one goes on. */
  days(): readonly CurveDay[] {
    return this.#days;
  }
}

/** A part keeps its lowest, its highest, its deepest and its last point. */
const KEPT_OF_A_PART = 4;

/**
 * At most `count` points (4 or more), evenly over the time, the first and the last among them; so are the lowest, the highest and the
 * deepest of all.
 */
export function thinned(points: readonly CurvePoint[], count: number): readonly CurvePoint[] {
  const [first, last] = [points[0], points.at(-1)];
  if (points.length <= count || first === undefined || last === undefined) return points;
  const parts = Math.max(1, Math.floor((count - 1) / KEPT_OF_A_PART));
  const partMs = (last.atMs - first.atMs + 1) / parts;
  const byPart = Map.groupBy(points, ({ atMs }) => Math.floor((atMs - first.atMs) / partMs));
  const kept = new Set([...byPart.values()].flatMap(extremesOf)).add(first);
  return points.filter((point) => kept.has(point));
}

function extremesOf(points: readonly CurvePoint[]): readonly CurvePoint[] {
  const [first] = points;
  if (first === undefined) return [];
  let [low, high, deepest, last] = [first, first, first, first];
  for (const point of points) {
    if (point.value < low.value) low = point;
    if (point.value > high.value) high = point;
    if (point.drawdownPct > deepest.drawdownPct) deepest = point;
    last = point;
  }
  return [low, high, deepest, last];
}
