// Floor 6. `backtest`: the harness. The same brain over recorded or invented candles; opens no home.

import { computeMetrics, type Metrics } from "#desk/account/summary.ts";
import { formatAmount, formatFee, formatPct, formatTime } from "#desk/documents/format.ts";
import type { BacktestOpinionSettings } from "#scheduler/backtest-input.ts";
import type { DeskConfig } from "#schemas/config.ts";
import { ConfigError } from "#schemas/errors.ts";
import { decimalFromNumber, toNumber } from "#schemas/money.ts";
import type { ClosedTrade } from "#schemas/portfolio.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { timeframeMs, type UnixMs, unixMs } from "#schemas/units.ts";
import type { Io, Style } from "../io.ts";
import { firstSlotOf } from "../run-choice.ts";
import { SIMULATED } from "../text/analysis-text.ts";
import { drawEquityLine } from "../text/equity-line.ts";
import { table } from "../text/table.ts";
import type { Venue } from "../venues.ts";

/** Slots of a simulated backtest that is given no --cycles: a week of 5-minute candles. */
const DEFAULT_SIMULATED_SLOTS = 2016;
const TRADES_SHOWN = 20;

export interface BacktestDocument {
  readonly trades: readonly ClosedTrade[];
  readonly metrics: Metrics;
  readonly equity: string;
  readonly decisionsHash: string;
  readonly quote: string;
  readonly venue: string;
  readonly simulated: boolean;
  readonly strategy: string;
  readonly security: string;
  readonly timeframe: string;
  readonly openPositions: number;
  /** Whose second opinions were heard; null: nobody's. */
  readonly model: {
    readonly id: string;
    /** End of its training data; null: not stated. */
    readonly cutoffMs: number | null;
    /** Share of the slots before it, of which the model may remember how they went; null: not stated. */
    readonly slotsBeforeCutoffRatio: number | null;
  } | null;
  /** Evenly spaced; at most 4,096 points. */
  readonly equityLine: readonly { readonly atMs: number; readonly equity: string }[];
}

export async function backtest(
  config: DeskConfig,
  venue: Venue,
  io: Io,
  options: CallOptions & {
    /** Before the venue was opened, which is when a folder is read. */ readonly startedMs: number;
  },
): Promise<BacktestDocument> {
  const { runBacktest } = await import("#scheduler/backtest-driver.ts");
  const range = rangeOf(config, venue);
  const opinions = await opinionsOf(config);
  const run = await runBacktest(
    { config, venue, ...range, ...(opinions === null ? {} : { opinions }) },
    { ...options, onProgress: (done, of) => io.progress(`backtest ${Math.round((done / of) * 100)} %`) },
  );
  io.progress(null);
  const seconds = (performance.now() - options.startedMs) / 1000;
  const portfolio = run.account.portfolio();
  const statistics = run.account.statistics();
  io.note(
    `${run.candles.toLocaleString("en-US")} candles in ${seconds.toFixed(2)} s (${Math.round(run.candles / seconds).toLocaleString("en-US")} a second, reading included)`,
  );
  return {
    trades: statistics.trades(),
    metrics: computeMetrics({
      statistics,
      counts: run.account.counts(),
      startMs: range.firstSlotMs,
      endMs: range.lastSlotMs,
      slots: run.slots,
      startingCash: toNumber(venue.cash),
      finalEquity: toNumber(run.finalEquity),
      buyAndHoldPct: run.buyAndHoldPct,
      feesPaid: portfolio.feesPaid,
      costs: config.costs,
    }),
    equity: run.finalEquity,
    decisionsHash: run.account.decisionsHash(),
    quote: venue.quote,
    venue: venue.marketData.venue,
    simulated: venue.marketData.simulated,
    strategy: venue.strategy.id,
    security: config.securityPolicy,
    timeframe: config.timeframe,
    openPositions: [...portfolio.positions.values()].filter((position) => !position.dust).length,
    model: opinions === null ? null : modelOf(config, range, run.slots),
    equityLine: statistics.equityLine().map(({ atMs, equity }) => ({ atMs, equity: decimalFromNumber(equity) })),
  };
}

/** @throws ConfigError where opinions would be bought anew at every run */
async function opinionsOf(config: DeskConfig): Promise<BacktestOpinionSettings | null> {
  if (config.opinion === "off") return null;
  if (config.modelReplayDir === null && config.modelRecordDir === null) {
    throw new ConfigError({
      was: "DEEPTRADER_OPINION is veto, and no model recording is set: every run of this backtest would ask the provider, and get other answers.",
      expected: "recorded opinions, so that a run can be repeated",
      remedy:
        "Record them once with DEEPTRADER_MODEL_RECORD=DIR (this calls the model), replay them with DEEPTRADER_MODEL_REPLAY=DIR, or set DEEPTRADER_OPINION=off.",
    });
  }
  const { opinionModels } = await import("../models.ts");
  const { readEnvironment } = await import("../wire.ts");
  const models = await opinionModels(config, readEnvironment().values)?.();
  if (models === undefined) return null;
  const { thinking, modelTimeoutMs: deadlineMs } = config;
  return { models, thinking, deadlineMs, monotonicMs: () => performance.now() };
}

