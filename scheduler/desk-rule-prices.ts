// Floor 5. The refusals of a running desk → what each rule of its gate has saved or cost, by the same shadows as beside a backtest: each
// refused entry goes to its end through the candles that are kept. Nobody is asked for any: what is not kept is not priced, and why is said.
import type { Desk } from "#desk/desk.ts";
import { priceRules } from "#desk/documents/rule-prices.ts";
import { nextSlot } from "#desk/slots.ts";
import type { Analysis } from "#schemas/analysis.ts";
import type { RiskRule } from "#schemas/decision.ts";
import type { JournalEvent } from "#schemas/journal.ts";
import { ZERO_MONEY } from "#schemas/money.ts";
import { PLANNED } from "#schemas/plan.ts";
import type { CandleStore } from "#schemas/ports/memory.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import type { DeskRulePrices, ShadowTrade } from "#schemas/rule-prices.ts";
import { DAY_MS, type MarketSymbol, timeframeMs, type UnixMs, unixMs } from "#schemas/units.ts";
import { gridMsOf } from "#toolkits/indicators/window.ts";
import { emptyPortfolio } from "#toolkits/portfolio/portfolio.ts";
import { type StrategyInfo, warmupRowsOf } from "#toolkits/strategies/strategy.ts";
import { BacktestAnalyses } from "./backtest-analyses.ts";
import type { BacktestInput } from "./backtest-input.ts";
import { askedAgain, type Judged, judgedDecisions, settingsOf } from "./judged-decisions.ts";
import { type KeptCandles, keptCandles, NOT_ASKED } from "./kept-candles.ts";
import { ShadowTrades } from "./shadow-trades.ts";

export interface DeskPrices {
  readonly desk: Desk;
  readonly candles: Pick<CandleStore, "window">;
  /** The journal of the run. */
  readonly events: readonly JournalEvent[];
  /** Back from the last slot that was decided. */
  readonly days: number;
}

/** Slots between two looks at what else waits. */
const SLOTS_AT_ONCE = 128;

/** @throws StoreError, StrategyError */
export async function deskRulePrices(
  { desk, candles, events, days }: DeskPrices,
  options: CallOptions,
): Promise<DeskRulePrices> {
  const toMs = desk.account.portfolio().settledThroughMs ?? desk.clock.now();
  const fromMs = unixMs(Math.max(0, toMs - days * DAY_MS));
  const judged = judgedDecisions(events, { quote: desk.quote, sinceMs: fromMs });
  const kept = keptCandles(desk, candles, { fromMs, toMs });
  const refused = new Refused();
  const shadows: ShadowTrade[] = [];
  for (const [symbol, ofMarket] of Map.groupBy(judged, ({ decision }) => decision.symbol)) {
    const priced: Priced[] = [];
    for (const one of ofMarket) {
      refused.count(one);
      const known = await whyNotPriced(desk, kept, one, options);
      if (typeof known === "string") refused.leave(one, known);
      else priced.push({ ...one, analysis: known.analysis });
    }
    shadows.push(...(await shadowsOf(desk, kept, { symbol, priced, toMs }, refused, options)));
  }
  const { rules, ...rest } = priceRules(shadows, refused, desk.account.statistics().trades());
  return {
    ...rest,
    method: `${rest.method} ${OF_A_DESK}`,
    rules: rules.map(({ alone: _, savedAlone: __, ...price }) => ({ ...price, notPriced: refused.left(price.rule) })),
    fromMs,
    toMs,
    days,
  };
}

const OF_A_DESK =
  "Of a desk's refusals: size and bracket by the settings of now, fills on candles as in a backtest, not at quotes; of an exchange's tokens that turned none is sold. Whether other rules would have objected too is not journaled.";

interface Priced extends Judged {
  readonly analysis: Analysis | null;
}

/** What the desk's refusals of the range are, and those that have no price. */
class Refused {
  readonly byRule: Partial<Record<RiskRule, number>> = {};
  readonly exits = new Map<RiskRule, number>();
  readonly repeated = new Map<RiskRule, number>();
  readonly #left = new Map<RiskRule, Map<string, number>>();

  count({ result, decision }: Judged): void {
    if (result.accepted) return;
    const { rule } = result.refusal;
    this.byRule[rule] = (this.byRule[rule] ?? 0) + 1;
    if (decision.action !== "enter") this.exits.set(rule, (this.exits.get(rule) ?? 0) + 1);
  }

  leave({ result, decision }: Judged, why: string): void {
    if (result.accepted || decision.action !== "enter") return;
    const { rule } = result.refusal;
    const reasons = this.#left.get(rule) ?? new Map<string, number>();
    this.#left.set(rule, reasons.set(why, (reasons.get(why) ?? 0) + 1));
  }

  repeat(of: ReadonlyMap<RiskRule, number>): void {
    for (const [rule, times] of of) this.repeated.set(rule, (this.repeated.get(rule) ?? 0) + times);
  }

