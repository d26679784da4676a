// A desk for the question tests: a hand-written venue that counts, and the real Khala over the in-memory store.
import { serveQuestion } from "#agents/deep-trader-manager/answers/answer.ts";
import type { AnswerDeps } from "#agents/deep-trader-manager/answers/answer-deps.ts";
import { finishAnswer, type ServedAnswer } from "#agents/deep-trader-manager/answers/answer-parts.ts";
import { partsOfIntent } from "#agents/deep-trader-manager/answers/serve-intent.ts";
import { ANALYSIS_DEFINITION_ID, topicDefinitionIdOf } from "#agents/market-analyst/assess.ts";
import { analyseAtTestTime, analyseOnDelegation, type DelegationDeps } from "#agents/market-analyst/from-scratch.ts";
import { sweepMarkets } from "#agents/market-analyst/sleep-time.ts";
import { createKhala } from "#memory/khala.ts";
import { createMarketViews } from "#memory/market-views.ts";
import { createReadings } from "#memory/readings.ts";
import { createSingleFlight } from "#memory/single-flight.ts";
import { createTopics, type TopicDraft } from "#memory/topics.ts";
import type { Analysis } from "#schemas/analysis.ts";
import type { Clock, MarketData, SecuritySource } from "#schemas/ports/market.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import type { Answer, Intent } from "#schemas/question.ts";
import type { SecurityReport } from "#schemas/security.ts";
import { type DeskId, type MarketSymbol, type Timeframe, timeframeMs, unixMs, type VenueId } from "#schemas/units.ts";
import { WorkTally } from "#schemas/work.ts";
import { hostsOf } from "#test/support/desk.ts";
import { testMarket } from "#test/support/market.ts";
import { createMemoryStore } from "#test/support/memory-store/store.ts";
import type { StrategyHost } from "#toolkits/strategies/host.ts";
import { shippedStrategy } from "#toolkits/strategies/registry.ts";
import type { Strategy } from "#toolkits/strategies/strategy.ts";

export const NOW_MS = unixMs(Date.UTC(2024, 0, 10, 12, 0, 0));
export const SYMBOLS = ["BTC/USDT", "ETH/USDT", "LINK/USDT"] as MarketSymbol[];
export const [BTC, ETH] = ["BTC/USDT" as MarketSymbol, "ETH/USDT" as MarketSymbol];
export const VENUE_ID = "sim:7" as VenueId;
export const DESK_ID = "main" as DeskId;
const patience: CallOptions = { signal: new AbortController().signal };

export interface DeskOptions {
  /** What a model makes of free-form questions; left out: no model is configured. */
  readonly reason?: AnswerDeps["reason"];
  readonly candles?: MarketData["candles"];
  readonly security?: Partial<SecurityReport>;
  /** Reads of Khala and of topics go through it first, so that a test can count them. */
  readonly watch?: (read: string) => void;
  readonly questionUnits?: number;
  readonly prices?: ReadonlyMap<MarketSymbol, number>;
  readonly quarantined?: readonly Intent["kind"][];
  readonly refresh?: AnswerDeps["refresh"];
  /** In the desk's order; left out: the example strategy alone. */
  readonly strategies?: readonly (Strategy | StrategyHost)[];
}

/** 300 candles that end at the newest close before `nowMs`. */
export const waveCandles: MarketData["candles"] = async ({ symbol, timeframe, nowMs, fromMs }) => {
  const rows = 300;
  const endMs = Math.floor(nowMs / timeframeMs(timeframe)) * timeframeMs(timeframe);
  const close = Float64Array.from({ length: rows }, (_, i) => 100 + 5 * Math.sin(i / 7));
  return {
    symbol,
    timeframe,
    openMs: Float64Array.from({ length: rows }, (_, i) => endMs - (rows - i) * timeframeMs(timeframe)),
    open: close,
    high: close.map((value) => value + 0.5),
    low: close.map((value) => value - 0.5),
    close,
    volume: close.map(() => 10),
    notes: [],
    // As if there were nothing before.
    askedFromMs: fromMs,
    checkedThroughMs: nowMs,
  };
};

