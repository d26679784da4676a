// Floor 6. What was left out of trading, as rows of a table and as one clause of a slot line.
import type { CountsByReason, LeftOut } from "#desk/documents/left-out.ts";
import type { SleepReport } from "#desk/documents/sleep-report.ts";
import { RiskRule } from "#schemas/decision.ts";
import { linesByReason } from "#toolkits/market/replay/describe-folder.ts";

/** Lines about markets; the JSON document has all. */
const MARKET_LINES = 8;
/** Markets named with one rule. */
const MARKETS_NAMED = 6;

const figure = (n: number): string => n.toLocaleString("en-US");

/** `security 130, cash 2`, most frequent first. */
function countsText(counts: Readonly<Record<string, number>>, atMost = Number.POSITIVE_INFINITY): string {
  const sorted = Object.entries(counts).sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  const shown = sorted.slice(0, atMost).map(([name, n]) => `${name.replaceAll("-", " ")} ${figure(n)}`);
  return `${shown.join(", ")}${sorted.length > atMost ? `, ${sorted.length - atMost} more markets` : ""}`;
}

/** Nothing where nothing was left out. */
export function leftOutRows({ markets, candles, refusals }: LeftOut): readonly (readonly [string, string])[] {
  const lines = linesByReason(markets);
  const more = lines.length - MARKET_LINES;
  const shown = more > 0 ? [...lines.slice(0, MARKET_LINES), `and ${more} more reasons: --json has all`] : lines;
  const rows: (readonly [string, string])[] = [];
  if (candles !== null && candles.unusable > 0) rows.push(["candles not traded on", candlesText(candles)]);
  for (const [index, line] of shown.entries()) rows.push([index === 0 ? "markets left out" : "", line]);
  if (refusals.refused > 0) {
    rows.push([
      "refused",
      `${figure(refusals.refused)} of ${figure(refusals.of)} decisions: ${countsText(refusals.byRule)}`,
    ]);
    for (const rule of RiskRule.options) rows.push(...ruleRow(refusals, rule));
  }
  return rows;
}

/** `2,469 of 2,469: too many holes 2,469` */
export const candlesText = ({ of, unusable, byReason }: NonNullable<LeftOut["candles"]>): string =>
  `${figure(unusable)} of ${figure(of)}: ${countsText(byReason)}`;

/** Which markets a rule refused, and its newest reason. */
function ruleRow({ byMarket, reasons }: LeftOut["refusals"], rule: RiskRule): readonly (readonly [string, string])[] {
  const reason = reasons[rule];
  if (reason === undefined) return [];
  const counts = Object.entries(byMarket).flatMap(([symbol, rules]) => {
    const refused = rules[rule];
    return refused === undefined ? [] : [[symbol, refused] as const];
  });
  return [["", `${rule.replaceAll("-", " ")} (${countsText(Object.fromEntries(counts), MARKETS_NAMED)}): ${reason}`]];
}

/** `12 of 50 not usable: 9 too few candles, 3 token unknown`; null where all are. */
export function notUsableText({ analysed, skipped, failed, unusable }: NotUsable): string | null {
  const counts: readonly (readonly [string, number])[] = [
    ...Object.entries(unusable satisfies CountsByReason),
    ["no new candle", skipped.length],
    ["not read", failed.length],
  ];
  const parts = counts.filter(([, n]) => n > 0).sort(([, m], [, n]) => n - m);
  if (parts.length === 0) return null;
  const sum = parts.reduce((total, [, n]) => total + n, 0);
  const of = analysed + skipped.length + failed.length;
  return `${sum} of ${of} not usable: ${parts.map(([reason, n]) => `${n} ${reason}`).join(", ")}`;
}

type NotUsable = Pick<SleepReport, "analysed" | "skipped" | "failed" | "unusable">;
