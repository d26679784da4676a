// Floor 2. A retention policy + now → the borders before which history thins. Pure.
import {
  KEEP_CANDLES,
  KEEP_EXPIRED_ANSWERS_DAYS,
  KEEP_FINISHED_RUNS_DAYS,
  KEEP_LEDGER_DAYS,
  KEEP_NEWS_DAYS,
  KEEP_QUESTIONS_DAYS,
  KEEP_RANKINGS_DAYS,
  KEEP_READINGS_DAYS,
  KEEP_REPLACED_CANDLES,
  type RetentionCuts,
  type RetentionPolicy,
} from "#schemas/retention.ts";
import { DAY_MS, HOUR_MS, TIMEFRAMES, type Timeframe, timeframeMs } from "#schemas/units.ts";

const floorTo = (timeMs: number, stepMs: number): number => timeMs - (timeMs % stepMs);

/**
 * Borders of hours and days are rounded down to full ones, so that an hour or a day is thinned as a whole or not yet: what
 * is before a border never shares its hour with what is after it, and consolidating again finds nothing to do.
 */
export function retentionCuts(
  policy: RetentionPolicy,
  nowMs: number,
  done: RetentionCuts["done"] = null,
): RetentionCuts {
  const ago = (days: number) => Math.max(0, nowMs - days * DAY_MS);
  return {
    done,
    hourlyBeforeMs: floorTo(ago(policy.allForDays), HOUR_MS),
    dailyBeforeMs: floorTo(ago(policy.hourlyForDays), DAY_MS),
    answersExpiredBeforeMs: ago(KEEP_EXPIRED_ANSWERS_DAYS),
    questionsBeforeMs: ago(KEEP_QUESTIONS_DAYS),
    runsBeforeMs: ago(KEEP_FINISHED_RUNS_DAYS),
    ledgerBeforeMs: floorTo(ago(KEEP_LEDGER_DAYS), HOUR_MS),
    readingsBeforeMs: ago(KEEP_READINGS_DAYS),
    rankingsBeforeMs: ago(KEEP_RANKINGS_DAYS),
    newsBeforeMs: ago(KEEP_NEWS_DAYS),
    candlesPerKey: KEEP_CANDLES,
    replacedBeforeMs: replacedCuts(ago(KEEP_REPLACED_CANDLES.days)),
  };
}

const replacedCuts = (endMs: number): RetentionCuts["replacedBeforeMs"] =>
  Object.fromEntries(
    TIMEFRAMES.map((one) => [one, Math.max(0, endMs - KEEP_REPLACED_CANDLES.candles * timeframeMs(one))]),
  ) as Record<Timeframe, number>;
