// Floor 1. How a run did: every headline with its interval, trades by what they have in common, drawdowns, and how each figure is
// defined. The same document for a backtest and a running desk.
import { z } from "zod";
import { Money } from "./money.ts";
import { Count, DurationMs, Percent, UnixMs } from "./units.ts";

/** A figure, how far it may be chance, and why it is not there. */
export const Headline = z.object({
  value: z.number().nullable().describe("null: it cannot be told, and `why` says why"),
  interval95: z
    .tuple([z.number(), z.number()])
    .readonly()
    .nullable()
    .describe("95 % block-bootstrap interval; null under 30 trades, or where there is no value"),
  why: z.string().nullable().describe("why there is no value or no interval; null: both are there"),
});
export type Headline = Readonly<z.infer<typeof Headline>>;

/** Equity at the end of a day: of every UTC day, or of every session where the venue has a calendar. */
export const DayEquity = z.object({
  dayStartMs: UnixMs.describe("00:00 UTC of the day"),
  endEquity: z.number().describe("at its last slot, settlement currency"),
});
export type DayEquity = Readonly<z.infer<typeof DayEquity>>;

export const Drawdown = z.object({
  peakMs: UnixMs.describe("the slot of the high before it"),
  troughMs: UnixMs,
  recoveredMs: UnixMs.nullable().describe("the first slot at or above the high again; null: it goes on"),
  depthPct: Percent.describe("below the high, positive"),
  durationMs: DurationMs.describe("from the high to the recovery, or to the end of the run"),
});
export type Drawdown = Readonly<z.infer<typeof Drawdown>>;

export const PerformancePart = z.object({
  name: z.string().describe("market, exit reason, entry tag, month as `2026-01`, or weekday"),
  trades: Count,
  won: Count.describe("with a profit after fees"),
  winRatePct: Percent.nullable(),
  meanTradePct: Percent.nullable(),
  pnl: Money.describe("after fees, settlement currency"),
});
export type PerformancePart = Readonly<z.infer<typeof PerformancePart>>;

export const Performance = z.object({
  startMs: UnixMs,
  endMs: UnixMs,
  periodsPerYear: z.number().describe("365 days, or 252 sessions: what daily figures are annualised with"),
  headlines: z.object({
    totalReturnPct: Headline,
    cagrPct: Headline.describe("no value under 30 days"),
    volatilityPct: Headline.describe("annualised, of daily returns"),
    sharpe: Headline,
    sortino: Headline,
    calmar: Headline.describe("no value under 30 days"),
    maxDrawdownPct: Headline.describe("over every slot, positive"),
    winRatePct: Headline,
    meanTradePct: Headline,
    profitFactor: Headline,
    expectancy: Headline.describe("mean profit of a trade after fees, settlement currency"),
    sqn: Headline.describe("√trades × mean profit / sample standard deviation of profits (Van Tharp)"),
  }),
  trades: z.object({
    closed: Count,
    won: Count,
    lost: Count,
    medianPct: Percent.nullable(),
    bestPct: Percent.nullable(),
    worstPct: Percent.nullable(),
    meanHoldingMs: DurationMs.nullable(),
    medianHoldingMs: DurationMs.nullable(),
    shortestHoldingMs: DurationMs.nullable(),
    longestHoldingMs: DurationMs.nullable(),
  }),
  timeInMarketPct: Percent.nullable().describe("slots with something held, of all slots"),
  meanExposurePct: Percent.nullable().describe("market value of what is held, of equity, mean over all slots"),
  drawdowns: z.array(Drawdown).readonly().describe("the ten deepest, deepest first"),
  underwater: z
    .array(z.object({ atMs: UnixMs, drawdownPct: Percent }))
    .readonly()
    .describe("percent below the high so far, positive, oldest first; thinned, every part's deepest point kept"),
  byMarket: z.array(PerformancePart).readonly(),
  byExitReason: z.array(PerformancePart).readonly(),
  byEntryTag: z.array(PerformancePart).readonly(),
  byMonth: z.array(PerformancePart).readonly().describe("UTC month of the exit"),
  byWeekday: z.array(PerformancePart).readonly().describe("UTC weekday of the entry, Monday first"),
  months: z
    .array(z.object({ month: z.string(), returnPct: Percent }))
    .readonly()
    .describe("return of equity in each UTC month"),
  freqtradeCompat: z
    .record(z.string(), z.number().nullable())
    .describe("the figures as freqtrade defines them, under freqtrade's names"),
  definitions: z.record(z.string(), z.string()).describe("how each figure is defined, by its name"),
});
export type Performance = Readonly<z.infer<typeof Performance>>;
