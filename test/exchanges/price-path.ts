// A market's name and a moment → its price and traded quantity then, as a pure function: no state, no chance, any order of
// calls. Noise at seven scales, so that every candle length has something to show and none of them jumps.

const MINUTE_MS = 60_000;
/** Minutes between the knots of each scale, and how far the logarithm of the price swings there. */
const SCALES = [
  [10_080, 0.1],
  [1440, 0.03],
  [240, 0.012],
  [60, 0.006],
  [15, 0.003],
  [3, 0.0015],
  [1, 0.0007],
] as const;

/** FNV-1a: a name as a 32-bit number. */
export function seedOf(name: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < name.length; at += 1) hash = Math.imul(hash ^ name.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}

/** A well mixed number in [0, 1) for a seed, a scale and a place. */
export function unit(seed: number, scale: number, place: number): number {
  let hash = seed ^ Math.imul(scale + 1, 0x9e3779b1) ^ Math.imul(place | 0, 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 16), 0x21f0aaad);
  hash = Math.imul(hash ^ (hash >>> 15), 0x735a2d97);
  return ((hash ^ (hash >>> 15)) >>> 0) / 2 ** 32;
}

/** The price at a moment relative to the market's typical one. */
export function relativePrice(seed: number, atMs: number): number {
  const minutes = atMs / MINUTE_MS;
  let log = 0;
  for (let scale = 0; scale < SCALES.length; scale += 1) {
    const [period, swing] = SCALES[scale] ?? [1, 0];
    const knot = Math.floor(minutes / period);
    const before = unit(seed, scale, knot);
    const after = unit(seed, scale, knot + 1);
    log += swing * (2 * (before + (after - before) * (minutes / period - knot)) - 1);
  }
  return Math.exp(log);
}

export interface PathCandle {
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  /** Share of a day's turnover, about 1/1440 a minute. */
  readonly dayShare: number;
}

/** What was traded from `fromMs` to `toMs`, minute by minute; the last minute may be begun only. */
export function pathCandle(seed: number, fromMs: number, toMs: number): PathCandle {
  const open = relativePrice(seed, fromMs);
  let [high, low, close, dayShare] = [open, open, open, 0];
  for (let atMs = fromMs; atMs < toMs; atMs += MINUTE_MS) {
    const endMs = Math.min(atMs + MINUTE_MS, toMs);
    const minute = Math.floor(atMs / MINUTE_MS);
    const begin = close;
    close = relativePrice(seed, endMs);
    const wick = 1 + 0.0008 * unit(seed, 20, minute);
    high = Math.max(high, begin * wick, close * wick);
    low = Math.min(low, begin / wick, close / wick);
    dayShare += ((0.4 + 1.2 * unit(seed, 21, minute)) * (endMs - atMs)) / (1440 * MINUTE_MS);
  }
  return { open, high, low, close, dayShare };
}
