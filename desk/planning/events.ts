// Floor 4. Two situations of the desk → what has happened between them that is worth a thought before the next slot. Pure.
import type { Analysis } from "#schemas/analysis.ts";
import type { Quantity } from "#schemas/money.ts";
import type { SecurityVerdict } from "#schemas/security.ts";
import type { MarketSymbol, UnixMs } from "#schemas/units.ts";

/** What thinking keeps of a market's newest analysis. */
export interface MarketNote extends Pick<Analysis, "asOfMs" | "price" | "triggers"> {
  readonly analysisId: string;
  readonly atr: number | null;
  readonly verdict: SecurityVerdict;
}

export const noteOf = ({ id, asOfMs, price, triggers, indicators, security }: Analysis): MarketNote => ({
  analysisId: id,
  asOfMs,
  price,
  triggers,
  atr: indicators.atr,
  verdict: security.verdict,
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

export type DeskEvent =
  /** A slot's decisions are made: everything may be thought about. */
  | { readonly kind: "cycle"; readonly slotMs: UnixMs }
  /** A price at hand is beyond the drift bound of its analysis; reported once for each analysis. */
  | { readonly kind: "price"; readonly symbol: MarketSymbol }
  | {
      readonly kind: "security";
      readonly symbol: MarketSymbol;
      readonly from: SecurityVerdict;
      readonly to: SecurityVerdict;
    }
  | { readonly kind: "portfolio"; readonly symbol: MarketSymbol };

/** In the order of the union, each kind by symbol. @param driftAtr the drift bound, in ATR */
export function detectEvents(before: Situation, after: Situation, driftAtr: number): readonly DeskEvent[] {
  const events: DeskEvent[] = [];
  const { finishedSlotMs } = after;
  if (finishedSlotMs !== null && finishedSlotMs !== before.finishedSlotMs) {
    events.push({ kind: "cycle", slotMs: finishedSlotMs });
  }
  for (const symbol of sorted(after.prices.keys())) {
    if (!hasDrifted(after, symbol, driftAtr)) continue;
    const isSameAnalysis = before.markets.get(symbol)?.analysisId === after.markets.get(symbol)?.analysisId;
    if (isSameAnalysis && hasDrifted(before, symbol, driftAtr)) continue;
    events.push({ kind: "price", symbol });
  }
  for (const symbol of sorted(after.markets.keys())) {
    const [from, to] = [before.markets.get(symbol)?.verdict, after.markets.get(symbol)?.verdict];
    if (from !== undefined && to !== undefined && from !== to) events.push({ kind: "security", symbol, from, to });
  }
  for (const symbol of sorted([...before.held.keys(), ...after.held.keys()])) {
    if (before.held.get(symbol) !== after.held.get(symbol)) events.push({ kind: "portfolio", symbol });
  }
  return events;
}

/** The markets that events are about; null: all of them. */
export function dependantsOf(events: readonly DeskEvent[]): ReadonlySet<MarketSymbol> | null {
  const symbols = new Set<MarketSymbol>();
  for (const event of events) {
    if (event.kind === "cycle") return null;
    symbols.add(event.symbol);
  }
  return symbols;
}

const sorted = (symbols: Iterable<MarketSymbol>): readonly MarketSymbol[] => [...new Set(symbols)].sort();

function hasDrifted({ markets, prices }: Situation, symbol: MarketSymbol, driftAtr: number): boolean {
  const [note, price] = [markets.get(symbol), prices.get(symbol)];
  if (note === undefined || price === undefined || note.atr === null) return false;
  return Math.abs(price - note.price) > driftAtr * note.atr;
}
