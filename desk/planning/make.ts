// Floor 4. One wish → looked up, priced by what is really there, and made: an analysis, the digest of all markets, or a
// pre-answer, by the functions that answer questions. Nothing stale ever goes into it.
import { distilAsset, distilMarket, type LeftOut, marketTopic } from "#agents/deep-trader-manager/answers/distil.ts";
import { recalledUnits } from "#agents/deep-trader-manager/answers/effort.ts";
import { isWhole, prepareAnswer } from "#agents/deep-trader-manager/answers/prepared.ts";
import { sweepMarkets } from "#agents/market-analyst/sleep-time.ts";
import type { TopicDraft } from "#memory/topics.ts";
import type { Recall } from "#schemas/analysis.ts";
import { newestClosed } from "#schemas/market.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { BREADTH_KINDS, intentKey } from "#schemas/question.ts";
import type { MarketView } from "#schemas/reading.ts";
import { type MarketSymbol, type Timeframe, timeframeMs, type UnixMs, unixMs } from "#schemas/units.ts";
import type { WorkTally } from "#schemas/work.ts";
import { analystDeps, type Desk } from "../desk.ts";
import type { BudgetName } from "./budget.ts";
import { ANALYSIS_PRICE, ANALYSIS_SAVES, LOOK_UNITS, type Wish } from "./candidates.ts";
import type { Prospect } from "./value-gate.ts";
import { noteWorth } from "./worth-noted.ts";

/** Records read and distilled in one step. */
const RECORDS_A_STEP = 50;

export interface Making {
  readonly desk: Desk;
  readonly wish: Wish;
  /** The markets that a question about all of them is about. */
  readonly universe: readonly MarketSymbol[];
  readonly tally: WorkTally;
  /** Asked before it is looked up whether the thing is there already. */
  readonly mayLook: () => "yes" | BudgetName;
  /** Asked with what is really to be done, before it is done. */
  readonly mayBegin: (prospect: Prospect) => "yes" | "below-gate" | BudgetName;
  /** Awaited between two steps; false: no further one. */
  readonly beforeStep: () => Promise<boolean>;
}

export interface Made {
  /** `fresh`: it was there; `time`: it was not finished. */
  readonly status: "made" | "fresh" | "failed" | "below-gate" | "time" | BudgetName;
  /** Analyses written on the way. */
  readonly analyses: number;
}

const done = (status: Made["status"], analyses = 0): Made => ({ status, analyses });

/** @throws StoreError, ProviderRefusedError */
export function makeWish(making: Making, options: CallOptions): Promise<Made> {
  const { wish } = making;
  switch (wish.make) {
    case "analysis":
      return makeAnalysis(making, wish, options);
    case "digest":
      return makeDigest(making, wish, options);
    case "answer":
      return makeAnswer(making, wish, options);
  }
}

async function makeAnalysis(
  making: Making,
  { symbol, timeframe }: Extract<Wish, { make: "analysis" }>,
  options: CallOptions,
): Promise<Made> {
  const refused = await begin(making, async () => {
    const [found] = await recallAll(making, [symbol], timeframe, options);
    return found === undefined || !isToBeMade(found);
  });
  if (refused !== null) return refused;
  const analysis = await analyse(making, symbol, timeframe, options);
  return analysis === null ? done("failed") : done("made", 1);
}

/** All markets of the universe: those that are not there are made first, one a step. */
async function makeDigest(
  making: Making,
  { timeframe, prospect }: Extract<Wish, { make: "digest" }>,
  options: CallOptions,
): Promise<Made> {
  const { desk, universe } = making;
  const topic = marketTopic({ timeframe, venueId: desk.marketData.venueId }, desk.hosts);
  const refused = await begin(making, () => isFreshTopic(making, "digest", topic, options));
  if (refused !== null) return refused;
  const recalls = await recallAll(making, universe, timeframe, options);
  if (recalls.length < universe.length) return done("time");
  const missing = universe.filter((_, index) => isToBeMade(recalls[index] ?? MISSING));
  if (missing.length > 0) {
    // A market that the sweep could not read in this slot cannot be read now; a digest without it would not be served.
    if (timeframe === desk.config.timeframe) return done("failed");
    const all = recalledUnits(BREADTH_KINDS[0], universe.length);
    const again = making.mayBegin({
      ...prospect,
      savedUnits: prospect.savedUnits + missing.length * ANALYSIS_SAVES,
      // All are read once more when the missing ones are there.
      priceUnits: missing.length * ANALYSIS_PRICE + all,
    });
    if (again !== "yes") return done(again);
  }
  let analyses = 0;
  for (const symbol of missing) {
    if (!(await making.beforeStep())) return done("time", analyses);
    if ((await analyse(making, symbol, timeframe, options)) !== null) analyses += 1;
  }
  const nowMs = desk.clock.now();
  const now = missing.length === 0 ? recalls : await recallAll(making, universe, timeframe, options);
  if (now.length < universe.length) return done("time", analyses);
  const records: MarketView[] = [];
  const leftOut: LeftOut[] = [];
  for (const [index, symbol] of universe.entries()) {
    const recall = now[index] ?? MISSING;
    if (recall.status === "fresh") records.push(recall.record);
    else leftOut.push({ symbol, reason: recall.status === "missing" ? "missing" : recall.reason });
  }
  const digest = distilMarket(
    records.map((record) => distilAsset(record, desk.hosts)),
    leftOut,
  );
  if (digest === null || !isWhole(digest)) return done("failed", analyses);
  const draft: TopicDraft = {
    kind: "digest",
    topic,
    body: digest,
    sources: records,
    validUntilMs: validUntil(desk.marketData.graceMs, timeframe, nowMs),
  };
  const { id } = await desk.topics.remember(draft, { nowMs }, options);
  noteWorth(desk, id, { ...prospect, unit: "work-units" });
  return done("made", analyses);
}

