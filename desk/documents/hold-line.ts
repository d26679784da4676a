// Floor 4. The points of an equity curve → what buying and holding had made by then, at as many of them as can be read at once. What was
// read of the past is kept as long as the markets and their first prices are the same.
import { canonicalJson } from "#schemas/hash.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { timeframeMs, type UnixMs } from "#schemas/units.ts";
import type { EquityCurve } from "../account/equity-curve.ts";
import type { Desk } from "../desk.ts";
import { type Held, heldAt, type Period } from "./run-metrics.ts";

/** Records read for one line, at most: with 50 markets 400 points of it. */
const MOST_RECORDS = 20_000;

interface Known {
  /** Markets and first prices that the points are of. */
  readonly of: string;
  readonly pctAt: Map<UnixMs, number | null>;
}

const lines = new WeakMap<EquityCurve, Known>();

/**
 * By time, percent; a point that is not in it was not worked out. The end of the run has `held`'s own figure.
 * @param atMs ascending
 */
export async function holdLine(
  desk: Pick<Desk, "khala" | "marketData" | "config" | "equityCurve">,
  held: Held,
  { startMs, endMs }: Period,
  atMs: readonly UnixMs[],
  options: CallOptions,
): Promise<ReadonlyMap<UnixMs, number | null>> {
  if (held.returnPct === null) return new Map();
  const of = canonicalJson([startMs, [...held.boughtAt]]);
  const before = lines.get(desk.equityCurve);
  const known = before?.of === of ? before : { of, pctAt: new Map<UnixMs, number | null>() };
  lines.set(desk.equityCurve, known);
  const most = Math.max(2, Math.floor(MOST_RECORDS / held.boughtAt.size));
  for (const at of evenly(atMs, most, timeframeMs(desk.config.timeframe))) {
    if (at < endMs && !known.pctAt.has(at))
      known.pctAt.set(at, await heldAt(desk, held, { startMs, atMs: at }, options));
  }
  const shown = atMs.flatMap((at) => {
    const pct = at === endMs ? held.returnPct : known.pctAt.get(at);
    return pct === undefined ? [] : [[at, pct] as const];
  });
  return new Map(shown);
}

/** At most `most` of them, and the same ones as the line grows: the first in each part of a grid that doubles. */
function evenly(atMs: readonly UnixMs[], most: number, stepMs: number): readonly UnixMs[] {
  let partMs = stepMs;
  const spanMs = (atMs.at(-1) ?? 0) - (atMs[0] ?? 0);
  while (spanMs / partMs > most - 1) partMs *= 2;
  return atMs.filter((at, i) => i === 0 || Math.floor(at / partMs) !== Math.floor((atMs[i - 1] ?? 0) / partMs));
}
