// Floor 4. Debates whose outcome is known → how good each role's probabilities were, and what vetoes and shrinks saved or cost. Pure;
// few outcomes prove nothing, so every figure comes with how many it rests on, and intervals only from 30 on.
import { bootstrapMean95, type Interval, wilson95 } from "#agents/learning-coordinator/intervals.ts";
import { add, isPositive, type Money, subtract, toNumber, ZERO_MONEY } from "#schemas/money.ts";
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

export interface CalibrationBin {
  /** Said from here to there, the upper bound only of the last bin included. */
  readonly from: number;
  readonly to: number;
  readonly n: number;
  readonly meanSaid: number;
  readonly reachedRatio: number;
  /** Wilson, 95 %. */
  readonly interval: Interval;
}

export interface ForecastScore {
  readonly n: number;
  /** Mean squared error, 0 best, 0.25 a coin that is always said to be one; null without an outcome. */
  readonly brier: number | null;
  /** 95 %; null below 30 outcomes. */
  readonly interval: Interval | null;
  /** Without empty ones. */
  readonly bins: readonly CalibrationBin[];
}

/** Entries that debates refused or made smaller, against the shadow trade. */
export interface ObjectionScore {
  readonly n: number;
  /** Of them not known how they would have ended. */
  readonly unknown: number;
  /** Sums over the known ones, in quote: both 0 or positive. */
  readonly saved: Money;
  readonly cost: Money;
  readonly net: Money;
  /** Of what one saves in the mean, in quote, 95 %; null below 30. */
  readonly meanInterval: Interval | null;
}

export interface DebateScores {
  /** Debates that met an entry and whose outcome counts: neither unknown nor not filled. */
  readonly n: number;
  /** Of them, target before stop. */
  readonly reached: number;
  /** Brier score of saying the share of `reached` every time: what a role has to be under to have known anything. */
  readonly baseRateBrier: number | null;
  readonly roles: Readonly<Record<DebateRoleName, ForecastScore>>;
  readonly vetoes: ObjectionScore;
  readonly shrinks: ObjectionScore;
}

/** What the debates of a run came to, as documents have it. */
export interface DebatesReport {
  /** Held, by verdict. */
  readonly held: DebateBook["held"];
  /** Met an entry whose end is not known yet. */
  readonly waiting: number;
  readonly scores: DebateScores;
}

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
