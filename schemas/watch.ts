// Floor 1. Price watches: what the operator wants to be told once, judged on closed candles.
import { z } from "zod";
import { isPositive, Price } from "./money.ts";
import { OperatorWords } from "./operator-rule.ts";
import { MarketSymbol, Timeframe, UnixMs } from "./units.ts";

const level = Price.refine((price) => isPositive(price), "expected a price above 0").describe(
  "decimal string, quote currency per base",
);
const RSI = "expected an RSI above 0 and below 100";

/** Strictly under or over: a close at the level itself meets nothing. */
export const PriceWatch = z.discriminatedUnion(
  "kind",
  [
    /** The close of a candle of this timeframe. */
    z.strictObject({
      kind: z.enum(["close-below", "close-above"]),
      symbol: MarketSymbol,
      timeframe: Timeframe,
      level,
    }),
    /** The newest close of the desk's own timeframe, at every slot. */
    z.strictObject({ kind: z.enum(["price-below", "price-above"]), symbol: MarketSymbol, level }),
    /** RSI (Wilder, 14) at the close of a candle of this timeframe. */
    z.strictObject({
      kind: z.enum(["rsi-below", "rsi-above"]),
      symbol: MarketSymbol,
      timeframe: Timeframe,
      level: z.number(RSI).gt(0, RSI).lt(100, RSI).describe("RSI, above 0 and below 100"),
    }),
  ],
  "expected a watch with kind close-below, close-above, price-below, price-above, rsi-below or rsi-above",
);
export type PriceWatch = z.infer<typeof PriceWatch>;

/** A row of the journal; `met` and `removed` both end a watch. */
export const PriceWatchRow = z.object({
  watchId: z.string(),
  state: z.enum(["added", "removed", "met"]),
  watch: PriceWatch,
  by: OperatorWords,
});
export type PriceWatchRow = z.infer<typeof PriceWatchRow>;

/** A watch that waits. */
export const StandingWatch = PriceWatchRow.omit({ state: true }).extend({ atMs: UnixMs });
export type StandingWatch = z.infer<typeof StandingWatch>;
