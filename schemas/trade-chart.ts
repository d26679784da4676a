// Floor 1. What is drawn of a backtest beside its figures: trades on their candles, and what holding would have come to on the way.
import { z } from "zod";
import { OrderRole, Side } from "./order.ts";
import { ActionLevels } from "./reading.ts";
import { Count, Percent, UnixMs } from "./units.ts";

/**
 * Candles as whole numbers of a price unit, each told from the one before: a page of some hundred charts stays small. What is lost is
 * under half a unit, a hundred-thousandth of the price or less.
 */
export const PackedCandles = z.object({
  firstOpenMs: UnixMs,
  stepMs: z.int().positive().describe("length of a candle drawn, ms"),
  unit: z.number().positive().describe("quote per base"),
  rows: z
    .array(z.int())
    .readonly()
    .describe(
      "six a candle: steps since the one before (1: none is missing), open less the close before (the first: less 0), close less open, high less the higher of the two, the lower of the two less low, 1 where it has bands",
    ),
  bands: z
    .array(z.int())
    .readonly()
    .describe("two for each candle that has them, units: upper Bollinger band (20, 2) less close, close less lower"),
});
export type PackedCandles = Readonly<z.infer<typeof PackedCandles>>;

const price = z.number().positive().describe("quote per base");

/** A price from a moment on; null: none stands. */
const PriceStep = z.object({ fromMs: UnixMs, price });
export type PriceStep = Readonly<z.infer<typeof PriceStep>>;

export const TradeChart = z.object({
  trade: Count.describe("its place among the document's trades, from 0"),
  candles: PackedCandles,
  perCandle: z.int().positive().describe("candles of the timeframe in one that is drawn: long trades are thinned"),
  fills: z
    .array(
      z.object({
        atMs: UnixMs,
        openMs: UnixMs.describe("of the candle that it lies in"),
        side: Side,
        role: OrderRole,
        price,
        reason: z.string().nullable().describe("as decided; null: a stop or a target did it"),
      }),
    )
    .readonly(),
  stop: z.array(PriceStep).readonly().describe("the stop-loss, oldest first; more than one where it trailed"),
  target: z.array(PriceStep).readonly().describe("the take-profit, likewise"),
  decidedMs: UnixMs.nullable().describe("close of the candle that the entry was decided on; null: not known"),
  levels: ActionLevels.nullable().describe(
    "closes of that candle at which the strategy would have acted, as worked out before it; null: not known",
  ),
});
export type TradeChart = Readonly<z.infer<typeof TradeChart>>;

export const TradeCharts = z.object({
  charts: z.array(TradeChart).readonly().describe("in the order of the trades"),
  leftOut: z.string().nullable().describe("which trades have none, and why; null: all have one"),
});
export type TradeCharts = Readonly<z.infer<typeof TradeCharts>>;

export const HoldLine = z.object({
  markets: Count.describe("held in equal parts, bought at the first close, without costs"),
  maxDrawdownPct: Percent.describe("over every slot, positive"),
  points: z
    .array(z.object({ atMs: UnixMs, returnPct: Percent.describe("since the first close") }))
    .readonly()
    .describe("at the times of the equity line"),
});
export type HoldLine = Readonly<z.infer<typeof HoldLine>>;
