// Floor 5. The backtest driver: the desk's own slot function over recorded slots, with an account that has no store, a
// simulated clock, and analyses from columns instead of Khala. Nothing else differs from a running desk.
import { type Account, createAccount } from "#desk/account/account.ts";
import { RefusalCounts } from "#desk/documents/left-out.ts";
import { DebateBook } from "#desk/judgement/debate-book.ts";
import { decideAndSend } from "#desk/run-slot/decision-cycle.ts";
import { runSlot } from "#desk/run-slot/run-slot.ts";
import { runStarted } from "#desk/run-slot/run-started.ts";
import { deciderSettings } from "#desk/run-slot/situation.ts";
import type { SlotDesk } from "#desk/run-slot/slot-desk.ts";
import { createVenueReports } from "#desk/run-slot/venue-reports.ts";
import type { JournalEvent } from "#schemas/journal.ts";
import type { CandleSeries } from "#schemas/market.ts";
import type { Money } from "#schemas/money.ts";
import type { Fill } from "#schemas/order.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import {
  type DeskId,
  type MarketSymbol,
  type RunId,
  type Timeframe,
  timeframeMs,
  type UnixMs,
  unixMs,
} from "#schemas/units.ts";
import { trailedStops } from "#toolkits/execution/bracket-orders.ts";
import { createPaperExecution } from "#toolkits/execution/paper-venue.ts";
import { equityOf } from "#toolkits/portfolio/equity.ts";
import { strategyTerms } from "#toolkits/risk/strategy-terms.ts";
import { BacktestAnalyses } from "./backtest-analyses.ts";
import { backtestDebates } from "./backtest-debates.ts";
import { DetailBook, type DetailReport } from "./backtest-detail.ts";
import { type GoneMarket, GoneMarkets } from "./backtest-gone.ts";
import type { BacktestInput } from "./backtest-input.ts";
import { backtestPlans } from "./backtest-plans.ts";
import { runOverSessions } from "./backtest-sessions.ts";
import { isOutsideItsCandle } from "./backtest-track.ts";
import { createSimulatedClock } from "./clock.ts";
import { ShadowTrades } from "./shadow-trades.ts";

export interface BacktestRun {
  readonly account: Account;
  /** That traded. */
  readonly strategies: SlotDesk["strategies"];
  readonly slots: number;
  /** Candles that went through the brain. */
  readonly candles: number;
  /** Equal-weight return of every market of the first day's universe that has a price at both ends; null: none has. */
  readonly buyAndHoldPct: number | null;
  readonly finalEquity: Money;
  readonly refusals: RefusalCounts;
  /** Fills at a price outside their candle: slippage put them there. */
  readonly fillsOutsideCandle: number;
  /** What shorter candles decided; null: none were looked at. */
  readonly detail: DetailReport | null;
  /** What was debated, and what came of it. */
  readonly debates: DebateBook;
  /** Markets that stopped while something of them was held. */
  readonly gone: readonly GoneMarket[];
  /** How the entries that were refused would have gone; null: it was not asked for. */
  readonly shadows: ShadowTrades | null;
  /** The candles of a market that was in the universe of some day; null: it never was. */
  seriesOf(symbol: MarketSymbol): CandleSeries | null;
  /** The same in every timeframe that a strategy read, the base one included. */
  allSeriesOf(symbol: MarketSymbol): ReadonlyMap<Timeframe, CandleSeries>;
}

export interface BacktestOptions extends CallOptions {
  readonly onProgress?: (done: number, of: number) => void;
  /** Before each slot is run: a sign of life. */
  readonly onSlot?: (slotMs: UnixMs) => void;
  /** Hears every event of the journal, in order. */
  readonly onEvent?: (event: JournalEvent) => void;
  /** Before its first event. */
  readonly onAccount?: (account: Account) => void;
}

/** Slots between two looks at the abort signal and the progress line. */
const SLOTS_BETWEEN_LOOKS = 2048;

/** In and out all times are real, also where the venue has sessions. */
export const runBacktest = (input: BacktestInput, options: BacktestOptions): Promise<BacktestRun> => {
  const { calendar } = input.venue;
  return calendar === undefined ? drive(input, options) : runOverSessions(drive, calendar, input, options);
};

