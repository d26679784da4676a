// Floor 6. Two runs side by side, as tables and words.
import { formatAmount, formatPct, formatTime } from "#desk/documents/format.ts";
import type { Comparison } from "#schemas/compare.ts";
import type { ClosedTrade } from "#schemas/portfolio.ts";
import type { Style } from "../io.ts";
import { table } from "../text/table.ts";
import { faultOf, SLEEP_COLUMNS, type SleepRow, sleepRows, sleepSentences, weightsText } from "./sleep-text.ts";

const SHOWN = 5;

export function comparisonText(c: Comparison, quote: string, style: Style): string {
  const [a, b] = c.names;
  return [
    style.bold(`A: ${a}   B: ${b}`),
    ...(c.settings.length === 0
      ? ["Run alike in range, venue, costs and rules."]
      : [
          "",
          style.warn("They were run differently:"),
          table(c.settings, [
            { title: "", value: ({ what }) => what },
            { title: "A", value: (row) => row.a },
            { title: "B", value: (row) => row.b },
          ]),
        ]),
    "",
    table(c.figures, [
      { title: "of the whole run", value: ({ what }) => what },
      { title: "A", value: (row) => figureText(row.a), align: "right" },
      { title: "95 % interval", value: ({ intervals95 }) => intervalText(intervals95[0]), align: "right" },
      { title: "B", value: (row) => figureText(row.b), align: "right" },
      { title: "95 % interval", value: ({ intervals95 }) => intervalText(intervals95[1]), align: "right" },
      { title: "B − A", value: ({ difference }) => figureText(difference), align: "right" },
    ]),
    "",
    c.sameDecisions
      ? "They decided the same: decisionsHash is equal."
      : "They decided differently: decisionsHash is not equal.",
    dailyText(c.daily),
    ...tradesText(c.trades, quote),
    ...sleepText(c, style),
  ].join("\n");
}

function sleepText(c: Comparison, style: Style): readonly string[] {
  const { sleep } = c;
  if (sleep === null) return [];
  const [first = "", ...rest] = sleepSentences(c);
  return [
    "",
    table(sleepRows(sleep), [
      { title: "by the ledger", value: ({ what }) => what },
      ...SLEEP_COLUMNS.map((title, at) => ({
        title,
        value: ({ cells }: SleepRow) => cells[at] ?? "",
        align: "right" as const,
      })),
    ]),
    "",
    faultOf(c).length > 0 ? style.bad(first) : first,
    ...rest,
    style.dim(weightsText(sleep)),
  ];
}

/** Three decimals at most; `–` for none. */
export const figureText = (value: number | null): string =>
  value === null
    ? "–"
    : value.toLocaleString("en-US", { maximumFractionDigits: 3, signDisplay: "negative" }).replace("-", "−");

/** `0.41 to 1.02`; empty for none. */
export const intervalText = (interval: readonly [number, number] | null): string =>
  interval === null ? "" : `${figureText(interval[0])} to ${figureText(interval[1])}`;

/** Whether the difference of a day may be chance. */
export function dailyText({ days, leftOut, meanDifferencePct, interval95, pValue, why }: Comparison["daily"]): string {
  const [a, b] = leftOut;
  const left = a + b === 0 ? "" : ` (left out: ${a} days of A, ${b} of B)`;
  const of = `Daily returns, ${days} days in common${left}`;
  if (meanDifferencePct === null) return `${of}: ${why}.`;
  const mean = `B − A is ${formatPct(meanDifferencePct, 4)} a day`;
  if (interval95 === null || pValue === null) return `${of}: ${mean}; ${why}.`;
  const [low, high] = interval95;
  const verdict = low <= 0 && high >= 0 ? "This may be chance." : "Chance alone would seldom do this.";
  return `${of}: ${mean}, 95 % interval ${formatPct(low, 4)} to ${formatPct(high, 4)}, p ${pValue < 0.001 ? "< 0.001" : pValue.toFixed(3)}. ${verdict}`;
}

function tradesText(
  { equal, different, onlyA, onlyB, beyond }: Comparison["trades"],
  quote: string,
): readonly string[] {
  const [left, right] = beyond;
  const outside = left + right === 0 ? "" : ` Outside the time that both cover: ${left} of A, ${right} of B.`;
  return [
    `Trades: ${equal} equal in both, ${different.length} in both with another result, ${onlyA.length} only in A, ${onlyB.length} only in B.${outside}`,
    ...different
      .slice(0, SHOWN)
      .map(
        ({ symbol, entryMs, a, b }) =>
          `  both   ${formatTime(entryMs)} ${symbol}: A ${ended(a, quote)}, B ${ended(b, quote)}`,
      ),
    ...onlyA
      .slice(0, SHOWN)
      .map((trade) => `  only A ${formatTime(trade.entryMs)} ${trade.symbol}: ${ended(trade, quote)}`),
    ...onlyB
      .slice(0, SHOWN)
      .map((trade) => `  only B ${formatTime(trade.entryMs)} ${trade.symbol}: ${ended(trade, quote)}`),
  ];
}

const ended = ({ exitReason, pnl }: ClosedTrade, quote: string): string =>
  `${formatAmount(pnl)} ${quote} by ${exitReason}`;
