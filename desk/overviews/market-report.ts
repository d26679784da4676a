// Floor 4. One market, all that the desk knows of it: candles with their values, what was traded, what is held and waits, where its
// strategies would act, what was judged asleep. The document of `market`; no exchange is asked.
import { z } from "zod";
import { sayingsOf, silenceOf } from "#memory/said-of.ts";
import { StaleReason } from "#schemas/analysis.ts";
import { Price } from "#schemas/money.ts";
import { Bracket, isWorking, Order } from "#schemas/order.ts";
import { blockedName, type Portfolio } from "#schemas/portfolio.ts";
import type { Store } from "#schemas/ports/memory.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { ActionLevels, type MarketView } from "#schemas/reading.ts";
import { MarketSymbol, Timeframe, UnixMs, unixMs } from "#schemas/units.ts";
import { isOf, positionOf } from "#toolkits/portfolio/positions.ts";
import type { Desk } from "../desk.ts";
import { AnalysisDocument, analysisDocument } from "../documents/analysis-document.ts";
import { TradeMarkShown } from "../documents/equity-report.ts";
import { withPlanLevels } from "../documents/plan-levels.ts";
import { PositionView, viewPortfolio } from "../documents/portfolio-view.ts";
import { triggerRow } from "../documents/trigger-rows.ts";
import { BriefDocument, briefDocument } from "../judgement/brief-document.ts";
import { recallBrief } from "../judgement/brief-store.ts";
import { MarketCandles, marketCandlesOf } from "./market-candles.ts";
import { DebateShown, PlanShown, shownDebate, shownPlan } from "./shown-judgement.ts";

const bounds = z.object({
  from: z.number().nullable().describe("lowest close, quote per base; null: none"),
  to: z.number().nullable().describe("highest close, quote per base; null: none"),
});

const MarketLevels = z.object({
  strategyId: z.string(),
  status: ActionLevels.shape.status,
  note: z.string().describe("for which candle they hold, or why they were not worked out; else empty"),
  searched: ActionLevels.shape.searched,
  enter: z.array(bounds).readonly().describe("closes of the next candle at which it would enter, quote per base"),
  exit: z.array(bounds).readonly().describe("closes of the next candle at which it would exit, quote per base"),
  enterDistancePct: z.number().nullable().describe("to the nearest, percent of the price, negative below; null: none"),
  exitDistancePct: z.number().nullable().describe("the same for the nearest close at which it would exit, percent"),
});

const BracketShown = z.object({
  strategyId: z.string(),
  entryPrice: Price.nullable().describe("average over the entry's fills, quote per base; null before the first"),
  stopPrice: Price.nullable().describe("at which the resting stop sells; null: none rests"),
  targetPrice: Price.nullable().describe("at which the resting target sells; null: none rests"),
  trails: z.boolean().describe("the stop follows the price"),
  soldByMs: UnixMs.nullable().describe("the longest holding time ends then, epoch ms; null: there is none"),
  rules: Bracket.nullable().describe("as given with the entry, percent of the average entry price"),
});

export const MarketReport = z.object({
  symbol: MarketSymbol,
  venue: z.string(),
  timeframe: Timeframe.describe("the desk's base timeframe"),
  run: z.string(),
  quote: z.string(),
  nowMs: UnixMs,
  status: z.enum(["fresh", "stale", "missing"]).describe("of the analysis, as `memory show` has it"),
  reason: StaleReason.nullable(),
  ageMs: z.number().nullable().describe("from the newest close to now, ms"),
  record: AnalysisDocument.nullable().describe(
    "the newest analysis; its `security` has each check with source and severity",
  ),
  blocked: z.string().nullable().describe("the name that the operator has blocked: the market's or its asset's"),
  candles: MarketCandles,
  fills: z
    .array(TradeMarkShown)
    .readonly()
    .describe("entries and exits of the run since the first candle, oldest first"),
  levels: z.array(MarketLevels).readonly().describe("at the next close, by strategy; empty where nothing is fresh"),
  silent: z.array(z.object({ strategyId: z.string(), why: z.string() })).readonly(),
  positions: z.array(PositionView).readonly(),
  brackets: z.array(BracketShown).readonly().describe("of what is held, by strategy"),
  orders: z.array(Order).readonly().describe("that work, those not sent yet included"),
  brief: BriefDocument,
  debate: DebateShown.nullable().describe("the newest of this run; null: none was held"),
  plan: PlanShown.nullable().describe("that waits; null: none does"),
});
export type MarketReport = Readonly<z.infer<typeof MarketReport>>;