async function drive(input: BacktestInput, options: BacktestOptions): Promise<BacktestRun> {
  const { config, venue, firstSlotMs, lastSlotMs } = input;
  const { onEvent } = options;
  const stepMs = timeframeMs(config.timeframe);
  const slots = Math.max(0, Math.floor((lastSlotMs - firstSlotMs) / stepMs) + 1);
  const clock = createSimulatedClock(firstSlotMs);
  const refusals = new RefusalCounts();
  const fills: Fill[] = [];
  const book = new DebateBook();
  const account = createAccount({
    quote: venue.quote,
    cash: venue.cash,
    readers: [
      refusals,
      ...(input.debates === undefined ? [] : [book]),
      { take: (event) => void (event.type === "fill" && fills.push(event.fill)) },
      ...(onEvent === undefined ? [] : [{ take: onEvent }]),
    ],
  });
  options.onAccount?.(account);
  const analyses = new BacktestAnalyses(input, account);
  const detail = detailOf(input, account, analyses);
  const unheard = deskOf(input, account, clock, analyses, detail);
  const shadows =
    input.shadows === true
      ? new ShadowTrades(analyses, deciderSettings(unheard), detailOf(input, account, analyses))
      : null;
  const desk = shadows === null ? unheard : { ...unheard, onGated: shadows.onGated };
  const parts = { analyses, account, book };
  const debates = input.debates === undefined ? null : backtestDebates(input, input.debates, parts);
  const plans = input.plans === undefined ? null : backtestPlans(input, input.plans);
  const gone = new GoneMarkets((symbol) => analyses.tracks.seriesOf(symbol));
  await account.append([runStarted(desk, venue.cash), ...rulesOf(input)], options);
  for (let done = 0; done < slots; done++) {
    const slotMs = unixMs(firstSlotMs + done * stepMs);
    if (done % SLOTS_BETWEEN_LOOKS === 0) await look(options, done, slots);
    clock.advanceTo(slotMs);
    options.onSlot?.(slotMs);
    const lost = gone.writeOffs(account.portfolio(), slotMs);
    if (lost.length > 0) await account.append(lost, options);
    shadows?.match(slotMs);
    const run = runSlot(desk, analyses, slotMs, options, decideAndSend);
    if (run instanceof Promise) await run;
    if (shadows?.hasOpen() === true) await shadows.decide(slotMs, options);
    await debates?.(slotMs, options);
    if (slotMs < lastSlotMs) await plans?.({ slotMs, tracks: analyses.tracks.list, account }, options);
  }
  options.onProgress?.(slots, slots);
  return {
    account,
    strategies: desk.strategies,
    slots,
    candles: analyses.candles,
    buyAndHoldPct: analyses.tracks.buyAndHoldPct(),
    finalEquity: equityOf(account.portfolio(), analyses.marks),
    refusals,
    debates: book,
    detail: detail?.report(fills) ?? null,
    fillsOutsideCandle: fills.filter((fill) => {
      const series = analyses.tracks.seriesOf(fill.symbol);
      return series !== null && isOutsideItsCandle(fill, series);
    }).length,
    gone: gone.all(account.portfolio(), lastSlotMs),
    shadows,
    seriesOf: (symbol) => analyses.tracks.seriesOf(symbol),
    allSeriesOf: (symbol) => analyses.tracks.of(symbol)?.allSeries ?? NO_SERIES,
  };
}

const NO_SERIES: ReadonlyMap<Timeframe, CandleSeries> = new Map();

/** The operator's own, as the journal has them. */
export const rulesOf = ({
  rules = [],
  firstSlotMs: atMs,
}: Pick<BacktestInput, "rules" | "firstSlotMs">): readonly JournalEvent[] =>
  rules.map(({ rule, words }, i) => ({
    type: "operator-rule",
    atMs,
    ruleId: `r${i + 1}`,
    state: "added",
    rule,
    by: "operator",
    words,
  }));

function deskOf(
  { config, venue, debates }: BacktestInput,
  account: Account,
  clock: SlotDesk["clock"],
  analyses: BacktestAnalyses,
  detail: DetailBook | null,
): SlotDesk {
  const { marketData, markets, quote, hosts } = venue;
  return {
    config,
    deskId: config.deskId as DeskId,
    runId: "backtest" as RunId,
    quote,
    clock,
    monotonicMs: () => 0,
    haltFileExists: () => false,
    isBlind: () => false,
    marketData,
    markets,
    hosts,
    sleepModels: debates === undefined ? null : async () => debates.models,
    quarantine: NOTHING_QUARANTINED,
    account,
    execution: createPaperExecution({
      marketData: analyses.tracks.marketData,
      candleAt: (symbol, openMs) => analyses.tracks.candleAt(symbol, openMs),
      agreedBy: (openMs) => analyses.tracks.agreedBy(openMs),
      withinUntil: analyses.tracks.withinUntil,
      ...(detail === null ? {} : { detail }),
      markets,
      timeframe: config.timeframe,
      costs: config.costs,
      fillsAt: "next-open",
      restore: { portfolio: account.portfolio() },
    }),
    strategies: strategyTerms(hosts, config, config.entryStyle ?? "next-open"),
    reconciliation: null,
    venueReports: createVenueReports(),
  };
}

const detailOf = (
  { detail, config, venue: { markets } }: BacktestInput,
  account: Account,
  { tracks }: BacktestAnalyses,
): DetailBook | null =>
  detail === undefined
    ? null
    : new DetailBook({
        timeframe: detail,
        base: config.timeframe,
        seriesOf: (symbol) => tracks.detailOf(symbol),
        raisedBy: (range) =>
          trailedStops(account.portfolio(), range, markets).flatMap((event) =>
            event.type === "order-list" ? event.orders : event.type === "order" ? [event.order] : [],
          ),
      });

/** What a backtest has stored is of this very run. */
const NOTHING_QUARANTINED: SlotDesk["quarantine"] = new Set();

/** Lets signals and the progress line through. */
async function look({ signal, onProgress }: BacktestOptions, done: number, of: number): Promise<void> {
  signal.throwIfAborted();
  onProgress?.(done, of);
  await new Promise<void>((resolve) => setImmediate(resolve));
}
