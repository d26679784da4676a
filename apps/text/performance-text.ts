// Floor 6. How a run did, for people: headlines with their intervals, breakdowns, the deepest drawdowns.
import { formatAge, formatAmount, formatFixed, formatPct, formatTime } from "#desk/documents/format.ts";
import {
  HEADLINE_NAMES,
  HEADLINES,
  type HeadlineName,
  headlineIntervalText,
  headlineText,
} from "#desk/documents/headlines.ts";
import type { Drawdown, Headline, Performance, PerformancePart } from "#schemas/performance.ts";
import type { ReportSection } from "./report-section.ts";

const gain = (value: number): string => formatPct(value);
const percent = (value: number): string => `${formatFixed(value)} %`;
export function headlinesSection({ headlines }: Performance, quote: string): ReportSection {
  const reasons = new Set(
    Object.values(headlines).flatMap(({ value, why }) => (value === null || why === null ? [] : [why])),
  );
  return {
    title: "performance",
    columns: ["figure", "value", "95 % interval"],
    rows: HEADLINE_NAMES.map((name) => [
      HEADLINES[name].title,
      valueText(name, headlines[name], quote),
      headlineIntervalText(name, headlines[name].interval95, quote),
    ]),
    notes: [...reasons].map((why) => `No interval: ${why}.`),
  };
}

const valueText = (name: HeadlineName, { value, why }: Headline, quote: string): string =>
  value === null ? `– (${why})` : headlineText(name, value, quote);

/** By exit reason and market. */
export const breakdownSections = (
  { byExitReason, byEntryTag, byMarket }: Performance,
  quote: string,
): readonly ReportSection[] => [
  partsSection("exit reason", byExitReason, quote),
  ...(byEntryTag.length > 1 ? [partsSection("entry tag", byEntryTag, quote)] : []),
  partsSection("market", byMarket, quote),
];

/** Markets shown: the document has all. */
const PARTS_SHOWN = 10;

const partsSection = (what: string, parts: readonly PerformancePart[], quote: string): ReportSection => ({
  title: `closed trades by ${what}`,
  columns: [what, "trades", "won", "win rate", "mean trade", `profit ${quote}`],
  rows: parts
    .slice(0, PARTS_SHOWN)
    .map(({ name, trades, won, winRatePct, meanTradePct, pnl }) => [
      name,
      String(trades),
      String(won),
      winRatePct === null ? "–" : `${formatFixed(winRatePct, 1)} %`,
      meanTradePct === null ? "–" : gain(meanTradePct),
      formatAmount(pnl),
    ]),
  notes: parts.length > PARTS_SHOWN ? [`${parts.length - PARTS_SHOWN} more; --json has all.`] : [],
});

const DRAWDOWNS_SHOWN = 3;

export const drawdownsSection = ({ drawdowns }: Performance): ReportSection => ({
  title: "deepest drawdowns",
  columns: ["from (UTC)", "depth", "lowest", "recovered", "lasted"],
  rows: drawdowns
    .slice(0, DRAWDOWNS_SHOWN)
    .map(({ peakMs, depthPct, troughMs, recoveredMs, durationMs }: Drawdown) => [
      formatTime(peakMs),
      percent(depthPct),
      formatTime(troughMs),
      recoveredMs === null ? "not yet" : formatTime(recoveredMs),
      formatAge(durationMs),
    ]),
  notes: [],
});

/** `in the market 41.2 % of the time, exposure 3.10 % of equity in the mean` */
export function exposureText({ timeInMarketPct, meanExposurePct }: Performance): string {
  if (timeInMarketPct === null || meanExposurePct === null) return "–";
  return `in the market ${formatFixed(timeInMarketPct, 1)} % of the time, exposure ${percent(meanExposurePct)} of equity in the mean`;
}

/** All of it, compact; sections without a row are left out. */
export const performanceSections = (performance: Performance, quote: string): readonly ReportSection[] =>
  [
    headlinesSection(performance, quote),
    ...breakdownSections(performance, quote),
    drawdownsSection(performance),
  ].filter(({ rows }) => rows.length > 0);
