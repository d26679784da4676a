// Floor 6. Analyses as people read them.

import { formatAge, formatAmount, formatTime } from "#desk/documents/format.ts";
import type { Analysis, Recall } from "#schemas/analysis.ts";
import type { SecurityReport } from "#schemas/security.ts";
import { mayEnter } from "#schemas/security.ts";
import type { Style } from "../io.ts";
import { type Column, table } from "./table.ts";

/** Law 10. */
export const SIMULATED = "SIMULATED – invented prices";

export const verdictText = ({ verdict }: Pick<SecurityReport, "verdict">, style: Style): string => {
  if (verdict === "block") return style.bad(verdict);
  if (verdict === "unknown" || verdict === "caution") return style.warn(verdict);
  // A coin of its own chain has no contract to check.
  return style.good(verdict === "not-applicable" ? "native" : verdict);
};

const signalText = (signal: Analysis["signal"], style: Style): string =>
  signal.action === "hold" ? style.dim("hold") : style.bold(`${signal.action} ${signal.strength.toFixed(2)}`);

const number = (value: number | null | undefined, digits: number): string =>
  value === null || value === undefined ? "–" : value.toFixed(digits).replace(/^-(0(?:\.0*)?)$/, "$1");

/** One line a market. */
export function analysesTable(analyses: readonly Analysis[], style: Style, maxRows?: number): string {
  const columns: Column<Analysis>[] = [
    { title: "market", value: (a) => a.symbol },
    { title: "price", value: (a) => formatAmount(a.price), align: "right" },
    { title: "RSI", value: (a) => number(a.indicators.rsiWilder, 1), align: "right" },
    { title: "%B", value: (a) => number(a.indicators.bollinger?.percentB, 2), align: "right" },
    { title: "security", value: (a) => verdictText(a.security, style) },
    { title: "signal", value: (a) => signalText(a.signal, style) },
  ];
  return table(analyses, columns, maxRows);
}

/** The markets that may not be entered, each with its reason. */
export function blockedTable(analyses: readonly Analysis[], style: Style): string {
  const blocked = analyses.filter((a) => !mayEnter(a.security.verdict));
  if (blocked.length === 0) return "";
  return table(blocked, [
    { title: "not entered", value: (a) => a.symbol },
    { title: "security", value: (a) => verdictText(a.security, style) },
    { title: "because", value: (a) => a.security.reason },
  ]);
}

/** One analysis in full. */
export function analysisText(a: Omit<Analysis, "venueId">, style: Style, nowMs: number): string {
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
    `signal     ${signalText(a.signal, style)}: ${a.signal.reasons.join("; ")}`,
    ...a.notes.map((note) => `note       ${note.text}`),
  ];
  return lines.join("\n");
}

/** `fresh`, or `stale: behind`, in the colour of what it means. */
export const freshnessText = (status: Recall["status"], reason: string | undefined, style: Style): string =>
  status === "fresh" ? style.good("fresh") : style.warn(reason === undefined ? status : `stale: ${reason}`);
