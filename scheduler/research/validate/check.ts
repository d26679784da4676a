// Floor 5. One check of a validation: what it came to, or why it came to nothing.
import { StrategyError } from "#schemas/errors.ts";
import type { CHECK_IDS, ValidationCheck } from "#schemas/validation.ts";

export type CheckId = (typeof CHECK_IDS)[number];

/** In the words of a trader. */
export const CHECK_NAMES: Readonly<Record<CheckId, string>> = {
  "outside-world": "touches nothing but its candles",
  "future-cut": "the same with the future cut off",
  "future-scrambled": "the same with another future",
  "names-and-dates": "knows no market and no date",
  "fresh-threads": "the same in a fresh thread",
  "same-thread": "the same when run again",
  "markets-apart": "the same with other markets beside it",
  "ranges-backwards": "the same with the last days first",
  "warm-up": "the same with more history",
  sensitivity: "one thing changed",
  "random-entries": "against random entries",
  "trade-order": "trades in another order",
};

type Came = Partial<Pick<ValidationCheck, "flags" | "toDo">>;

const check = (id: CheckId, state: ValidationCheck["state"], seen: readonly string[], came: Came): ValidationCheck => ({
  id,
  name: CHECK_NAMES[id],
  state,
  seen,
  flags: [],
  toDo: null,
  ...came,
});

export const passed = (id: CheckId, seen: readonly string[], came: Came = {}): ValidationCheck =>
  check(id, "passed", seen, came);

export const failed = (id: CheckId, seen: readonly string[], toDo: string): ValidationCheck =>
  check(id, "failed", seen, { toDo });

export const notRun = (id: CheckId, why: string, toDo: string | null = null): ValidationCheck =>
  check(id, "not-run", [why], { toDo });

/** A rule that fails under a check has failed it. @throws whatever else `run` throws */
export async function guarded(id: CheckId, run: () => Promise<ValidationCheck>): Promise<ValidationCheck> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof StrategyError)) throw error;
    return failed(id, [error.message], "Correct the rule, then validate again.");
  }
}

export const counted = (count: number, one: string): string =>
  `${count.toLocaleString("en-US")} ${one}${count === 1 ? "" : one.endsWith("ch") ? "es" : "s"}`;