/** @throws StoreError */
export async function marketReportOf(
  desk: Desk,
  store: Pick<Store, "candles">,
  { symbol, candles: count }: { readonly symbol: MarketSymbol; readonly candles: number },
  options: CallOptions,
): Promise<MarketReport> {
  const { config, marketData, account } = desk;
  const { venueId, venue } = marketData;
  const { timeframe } = config;
  const nowMs = desk.clock.now();
  const portfolio = account.portfolio();
  const key = { venueId, symbol, timeframe };
  const recall = await desk.views.recall(key, { nowMs }, options);
  const candles = await marketCandlesOf(desk, store, key, count, options);
  const firstMs = candles.candles[0]?.openMs ?? 0;
  const held = (await viewPortfolio(desk, options)).positions.filter((position) => position.symbol === symbol);
  const scope = { of: "market", venueId, timeframe, symbol } as const;
  return {
    symbol,
    venue,
    timeframe,
    run: desk.runId,
    quote: desk.quote,
    nowMs,
    status: recall.status,
    reason: recall.status === "stale" ? recall.reason : null,
    ageMs: recall.status === "missing" ? null : recall.ageMs,
    record: recall.status === "missing" ? null : analysisDocument(recall.record, desk.hosts),
    blocked: blockedName(portfolio, symbol),
    candles,
    fills: desk.tradeMarks.of(symbol).filter(({ atMs }) => atMs >= firstMs),
    levels: recall.status === "fresh" ? levelsOf(desk, recall.record, portfolio) : [],
    silent: desk.hosts.flatMap((host) => {
      const why = silenceOf(host, timeframe);
      return why === null ? [] : [{ strategyId: host.info.id, why }];
    }),
    positions: held,
    brackets: bracketsOf(portfolio, held),
    orders: [...portfolio.orders.values()].filter((order) => order.symbol === symbol && isWorking(order)),
    brief: briefDocument(desk, scope, await recallBrief(desk, scope, nowMs, options)),
    debate: newestDebate(desk, symbol),
    plan: standingPlan(desk, portfolio, symbol),
  };
}

/** As `triggers` has them. */
function levelsOf({ hosts, config }: Desk, view: MarketView, portfolio: Portfolio): MarketReport["levels"] {
  const speaking = hosts.filter((host) => silenceOf(host, config.timeframe) === null);
  return sayingsOf(view, speaking).map((saying) => {
    const position = positionOf(portfolio, { strategyId: saying.strategyId, symbol: view.symbol });
    const row = triggerRow(view, withPlanLevels(saying, portfolio.plans), {
      held: position !== undefined && !position.dust,
      blocked: blockedName(portfolio, view.symbol) !== null,
    });
    const { strategyId, status, note, searched, enter, exit, enterDistancePct, exitDistancePct } = row;
    return { strategyId, status, note, searched, enter, exit, enterDistancePct, exitDistancePct };
  });
}

function bracketsOf(portfolio: Portfolio, held: readonly PositionView[]): MarketReport["brackets"] {
  return held.flatMap((position) => {
    if (position.dust) return [];
    const { strategyId, symbol } = position;
    const isItsOwn = isOf(position);
    const own = [...portfolio.orders.values()].filter((order) => isItsOwn(order) && isWorking(order));
    const stop = own.find(({ role }) => role === "stop-loss");
    const open = [...portfolio.brackets.values()].findLast(
      ({ entry }) => entry.strategyId === strategyId && entry.symbol === symbol,
    );
    const rules = open?.entry.bracket ?? null;
    const since = open?.firstFillMs ?? null;
    const maxHoldMs = rules?.maxHoldMs ?? null;
    return [
      {
        strategyId,
        entryPrice: open?.entryPrice ?? null,
        stopPrice: stop?.triggerPrice ?? null,
        targetPrice: own.find(({ role }) => role === "take-profit")?.limitPrice ?? null,
        trails: stop?.trails ?? false,
        soldByMs: since === null || maxHoldMs === null ? null : unixMs(since + maxHoldMs),
        rules,
      },
    ];
  });
}

function newestDebate(desk: Desk, symbol: MarketSymbol): DebateShown | null {
  const debate = desk.debates.recent.findLast((one) => one.symbol === symbol);
  if (debate === undefined) return null;
  desk.debateChecks.used(debate);
  const settled = desk.debates.settled.find((one) => one.debate.debateId === debate.debateId);
  return shownDebate(desk, debate, settled?.outcome ?? null);
}

function standingPlan(desk: Desk, { plans }: Portfolio, symbol: MarketSymbol): PlanShown | null {
  const plan = [...plans.values()].find((one) => one.symbol === symbol);
  return plan === undefined ? null : shownPlan(desk, plan);
}