/** What a model was trained on it may know: of slots before its cutoff, good advice is no evidence. */
function modelOf(
  { sleepModel, model, modelCutoffMs, timeframe }: DeskConfig,
  { firstSlotMs }: { readonly firstSlotMs: UnixMs },
  slots: number,
): BacktestDocument["model"] {
  const id = sleepModel ?? model;
  if (modelCutoffMs === null || slots === 0) return { id, cutoffMs: modelCutoffMs, slotsBeforeCutoffRatio: null };
  const before = Math.ceil((modelCutoffMs - firstSlotMs) / timeframeMs(timeframe));
  return { id, cutoffMs: modelCutoffMs, slotsBeforeCutoffRatio: Math.min(slots, Math.max(0, before)) / slots };
}

/** Replay: from --as-of or the first warm candle to the folder's end. Simulation: the slots up to --as-of or now. */
function rangeOf(config: DeskConfig, venue: Venue): { readonly firstSlotMs: UnixMs; readonly lastSlotMs: UnixMs } {
  const stepMs = timeframeMs(config.timeframe);
  const first = firstSlotOf(venue, config);
  if (venue.lastSlotMs === null && config.asOfMs === null) {
    const slots = config.cycles ?? DEFAULT_SIMULATED_SLOTS;
    return { firstSlotMs: unixMs(first - (slots - 1) * stepMs), lastSlotMs: first };
  }
  const slots = config.cycles ?? (venue.lastSlotMs === null ? DEFAULT_SIMULATED_SLOTS : Number.POSITIVE_INFINITY);
  const lastMs = Math.min(first + (slots - 1) * stepMs, venue.lastSlotMs ?? Number.POSITIVE_INFINITY);
  return { firstSlotMs: first, lastSlotMs: unixMs(lastMs) };
}

export function renderBacktest(d: BacktestDocument, style: Style): string {
  const { metrics: m } = d;
  const trades = table(d.trades.slice(-TRADES_SHOWN), [
    { title: "market", value: (t) => t.symbol },
    { title: "in (UTC)", value: (t) => formatTime(t.entryMs) },
    { title: "out (UTC)", value: (t) => formatTime(t.exitMs) },
    { title: "entry", value: (t) => formatAmount(t.entryPrice), align: "right" },
    { title: "exit", value: (t) => formatAmount(t.exitPrice), align: "right" },
    { title: "by", value: (t) => t.exitRole },
    { title: "P&L", value: (t) => formatAmount(t.pnl), align: "right" },
    {
      title: "return",
      value: (t) => (t.returnPct < 0 ? style.bad : style.good)(formatPct(t.returnPct)),
      align: "right",
    },
  ]);
  const rows: readonly (readonly [string, string])[] = [
    [
      "from – to (UTC)",
      `${formatTime(m.startMs)} – ${formatTime(m.endMs)}, ${m.slots.toLocaleString("en-US")} slots of ${d.timeframe}`,
    ],
    ["equity", `${formatAmount(d.equity)} ${d.quote} (${formatPct(m.totalReturnPct)})`],
    ["buy and hold", m.buyAndHoldPct === null ? "–" : `${formatPct(m.buyAndHoldPct)} (equal weights, no costs)`],
    ["max drawdown", `${m.maxDrawdownPct.toFixed(2)} %`],
    ["trades closed", `${m.tradesClosed}${d.openPositions > 0 ? `, ${d.openPositions} still open` : ""}`],
    ["win rate", m.winRatePct === null ? "–" : `${m.winRatePct.toFixed(1)} %`],
    ["mean trade", meanTradeText(m)],
    ["profit factor", m.profitFactor === null ? "–" : m.profitFactor.toFixed(2)],
    [
      "costs",
      `${formatFee(m.feesPaid)} ${d.quote} fees (${m.feeBps} bps a side), ${m.slippageBps} bps slippage a side`,
    ],
    ...(d.model === null ? [] : [["second opinions", modelText(d.model, d.simulated)] as const]),
    ["decisions", `${m.decisions}, ${m.refusals} refused, ${m.orders} orders, ${m.fills} fills`],
    ["decisionsHash", d.decisionsHash],
  ];
  return [
    style.bold(`Backtest of ${d.strategy} (example strategy) on ${d.venue}, security ${d.security}`),
    ...(d.simulated ? [style.warn(SIMULATED)] : []),
    ...(d.trades.length === 0 ? ["No trade was closed."] : [trades]),
    ...(d.trades.length > TRADES_SHOWN
      ? [style.dim(`… the last ${TRADES_SHOWN} of ${d.trades.length} trades; --json has all`)]
      : []),
    "",
    table(rows, [
      { title: "metric", value: ([name]) => name },
      { title: "value", value: ([, value]) => value },
    ]),
    "",
    drawEquityLine(
      d.equityLine.map(({ atMs, equity }) => ({ atMs, equity: toNumber(equity) })),
      { columns: Math.max(20, Math.min(100, style.columns - 16)) },
    ),
  ].join("\n");
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

function meanTradeText(m: Metrics): string {
  if (m.meanTradePct === null) return "–";
  if (m.meanTradePct95 === null) return `${formatPct(m.meanTradePct)} (under 30 trades: no interval)`;
  const [low, high] = m.meanTradePct95;
  return `${formatPct(m.meanTradePct)} (95 % interval ${formatPct(low)} to ${formatPct(high)})`;
}
