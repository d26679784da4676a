// Floor 6. What models were asked and cost, in a line; and where the prices are from.
import type { ModelPrice } from "#agents/models/prices.ts";
import type { Bill, BillRow } from "#desk/documents/bill.ts";
import { formatFee } from "#desk/documents/format.ts";

/** `question: 12 calls of openai/gpt-5, 10,400 tokens in, 900 out, 0.02 USD` */
export const billText = ({ rows, usd }: Bill): string =>
  `${rows.map(rowText).join(", ")}${rows.length < 2 || usd === null ? "" : `, together ${formatFee(usd)} USD`}`;

const rowText = ({ job, model, modelCalls, inputTokens, outputTokens, usd }: BillRow): string =>
  `${job}: ${count(modelCalls)} ${modelCalls === 1 ? "call" : "calls"} of ${model}, ${count(inputTokens)} tokens in, ${count(outputTokens)} out${usd === null ? "" : `, ${formatFee(usd)} USD`}`;

const count = (n: number): string => n.toLocaleString("en-US");

/** The day of the public prices, and the models that none is known of. */
export function pricesText(
  of: readonly { readonly model: string; readonly price: ModelPrice | null }[],
): readonly string[] {
  const asOf = of.map(({ price }) => price?.asOf ?? null).find((day) => day !== null);
  const unknown = [...new Set(of.flatMap(({ model, price }) => (price === null ? [model] : [])))];
  return [
    ...(asOf === undefined ? [] : [`public prices of ${asOf}, check your provider's`]),
    ...(unknown.length === 0
      ? []
      : [
          `no price is known of ${unknown.join(" and ")}: set DEEPTRADER_MODEL_PRICE to that of the model of questions, in USD per million tokens as in/out, for example 1.25/10`,
        ]),
  ];
}
