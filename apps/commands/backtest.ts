// Floor 6. `backtest`: the harness. The same brain over recorded or invented candles; opens no home.

import { runPerformance } from "#desk/account/run-performance.ts";
import { computeMetrics } from "#desk/account/summary.ts";
import { leftOutOf, type MarketUse, whyNotTraded } from "#desk/documents/left-out.ts";
import { priceRules } from "#desk/documents/rule-prices.ts";
import { strategyParts } from "#desk/documents/trades-report.ts";
import { debatesReport } from "#desk/judgement/scores.ts";
import type { BacktestRun } from "#scheduler/backtest-driver.ts";
import type { BacktestDebateSettings } from "#scheduler/backtest-input.ts";
import { TradeDrawing } from "#scheduler/draw-trades.ts";
import type { ShadowTrades } from "#scheduler/shadow-trades.ts";
import type { DeskConfig } from "#schemas/config.ts";
import { ConfigError } from "#schemas/errors.ts";
import type { JournalEvent } from "#schemas/journal.ts";
import type { CandleSeries } from "#schemas/market.ts";
import { decimalFromNumber, toNumber } from "#schemas/money.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import type { RulePrices } from "#schemas/rule-prices.ts";
import { type Timeframe, timeframeMs, type UnixMs } from "#schemas/units.ts";
import { windowsOf } from "#toolkits/market/replay/describe-folder.ts";
import { onGrid } from "#toolkits/market/sessions/redate.ts";
import { openPositions } from "#toolkits/portfolio/positions.ts";
import { ruleText } from "#toolkits/risk/operator-rules/text.ts";
import type { Io } from "../io.ts";
import { type AskedRange, rangeOf, WHOLE_RANGE } from "../research/range.ts";
import type { Venue } from "../venues/venue.ts";
import { RefusedEntries } from "./backtest-audit.ts";
import { drawingsOf } from "./backtest-drawings.ts";
import { plansOf, withoutPlans } from "./backtest-plans.ts";
import { backtestRules } from "./backtest-rules.ts";

export interface BacktestCall extends CallOptions {
  /** Before the venue was opened, which is when a folder is read; on the same monotonic clock as `performance.now()`. */
  readonly startedMs: number;
  /** Where a provider's key is looked up. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly onSlot?: (slotMs: UnixMs) => void;
  /** The operator's rules, in words; left out: none. */
  readonly rules?: readonly string[];
  /** Left out: all that can be tested. */
  readonly range?: AskedRange;
  /** True: the document carries trades on their candles and the line of buy and hold. */
  readonly isDrawn?: boolean;
  /** Shorter candles that say what came first within one; the venue was opened with it. Left out: none. */
  readonly detail?: Timeframe;
  /** What every rule of the gate has saved or cost; left out: it is not worked out. */
  readonly rulePrices?: boolean;
  /** True: the document carries each refused entry and what was held at the end. */
  readonly isAudited?: boolean;
  /** After the last slot: no rule is asked any more. */
  readonly onRun?: () => void;
}

export async function backtest(
  config: DeskConfig,
  venue: Venue,
  io: Pick<Io, "note" | "progress">,
  options: BacktestCall,
) {
  const { runBacktest } = await import("#scheduler/backtest-driver.ts");
  const { asked, unused, ...range } = rangeOf(options.range ?? WHOLE_RANGE, config, venue);
  const debates = await debatesOf(config, options.env);
  const rules = backtestRules(options.rules ?? [], venue, config);
  const plans = await plansOf(config, options.env);
  const detail = options.detail === undefined ? {} : { detail: options.detail };
  const input = { config, venue, ...range, ...detail, rules, ...(debates === null ? {} : { debates }) };
  const drawing = options.isDrawn === true ? new TradeDrawing() : null;
  const runOptions = {
    ...options,
    onProgress: (done: number, of: number) => io.progress(`backtest ${Math.round((done / of) * 100)} %`),
  };
  const shadows = options.rulePrices === true;
  const audit = options.isAudited === true ? new RefusedEntries() : null;
  const onEvent = (event: JournalEvent): void => {
    drawing?.take(event);
    audit?.take(event);
  };
  const heard = drawing === null && audit === null ? runOptions : { ...runOptions, onEvent };
  const run = await runBacktest({ ...input, shadows, ...(plans === null ? {} : { plans }) }, heard);
  const without = plans === null ? null : withoutPlans(await runBacktest(input, runOptions));
  options.onRun?.();
  io.progress(null);
  const seconds = (performance.now() - options.startedMs) / 1000;
  const portfolio = run.account.portfolio();
  const statistics = run.account.statistics();
  const strategies = [...run.strategies.keys()];
  if (config.approve === "entries")
    io.note("approve is entries: nobody is asked in a backtest, every entry that the gate passed is sent.");
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
    /** How it did, figure by figure, with intervals, drawdowns and breakdowns. */
    performance: runPerformance({
      account: run.account,
      startMs: range.firstSlotMs,
      endMs: range.lastSlotMs,
      finalEquity: toNumber(run.finalEquity),
      ...(venue.calendar === undefined ? {} : { periodsPerYear: venue.calendar.sessionsPerYear }),
    }),
    startingCash: venue.cash,
    equity: run.finalEquity,
    days: run.account.exposure().days(),
    decisionsHash: run.account.decisionsHash(),
    quote: venue.quote,
    venue: venue.marketData.venue,
    simulated: venue.marketData.simulated,
    strategy: strategies.join(", "),
    strategies,
    byStrategy: strategyParts(statistics.trades(), strategies),
    security: config.securityPolicy,
    timeframe: config.timeframe,
    /** As it was asked for, null: left open; and what of it was not tested, with the reason. What was is in `metrics`. */
    range: { askedFromMs: asked.fromMs, askedToMs: asked.toMs, unused },
    /** What shorter candles decided, of exits within a candle that could be read in two ways; null: none were looked at. */
    detail: run.detail,
    entryStyle: config.entryStyle ?? "next-open",
    /** Sessions of the venue: a daily figure is annualised with so many; null: it trades without a break. */
    calendar: calendarOf(venue.calendar),
    /** Of the operator's own, as they were read. */
    rules: rules.map(({ rule, words }) => ({ words, text: ruleText(rule) })),
    openPositions: openPositions(portfolio).length,
    /** Markets that stopped while something of them was held. */
    gone: run.gone,
    /** What each rule of the gate has saved or cost; null: it was not asked for. */
    rulePrices: run.shadows === null ? null : rulePricesOf(run, run.shadows),
    leftOut: leftOutOf(usesOf(config, venue, { run, ...range }), run.refusals),
    /** Fills at a price above the high or below the low of their candle, where slippage put them; of `metrics.fills`. */
    fillsOutsideCandle: run.fillsOutsideCandle,
    /** Markets with a fee of their own, which the paper venue takes instead of `metrics.feeBps`. */
    marketsWithOwnSlippage: [...venue.markets.values()].filter(({ slippageBps }) => slippageBps !== undefined).length,
    marketsWithOwnFee: [...venue.markets.values()].filter(({ feeBps }) => feeBps !== null).length,
    /** The same run without plans, where there are any; null: none were asked for. */
    withoutPlans: without,
    /** Who judged asleep; null: nobody was asked. */
    model: debates === null && plans === null ? null : modelOf(config, range.firstSlotMs, run.slots),
    /** What a model's judgement came to; null: none was bought. */
    judgement: debates === null ? null : { debates: debatesReport(run.debates) },
    ...(audit === null ? {} : { audit: audit.with(openPositions(portfolio)) }),
    /** Evenly spaced; at most 4,096 points. */
    ...(drawing === null ? {} : drawingsOf(run, drawing, { config, venue, span: range })),
    equityLine: statistics.equityLine().map(({ atMs, equity }) => ({ atMs, equity: decimalFromNumber(equity) })),
  };
}

