// Floor 2, risk. What a rule is, and the numbers in its reasons.
import type { Draft } from "../draft.ts";
import type { GateInput } from "../gate-input.ts";

/** Null: nothing to object. Otherwise what was and what the limit is, in words a trader accepts. */
export type Rule = (input: GateInput, draft: Draft) => string | null;

/** Six significant digits, so that a value just over its limit does not print as the limit. */
export const shown = (value: number): string => String(Number(value.toPrecision(6)));
