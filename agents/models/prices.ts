// Floor 3. What models cost: a dated table of public prices, or the operator's own. An estimate for people, and no bill: providers
// discount what they have cached, and change their prices.
import { add, type DecimalText, decimalFromNumber, divide, multiply } from "#schemas/money.ts";
import table from "./prices.json" with { type: "json" };

/** USD per million tokens. */
export interface ModelPrice {
  readonly input: DecimalText;
  readonly output: DecimalText;
  /** Where it is from: the day of the table, ISO 8601; null: the operator says so. */
  readonly asOf: string | null;
}

const MILLION = "1000000";
const ROWS: Readonly<Record<string, readonly string[]>> = table.usdPerMillionTokens;

/**
 * @param own the operator's, as `in/out`; null: none
 * @returns null where neither has one of this model
 */
export function priceOf(model: string, own: string | null): ModelPrice | null {
  const [input, output] = own === null ? (ROWS[model] ?? []) : own.split("/");
  if (input === undefined || output === undefined) return null;
  return { input, output, asOf: own === null ? table.asOf : null };
}

/** USD, exact. */
export function costUsd(
  tokens: { readonly inputTokens: number; readonly outputTokens: number },
  { input, output }: ModelPrice,
): DecimalText {
  const of = (count: number, price: DecimalText) => multiply(decimalFromNumber(count), price);
  return divide(add(of(tokens.inputTokens, input), of(tokens.outputTokens, output)), MILLION);
}
