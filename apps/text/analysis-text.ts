// Floor 6. Analyses as people read them.

import type { AnalysisDocument } from "#desk/documents/analysis-document.ts";
import { formatAge, formatAmount, formatTime } from "#desk/documents/format.ts";
import type { Analysis, Recall } from "#schemas/analysis.ts";
import type { Signal } from "#schemas/reading.ts";
import type { SecurityReport } from "#schemas/security.ts";
import { mayEnter, verdictWord } from "#schemas/security.ts";
import type { Style } from "../io.ts";
import { levelsText } from "./levels-text.ts";
import { type Column, table } from "./table.ts";

/** Law 10. */
export const SIMULATED = "SIMULATED – invented prices";

export const verdictText = ({ verdict }: Pick<SecurityReport, "verdict">, style: Style): string => {
  if (verdict === "block") return style.bad(verdict);
  if (verdict === "unknown" || verdict === "caution") return style.warn(verdict);
  return style.good(verdictWord(verdict));
};

const signalText = (signal: Signal, style: Style): string =>
  signal.action === "hold" ? style.dim("hold") : style.bold(`${signal.action} ${signal.strength.toFixed(2)}`);

const number = (value: number | null | undefined, digits: number): string =>
  value === null || value === undefined ? "–" : value.toFixed(digits).replace(/^-(0(?:\.0*)?)$/, "$1");

type Signals = Pick<AnalysisDocument, "signals" | "silent">;

/** One column a strategy: its signal, or `–` where it says nothing of the market. */
export const signalColumns = (strategies: readonly string[], style: Style): Column<Signals>[] =>
  strategies.map((id) => ({
    title: strategies.length === 1 ? "signal" : id,
    value: ({ signals }) => {
      const signal = signals.find(({ strategyId }) => strategyId === id);
      return signal === undefined ? style.warn("–") : signalText(signal, style);
    },
  }));

/** One line a market. */
export function analysesTable(analyses: readonly AnalysisDocument[], style: Style, maxRows?: number): string {
  const strategies = new Set(analyses.flatMap((a) => [...a.signals, ...a.silent].map(({ strategyId }) => strategyId)));
  const columns: Column<AnalysisDocument>[] = [
    { title: "market", value: (a) => a.symbol },
    { title: "price", value: (a) => formatAmount(a.price), align: "right" },
    { title: "RSI", value: (a) => number(a.indicators.rsiWilder, 1), align: "right" },
    { title: "%B", value: (a) => number(a.indicators.bollinger?.percentB, 2), align: "right" },
    { title: "security", value: (a) => verdictText(a.security, style) },
    ...signalColumns([...strategies], style),
  ];
  const silent = new Set(
    analyses.flatMap((a) => a.silent.map(({ strategyId, why }) => `${strategyId} says nothing: ${why}`)),
  );
  return [table(analyses, columns, maxRows), ...[...silent].map((line) => style.warn(line))].join("\n");
}

/** The markets that may not be entered, each with its reason. */
export function blockedTable(analyses: readonly Pick<Analysis, "symbol" | "security">[], style: Style): string {
  const blocked = analyses.filter((a) => !mayEnter(a.security.verdict));
  if (blocked.length === 0) return "";
  return table(blocked, [
    { title: "not entered", value: (a) => a.symbol },
    { title: "security", value: (a) => verdictText(a.security, style) },
    { title: "because", value: (a) => a.security.reason },
  ]);
}

/** One analysis in full. */
export function analysisText(a: AnalysisDocument, style: Style, nowMs: number): string {
  const { indicators: i, security } = a;
  const lines = [
    `${style.bold(a.symbol)} ${a.timeframe} at ${a.venue}${a.simulated ? `  ${style.warn(SIMULATED)}` : ""}`,
    `as of ${formatTime(a.asOfMs)} UTC (${formatAge(nowMs - a.asOfMs)} old), computed at ${a.origin === "sleep" ? "sleep time" : "test time"}, id ${a.id}`,
    "",
    `price      ${formatAmount(a.price)}`,
    `RSI        ${number(i.rsiWilder, 2)}  (Wilder, 14)${i.flat ? ", flat" : ""}`,
    i.bollinger === null
      ? "bands      –"
      : `bands      ${formatAmount(i.bollinger.lower)} · ${formatAmount(i.bollinger.middle)} · ${formatAmount(i.bollinger.upper)}  (20, 2; %B ${number(i.bollinger.percentB, 3)}, bandwidth ${number(i.bollinger.bandwidth * 100, 2)} %)`,
    `ATR        ${i.atr === null ? "–" : formatAmount(i.atr)}  (Wilder, 14)`,
    `window     ${i.candles} candles since ${formatTime(i.windowStartMs)} UTC, ${i.filled} filled, warm-up ${i.warmup}`,
    `security   ${verdictText(security, style)}: ${security.reason}`,
    ...security.checks
      .filter((check) => check.state === "fail" || check.state === "unknown")
      .map((check) => `           ${check.severity} ${check.id}: ${check.evidence}`),
    ...strategyLines(a, style),
    ...a.notes.map((note) => `note       ${note.text}`),
  ];
  return lines.join("\n");
}

/** Signal and levels of each strategy; named where there are several, and where one says nothing. */
function strategyLines(a: AnalysisDocument, style: Style): readonly string[] {
  const isAlone = a.signals.length + a.silent.length === 1;
  const read = a.signals.flatMap((signal, index) => {
    const levels = a.levels[index];
    const name = isAlone ? "" : `${signal.strategyId}: `;
    const said = `signal     ${name}${signalText(signal, style)}: ${signal.reasons.join("; ")}`;
    if (levels === undefined) return [said];
    const note = levels.note === "" ? "" : ` (${levels.note})`;
    const acts =
      levels.status === "not-worked-out"
        ? "not worked out"
        : `enters ${levelsText(levels, "enter", a.price)}; exits ${levelsText(levels, "exit", a.price)}`;
    return [said, `next close ${name}${acts}${note}`];
  });
  return [
    ...read,
    ...a.silent.map(({ strategyId, why }) => style.warn(`signal     ${strategyId} says nothing: ${why}`)),
  ];
}

/** `fresh`, or `stale: behind`, in the colour of what it means. */
export const freshnessText = (status: Recall["status"], reason: string | undefined, style: Style): string =>
  status === "fresh" ? style.good("fresh") : style.warn(reason === undefined ? status : `stale: ${reason}`);
