// Floor 4. Two situations of the desk → the markets that are worth a thought before the next slot. Pure.
import { nearestActionPct } from "#schemas/action-levels.ts";
import type { Analysis } from "#schemas/analysis.ts";
import type { Quantity } from "#schemas/money.ts";
import type { MarketView } from "#schemas/reading.ts";
import type { SecurityVerdict } from "#schemas/security.ts";
import type { MarketSymbol, UnixMs } from "#schemas/units.ts";

/** What thinking keeps of a market's newest analysis. */
export interface MarketNote extends Pick<Analysis, "asOfMs" | "price"> {
  readonly analysisId: string;
  readonly atr: number | null;
  /** Percent of the price to the nearest next close at which a strategy would act; null: none is known. */
  readonly nearestActionPct: number | null;
  /** The same by strategy, of those of which it is known. */
  readonly nearestPctOf: ReadonlyMap<string, number>;
  readonly verdict: SecurityVerdict;
}

export const noteOf = (view: MarketView): MarketNote => ({
  analysisId: view.id,
  asOfMs: view.asOfMs,
  price: view.price,
  atr: view.indicators.atr,
  nearestActionPct: nearestActionPct(view),
  nearestPctOf: new Map(
    view.readings.flatMap((reading) => {
      const pct = nearestActionPct({ price: view.price, readings: [reading] });
      return pct === null ? [] : [[reading.strategyId, pct] as const];
    }),
  ),
  verdict: view.security.verdict,
});

export interface Situation {
  readonly markets: ReadonlyMap<MarketSymbol, MarketNote>;
  /** Prices at hand, newer than the analyses. */
  readonly prices: ReadonlyMap<MarketSymbol, number>;
  readonly held: ReadonlyMap<MarketSymbol, Quantity>;
  /** The slot whose decisions are made; null before the first. */
  readonly finishedSlotMs: UnixMs | null;
}

export const NO_SITUATION: Situation = Object.freeze({
  markets: new Map(),
  prices: new Map(),
  held: new Map(),
  finishedSlotMs: null,
});

/**
 * The markets of which something has changed: a price at hand beyond the drift bound of its analysis (once for each
 * analysis), another security verdict, another quantity held. A slot whose decisions were made since concerns all: null.
 * @param driftAtr the drift bound, in ATR
 */
export function changedMarkets(
  before: Situation,
  after: Situation,
  driftAtr: number,
): ReadonlySet<MarketSymbol> | null {
  if (after.finishedSlotMs !== null && after.finishedSlotMs !== before.finishedSlotMs) return null;
  const isChanged = (symbol: MarketSymbol): boolean => {
    const [was, is] = [before.markets.get(symbol), after.markets.get(symbol)];
    const isKnownDrift = was?.analysisId === is?.analysisId && hasDrifted(before, symbol, driftAtr);
    return (
      (hasDrifted(after, symbol, driftAtr) && !isKnownDrift) ||
      (was !== undefined && is !== undefined && was.verdict !== is.verdict) ||
      before.held.get(symbol) !== after.held.get(symbol)
    );
  };
  const seen = [...after.prices.keys(), ...after.markets.keys(), ...before.held.keys(), ...after.held.keys()];
  return new Set(seen.filter(isChanged).sort());
}

function hasDrifted({ markets, prices }: Situation, symbol: MarketSymbol, driftAtr: number): boolean {
  const [note, price] = [markets.get(symbol), prices.get(symbol)];
  if (note === undefined || price === undefined || note.atr === null) return false;
  return Math.abs(price - note.price) > driftAtr * note.atr;
}
