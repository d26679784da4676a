// Floor 1. A walk-forward test: in each fold the parameters are chosen on the training part and tried on the part after it, which the
// choice has not seen. The test parts together are the out-of-sample run.
import { z } from "zod";
import { Headline } from "./performance.ts";
import { ParameterValue } from "./research.ts";
import { Count, MarketSymbol, Percent, Timeframe, UnixMs } from "./units.ts";

/** Slots from the first to the last, both included. */
export const SlotSpan = z.object({ firstSlotMs: UnixMs, lastSlotMs: UnixMs.describe("inclusive") });
export type SlotSpan = Readonly<z.infer<typeof SlotSpan>>;

/** How one part of a fold went with the chosen parameters. */
const FoldPart = z.object({
  objective: z.number().nullable().describe("null: it cannot be told of so few trades or days"),
  returnPct: Percent,
  trades: Count.describe("closed within it"),
});

export const WalkForwardFold = z.object({
  train: z
    .array(SlotSpan)
    .readonly()
    .describe("more than one where an embargo cuts it; each begins with a fresh account"),
  test: SlotSpan,
  parameters: z.record(z.string(), ParameterValue).describe("as chosen on the training part alone"),
  isConfigured: z.boolean().describe("true: no trial was better than the parameters that are configured"),
  trials: Count.describe("different parameter values that were tried on the training part"),
  inSample: FoldPart,
  outOfSample: FoldPart.extend({
    maxDrawdownPct: Percent.describe("over every slot, positive"),
    openPct: Percent.describe(
      "of the starting cash: what was held at the end is worth, over what it cost; in no trade",
    ),
  }),
  hasFewTrades: z.boolean().describe("true: fewer than 30 closed in the test part, so that it says little by itself"),
});
export type WalkForwardFold = Readonly<z.infer<typeof WalkForwardFold>>;

export const ParameterStability = z.object({
  name: z.string(),
  values: z.array(ParameterValue).readonly().describe("chosen, fold by fold"),
  mostFrequentRatio: z.number().describe("share of the folds that chose the value chosen most often, 0 to 1"),
  spreadRatio: z.number().nullable().describe("largest less smallest, of the declared range; null: it is no number"),
  deviationRatio: z
    .number()
    .nullable()
    .describe("population standard deviation over the declared range; 0.29 is what even chance gives; null: no number"),
});
export type ParameterStability = Readonly<z.infer<typeof ParameterStability>>;

export const WalkForward = z.object({
  venue: z.string(),
  simulated: z.boolean(),
  strategy: z.string(),
  timeframe: Timeframe,
  quote: z.string(),
  startMs: UnixMs.describe("of the whole range"),
  endMs: UnixMs,
  setup: z.object({
    anchored: z.boolean().describe("true: every training part begins at the start of the range"),
    trainCandles: Count.describe("of the first training part, what is purged included"),
    testCandles: Count,
    purgeCandles: Count.describe("left out between training and test"),
    purgeBasis: z
      .enum(["given", "time-limit", "longest-holding"])
      .describe("`longest-holding`: of the configured parameters in the first training part"),
    embargoCandles: Count.describe("after each test, left out of every later training"),
    unusedCandles: Count.describe("at the start of the range, before the first fold"),
    trials: Count.describe("asked for, in each fold"),
    objective: z.string(),
    method: z.string().describe("how trials are proposed"),
    seed: z.int(),
  }),
  folds: z.array(WalkForwardFold).readonly(),
  outOfSample: z.object({
    days: z
      .array(z.object({ dayStartMs: UnixMs, equity: z.number() }))
      .readonly()
      .describe("the test parts as one line: returns compounded, settlement currency"),
    returnPct: Percent.describe("compounded over the test parts"),
    maxDrawdownPct: Percent.describe("over every slot inside a test part, over day ends across them; positive"),
    trades: Count.describe("closed in the test parts"),
    winRatePct: Percent.nullable().describe("of them, with a profit after fees"),
    meanTradePct: Headline.describe("profit after fees of a closed trade, of what was paid for it"),
    meanDayPct: Headline.describe("return of equity from day end to day end; no interval under 30 days"),
    openPct: Percent.describe(
      "of the folds together: held at the end of a test, valued at its last close without costs",
    ),
    buyAndHoldPct: Percent.nullable().describe("equal weights, bought anew at each test, no costs"),
  }),
  efficiency: z
    .number()
    .nullable()
    .describe(
      "walk-forward efficiency (Pardo): growth a day out of sample over growth a day in sample; null: in sample nothing was earned",
    ),
  stability: z.array(ParameterStability).readonly(),
  leftOut: z.array(z.string()).readonly().describe("what the figures leave out, in words"),
  markets: z.array(MarketSymbol).readonly().describe("that closed a trade out of sample"),
  decisionsHash: z.string().describe("of all test parts"),
});
export type WalkForward = Readonly<z.infer<typeof WalkForward>>;
