// Floor 2. CandleWindow → what the window after it would say of any close, before that close is there; and the edge of a rule
// over closes, to the last float64. It holds where a candle follows without a hole and the source corrects none before it.
import { BOLLINGER_PERIOD, type Bollinger, type Warmup } from "#schemas/indicator.ts";
import { timeframeMs } from "#schemas/units.ts";
import { bandTouchesOf, bollingerOfWindow } from "../indicators/bollinger.ts";
import { closeForRsi, type RsiSums, rsiAfter, rsiSumsOf } from "../indicators/rsi.ts";
import { roundRsi } from "../indicators/snapshot.ts";
import { warmupOf } from "../indicators/warmup.ts";
import { type CandleWindow, gridMsOf } from "../indicators/window.ts";

/** What a snapshot would say. */
export interface NextReading {
  /** 0-100, to 6 decimals. */
  readonly rsi: number;
  readonly flat: boolean;
  readonly bands: Bollinger | null;
}

export interface NextClose {
  /** Of the window that the next candle makes. */
  readonly warmup: Warmup;
  /** Close of the newest candle there is. */
  readonly previous: number;
  /** The largest price in the arithmetic: its last bit is what rounding moves. */
  readonly scale: number;
  /** The snapshot's own arithmetic, bit for bit. @throws InvariantError for a close that is not a finite number */
  read(close: number): NextReading;
  /** The closes that would touch the lower and the upper band, but for rounding. */
  readonly touches: { readonly lower: number; readonly upper: number };
  /** The close that would take RSI to `level`, but for rounding. */
  closeForRsi(level: number): number;
}

/** Null where the next window has no values, whatever its close. */
export function nextClose(window: CandleWindow): NextClose | null {
  const lengthMs = timeframeMs(window.timeframe);
  const { openMs } = window.source;
  const nextGridMs = gridMsOf(window.asOfMs + lengthMs, window.timeframe);
  const startMs = openMs.find((atMs) => atMs >= nextGridMs) ?? window.asOfMs;
  const closes = window.close.subarray((startMs - window.startMs) / lengthMs);
  const receivedSince = (sinceMs: number): number => openMs.reduce((sum, atMs) => sum + (atMs >= sinceMs ? 1 : 0), 0);
  // The next candle is a row of its own, so one row less of those before it counts.
  const filledOf = (rows: number): number => {
    const before = Math.min(rows - 1, closes.length);
    return before - receivedSince(window.asOfMs - before * lengthMs);
  };
  const warmup = warmupOf({
    received: receivedSince(startMs) + 1,
    filledLately: filledOf(20),
    filledBefore: filledOf(100),
  });
  const sums = warmup === "insufficient" ? null : rsiSumsOf(closes);
  return sums === null ? null : nextCloseOf(closes, sums, warmup);
}

function nextCloseOf(closes: Float64Array, sums: RsiSums, warmup: Warmup): NextClose {
  const last = new Float64Array(BOLLINGER_PERIOD);
  last.set(closes.subarray(1 - BOLLINGER_PERIOD));
  return {
    warmup,
    previous: sums.previous,
    scale: Math.max(sums.previous, sums.total),
    touches: bandTouchesOf(closes),
    closeForRsi: (level) => closeForRsi(sums, level),
    read(close) {
      last[BOLLINGER_PERIOD - 1] = close;
      const { value, flat } = rsiAfter(sums, close);
      return { rsi: roundRsi(value), flat, bands: bollingerOfWindow(last) };
    },
  };
}

/** A rule that holds at every close up to some price, or from some price on. */
interface Edge {
  readonly holds: (close: number) => boolean;
  /** Where the edge would be in exact arithmetic. */
  readonly near: number;
  /** The price whose last bit is what rounding moves. */
  readonly scale: number;
  /** The close before, which quiet markets repeat. */
  readonly previous: number;
}

/** The largest close at which the rule holds, but for rounding (`edgeOf`); null where it holds at no price above 0. */
export const largestWhere = (edge: Edge): number | null => (edge.holds(LEAST) ? edgeOf(edge, 1) : null);

/** The smallest close at which the rule holds, but for rounding; it must hold at every large one. */
export const smallestWhere = (edge: Edge): number => edgeOf(edge, -1);

/** The least price above 0 that there is. */
const LEAST = Number.MIN_VALUE;
/** How far around an edge rounding is looked for, in last bits. */
const ROUNDING_REACH = 8;
/** Digits of the longest price that is told apart from its neighbours there. */
const PRICE_DIGITS = 14;

/**
 * The last close, seen in the direction `outward`, at which the rule holds. Rounding can make it hold and not hold by turns
 * there; then the answer is right at the prices that may come, the roundest one and the close before.
 */
function edgeOf(edge: Edge, outward: 1 | -1): number {
  const bit = Math.max(Math.max(edge.near, edge.scale) * Number.EPSILON, LEAST);
  const reach = ROUNDING_REACH * bit;
  let last = edgeFrom(edge, Math.max(edge.near, LEAST), bit, outward);
  for (let i = 1; i <= ROUNDING_REACH; i++) {
    const beyond = last + outward * i * bit;
    if (beyond <= 0 || !edge.holds(beyond)) continue;
    last = edgeFrom(edge, beyond, bit, outward);
    i = 0;
  }
  for (const price of [roundestWithin(last, reach), edge.previous]) {
    if (price === null || price <= 0 || Math.abs(price - last) > reach) continue;
    const isBeyond = (price - last) * outward > 0;
    const holds = edge.holds(price);
    if (isBeyond && holds) last = price;
    else if (!isBeyond && !holds) last = Math.max(LEAST, price - outward * bit);
  }
  return last;
}

/** A close at which the rule holds beside one at which it does not; the search begins at `start`, bit by bit. */
function edgeFrom({ holds }: Edge, start: number, bit: number, outward: 1 | -1): number {
  let [inside, outside, step] = [start, start, bit];
  if (holds(start)) {
    for (; holds(outside); step *= 2) {
      inside = outside;
      outside = Math.max(LEAST, outside + outward * step);
      if (outside === inside) return inside;
    }
  } else {
    for (; !holds(inside); step *= 2) {
      outside = inside;
      inside = Math.max(LEAST, inside - outward * step);
    }
  }
  for (;;) {
    const middle = inside + (outside - inside) / 2;
    if (middle === inside || middle === outside) return inside;
    if (holds(middle)) inside = middle;
    else outside = middle;
  }
}

/** The number of fewest digits within `reach` of a close; null where it would have more than 14. */
function roundestWithin(close: number, reach: number): number | null {
  const rounded = (digits: number): number | null => {
    const price = Number(close.toPrecision(digits));
    return Math.abs(price - close) <= reach ? price : null;
  };
  // A price of fewer digits is one of 14 too: where there is none of those, there is none at all.
  if (rounded(PRICE_DIGITS) === null) return null;
  for (let digits = 1; digits < PRICE_DIGITS; digits++) {
    const price = rounded(digits);
    if (price !== null) return price;
  }
  return rounded(PRICE_DIGITS);
}
