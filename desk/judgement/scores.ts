// Floor 4. Debates whose outcome is known → how good each role's probabilities were, and what vetoes and shrinks saved or cost. Pure;
// few outcomes prove nothing, so every figure comes with how many it rests on, and intervals only from 30 on.
import { z } from "zod";
import { bootstrapMean95, Interval, wilson95 } from "#agents/learning-coordinator/intervals.ts";
import { add, isPositive, Money, subtract, toNumber, ZERO_MONEY } from "#schemas/money.ts";
import { Count } from "#schemas/units.ts";
import type { DebateBook, SettledDebate } from "./debate-book.ts";

/** Fewer outcomes than this have no interval. */
export const LEAST_FOR_INTERVAL = 30;
const BINS = 5;
/** Of the bootstrap: equal outcomes have equal intervals on every machine. */
const SEED = 1;

export const DEBATE_ROLES = ["bull", "bear", "judge"] as const;
export type DebateRoleName = (typeof DEBATE_ROLES)[number];

/** A probability that was said, and whether the target came before the stop. */
export interface Forecast {
  readonly said: number;
  readonly reached: boolean;
}

const ratio = z.number().min(0).max(1);

const CalibrationBin = z.object({
  from: ratio.describe("said from here on, 0 to 1"),
  to: ratio.describe("and under this, 0 to 1; the last bin has its upper bound, too"),
  n: Count,
  meanSaid: ratio.describe("mean of what was said, 0 to 1"),
  reachedRatio: ratio.describe("share that came to its target before its stop, 0 to 1"),
  interval: Interval.describe("of that share, Wilson, 95 %"),
});
export type CalibrationBin = Readonly<z.infer<typeof CalibrationBin>>;

const ForecastScore = z.object({
  n: Count.describe("probabilities whose outcome counts"),
  brier: z
    .number()
    .nullable()
    .describe("mean squared error, 0 best, 0.25 a coin that is always said to be one; null without an outcome"),
  interval: Interval.nullable().describe("95 %; null below 30 outcomes"),
  bins: z.array(CalibrationBin.readonly()).readonly().describe("without empty ones"),
});
export type ForecastScore = Readonly<z.infer<typeof ForecastScore>>;

/** Entries that debates refused or made smaller, against the shadow trade. */
const ObjectionScore = z.object({
  n: Count,
  unknown: Count.describe("of them not known how they would have ended"),
  saved: Money.describe("sum over the known ones, 0 or positive"),
  cost: Money.describe("sum over the known ones, 0 or positive"),
  net: Money.describe("saved less cost"),
  meanInterval: Interval.nullable().describe(
    "of what one saves in the mean, in the settlement currency, 95 %; null below 30",
  ),
});
export type ObjectionScore = Readonly<z.infer<typeof ObjectionScore>>;

const DebateScores = z.object({
  n: Count.describe("debates that met an entry and whose outcome counts: neither unknown nor not filled"),
  reached: Count.describe("of them, target before stop"),
  baseRateBrier: z
    .number()
    .nullable()
    .describe(
      "Brier score of saying the share of `reached` every time: what a role has to be under to have known anything; null without an outcome",
    ),
  roles: z.object({
    bull: ForecastScore.readonly(),
    bear: ForecastScore.readonly(),
    judge: ForecastScore.readonly(),
  }),
  vetoes: ObjectionScore.readonly(),
  shrinks: ObjectionScore.readonly(),
});
export type DebateScores = Readonly<z.infer<typeof DebateScores>>;

/** What the debates of a run came to, as documents have it. */
export const DebatesReport = z.object({
  held: z.object({ agree: Count, shrink: Count, veto: Count }).describe("held, by verdict"),
  waiting: Count.describe("met an entry whose end is not known yet"),
  scores: DebateScores.readonly(),
});
export type DebatesReport = Readonly<z.infer<typeof DebatesReport>>;

export const debatesReport = (book: DebateBook): DebatesReport => ({
  held: { ...book.held },
  waiting: book.open().length,
  scores: scoreDebates(book.settled),
});

export function scoreDebates(settled: readonly SettledDebate[]): DebateScores {
  const counted = settled.filter(isCounted);
  const reached = counted.filter(isReached).length;
  const share = counted.length === 0 ? null : reached / counted.length;
  const score = (role: DebateRoleName) => scoreForecasts(forecastsOf(counted, role));
  return {
    n: counted.length,
    reached,
    baseRateBrier: share === null ? null : share * (1 - share),
    roles: { bull: score("bull"), bear: score("bear"), judge: score("judge") },
    vetoes: objections(settled, "vetoed"),
    shrinks: objections(settled, "shrunk"),
  };
}

/** An entry that found no candle, or whose end nobody knows, tells nothing of a probability. */
const isCounted = ({ outcome: { outcome } }: SettledDebate): boolean =>
  outcome !== "unknown" && outcome !== "not-filled";
const isReached = ({ outcome: { outcome } }: SettledDebate): boolean => outcome === "target";

/** What one role said, of debates whose outcome counts. Rows of before there were probabilities have none. */
export const forecastsOf = (settled: readonly SettledDebate[], role: DebateRoleName): readonly Forecast[] =>
  settled.filter(isCounted).flatMap((one) => {
    const said = one.debate[role]?.probability ?? null;
    return said === null ? [] : [{ said, reached: isReached(one) }];
  });

const squaredError = ({ said, reached }: Forecast): number => (said - (reached ? 1 : 0)) ** 2;

/** Null without a forecast. */
export const brierOf = (forecasts: readonly Forecast[]): number | null =>
  forecasts.length === 0 ? null : mean(forecasts.map(squaredError));

export function scoreForecasts(forecasts: readonly Forecast[]): ForecastScore {
  const errors = forecasts.map(squaredError);
  return {
    n: errors.length,
    brier: brierOf(forecasts),
    interval: errors.length < LEAST_FOR_INTERVAL ? null : bootstrapMean95(errors, SEED),
    bins: Array.from({ length: BINS }, (_, bin) => binOf(forecasts, bin)).filter((bin) => bin !== null),
  };
}

function binOf(forecasts: readonly Forecast[], bin: number): CalibrationBin | null {
  const inside = forecasts.filter(({ said }) => Math.min(BINS - 1, Math.floor(said * BINS)) === bin);
  if (inside.length === 0) return null;
  const reached = inside.filter((one) => one.reached).length;
  return {
    from: bin / BINS,
    to: (bin + 1) / BINS,
    n: inside.length,
    meanSaid: mean(inside.map(({ said }) => said)),
    reachedRatio: reached / inside.length,
    interval: wilson95(reached, inside.length),
  };
}

function objections(settled: readonly SettledDebate[], met: "vetoed" | "shrunk"): ObjectionScore {
  const own = settled.filter(({ outcome }) => outcome.met === met);
  const known = own.flatMap(({ outcome }) => outcome.saved ?? []);
  const net = sum(known);
  const saved = sum(known.filter(isPositive));
  const interval = known.length < LEAST_FOR_INTERVAL ? null : bootstrapMean95(known.map(toNumber), SEED);
  return {
    n: own.length,
    unknown: own.length - known.length,
    saved,
    cost: subtract(saved, net),
    net,
    meanInterval: interval,
  };
}

const mean = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0) / values.length;
const sum = (amounts: readonly Money[]): Money =>
  amounts.reduce<Money>((total, amount) => add(total, amount), ZERO_MONEY);
