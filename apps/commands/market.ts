// Floor 6. `market SYMBOL`: candles with bands, what was traded, levels, brackets, analysis, brief, debate and plan of one market.
import { formatAmount, formatTime } from "#desk/documents/format.ts";
import { entryText } from "#desk/documents/plan-text.ts";
import { MarketReport, marketReportOf } from "#desk/overviews/market-report.ts";
import { UsageError } from "#schemas/errors.ts";
import { type CommandInput, deskCommand } from "../command.ts";
import type { Style } from "../io.ts";
import { analysisText, freshnessText } from "../text/analysis-text.ts";
import { levelsByAction, levelsText } from "../text/levels-text.ts";
import { table } from "../text/table.ts";
import { wholeNumber } from "./memory.ts";
import { heldSymbol } from "./symbols.ts";

const MOST_CANDLES = 3000;

/** @throws UsageError */
function candlesOf({ candles }: CommandInput["flags"]): number {
  const count = wholeNumber(candles, "--candles", 300);
  if (count <= MOST_CANDLES) return count;
  throw new UsageError({
    was: `--candles was ${count}.`,
    expected: `a whole number from 1 to ${MOST_CANDLES}`,
    remedy: "Correct it.",
  });
}

export const marketCommand = deskCommand<MarketReport>({
  name: "market",
  document: MarketReport,
  reads: true,
  exchange: "not-asked",
  saysAge: true,
  check: ({ flags }) => void candlesOf(flags),
  execute: ({ desk, store }, { args, flags }, options) =>
    marketReportOf(desk, store, { symbol: heldSymbol(desk, args[0] ?? ""), candles: candlesOf(flags) }, options),
  render: marketText,
});

/** Newest candles and fills of the terminal's tables; --json has all. */
const [CANDLES_SHOWN, FILLS_SHOWN] = [10, 5];

function marketText(report: MarketReport, style: Style): string {
  const { record, status, reason, nowMs, candles, levels, fills } = report;
  const analysis =
    record === null
      ? "no analysis is held of this market"
      : `${freshnessText(status, reason ?? undefined, style)}\n${analysisText(record, style, nowMs)}`;
  const price = record?.price ?? 0;
  return [
    style.bold(`${report.symbol} on ${report.venue}, ${report.timeframe}`),
    ...(report.blocked === null ? [] : [style.warn(`${report.blocked} is blocked: it is not entered`)]),
    analysis,
    ...levels.map(
      (row) =>
        `${row.strategyId}: enters ${levelsText(levelsByAction(row), "enter", price, 1)}; exits ${levelsText(levelsByAction(row), "exit", price, 1)}`,
    ),
    ...report.brackets.map(bracketText),
    ...report.orders.map(({ role, side, quantity, status: stage }) => `order: ${role} ${side} ${quantity} (${stage})`),
    ...(report.brief.brief?.text == null ? [] : [`brief (${report.brief.status}): ${report.brief.brief.text}`]),
    ...(report.debate === null
      ? []
      : [`debate: ${report.debate.verdict}, to ${formatTime(report.debate.validUntilMs)} UTC`]),
    ...(report.plan === null ? [] : [`plan: enters ${entryText(report.plan)}`]),
    "",
    candleTable(candles),
    ...(candles.fewer === null ? [] : [style.warn(candles.fewer)]),
    ...candles.holes.map((hole) => `no candle from ${formatTime(hole.fromMs)} UTC: ${hole.candles}`),
    ...fills
      .slice(-FILLS_SHOWN)
      .map(
        (fill) =>
          `${formatTime(fill.atMs)} ${fill.role} ${fill.side} ${fill.quantity} at ${formatAmount(fill.price)}${fill.reason === null ? "" : `: ${fill.reason}`}`,
      ),
    style.dim(`${candles.candles.length} candles and ${fills.length} fills: --json has them`),
  ].join("\n");
}

const candleTable = ({ candles }: MarketReport["candles"]): string =>
  table(candles.slice(-CANDLES_SHOWN), [
    { title: "opened (UTC)", value: (c) => formatTime(c.openMs) },
    { title: "open", value: (c) => formatAmount(c.open), align: "right" },
    { title: "high", value: (c) => formatAmount(c.high), align: "right" },
    { title: "low", value: (c) => formatAmount(c.low), align: "right" },
    { title: "close", value: (c) => formatAmount(c.close), align: "right" },
    { title: "lower band", value: (c) => amount(c.lower), align: "right" },
    { title: "upper band", value: (c) => amount(c.upper), align: "right" },
    { title: "RSI", value: (c) => c.rsi?.toFixed(1) ?? "–", align: "right" },
    { title: "", value: (c) => (c.corrected ? "corrected" : "") },
  ]);

const amount = (value: number | string | null): string => (value === null ? "–" : formatAmount(value));

function bracketText({
  strategyId,
  entryPrice,
  stopPrice,
  targetPrice,
  trails,
  soldByMs,
}: MarketReport["brackets"][0]) {
  const stop = `${stopPrice === null ? "no stop" : `stop ${formatAmount(stopPrice)}`}${trails ? ", trailing" : ""}`;
  const target = targetPrice === null ? "no target" : `target ${formatAmount(targetPrice)}`;
  const until = soldByMs === null ? "" : `, sold by ${formatTime(soldByMs)} UTC`;
  return `held by ${strategyId}: bought at ${amount(entryPrice)}, ${stop}, ${target}${until}`;
}
