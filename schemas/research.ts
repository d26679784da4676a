// Floor 1. Runs of the research bench: one backtest after another that differ in a few named ways, and what came of each. Plain data:
// a run is handed to another thread as it stands here.
import { z } from "zod";
import { DayEquity } from "./performance.ts";
import { ClosedTrade } from "./portfolio.ts";
import { Count, MarketSymbol, Percent, UnixMs } from "./units.ts";

/** What a strategy's rules see under a name. */
export const ParameterValue = z.union([z.number(), z.string(), z.boolean()]);

/** Values by parameter, by strategy id. */
export const ParameterValues = z.record(z.string(), z.record(z.string(), ParameterValue));
export type ParameterValues = Readonly<z.infer<typeof ParameterValues>>;

/** Entries that are not the strategy's own. */
export const EntryChange = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("random").describe("at random closes instead of the rule's: what is left is the work of the exits"),
    seed: z.int(),
    chance: z.number().min(0).max(1).describe("of an entry, at each close of each market that the strategy may enter"),
  }),
  z.object({
    kind: z.literal("late").describe("each entry as decided so many candles before"),
    candles: z.int().min(1),
  }),
]);
export type EntryChange = Readonly<z.infer<typeof EntryChange>>;

/** One run: how it differs from the configuration. */
export const Variation = z.object({
  firstSlotMs: UnixMs,
  lastSlotMs: UnixMs.describe("inclusive"),
  parameters: ParameterValues.default({}).describe("instead of the configured ones; what is not named stays"),
  feeFactor: z.number().nonnegative().default(1).describe("times the fee that is assumed, and each market's own"),
  slippageFactor: z.number().nonnegative().default(1).describe("likewise, of the slippage"),
  markets: z
    .array(MarketSymbol)
    .nullable()
    .default(null)
    .describe("that may be entered; null: those of the configuration"),
  entries: EntryChange.nullable().default(null).describe("null: the strategy's own"),
});
export type Variation = Readonly<z.infer<typeof Variation>>;

/** What came of it. */
export const Outcome = z.object({
  trades: z.array(ClosedTrade).readonly(),
  openAtEnd: Count.describe("positions that are still held at the last close, in no trade"),
  days: z.array(DayEquity).readonly(),
  periodsPerYear: z
    .number()
    .positive()
    .default(365)
    .describe("365 days, or the sessions of the venue: what daily figures are annualised with"),
  startingCash: z.number().describe("settlement currency"),
  finalEquity: z.number().describe("marked to market at the last close"),
  maxDrawdownPct: Percent.describe("over every slot, positive"),
  slots: Count,
  slotsInMarket: Count.describe("with something held"),
  exposureSum: z.number().describe("market value of what is held over equity, 0 to 1, summed over all slots"),
  candles: Count,
  decisions: Count,
  refusals: Count,
  buyAndHoldPct: Percent.nullable(),
  decisionsHash: z.string(),
});
export type Outcome = Readonly<z.infer<typeof Outcome>>;
