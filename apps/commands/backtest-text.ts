// Floor 6. The document of a backtest, and how it is drawn.
import { formatAmount, formatFee, formatPct, formatTime } from "#desk/documents/format.ts";
import { toNumber } from "#schemas/money.ts";
import { PLANNED } from "#schemas/plan.ts";
import type { Style } from "../io.ts";
import { SIMULATED } from "../text/analysis-text.ts";
import { debateRows } from "../text/debates-text.ts";
import { drawEquityLine } from "../text/equity-line.ts";
import { leftOutRows } from "../text/left-out-text.ts";
import { exposureText, performanceSections } from "../text/performance-text.ts";
import { rulePricesText } from "../text/rule-prices-text.ts";
import { sectionText } from "../text/section-text.ts";
import { strategiesText } from "../text/strategies-text.ts";
import { table } from "../text/table.ts";
import { partsTable, tradesTable } from "../text/trades-text.ts";
import type { BacktestDocument } from "./backtest.ts";

const TRADES_SHOWN = 20;

export function renderBacktest(d: BacktestDocument, style: Style): string {
  const { metrics: m } = d;
  const trades = tradesTable(d.trades.slice(-TRADES_SHOWN), d.strategies, style);
  const rows: readonly (readonly [string, string])[] = [
    [
      "from – to (UTC)",
      `${formatTime(m.startMs)} – ${formatTime(m.endMs)}, ${m.slots.toLocaleString("en-US")} slots of ${d.timeframe}`,
    ],
    ...d.range.unused.map((part, index) => [index === 0 ? "not tested" : "", part] as const),
    ["equity", `${formatAmount(d.equity)} ${d.quote} (${formatPct(m.totalReturnPct)})`],
    ["buy and hold", m.buyAndHoldPct === null ? "–" : `${formatPct(m.buyAndHoldPct)} (equal weights, no costs)`],
    ["trades closed", `${m.tradesClosed}${d.openPositions > 0 ? `, ${d.openPositions} still open` : ""}`],
    ...d.gone.map((market, index) => [index === 0 ? "markets gone" : "", goneText(market, d.quote)] as const),
    ["exposure", exposureText(d.performance)],
    ["costs", costsText(d)],
    ...(d.fillsOutsideCandle === 0
      ? []
      : [["fills outside their candle", `${d.fillsOutsideCandle} of ${m.fills}, by slippage`] as const]),
    ...(d.model === null ? [] : [["judged asleep by", modelText(d.model, d.simulated)] as const]),
    ...planRows(d),
    ...debateRows(d.judgement?.debates ?? null, d.quote),
    ...d.rules.map(({ words, text }) => ["rule", `"${words}": ${text}`] as const),
    ...detailRows(d),
    ["decisions", `${m.decisions}, ${m.refusals} refused, ${m.orders} orders, ${m.fills} fills`],
    ["decisionsHash", d.decisionsHash],
    ...leftOutRows(d.leftOut),
  ];
  return [
    style.bold(`Backtest of ${strategiesText(d.strategies)} on ${d.venue}, security ${d.security}`),
    ...(d.simulated ? [style.warn(SIMULATED)] : []),
    ...(d.trades.length === 0
      ? [d.metrics.decisions === 0 ? "No trade was closed, and none was decided on." : "No trade was closed."]
      : [trades]),
    ...(d.trades.length > TRADES_SHOWN
      ? [style.dim(`… the last ${TRADES_SHOWN} of ${d.trades.length} trades; --json has all`)]
      : []),
    "",
    table(rows, [
      { title: "metric", value: ([name]) => name },
      { title: "value", value: ([, value]) => value },
    ]),
    ...(d.rulePrices === null ? [] : ["", rulePricesText(d.rulePrices, d.quote, style)]),
    ...(d.byStrategy.length > 1 ? ["", partsTable("strategy", d.byStrategy, d.quote)] : []),
    ...performanceSections(d.performance, d.quote).flatMap((section) => ["", sectionText(section, style)]),
    "",
    drawEquityLine(
      d.equityLine.map(({ atMs, equity }) => ({ atMs, equity: toNumber(equity) })),
      { columns: Math.max(20, Math.min(100, style.columns - 16)) },
    ),
  ].join("\n");
}

