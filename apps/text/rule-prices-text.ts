// Floor 6. What each rule has saved or cost, as a table and as words.
import { formatAmount, formatPct } from "#desk/documents/format.ts";
import { toNumber } from "#schemas/money.ts";
import type { RulePrice, RulePrices } from "#schemas/rule-prices.ts";
import type { Style } from "../io.ts";
import { table } from "./table.ts";

export function rulePricesText(prices: RulePrices, quote: string, style: Style): string {
  const title = style.bold("Price of each rule: what its refused entries would have come to");
  if (prices.rules.length === 0) return `${title}\nNo rule refused anything.`;
  const { entries, equal } = prices.control;
  return [
    title,
    table(prices.rules, [
      { title: "rule", value: ({ rule }) => rule },
      { title: "refused", value: ({ refused }) => String(refused), align: "right" },
      { title: "repeated", value: ({ repeated }) => String(repeated), align: "right" },
      { title: "closed", value: ({ closed }) => String(closed), align: "right" },
      { title: "of them won", value: ({ won }) => String(won), align: "right" },
      { title: "mean of a trade", value: meanText },
      { title: "the rule", value: (price) => wordOf(price, quote) },
      { title: "beside them", value: besideText },
    ]),
    ...prices.rules.flatMap((price) => aloneText(price, quote)),
    style.dim(
      entries === equal
        ? `The same arithmetic gives all ${entries} closed trades of the run itself to the last digit.`
        : `The same arithmetic gives ${equal} of the ${entries} closed trades of the run itself to the last digit.`,
    ),
    style.dim(prices.method),
  ].join("\n");
}

/** `+123.40 USDT not lost`, `12.00 USDT of profit kept out`: said of the closed ones. */
export function wordOf({ closed, saved }: Pick<RulePrice, "closed" | "saved">, quote: string): string {
  if (closed === 0) return "–";
  const amount = toNumber(saved);
  if (amount === 0) return "neither saved nor cost anything";
  return amount > 0
    ? `+${formatAmount(saved)} ${quote} not lost`
    : `−${formatAmount(minus(saved))} ${quote} not earned`;
}

/** Removing the rule lets only those through that no other rule objects to. */
function aloneText({ rule, alone, closed, savedAlone }: RulePrice, quote: string): readonly string[] {
  if (alone === closed) return [];
  if (alone === 0) return [`${rule}: another rule objected to each of them as well.`];
  const word =
    toNumber(savedAlone) >= 0 ? `lost ${formatAmount(savedAlone)}` : `earned ${formatAmount(minus(savedAlone))}`;
  return [`${rule}: no other rule objected to ${alone} of the ${closed} closed; those would have ${word} ${quote}.`];
}

const minus = (amount: string): number => 0 - toNumber(amount);

function meanText({ meanTradePct: { value, interval95, why } }: RulePrice): string {
  if (value === null) return "–";
  if (interval95 === null) return `${formatPct(value)} (${why})`;
  const [low, high] = interval95;
  const verdict = low <= 0 && high >= 0 ? "; may be chance" : "";
  return `${formatPct(value)} (95 % interval ${formatPct(low)} to ${formatPct(high)}${verdict})`;
}

/** `5 still open, 2 not filled`. */
export function besideText({ open, notFilled, notTradable, exits }: RulePrice): string {
  const parts = [
    [open, "still open"],
    [notFilled, "not filled"],
    [notTradable, "not tradable"],
    [exits, "exits"],
  ] as const;
  return parts.flatMap(([count, what]) => (count === 0 ? [] : [`${count} ${what}`])).join(", ");
}
