// Floor 5. A strategy → every check of it, and in one paragraph what they prove and what they do not.
import { StrategyError } from "#schemas/errors.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { Variation } from "#schemas/research.ts";
import type { Validation, ValidationCheck } from "#schemas/validation.ts";
import type { StrategyInfo } from "#toolkits/strategies/strategy.ts";
import type { ResearchBench } from "../research-bench.ts";
import { failed, notRun } from "./check.ts";
import { checkHonesty, type HonestyInput } from "./honesty.ts";
import { checkRandomEntries } from "./random-entries.ts";
import { changesOf, checkSensitivity } from "./sensitivity.ts";
import { checkTradeOrder } from "./trade-order.ts";
import { verdictOf } from "./verdict.ts";

export interface ValidationInput extends HonestyInput {
  readonly strategy: StrategyInfo;
  /** Of the same configuration, venue and strategy. */
  readonly bench: ResearchBench;
  /** With random entries. */
  readonly runs: number;
  /** Settlement currency. */
  readonly quote: string;
}

export interface ValidationOptions extends CallOptions {
  /** What is done now; how much of it, where that is known. */
  readonly onProgress: (what: string, done?: number, of?: number) => void;
}

export type ValidationResult = Pick<
  Validation,
  "passed" | "checks" | "markets" | "sensitivity" | "randomEntries" | "tradeOrder" | "verdict"
>;

/** @throws what the venue throws; a rule that fails is a check that failed */
export async function validateStrategy(input: ValidationInput, options: ValidationOptions): Promise<ValidationResult> {
  const { signal, onProgress } = options;
  const honesty = await checkHonesty(input, { signal, onStep: (what) => onProgress(what) });
  const money = await checkMoney(input, honesty.markets.length, options);
  const checks = [...honesty.checks, ...money.checks];
  return {
    passed: checks.every(({ state }) => state !== "failed"),
    checks,
    markets: honesty.markets,
    sensitivity: money.sensitivity,
    randomEntries: money.randomEntries,
    tradeOrder: money.tradeOrder,
    verdict: verdictOf(input.strategy.id, checks, { ...money, quote: input.quote }),
  };
}

export type Money = Pick<Validation, "sensitivity" | "randomEntries" | "tradeOrder"> & {
  readonly checks: readonly ValidationCheck[];
};

/** What its trades are worth; a rule that fails in any of the runs ends these checks. */
async function checkMoney(
  input: ValidationInput,
  markets: number,
  { signal, onProgress }: ValidationOptions,
): Promise<Money> {
  const { firstSlotMs, lastSlotMs, bench, strategy, timeframe, runs, seed, quote } = input;
  const base = Variation.parse({ firstSlotMs, lastSlotMs });
  const counting = (what: string, of: number) => {
    let done = 0;
    onProgress(what, 0, of);
    return { signal, onDone: () => onProgress(what, ++done, of) };
  };
  try {
    const changes = changesOf(base, strategy, timeframe);
    const sensitivity = await checkSensitivity(bench, changes, counting("one thing changed", changes.length));
    const { asItIs } = sensitivity;
    const given = { asItIs, markets, runs, seed, quote };
    const chance = await checkRandomEntries(bench, base, given, counting("random entries", runs));
    const order = checkTradeOrder(asItIs, seed);
    return {
      checks: [sensitivity.check, chance.check, order.check],
      sensitivity: sensitivity.rows,
      randomEntries: chance.figures,
      tradeOrder: order.figures,
    };
  } catch (error) {
    if (!(error instanceof StrategyError)) throw error;
    return {
      checks: [
        failed("sensitivity", [error.message], "Correct the rule, then validate again."),
        notRun("random-entries", "the strategy could not be run to the end"),
        notRun("trade-order", "the strategy could not be run to the end"),
      ],
      sensitivity: null,
      randomEntries: null,
      tradeOrder: null,
    };
  }
}