/** `3 of 41 exits ambiguous on 5m were resolved by 1m: 2 stops, 1 target`, and where the whole candle had to do. */
function detailRows({ detail, timeframe: base }: BacktestDocument): readonly (readonly [string, string])[] {
  if (detail === null) return [];
  const { timeframe, exits, stops, targets, held, asked, missing, different, unresolved, jumps } = detail;
  const left =
    held === 0 ? "" : `; in ${held} more ${held === 1 ? "candle" : "candles"} nothing was touched on the way`;
  const exit =
    stops + targets + held + unresolved === 0
      ? `none of ${some(exits, "exit")} ambiguous on ${base}`
      : `${stops + targets} of ${exits} exits ambiguous on ${base} were resolved by ${timeframe}: ${some(stops, "stop")}, ${some(targets, "target")}${left}`;
  const head = [
    ["within candles", exit] as const,
    ...(jumps === 0 ? [] : [["", `${jumps} filled at another price: it jumped over theirs`] as const]),
  ];
  if (missing + different === 0) return head;
  const why = [
    ...(missing === 0 ? [] : [`${missing} without all their ${timeframe} candles`]),
    ...(different === 0 ? [] : [`${different} that the ${timeframe} candles do not add up to`]),
  ].join(", ");
  const rule = unresolved === 0 ? "none of them ambiguous" : `${unresolved} of them ambiguous, stop first`;
  return [
    ...head,
    [
      "",
      `${missing + different} of ${some(asked, `${base} candle`)} with an order touched taken whole: ${why}; ${rule}`,
    ],
  ];
}

const some = (n: number, what: string): string => `${n} ${what}${n === 1 ? "" : "s"}`;

/** What of it goes into a file of trades. */
export const tradesToExport = ({
  trades,
  quote,
  strategies,
  simulated,
  timeframe,
  detail,
  metrics,
  startingCash,
}: BacktestDocument) => ({
  ...{ trades, quote, strategies, simulated },
  run: {
    ...{ timeframe, detail: detail?.timeframe ?? null },
    ...{ startMs: metrics.startMs, endMs: metrics.endMs, startingCash: toNumber(startingCash) },
  },
});

/** What `planned` came to, apart, and the rest of the desk without it. */
function planRows({
  withoutPlans: without,
  byStrategy,
  quote,
}: BacktestDocument): readonly (readonly [string, string])[] {
  if (without === null) return [];
  const own = byStrategy.find(({ name }) => name === PLANNED);
  return [
    ["by plans", `${formatAmount(own?.pnl ?? "0")} ${quote} from ${own?.trades ?? 0} closed trades`],
    [
      "without plans",
      `${formatAmount(without.equity)} ${quote}, ${without.tradesClosed} trades closed, decisionsHash ${without.decisionsHash.slice(0, 12)}`,
    ],
  ];
}

function goneText(
  { symbol, lastCloseMs, writtenOffMs, cost }: BacktestDocument["gone"][number],
  quote: string,
): string {
  const since = `${symbol}: no candle since ${formatTime(lastCloseMs)}`;
  const paid = `${formatAmount(cost)} ${quote}`;
  return writtenOffMs === null
    ? `${since}; held for ${paid}, counted at its last close`
    : `${since}; written off ${formatTime(writtenOffMs)}, ${paid} lost`;
}

function modelText(
  { id, cutoffMs, slotsBeforeCutoffRatio }: NonNullable<BacktestDocument["model"]>,
  simulated: boolean,
): string {
  if (simulated) return `${id}, on invented prices`;
  if (cutoffMs === null || slotsBeforeCutoffRatio === null) {
    return `${id}, training cutoff not stated (DEEPTRADER_MODEL_CUTOFF): it may remember this time`;
  }
  const share = `${(slotsBeforeCutoffRatio * 100).toFixed(1)} % of the slots lie before its training cutoff ${formatTime(cutoffMs)}`;
  return slotsBeforeCutoffRatio === 0 ? `${id}, ${share}` : `${id}, ${share}: it may remember them`;
}

/** `0.20 USDT fees (10 bps a side unless the market says otherwise, as 2 do), 5 bps slippage a side` */
function costsText({ metrics, quote, marketsWithOwnFee, marketsWithOwnSlippage }: BacktestDocument): string {
  const fee = `${metrics.feeBps} bps a side unless the market says otherwise${asSomeDo(marketsWithOwnFee)}`;
  const own =
    marketsWithOwnSlippage === 0 ? "" : ` unless the market says otherwise${asSomeDo(marketsWithOwnSlippage)}`;
  return `${formatFee(metrics.feesPaid)} ${quote} fees (${fee}), ${metrics.slippageBps} bps slippage a side${own}`;
}

const asSomeDo = (own: number): string => (own === 0 ? "" : `, as ${own} ${own === 1 ? "does" : "do"}`);