const calendarOf = (calendar: Venue["calendar"]) =>
  calendar === undefined
    ? null
    : { name: calendar.name, sessionsPerYear: calendar.sessionsPerYear, warmupSessions: calendar.warmupSessions };

export type BacktestDocument = Awaited<ReturnType<typeof backtest>>;

function rulePricesOf({ refusals, account }: BacktestRun, shadows: ShadowTrades): RulePrices {
  const { repeated, exits } = shadows;
  const { byRule } = refusals.counts();
  return priceRules(shadows.all(), { byRule, repeated, exits }, account.statistics().trades());
}

/** Every market of the venue, with its candles of the time tested. */
function usesOf(
  config: DeskConfig,
  venue: Venue,
  tested: { readonly run: BacktestRun; readonly firstSlotMs: UnixMs; readonly lastSlotMs: UnixMs },
): readonly MarketUse[] {
  const span = { fromMs: tested.firstSlotMs, toMs: tested.lastSlotMs };
  return [...venue.markets.keys()].sort().map((symbol) => {
    const series = tested.run.seriesOf(symbol);
    const windows = series === null ? NONE : windowsIn(series, span, venue.calendar);
    return { symbol, windows, left: whyNotTraded({ ...venue, config }, { symbol, windows }) };
  });
}

const windowsIn = (
  series: CandleSeries,
  { fromMs, toMs }: { readonly fromMs: UnixMs; readonly toMs: UnixMs },
  calendar: Venue["calendar"],
) =>
  calendar === undefined
    ? windowsOf(series, { fromMs, toMs })
    : windowsOf(onGrid(series, calendar, series.symbol), {
        fromMs: calendar.toGrid(fromMs),
        toMs: calendar.toGrid(toMs),
      });

const NONE = { full: 0, tooFew: 0, holed: 0 };

/** @throws ConfigError where debates would be bought anew at every run */
async function debatesOf(config: DeskConfig, env: BacktestCall["env"]): Promise<BacktestDebateSettings | null> {
  if (config.thinking.debateDayTokens === 0) return null;
  if (config.modelReplayDir === null && config.modelRecordDir === null) {
    throw new ConfigError({
      was: "DEEPTRADER_DEBATE_DAY_TOKENS is set, and no model recording is: every run of this backtest would ask the provider, and get other answers.",
      expected: "recorded debates, so that a run can be repeated",
      remedy:
        "Record them once with DEEPTRADER_MODEL_RECORD=DIR (this calls the model), replay them with DEEPTRADER_MODEL_REPLAY=DIR, or set DEEPTRADER_DEBATE_DAY_TOKENS=0.",
    });
  }
  const { sleepModels } = await import("../models.ts");
  const models = await sleepModels(config, env)?.();
  if (models === undefined) return null;
  const { thinking, modelTimeoutMs: deadlineMs } = config;
  return { models, thinking, deadlineMs, monotonicMs: () => performance.now() };
}

/**
 * What a model was trained on it may know: of slots before its cutoff (null: not stated), good advice is no evidence. The
 * ratio is the share of those slots; null: not known.
 */
function modelOf(
  { sleepModel, model, modelCutoffMs: cutoffMs, timeframe }: DeskConfig,
  firstMs: UnixMs,
  slots: number,
) {
  const id = sleepModel ?? model;
  if (cutoffMs === null || slots === 0) return { id, cutoffMs, slotsBeforeCutoffRatio: null };
  const before = Math.ceil((cutoffMs - firstMs) / timeframeMs(timeframe));
  return { id, cutoffMs, slotsBeforeCutoffRatio: Math.min(slots, Math.max(0, before)) / slots };
}
