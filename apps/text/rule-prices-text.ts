// Floor 6. What each rule has saved or cost, as a table and as words.
import { formatAmount, formatPct } from "#desk/documents/format.ts";
import { toNumber } from "#schemas/money.ts";
import type { DeskRulePrice, DeskRulePrices, RulePrice, RulePrices } from "#schemas/rule-prices.ts";
import type { Style } from "../io.ts";
import type { ReportSection } from "./report-section.ts";
import { table } from "./table.ts";

export function rulePricesText(prices: RulePrices, quote: string, style: Style): string {
  const title = style.bold("Price of each rule: what its refused entries would have come to");
  if (prices.rules.length === 0) return `${title}\nNo rule refused anything.`;
  return [
    title,
    table(
      prices.rules,
      COLUMNS.map(({ title, text, isNumber }) => ({
        title,
        value: (price: RulePrice) => text(price, quote),
        ...(isNumber ? { align: "right" as const } : {}),
      })),
    ),
    ...prices.rules.flatMap((price) => aloneText(price, quote)),
    style.dim(controlText(prices.control)),
    style.dim(prices.method),
  ].join("\n");
}

/** The same of a running desk, as a section of its report. */
export const rulePricesSection = (prices: DeskRulePrices, quote: string): ReportSection => ({
  title: `price of each rule: refused entries of the last ${prices.days} days, traded to their end`,
  columns: COLUMNS.map(({ title }) => title),
  // A section without a row is not shown, and this one was asked for.
  rows:
    prices.rules.length === 0
      ? [["no rule refused anything", "0", ...COLUMNS.slice(2).map(() => "–")]]
      : prices.rules.map((price) => COLUMNS.map(({ text }) => text(price, quote))),
  notes: [
    ...prices.rules.flatMap(({ rule, notPriced }) =>
      notPriced.map(({ why, count }) => `${rule}: ${count} not priced: ${why}.`),
    ),
    controlText(prices.control),
    prices.method,
  ],
});

/** What the table says of a rule, beside a backtest and of a desk. */
type Shown = Omit<RulePrice, "alone" | "savedAlone"> & Partial<Pick<DeskRulePrice, "notPriced">>;

const COLUMNS: readonly {
  readonly title: string;
  readonly text: (price: Shown, quote: string) => string;
  readonly isNumber?: true;
}[] = [
  { title: "rule", text: ({ rule }) => rule },
  { title: "refused", text: ({ refused }) => String(refused), isNumber: true },
  { title: "repeated", text: ({ repeated }) => String(repeated), isNumber: true },
  { title: "closed", text: ({ closed }) => String(closed), isNumber: true },
  { title: "of them won", text: ({ won }) => String(won), isNumber: true },
  { title: "mean of a trade", text: (price) => meanText(price) },
  { title: "the rule", text: (price, quote) => wordOf(price, quote) },
  { title: "beside them", text: (price) => besideText(price) },
];

const controlText = ({ entries, equal }: RulePrices["control"]): string =>
  entries === equal
    ? `The same arithmetic gives all ${entries} closed trades of the run itself to the last digit.`
    : `The same arithmetic gives ${equal} of the ${entries} closed trades of the run itself to the last digit.`;

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

function meanText({ meanTradePct: { value, interval95, why } }: Shown): string {
  if (value === null) return "–";
  if (interval95 === null) return `${formatPct(value)} (${why})`;
  const [low, high] = interval95;
  const verdict = low <= 0 && high >= 0 ? "; may be chance" : "";
  return `${formatPct(value)} (95 % interval ${formatPct(low)} to ${formatPct(high)}${verdict})`;
}

/** `5 still open, 2 not filled`. */
export function besideText({ open, notFilled, notTradable, exits, notPriced = [] }: Shown): string {
  const parts = [
    [open, "still open"],
    [notFilled, "not filled"],
    [notTradable, "not tradable"],
    [exits, "exits"],
    [notPriced.reduce((sum, { count }) => sum + count, 0), "not priced"],
  ] as const;
  return parts.flatMap(([count, what]) => (count === 0 ? [] : [`${count} ${what}`])).join(", ");
}