  left = (rule: RiskRule): readonly { readonly why: string; readonly count: number }[] =>
    [...(this.#left.get(rule) ?? [])].map(([why, count]) => ({ why, count }));
}

/** Why an entry has no price here; else the analysis that a limit price is worked out from, where one is wanted. */
async function whyNotPriced(
  desk: Desk,
  kept: KeptCandles,
  { decision, slotMs, atMs }: Judged,
  options: CallOptions,
): Promise<string | { readonly analysis: Analysis | null }> {
  const { strategyId, symbol, timeframe, analysisId } = decision;
  if (strategyId === PLANNED) return "a plan's own size and bracket are not kept with its refusal";
  const host = desk.hosts.find(({ info }) => info.id === strategyId);
  const terms = desk.strategies.get(strategyId);
  if (host === undefined || terms === undefined) return "its strategy is not configured any more";
  if (host.local === null) return "its strategy comes from a file and runs in a thread of its own";
  for (const each of [timeframe, ...host.info.timeframes]) {
    const series = await kept.series(symbol, each, options);
    const closeMs = Math.floor(slotMs / timeframeMs(each)) * timeframeMs(each);
    const grid = gridMsOf(closeMs, each, warmupOf(host.info, each, timeframe));
    if (series === null || series.askedFromMs > grid) return `${each} candles of its time are not kept any more`;
  }
  if (terms.entryStyle !== "limit-at-quote") return { analysis: null };
  const key = { venueId: desk.marketData.venueId, symbol, timeframe };
  const recall = await desk.khala.recall(key, { nowMs: atMs }, options);
  if (recall.status === "missing" || recall.record.id !== analysisId)
    return "the analysis that its limit price comes from is not kept any more";
  return { analysis: recall.record };
}

const warmupOf = (info: StrategyInfo, timeframe: Judged["decision"]["timeframe"], base: typeof timeframe): number =>
  warmupRowsOf(info, timeframe === base ? null : timeframe);

interface OfMarket {
  readonly symbol: MarketSymbol;
  readonly priced: readonly Priced[];
  readonly toMs: UnixMs;
}

/** One market through its candles, from the first entry to the last slot. */
async function shadowsOf(
  desk: Desk,
  kept: KeptCandles,
  { symbol, priced, toMs }: OfMarket,
  refused: Refused,
  options: CallOptions,
): Promise<readonly ShadowTrade[]> {
  const entries = priced.filter(({ decision }) => decision.action === "enter");
  const [first] = entries;
  if (first === undefined) return [];
  const settings = settingsOf(desk);
  const analyses = new BacktestAnalyses(inputOf(desk, kept, { symbol, entries, firstSlotMs: first.slotMs, toMs }), {
    portfolio: () => EMPTY,
  });
  const shadows = new ShadowTrades(analyses, settings, null);
  const bySlot = Map.groupBy(entries, ({ slotMs }) => slotMs);
  let done = 0;
  for (let slotMs = first.slotMs; slotMs <= toMs; slotMs = nextSlot(slotMs, desk.config.timeframe)) {
    if (done++ % SLOTS_AT_ONCE === 0) await look(options);
    shadows.match(slotMs);
    await analyses.prepare(slotMs, options);
    for (const one of bySlot.get(slotMs) ?? [])
      shadows.onGated(askedAgain(one, { settings, analysis: one.analysis }), one.result);
    if (shadows.hasOpen()) await shadows.decide(slotMs, options);
  }
  refused.repeat(shadows.repeated);
  return shadows.all();
}

const EMPTY = emptyPortfolio({ quote: "", cash: ZERO_MONEY });

function inputOf(
  desk: Desk,
  kept: KeptCandles,
  {
    symbol,
    entries,
    firstSlotMs,
    toMs,
  }: Omit<OfMarket, "priced"> & { entries: readonly Priced[]; firstSlotMs: UnixMs },
): BacktestInput {
  const { config, markets, quote, hosts, clock, security } = desk;
  const ids = new Set(entries.map(({ decision }) => decision.strategyId));
  return {
    config: { ...config, assets: 1, markets: { include: [symbol], exclude: [] } },
    venue: {
      marketData: kept.marketData,
      markets,
      quote,
      cash: desk.account.portfolio().startingCash,
      // What was known of a token then is asked of nobody; of invented and recorded ones it is at hand.
      security: clock.kind === "simulated" ? security : NOT_ASKED,
      universe: { topAssets: async () => ({ assets: [symbol], liquidity: new Map() }) },
      hosts: hosts.filter(({ info }) => ids.has(info.id)),
    },
    firstSlotMs,
    lastSlotMs: toMs,
  };
}

/** Lets a slot or a question go first. */
async function look({ signal }: CallOptions): Promise<void> {
  signal.throwIfAborted();
  await new Promise<void>((resolve) => setImmediate(resolve));
}