export function createDesk(options: DeskOptions = {}) {
  const clock: Clock = { kind: "simulated", now: () => NOW_MS, sleep: async () => undefined };
  const store = createMemoryStore();
  const hosts = hostsOf(options.strategies ?? [shippedStrategy("mean-reversion")]);
  const khala = createKhala({
    store,
    clock,
    graceMs: 0,
    definitionId: ANALYSIS_DEFINITION_ID,
    driftAtr: 2,
  });
  const readings = createReadings({ store });
  const running = () => hosts.filter(({ fault }) => fault === null).map(({ info }) => info);
  const views = createMarketViews({ khala, readings, strategies: running });
  const topics = createTopics({
    store,
    khala,
    deskId: DESK_ID,
    definitionId: () => topicDefinitionIdOf(hosts),
  });
  const asked: { symbol: MarketSymbol; timeframe: Timeframe }[] = [];
  const depsFor = (tally: WorkTally): DelegationDeps => ({
    marketData: {
      venueId: VENUE_ID,
      venue: "sim",
      simulated: true,
      graceMs: 0,
      markets: async () => [],
      turnovers: async () => new Map(),
      tickers: async () => [],
      candles: (request, call) => {
        asked.push({ symbol: request.symbol, timeframe: request.timeframe });
        tally.count({ providerCalls: 1 });
        return (options.candles ?? waveCandles)(request, call);
      },
    },
    security: securityOf(options.security ?? {}),
    khala,
    readings,
    views,
    strategies: hosts,
    markets: new Map(SYMBOLS.map((symbol) => [symbol, testMarket(symbol)])),
    clock,
    tally,
    windows: null,
    flight: createSingleFlight({ khala: views, leases: store.leases, sleep: clock.sleep, monotonicMs: () => 0 }),
  });
  let time = 0;
  const watch = options.watch ?? (() => {});
  const deps = (tally: WorkTally): AnswerDeps => ({
    khala: {
      recall: (key, at, call) => {
        watch(`analysis ${key.symbol} ${key.timeframe}`);
        return views.recall(key, at, call);
      },
      recallMany: (keys, at, call) => {
        watch(`analyses ${keys.length}`);
        return views.recallMany(keys, at, call);
      },
    },
    topics: {
      recall: (kind, topic, at, call) => {
        watch(kind);
        return topics.recall(kind, topic, at, call);
      },
    },
    strategies: hosts,
    deskId: DESK_ID,
    universe: async () => {
      watch("universe");
      return SYMBOLS;
    },
    sweep: (symbols, timeframe, call) => {
      watch(`sweep ${symbols.join(" ")}`);
      const request = { symbols, timeframe, nowMs: NOW_MS, origin: "test-time" } as const;
      return sweepMarkets(depsFor(tally), request, call);
    },
    questionUnits: options.questionUnits ?? 50_000,
    isQuarantined: (kind) => options.quarantined?.includes(kind) ?? false,
    refresh: options.refresh,
    ...(options.prices === undefined ? {} : { prices: options.prices }),
    venueId: VENUE_ID,
    venue: "sim",
    simulated: true,
    timeframe: "5m",
    isListed: () => true,
    symbols: async () => SYMBOLS,
    quote: "USDT",
    analyse: (slots, call) => {
      watch(`analyse ${slots.symbol} ${slots.timeframe}`);
      tally.count({ delegations: 1 });
      return analyseOnDelegation(depsFor(tally), { ...slots, nowMs: NOW_MS }, call);
    },
    reason: options.reason ?? null,
    tally,
    deskView,
    monotonicMs: () => {
      time += 3;
      return time;
    },
  });
  return {
    khala,
    views,
    hosts,
    topics,
    venueId: VENUE_ID,
    asked,
    depsFor,
    ask: async (text: string, call: CallOptions = patience, previous: Intent | null = null): Promise<Answer> =>
      (await serveQuestion(deps(new WorkTally()), { text, nowMs: NOW_MS, previous }, call)).answer,
    /** The walk behind the grammar: an intent that is parsed already. */
    serve: async (intent: Intent, call: CallOptions = patience): Promise<ServedAnswer> => {
      const question = { text: `about ${intent.kind}`, nowMs: NOW_MS };
      const walk = deps(new WorkTally());
      return finishAnswer(walk, question, walk.monotonicMs(), await partsOfIntent(walk, intent, question, call));
    },
    /** Stores what sleep would: a pre-answer or a digest, made of these records. */
    prepare: (
      kind: "answer" | "digest",
      topic: string,
      body: TopicDraft["body"],
      sources: readonly Analysis[],
      validUntilMs = unixMs(NOW_MS + 300_000),
    ) => topics.remember({ kind, topic, body, sources, validUntilMs }, { nowMs: NOW_MS }, patience),
    /** Puts an analysis into Khala as the scheduler would, at another time if need be. */
    warm: (symbol: MarketSymbol, nowMs = NOW_MS, timeframe: Timeframe = "5m") =>
      analyseAtTestTime(depsFor(new WorkTally()), { symbol, timeframe, nowMs }, patience),
    recall: (symbol: MarketSymbol, timeframe: Timeframe = "5m") =>
      views.recall({ venueId: VENUE_ID, symbol, timeframe }, { nowMs: NOW_MS }, patience),
  };
}

const deskView: AnswerDeps["deskView"] = {
  portfolioText: async ({ nowMs }) => ({ text: "Cash 10000 USDT, no positions.", asOfMs: nowMs, analysisIds: [] }),
  account: async ({ nowMs, figure }) => ({ text: `${figure} from the account.`, asOfMs: nowMs, analysisIds: [] }),
  stopLoss: async ({ nowMs }) => ({ text: "No stop can hit.", asOfMs: nowMs, analysisIds: [] }),
  stress: async ({ nowMs }) => ({ text: "Nothing is lost.", asOfMs: nowMs, analysisIds: [] }),
  fees: async ({ nowMs }) => ({ text: "No fees.", asOfMs: nowMs, analysisIds: [] }),
  benchmark: async ({ nowMs }) => ({ text: "As good as holding.", asOfMs: nowMs, analysisIds: [], recordsRead: 6 }),
  since: async ({ nowMs }) => ({ text: "Nothing new.", asOfMs: nowMs, analysisIds: [], throughSeq: 7 }),
  health: async ({ nowMs }) => ({ text: "Well.", asOfMs: nowMs, analysisIds: [] }),
  news: async ({ nowMs }) => ({ text: "No news.", asOfMs: nowMs, analysisIds: [] }),
  why: async ({ symbol, side }) => ({
    text: `${symbol ?? "Nothing"}: ${side ?? "no side"} as journaled.`,
    asOfMs: null,
    analysisIds: ["abc"],
  }),
  standing: (symbol) => `${symbol} is not held.`,
  blocked: () => "",
};

function securityOf(part: Partial<SecurityReport>): SecuritySource {
  return {
    id: "table",
    report: async ({ nowMs }) => ({
      verdict: "clear",
      reason: "all checks passed",
      chain: null,
      contract: null,
      checks: [],
      observedAtMs: nowMs,
      validUntilMs: nowMs + 86_400_000,
      ...part,
    }),
  };
}
