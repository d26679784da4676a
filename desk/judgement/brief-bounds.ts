// Floor 4. The prices within which a model says that its brief stands → those within which it does: around the price, no further
// than a brief can know, no nearer than one candle goes. Pure.
import { Bounds } from "#schemas/judgement.ts";

/** A bound is so many ATR from the price at most, and so much of the price. */
const MOST_ATR = 5;
const MOST_SHARE = 0.1;
/** Nearer than a candle usually goes, it would void itself with the next one. */
const LEAST_ATR = 1;

/** Of a market that hardly moves, 5 ATR may be no price at all: a basis point is always left. */
const LEAST_SHARE = 1e-4;

export interface WantedBounds {
  readonly above: number | null;
  readonly below: number | null;
}

/** What is missing, on the wrong side or too far is put at the limit; what is too near, at one ATR. There is always a bound on both sides. */
export function boundsFor(
  { price, atr }: { readonly price: number; readonly atr: number | null },
  { above, below }: WantedBounds,
): Bounds {
  const share = price * MOST_SHARE;
  const most = atr === null || !(atr > 0) ? share : Math.max(Math.min(MOST_ATR * atr, share), price * LEAST_SHARE);
  const least = atr === null || !(atr > 0) ? 0 : Math.min(LEAST_ATR * atr, most);
  const wayOf = (wanted: number | null, sign: 1 | -1): number => {
    const way = wanted === null ? Number.NaN : (wanted - price) * sign;
    // On the wrong side, or no number.
    return way > 0 ? Math.min(most, Math.max(least, way)) : most;
  };
  return Bounds.parse({ above: price - wayOf(above, -1), below: price + wayOf(below, 1) });
}
