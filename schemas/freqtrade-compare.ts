// Floor 1. freqtrade's backtest beside ours: its trades as it writes them, and what each pair of trades differs in.
import { z } from "zod";
import { RiskRule } from "./decision.ts";
import { Count, MarketSymbol, Percent, Timeframe, UnixMs } from "./units.ts";

/** A trade in freqtrade's terms, whoever made it. */
export const FreqtradeTrade = z.object({
  pair: z.string(),
  amount: z.number().positive().describe("base currency"),
  openMs: UnixMs,
  closeMs: UnixMs,
  openRate: z.number().positive().describe("quote per base, before fees"),
  closeRate: z.number().positive().describe("quote per base, before fees"),
  feeOpen: z.number().min(0).max(1).describe("ratio of the entry's value"),
  feeClose: z.number().min(0).max(1).describe("ratio of the exit's value"),
  profitRatio: z.number().describe("what came back after its fee over what went in with its fee, minus 1"),
  exitReason: z.string().describe("freqtrade's word, or the tag that the strategy left it with"),
  enterTag: z.string().describe("empty: none"),
  isShort: z.boolean(),
  leverage: z.number().describe("1: none"),
});
export type FreqtradeTrade = Readonly<z.infer<typeof FreqtradeTrade>>;

/** What the comparison says of a trade, in the order in which it is looked for. */
export const TradeDifference = z.enum([
  "same",
  // Of a trade that both made.
  "outside-candle",
  "exit-candle",
  "exit-reason",
  "entry-price",
  "exit-price",
  "slippage",
  "fee",
  "stake",
  // Of one that freqtrade alone made.
  "not-spot",
  "not-tested",
  "no-candle",
  "warming-up",
  "market-not-traded",
  "refused",
  "already-held",
  "still-held",
  // Of one that we alone made.
  "their-pairlist",
  "their-places",
  "they-held",
  "their-range",
  "unexplained",
]);
export type TradeDifference = z.infer<typeof TradeDifference>;

export const DifferingTrade = z.object({
  is: TradeDifference,
  pair: z.string(),
  entryMs: UnixMs.describe("open of the candle of the entry: freqtrade's, or ours where it has none"),
  theirs: FreqtradeTrade.nullable().describe("null: freqtrade did not make it"),
  ours: FreqtradeTrade.nullable().describe("in freqtrade's terms; null: we did not make it, or it has not closed"),
  rule: RiskRule.nullable().describe("of the gate that refused ours; null: none did"),
  why: z.string().describe("in words, with the figures that it rests on"),
});
export type DifferingTrade = Readonly<z.infer<typeof DifferingTrade>>;

export const FreqtradeComparison = z.object({
  simulated: z.boolean(),
  result: z.string().describe("the file"),
  resultStrategy: z.string().describe("whose trades are compared; empty: the file does not say"),
  strategies: z.array(z.string()).readonly().describe("ours"),
  timeframe: Timeframe,
  quote: z.string().describe("settlement currency"),
  firstSlotMs: UnixMs.describe("first candle close that we decided on"),
  lastSlotMs: UnixMs.describe("inclusive"),
  markets: z.array(MarketSymbol).readonly().describe("that we could enter: freqtrade's pair list; empty: all"),
  settings: z
    .array(z.object({ what: z.string(), theirs: z.string(), ours: z.string() }))
    .readonly()
    .describe("in which they were run differently"),
  trades: z.object({ theirs: Count, ours: Count.describe("closed"), same: Count }),
  counts: z.partialRecord(TradeDifference, Count).describe("trades by what is said of them, one word a trade"),
  profitPct: z
    .object({ theirs: Percent, ours: Percent })
    .describe("sum of the trades' profits, each in percent of what it paid"),
  differing: z.array(DifferingTrade).readonly().describe("all that are not the same, by time of entry"),
  notes: z.array(z.string()).readonly().describe("what of the result or the range could not be compared"),
});
export type FreqtradeComparison = Readonly<z.infer<typeof FreqtradeComparison>>;
