// Floor 1. Two runs side by side: what they were run on, what they came to, and whether the difference may be chance.
import { z } from "zod";
import { Decimal } from "./money.ts";
import { DayEquity, Performance } from "./performance.ts";
import { ClosedTrade } from "./portfolio.ts";
import { Count, MarketSymbol, Percent, Timeframe, UnixMs } from "./units.ts";
import { Work } from "./work.ts";

/** What a comparison reads of a backtest's document. */
export const ComparedRun = z.object({
  venue: z.string(),
  simulated: z.boolean(),
  quote: z.string().describe("settlement currency"),
  strategies: z.array(z.string()).readonly(),
  security: z.string(),
  timeframe: Timeframe,
  entryStyle: z.string(),
  decisionsHash: z.string(),
  equity: Decimal.describe("at the last close, settlement currency"),
  startingCash: Decimal.describe("settlement currency"),
  trades: z.array(ClosedTrade).readonly(),
  days: z.array(DayEquity).readonly(),
  rules: z
    .array(z.object({ words: z.string() }))
    .readonly()
    .describe("the operator's own"),
  metrics: z.object({
    startMs: UnixMs,
    endMs: UnixMs,
    tradesClosed: Count,
    totalReturnPct: Percent,
    maxDrawdownPct: Percent,
    winRatePct: Percent.nullable(),
    meanTradePct: Percent.nullable(),
    profitFactor: z.number().nullable(),
    buyAndHoldPct: Percent.nullable(),
    feesPaid: Decimal,
    feeBps: z.number(),
    slippageBps: z.number(),
    decisions: Count,
    refusals: Count,
  }),
  performance: Performance.pick({ headlines: true })
    .optional()
    .describe("left out by versions before it: then there are no ratios and no intervals"),
});
export type ComparedRun = Readonly<z.infer<typeof ComparedRun>>;

const BothTrades = z.object({
  symbol: MarketSymbol,
  strategies: z.tuple([z.string(), z.string()]).readonly().describe("that made it in A and in B"),
  entryMs: UnixMs,
  a: ClosedTrade,
  b: ClosedTrade,
});

const Interval = z.tuple([z.number(), z.number()]).readonly().nullable();

const SideOfSleep = z.object({
  slots: Count,
  hits: Count.describe("analyses that decisions found fresh in Khala"),
  misses: z
    .record(z.string(), Count)
    .describe("why what was there did not serve decisions: by stale reason, and `missing`"),
  made: z.object({ sleep: Count, "test-time": Count }).describe("analyses made, by phase"),
  work: z.object({ sleep: Work, "test-time": Work }).describe("by the ledger; test time is what decisions waited for"),
  units: z.object({ sleep: z.number(), "test-time": z.number() }).describe("the same in work units"),
});

/** The same desk with its sleep cycle (A) and without it (B): what each took, all of it counted by the ledger. */
export const SleepWork = z.object({
  a: SideOfSleep.readonly(),
  b: SideOfSleep.readonly(),
  weights: z.record(Work.keyof(), z.number()).describe("work units of one of each: a stated scale, no measurement"),
});
export type SleepWork = Readonly<z.infer<typeof SleepWork>>;

export const Comparison = z.object({
  names: z.tuple([z.string(), z.string()]).readonly(),
  settings: z
    .array(z.object({ what: z.string(), a: z.string(), b: z.string() }))
    .readonly()
    .describe("in which they were run differently; what stands here may explain any difference below"),
  sameDecisions: z.boolean().describe("decisionsHash is equal: every decision, refusal, order and fill is the same"),
  decisionsHashes: z.tuple([z.string(), z.string()]).readonly(),
  figures: z
    .array(
      z.object({
        what: z.string(),
        a: z.number().nullable(),
        b: z.number().nullable(),
        difference: z.number().nullable(),
        intervals95: z
          .tuple([Interval, Interval])
          .readonly()
          .default([null, null])
          .describe("of A and of B, by block bootstrap; null: under 30 trades or days, or none is worked out of it"),
      }),
    )
    .readonly()
    .describe(
      "of each whole run; difference: B minus A. Of the difference of days there is a test in `daily`; two intervals that overlap are none",
    ),
  daily: z.object({
    days: Count.describe("that both have whole: only these are compared"),
    leftOut: z.tuple([Count, Count]).readonly().describe("days of A and of B that the other has not"),
    meanDifferencePct: Percent.nullable().describe("daily return of B minus that of A on the same day, mean"),
    interval95: z.tuple([Percent, Percent]).readonly().nullable().describe("paired block bootstrap"),
    pValue: z.number().nullable().describe("of there being no difference, two-sided"),
    why: z.string().nullable().describe("why there is none"),
  }),
  trades: z.object({
    equal: Count.describe("same market, entry candle and result to the last digit"),
    different: z.array(BothTrades).readonly().describe("same market and entry candle, another result"),
    onlyA: z.array(ClosedTrade).readonly(),
    onlyB: z.array(ClosedTrade).readonly(),
    beyond: z
      .tuple([Count, Count])
      .readonly()
      .describe("trades of A and of B entered outside the time that both cover; in no other count"),
  }),
  sleep: SleepWork.nullable()
    .default(null)
    .describe(
      "of `compare --sleep`: decisions and trades must be equal, and what is not is a fault; null: two other runs",
    ),
});
export type Comparison = Readonly<z.infer<typeof Comparison>>;
