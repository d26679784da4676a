// Floor 1. Limits of the gate that an operator may tighten while the desk runs: which way is tighter, and what then holds.
import { z } from "zod";
import type { RiskLimits } from "./config.ts";

interface TightenableLimit {
  readonly tighter: "lower" | "higher";
  /** What it limits, and its unit, for people. */
  readonly words: string;
  readonly unit: string;
}

export const TIGHTENABLE_LIMITS = {
  entryPct: { tighter: "lower", words: "size of one entry", unit: "% of equity" },
  maxOpenPositions: { tighter: "lower", words: "open positions", unit: "positions" },
  maxExposurePct: { tighter: "lower", words: "exposure", unit: "% of equity" },
  maxEntriesPerSlot: { tighter: "lower", words: "entries in one slot", unit: "entries" },
  maxDayLossPct: { tighter: "lower", words: "loss of a day at which entries stop", unit: "%" },
  maxDrawdownPct: { tighter: "lower", words: "drawdown at which entries stop", unit: "%" },
  cooldownCandles: { tighter: "higher", words: "wait after an exit", unit: "candles" },
  maxEntriesPerCluster: { tighter: "lower", words: "positions that move together", unit: "positions" },
  leaderFallSigmas: {
    tighter: "lower",
    words: "fall of the leader at which entries stop",
    unit: "standard deviations",
  },
  maxQuoteDepegPct: { tighter: "lower", words: "distance of the stablecoin from par at which entries stop", unit: "%" },
} as const satisfies Partial<Record<keyof RiskLimits, TightenableLimit>>;

export const LimitName = z.enum(Object.keys(TIGHTENABLE_LIMITS) as [keyof typeof TIGHTENABLE_LIMITS]);
export type LimitName = z.infer<typeof LimitName>;

/** By limit: the value that an operator has set. */
export type TightenedLimits = ReadonlyMap<LimitName, number>;

export const isTighter = (limit: LimitName, value: number, than: number): boolean =>
  TIGHTENABLE_LIMITS[limit].tighter === "lower" ? value < than : value > than;

/** What holds now: of each limit the tighter of the two, so that nothing is ever looser than configured. */
export function limitsNow(configured: RiskLimits, tightened: TightenedLimits): RiskLimits {
  if (tightened.size === 0) return configured;
  const now = { ...configured };
  for (const [limit, value] of tightened) if (isTighter(limit, value, configured[limit])) now[limit] = value;
  return now;
}
