// Floor 1. How long history stays, and in what detail: the settings of consolidation and what it reports.
import { z } from "zod";
import type { Timeframe } from "./units.ts";

/** An answer goes so many days after it stopped being valid. */
export const KEEP_EXPIRED_ANSWERS_DAYS = 1;
/** Conversations, thoughts and briefs too. */
export const KEEP_QUESTIONS_DAYS = 30;
/** Of each strategy and market: one that is older is fresh for no timeframe. */
export const KEEP_READINGS_DAYS = 2;
/** Rankings and what a venue's coins were, thinned like analyses meanwhile: a backtest of the last year finds its day. The newest always stays. */
export const KEEP_RANKINGS_DAYS = 400;
export const KEEP_NEWS_DAYS = 90;
/** Results of finished runs; the newest of each job always stays. */
export const KEEP_FINISHED_RUNS_DAYS = 1;
/** Entries of the work ledger; older ones are merged into one per hour, job and phase. */
export const KEEP_LEDGER_DAYS = 1;
/** Newest candles of each market and timeframe, at most: the window of an indicator that needs 3,000 rows. */
export const KEEP_CANDLES = 4000;
/** Candles that the source has changed since, as they were: as long as every analysis stays, a day more, and the window that one is made from. */
export const KEEP_REPLACED_CANDLES = { days: 2, candles: 600 } as const;

const EXPECTED_DAYS = "expected a whole number of days from 1 to 36,500";
const days = (fallback: number) =>
  z.int(EXPECTED_DAYS).min(1, EXPECTED_DAYS).max(36_500, EXPECTED_DAYS).default(fallback);

/** Ages are counted back from the consolidation's own now; hours and days are those of UTC. */
export const RetentionPolicy = z
  .object({
    /** Every analysis, security report, digest and equity mark stays this long. */
    allForDays: days(1),
    /** Then the last of each hour stays until this age, and the last of each day after it. */
    hourlyForDays: days(30),
  })
  .refine((policy) => policy.hourlyForDays >= policy.allForDays, {
    path: ["hourlyForDays"],
    message: "expected at least DEEPTRADER_KEEP_ALL_DAYS",
  });
export type RetentionPolicy = z.infer<typeof RetentionPolicy>;

/** A policy at one moment: what lies before each border is thinned. All in epoch ms. */
export interface RetentionCuts {
  /** Up to where an earlier pass of the same policy has thinned and merged; what lies before is left alone. Null: all is looked at. */
  readonly done: Pick<RetentionCuts, "hourlyBeforeMs" | "ledgerBeforeMs"> | null;
  /** Before it only the last of each hour stays; a full hour. */
  readonly hourlyBeforeMs: number;
  /** Before it only the last of each day stays; a UTC midnight. */
  readonly dailyBeforeMs: number;
  /** Answers that stopped being valid before it go. */
  readonly answersExpiredBeforeMs: number;
  /** Questions asked before it, exchanges of conversations and thoughts go. */
  readonly questionsBeforeMs: number;
  /** Finished slots before it go. */
  readonly runsBeforeMs: number;
  /** Ledger entries before it are merged; a full hour. */
  readonly ledgerBeforeMs: number;
  /** Readings of a close before it go. */
  readonly readingsBeforeMs: number;
  /** Rankings and identities seen before it go, except the newest of each scope. */
  readonly rankingsBeforeMs: number;
  /** News seen before it goes. Implementations that were looked at stay. */
  readonly newsBeforeMs: number;
  readonly candlesPerKey: number;
  /** Versions of candles of a timeframe that were replaced before it go. */
  readonly replacedBeforeMs: Readonly<Record<Timeframe, number>>;
}

const rows = z.int().nonnegative().describe("rows");

/** Rows that went, by kind. Decisions, refusals, orders, fills and controls are never among them. */
export const ConsolidationCounts = z.object({
  analyses: rows,
  securityReports: rows,
  digests: rows,
  readings: rows.default(0),
  questions: rows.describe("with exchanges of conversations, and thoughts"),
  answers: rows,
  candles: rows,
  snapshots: rows.default(0).describe("rankings, identities and news"),
  runs: rows,
  ledgerEntries: rows.describe("rows saved by merging"),
  equityMarks: rows,
});
export type ConsolidationCounts = Readonly<z.infer<typeof ConsolidationCounts>>;

/** What one consolidation did. */
export const ConsolidationReport = z.object({ nowMs: z.int().describe("UTC epoch ms"), removed: ConsolidationCounts });
export type ConsolidationReport = Readonly<z.infer<typeof ConsolidationReport>>;