async function makeAnswer(
  making: Making,
  { intent, prospect }: Extract<Wish, { make: "answer" }>,
  options: CallOptions,
): Promise<Made> {
  const { desk } = making;
  const topic = intentKey(intent, { deskId: desk.deskId, venueId: desk.marketData.venueId });
  const refused = await begin(making, () => isFreshTopic(making, "answer", topic, options));
  if (refused !== null) return refused;
  const symbols = [intent.symbol, intent.other].filter((symbol) => symbol !== null);
  const recalls = await recallAll(making, symbols, intent.timeframe, options);
  const nowMs = desk.clock.now();
  const records = recalls.flatMap((recall) => (recall.status === "fresh" ? [recall.record] : []));
  const prepared = prepareAnswer(intent, records, desk.hosts);
  if (prepared === null) return done("failed");
  const draft: TopicDraft = {
    kind: "answer",
    topic,
    body: { ...prepared, facts: prepared.facts ?? [] },
    sources: records,
    validUntilMs: validUntil(desk.marketData.graceMs, intent.timeframe, nowMs),
  };
  const { id } = await desk.topics.remember(draft, { nowMs }, options);
  noteWorth(desk, id, { ...prospect, unit: "work-units" });
  return done("made");
}

/** Looks whether the thing is there, and asks whether it may be made, the look being paid; null: it may. */
async function begin({ wish, mayLook, mayBegin }: Making, isThere: () => Promise<boolean>): Promise<Made | null> {
  const look = mayLook();
  if (look !== "yes") return done(look);
  if (await isThere()) return done("fresh");
  const verdict = mayBegin({ ...wish.prospect, priceUnits: wish.prospect.priceUnits - LOOK_UNITS });
  return verdict === "yes" ? null : done(verdict);
}

/** In steps of 50 records; fewer than asked for where there was no time for the rest. */
async function recallAll(
  { desk, tally, beforeStep }: Making,
  symbols: readonly MarketSymbol[],
  timeframe: Timeframe,
  options: CallOptions,
): Promise<readonly Recall<MarketView>[]> {
  const recalls: Recall<MarketView>[] = [];
  for (let begin = 0; begin < symbols.length; begin += RECORDS_A_STEP) {
    if (begin > 0 && !(await beforeStep())) return recalls;
    const part = symbols.slice(begin, begin + RECORDS_A_STEP);
    const keys = part.map((symbol) => ({ venueId: desk.marketData.venueId, symbol, timeframe }));
    const nowMs = desk.clock.now();
    recalls.push(...(await desk.views.recallMany(keys, { nowMs, prices: pricesAtHand(desk, nowMs) }, options)));
    tally.count({ recordsRead: part.length });
  }
  return recalls;
}

async function isFreshTopic({ desk, tally }: Making, kind: "digest" | "answer", topic: string, options: CallOptions) {
  const nowMs = desk.clock.now();
  const recall = await desk.topics.recall(kind, topic, { nowMs, prices: pricesAtHand(desk, nowMs) }, options);
  if (recall.status !== "missing") tally.count({ recordsRead: 1 });
  return recall.status === "fresh";
}

async function analyse({ desk, tally }: Making, symbol: MarketSymbol, timeframe: Timeframe, options: CallOptions) {
  const request = { symbols: [symbol], timeframe, nowMs: desk.clock.now(), origin: "sleep" } as const;
  const outcome = (await sweepMarkets(analystDeps(desk, tally), request, options)).get(symbol);
  return outcome?.status === "analysed" ? outcome.analysis : null;
}

/** Only what another look at the source could mend: a price that moved on gives the same analysis again. */
const isToBeMade = (recall: Recall): boolean =>
  recall.status === "missing" ||
  (recall.status === "stale" && recall.reason !== "no-candle" && recall.reason !== "drifted");

/** A polled price says something of now for so long, ms. */
const PRICE_COUNTS_MS = 60_000;

/** Prices at hand that are young enough to judge drift by. */
export function pricesAtHand({ planner }: Pick<Desk, "planner">, nowMs: UnixMs): ReadonlyMap<MarketSymbol, number> {
  const young = [...planner.prices].filter(([, { atMs }]) => atMs <= nowMs && nowMs - atMs <= PRICE_COUNTS_MS);
  return new Map(young.map(([symbol, { price }]) => [symbol, price]));
}

/** The moment at which the next candle of the timeframe counts as closed: what is made now is behind from then on. */
export const validUntil = (graceMs: number, timeframe: Timeframe, nowMs: UnixMs): UnixMs =>
  unixMs(newestClosed(nowMs, timeframe, graceMs) + timeframeMs(timeframe) + graceMs);

const MISSING: Recall<MarketView> = Object.freeze({ status: "missing" });
