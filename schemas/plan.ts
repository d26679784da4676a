// Floor 1. A plan: what a model would wait for on one market, written asleep as typed data. Code checks it, journals it and acts on
// it at a close; no word of it touches an order.
import { z } from "zod";
import { hashOf } from "./hash.ts";
import { Author, CitedFacts } from "./judgement.ts";
import { FloatPrice } from "./money.ts";
import { MarketSymbol, Timeframe, timeframeMs, UnixMs } from "./units.ts";

/** The strategy that acts on plans, and on nothing else. */
export const PLANNED = "planned";

/** The close at which it enters; one of the two. */
export const PlanEntry = z.union([
  z.strictObject({ enterAtOrBelow: FloatPrice }),
  z.strictObject({ enterAtOrAbove: FloatPrice }),
]);
export type PlanEntry = z.infer<typeof PlanEntry>;

const rsi = z.number().min(0).max(100).describe("RSI, 0 to 100");

/** What must hold at that close besides, all of it; a value that is not known does not hold. */
export const PlanCondition = z.discriminatedUnion("what", [
  z.strictObject({ what: z.literal("rsi-below"), value: rsi }),
  z.strictObject({ what: z.literal("rsi-above"), value: rsi }),
  z.strictObject({ what: z.literal("price-below"), value: FloatPrice }),
  z.strictObject({ what: z.literal("price-above"), value: FloatPrice }),
  /** The token's security verdict is `clear`: the gate alone would enter on `caution`, too. */
  z.strictObject({ what: z.literal("verdict-clear") }),
]);
export type PlanCondition = z.infer<typeof PlanCondition>;

/** Prices, in quote per base; code takes their distances from the entry level. */
export const PlanBracket = z.strictObject({
  stopPrice: FloatPrice,
  targetPrice: FloatPrice,
  maxHoldCandles: z
    .int()
    .positive()
    .nullable()
    .describe("sold at the next open after so many candles; null: only at stop or target"),
});
export type PlanBracket = z.infer<typeof PlanBracket>;

export const Plan = z.object({
  planId: z.string().describe("`planIdOf` what it says: 16 hex digits"),
  symbol: MarketSymbol,
  strategyId: z.literal(PLANNED),
  timeframe: Timeframe,
  asOfMs: UnixMs.describe("the close whose analysis it was made on; it may act at later ones only"),
  madeAtMs: UnixMs,
  side: z.literal("long"),
  entry: PlanEntry,
  onlyWhile: z.array(PlanCondition).max(5),
  bracket: PlanBracket,
  sizeRatio: z.number().gt(0).max(1).describe("share of the usual size, above 0 to 1"),
  expiresAtMs: UnixMs.describe("from this close on it never acts"),
  citations: CitedFacts.describe("with the values that they had"),
  reason: z.string().max(600).describe("the model's draft with its references: shown as the fact check renders it"),
  author: Author,
});
export type Plan = z.infer<typeof Plan>;

/** What a plan says, without what it took to make it: equal plans have equal ids live, in a backtest and after a restart. */
export type PlanTerms = Omit<Plan, "planId" | "madeAtMs" | "citations" | "author">;

export const planIdOf = (p: PlanTerms): string =>
  hashOf([p.symbol, p.timeframe, p.asOfMs, p.entry, p.onlyWhile, p.bracket, p.sizeRatio, p.expiresAtMs, p.reason], 16);

/** A row of the journal: a plan that was made, or one that was taken back before it acted. */
export const PlanRow = z.object({
  plan: Plan,
  state: z.enum(["made", "withdrawn"]),
  why: z.string().describe("why it was withdrawn; empty where it was made"),
});
export type PlanRow = z.infer<typeof PlanRow>;

/** The price at which it enters, whichever side it is waited for from. */
export const entryLevelOf = ({ entry }: { readonly entry: PlanEntry }): number =>
  "enterAtOrBelow" in entry ? entry.enterAtOrBelow : entry.enterAtOrAbove;

/** Stop under the entry level, target over it. */
export const areInOrder = ({ entry, bracket }: Pick<Plan, "entry" | "bracket">): boolean =>
  bracket.stopPrice < entryLevelOf({ entry }) && entryLevelOf({ entry }) < bracket.targetPrice;

/** True while the price stands between its stop and its target: outside them what it was made for is over. */
export const isInsideItsLevels = ({ bracket }: Pick<Plan, "bracket">, at: number): boolean =>
  at > bracket.stopPrice && at < bracket.targetPrice;

/** Expiry of a plan that lasts so many candles from a close on. */
export const expiryOf = (asOfMs: UnixMs, candles: number, timeframe: Timeframe): UnixMs =>
  (asOfMs + candles * timeframeMs(timeframe)) as UnixMs;
