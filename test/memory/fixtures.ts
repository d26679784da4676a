// Analyses and journal events as small as they can be, for the tests of memory/.

import { ANALYSIS_SCHEMA_VERSION, type Analysis, type AnalysisKey, analysisId } from "#schemas/analysis.ts";
import { hashOf } from "#schemas/hash.ts";
import { NO_TREND } from "#schemas/indicator.ts";
import type { JournalEvent } from "#schemas/journal.ts";
import type { Candle, CandleSeries } from "#schemas/market.ts";
import type { Money, Price, Quantity } from "#schemas/money.ts";
import type { Fill, Order } from "#schemas/order.ts";
import type { Clock } from "#schemas/ports/market.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import {
  type ActionInterval,
  type ActionLevels,
  type MarketView,
  READING_SCHEMA_VERSION,
  type Reading,
  readingId,
} from "#schemas/reading.ts";
import { type TopicRecord, topicId } from "#schemas/topic.ts";
import { DeskId, MarketSymbol, RunId, timeframeMs, unixMs, VenueId } from "#schemas/units.ts";
import { STRATEGY } from "#test/support/strategy.ts";

export const options: CallOptions = { signal: new AbortController().signal };
export const DESK = DeskId.parse("main");
export const RUN = RunId.parse("live");
export const BTC = MarketSymbol.parse("BTC/USDT");
export const ETH = MarketSymbol.parse("ETH/USDT");
export const VENUE = VenueId.parse("sim:1");
export const KEY: AnalysisKey = { venueId: VENUE, symbol: BTC, timeframe: "5m" };
export const STEP_MS = timeframeMs("5m");
/** Some close of a 5 m candle: 2025-01-01T00:00:00Z. */
export const T0 = unixMs(1_735_689_600_000);
export const msAfter = (ms: number) => unixMs(T0 + ms);

export const clockAt = (nowMs: number, kind: Clock["kind"] = "simulated"): Clock => ({
  kind,
  now: () => unixMs(nowMs),
  sleep: async () => {},
});

/** An analysis that is fresh at its own asOf; the id follows the content. */
export function makeAnalysis(over: Partial<Omit<Analysis, "id">> = {}): Analysis {
  const asOfMs = over.asOfMs ?? T0;
  const content: Omit<Analysis, "id"> = {
    ...KEY,
    schemaVersion: ANALYSIS_SCHEMA_VERSION,
    definitionId: "def-1",
    venue: "sim",
    simulated: true,
    asOfMs,
    computedAtMs: asOfMs,
    checkedThroughMs: asOfMs,
    validUntilMs: unixMs(asOfMs + 3_600_000),
    origin: "sleep",
    price: 100,
    trend: NO_TREND,
    indicators: {
      rsiWilder: 41.5,
      bollinger: { upper: 110, middle: 100, lower: 90, bandwidth: 0.2, percentB: 0.5 },
      atr: 2,
      candles: 500,
      filled: 0,
      windowStartMs: asOfMs - 500 * STEP_MS,
      warmup: "full",
      flat: false,
    },
    security: {
      verdict: "clear",
      reason: "nothing found",
      chain: null,
      contract: null,
      checks: [{ id: "is_honeypot", state: "pass", severity: "critical", source: "sim", evidence: "no" }],
      observedAtMs: asOfMs,
      validUntilMs: asOfMs + 3_600_000,
    },
    notes: [],
    sources: { candles: "", security: "" },
    ...over,
  };
  // As of real candles: other values come of other sources, and so have another id.
  const { price, trend, indicators, notes, security } = content;
  const { verdict, checks } = security;
  const sources = over.sources ?? {
    candles: hashOf([price, trend, indicators, notes]),
    security: hashOf([verdict, checks]),
  };
  return { ...content, sources, id: analysisId({ ...content, sources }) };
}

