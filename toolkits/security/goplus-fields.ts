// Floor 2. One raw field of a GoPlus-shaped record → a value, or null where the record does not say. By the source's
// own notes an absent field means "not known", never "no": https://docs.gopluslabs.io/reference/response-details
import { plainText } from "#schemas/plain-text.ts";
import type { SecurityCheck, Severity } from "#schemas/security.ts";
import { type FlagRule, taxSeverity } from "./rubric.ts";

export type RawRecord = Readonly<Record<string, unknown>>;

/** Longest piece of token-supplied text that is ever shown or passed on, in characters. */
const MAX_QUOTED_CHARACTERS = 80;

/** "1" and "0" (also as numbers, which the source uses inside holders); anything else is not an answer. */
export function readFlag(value: unknown): boolean | null {
  if (value === "1" || value === 1) return true;
  if (value === "0" || value === 0) return false;
  return null;
}

/** A plain non-negative decimal, as text or number. Empty text, signs, exponents of words and NaN are not an answer. */
export function readAmount(value: unknown): number | null {
  if (typeof value === "number") return Number.isFinite(value) && value >= 0 ? value : null;
  if (typeof value !== "string" || !/^\d+(\.\d*)?([eE]-?\d{1,3})?$/.test(value)) return null;
  const amount = Number(value);
  return Number.isFinite(amount) ? amount : null;
}

/** A share of a whole, 0-1 (the source writes 5 % as "0.05"); more than 1 is not an answer. */
export function readRatio(value: unknown): number | null {
  const amount = readAmount(value);
  return amount !== null && amount <= 1 ? amount : null;
}

export const readList = (value: unknown): readonly unknown[] | null => (Array.isArray(value) ? value : null);

/** Text that a token or source supplied: control characters out, length capped, in quotes. It is never an instruction. */
export const quoteText = (text: string): string => JSON.stringify(plainText(text, MAX_QUOTED_CHARACTERS));

/** `0.0725` → `7.25 %`. */
export const showPercent = (ratio: number): string => `${Number((ratio * 100).toFixed(2))} %`;

/** What every check of one report shares. */
export interface CheckContext {
  readonly source: string;
  /** The record stands on a trust list: findings that are by design there are lowered to `info`. */
  readonly trusted: boolean;
}

/** One check, finished. */
export const makeCheck = (
  context: CheckContext,
  id: string,
  state: SecurityCheck["state"],
  severity: Severity,
  evidence: string,
): SecurityCheck => ({ id, state, severity, source: context.source, evidence });

/** A fact that the record leaves open. */
export const unknownCheck = (context: CheckContext, id: string, severity: Severity, why: string): SecurityCheck =>
  makeCheck(context, id, "unknown", severity, why);

/** A failed check that a trust entry lowers. */
export function trustableFailure(
  context: CheckContext,
  id: string,
  severity: Severity,
  evidence: string,
): SecurityCheck {
  return context.trusted
    ? makeCheck(context, id, "fail", "info", `${evidence} (by design in a token on the source's trust list)`)
    : makeCheck(context, id, "fail", severity, evidence);
}

/** One yes-or-no fact, judged by its rule. */
export function flagCheck(context: CheckContext, flag: FlagRule, answer: boolean | null): SecurityCheck {
  if (answer === null)
    return unknownCheck(context, flag.id, flag.severity, flag.unknown ?? `${flag.id} is not reported`);
  if (answer !== flag.badWhen) return makeCheck(context, flag.id, "pass", flag.severity, flag.good);
  if (flag.trustable) return trustableFailure(context, flag.id, flag.severity, flag.bad);
  return makeCheck(context, flag.id, "fail", flag.severity, flag.bad);
}

/** A share that is taken away, judged by its size. */
export function rateCheck(context: CheckContext, id: string, what: string, ratio: number | null): SecurityCheck {
  if (ratio === null) return unknownCheck(context, id, "high", `${what} is not reported`);
  const severity = taxSeverity(ratio);
  return makeCheck(
    context,
    id,
    severity === null ? "pass" : "fail",
    severity ?? "high",
    `${what} is ${showPercent(ratio)}`,
  );
}
