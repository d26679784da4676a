// Questions of invented operators, seeded: what is asked, in which order, and how it changes.

import type { AskedIntent } from "#desk/planning/predictor.ts";
import { type Intent, MARKET_KINDS } from "#schemas/question.ts";
import { type DeskId, type MarketSymbol, unixMs, type VenueId } from "#schemas/units.ts";
import { randomFrom } from "#test/support/synthetic-market.ts";

export const OF = { deskId: "main" as DeskId, venueId: "sim:1" as VenueId };
export const START_MS = unixMs(Date.UTC(2024, 2, 1));
const SLOT_MS = 300_000;

export const intentOf = (over: Partial<Intent> = {}): Intent => ({
  kind: "rsi",
  symbol: "AAA/USDT" as MarketSymbol,
  other: null,
  timeframe: "5m",
  side: null,
  negation: false,
  horizon: null,
  ...over,
});

const KINDS = MARKET_KINDS.slice(0, 8);
/** 20 markets × 8 kinds. */
export const INTENTS: readonly Intent[] = Array.from({ length: 20 }, (_, m) =>
  KINDS.map((kind) => intentOf({ kind, symbol: `M${m}/USDT` as MarketSymbol })),
).flat();

export type Mode = "uniform" | "zipf" | "moving" | "sticky";

/**
 * 20 questions a slot. `zipf`: popularity by rank^-1.2 in an order drawn once; `moving`: that order moves on every 500
 * questions; `sticky`: four of ten questions repeat one of the last three.
 */
export function questions(seed: number, mode: Mode, count: number): readonly AskedIntent[] {
  const random = randomFrom(seed * 7919 + 1);
  const order = shuffled(INTENTS, random);
  const weights = order.map((_, rank) => (rank + 1) ** -1.2);
  const total = weights.reduce((a, b) => a + b);
  const byRank = (): number => {
    let left = random() * total;
    return weights.findIndex((weight) => {
      left -= weight;
      return left < 0;
    });
  };
  const asked: AskedIntent[] = [];
  for (let n = 0; n < count; n++) {
    const again = asked.at(-1 - Math.floor(random() * 3));
    const moved = mode === "moving" ? 37 * Math.floor(n / 500) : 0;
    const rank = mode === "uniform" ? Math.floor(random() * order.length) : (byRank() + moved) % order.length;
    const repeats = mode === "sticky" && random() < 0.4 && again !== undefined;
    const intent = repeats ? again.intent : order[rank];
    if (intent === undefined) throw new Error("no such rank");
    asked.push({ intent, atMs: unixMs(START_MS + SLOT_MS * Math.floor(n / 20)) });
  }
  return asked;
}

export function shuffled<T>(items: readonly T[], random: () => number): T[] {
  const drawn = items.map((item) => ({ item, at: random() }));
  return drawn.sort((a, b) => a.at - b.at).map(({ item }) => item);
}

/** Mean, and the half width of its 95 % interval (Student, 9 degrees of freedom for ten seeds). */
export function meanOf(values: readonly number[]): { readonly mean: number; readonly half: number } {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
  return { mean, half: 2.262 * Math.sqrt(variance / values.length) };
}