/** What a strategy says of it: it holds, and enters at or below 85, exits at or above 115. */
export function makeReading(of: Analysis = makeAnalysis(), over: Partial<Omit<Reading, "id">> = {}): Reading {
  const { venueId, symbol, timeframe, asOfMs, computedAtMs, origin, price } = of;
  const content: Omit<Reading, "id"> = {
    schemaVersion: READING_SCHEMA_VERSION,
    venueId,
    symbol,
    timeframe,
    strategyId: "mean-reversion",
    definitionId: "mean-reversion.1",
    asOfMs,
    computedAtMs,
    origin,
    analyses: [{ timeframe, analysisId: of.id, asOfMs }],
    windowStartMs: asOfMs - 500 * STEP_MS,
    warmup: "full",
    values: { rsi: [41.5], close: [price] },
    signal: { action: "hold", strength: 0, reasons: ["inside the bands"] },
    levels: levelsOf([
      { action: "enter", from: null, to: 85 },
      { action: "exit", from: 115, to: null },
    ]),
    ...over,
  };
  return { ...content, id: readingId(content) };
}

/** Exact levels, searched from 80 to 120 unless said otherwise. */
export const levelsOf = (intervals: readonly ActionInterval[], over: Partial<ActionLevels> = {}): ActionLevels => ({
  status: "exact",
  note: "",
  searched: { from: 80, to: 120 },
  intervals: [...intervals],
  ...over,
});

/** An analysis with the reading of one strategy, or of those given by what is special of each. */
export function makeView(
  over: Partial<Omit<Analysis, "id">> = {},
  readings: readonly Partial<Omit<Reading, "id">>[] = [{}],
): MarketView {
  const analysis = makeAnalysis(over);
  return { ...analysis, readings: readings.map((part) => makeReading(analysis, part)) };
}

export const makeOrder = (over: Partial<Order> = {}): Order => ({
  clientOrderId: "0".repeat(32),
  decisionId: "d",
  strategyId: STRATEGY,
  parentId: null,
  symbol: BTC,
  side: "buy",
  type: "market",
  generation: 0,
  trails: false,
  venueOrderId: null,
  role: "entry",
  quantity: "1" as Quantity,
  filledQuantity: "0" as Quantity,
  limitPrice: null,
  triggerPrice: null,
  triggered: false,
  bracket: null,
  createdAtMs: T0,
  activeFromMs: T0,
  expiresAtMs: null,
  status: "accepted",
  statusReason: "",
  ...over,
});

export const makeFill = (over: Partial<Fill> = {}): Fill => ({
  fillId: "f1",
  clientOrderId: "0".repeat(32),
  strategyId: STRATEGY,
  symbol: BTC,
  side: "buy",
  role: "entry",
  quantity: "1" as Quantity,
  price: "100" as Price,
  notional: "100" as Money,
  fee: "0",
  feeCurrency: "USDT",
  atMs: T0,
  basis: "next-open",
  ...over,
});

export const control = (atMs: number, reason = "test"): JournalEvent => ({
  type: "control",
  strategyId: null,
  atMs: unixMs(atMs),
  action: "pause",
  reason,
});

/** An answer of the desk `main` without sources, made at its own asOf; the id follows the content. */
export function makeTopic(over: Partial<Omit<TopicRecord, "id">> = {}): TopicRecord {
  const asOfMs = over.asOfMs ?? T0;
  const content: Omit<TopicRecord, "id"> = {
    kind: "answer",
    deskId: DESK,
    topic: "topic",
    schemaVersion: 1,
    definitionId: "def-1",
    asOfMs,
    computedAtMs: asOfMs,
    validUntilMs: unixMs(asOfMs + 3_600_000),
    sources: [],
    body: null,
    ...over,
  };
  return { ...content, id: topicId(content) };
}

/** The 5 m candle that opens `step` candles after T0. */
export const makeCandle = (step: number, over: Partial<Candle> = {}): Candle => ({
  openMs: T0 + step * STEP_MS,
  open: 100,
  high: 110,
  low: 90,
  close: 100,
  volume: 1,
  ...over,
});

/** A series of BTC/USDT 5m as a source gives it, asked at the close of its newest candle unless said otherwise. */
export function makeSeries(candles: readonly Candle[], over: Partial<CandleSeries> = {}): CandleSeries {
  const column = (name: keyof Candle) => Float64Array.from(candles, (candle) => candle[name]);
  return {
    symbol: BTC,
    timeframe: "5m",
    openMs: column("openMs"),
    open: column("open"),
    high: column("high"),
    low: column("low"),
    close: column("close"),
    volume: column("volume"),
    notes: [],
    askedFromMs: unixMs(candles[0]?.openMs ?? 0),
    checkedThroughMs: unixMs((candles.at(-1)?.openMs ?? T0) + STEP_MS),
    ...over,
  };
}
