// Floor 4. Third step of a slot: Khala first, the analyst only where it is stale -> decide -> gate -> journal -> submit.
import { type Candidate, type DeciderSettings, decideSlot } from "#agents/deep-trader-manager/decide.ts";
import { analyseFromScratch, rememberOutcomes } from "#agents/market-analyst/from-scratch.ts";
import { equityOf } from "#memory/portfolio.ts";
import type { Recall } from "#schemas/analysis.ts";
import type { Decision, Refusal } from "#schemas/decision.ts";
import { DeepTraderError } from "#schemas/errors.ts";
import type { JournalEvent } from "#schemas/journal.ts";
import { type Money, toNumber } from "#schemas/money.ts";
import type { Order } from "#schemas/order.ts";
import type { CallOptions } from "#schemas/ports.ts";
import type { MarketSymbol, UnixMs } from "#schemas/units.ts";
import { WorkTally } from "#schemas/work.ts";
import { countedMarketData, countedSecurity } from "#toolkits/market/counted.ts";
import { advanceLoss } from "#toolkits/risk/loss-meter.ts";
import { analystDeps, type Desk } from "../desk.ts";
import { isLate } from "../slots.ts";
import { withinRun } from "./run-once.ts";
import { marketsToThinkAbout } from "./sleep-cycle.ts";

/** Settlement currencies that are meant to stand at one dollar, and what shows whether they do. */
const STABLECOINS: ReadonlySet<string> = new Set(["USDT", "USDC", "FDUSD", "TUSD", "DAI", "PYUSD"]);
const PEG_QUOTES = ["USD", "USDC", "USDT"] as const;

/** What `trade` prints. */
export interface TradeReport {
  readonly slot: UnixMs;
  readonly decisions: readonly Pick<Decision, "symbol" | "action" | "reason" | "analysisId" | "path">[];
  readonly refusals: readonly Pick<Refusal, "symbol" | "rule" | "reason">[];
  readonly orders: readonly Pick<Order, "clientOrderId" | "symbol" | "side" | "quantity" | "status">[];
  readonly equity: Money;
  readonly repeated: boolean;
}

/** One decision cycle per slot; a finished one is not run again. */
export async function runDecisionCycle(desk: Desk, slotMs: UnixMs, options: CallOptions): Promise<TradeReport> {
  return withinRun<TradeReport>(
    desk,
    { job: "decision-cycle", slotMs },
    () => decideAndSend(desk, slotMs, options),
    options,
  );
}

/** The part of a desk that `decide` needs and that a run does not change. */
export const deciderSettings = (
  desk: Pick<Desk, "deskId" | "runId" | "strategy" | "quote" | "config" | "markets" | "entryStyle">,
): DeciderSettings => ({
  deskId: desk.deskId,
  runId: desk.runId,
  strategyId: desk.strategy.id,
  quote: desk.quote,
  limits: desk.config.limits,
  costs: desk.config.costs,
  markets: desk.markets,
  entryStyle: desk.entryStyle,
});

async function decideAndSend(desk: Desk, slotMs: UnixMs, options: CallOptions): Promise<TradeReport> {
  const tally = new WorkTally();
  const asked = await recallOrAnalyse(desk, tally, options);
  const nowMs = desk.clock.now();
  const portfolio = desk.book.portfolio();
  const marks = marksOf(asked.recalls);
  const equity = equityOf(portfolio, marks);
  const loss = advanceLoss(portfolio.loss, { slotMs, equity: toNumber(equity) }, desk.config.limits);
  const mark: JournalEvent = { type: "equity", atMs: nowMs, slotMs, equity, loss };

  const outcome = decideSlot(deciderSettings(desk), {
    slotMs,
    nowMs,
    late: isLate(slotMs, nowMs, desk.config.timeframe, desk.marketData.graceMs),
    haltFile: desk.haltFileExists(),
    candidates: asked.candidates,
    portfolio: { ...portfolio, loss },
    equity,
    marks,
    liquidity: (await desk.universe.at(nowMs, options)).liquidity,
    quoteOffParPct: await quoteOffPar(desk, nowMs, options),
    alreadyDecided: desk.book.decided(),
  });
  await desk.book.append([mark, ...outcome.events], options);
  const sent = await send(desk, outcome.orders, options);
  await recordWork(desk, nowMs, asked, tally, options);
  return {
    slot: slotMs,
    decisions: outcome.decisions.map(({ symbol, action, reason, analysisId, path }) => ({
      symbol,
      action,
      reason,
      analysisId,
      path,
    })),
    refusals: outcome.refusals.map(({ symbol, rule, reason }) => ({ symbol, rule, reason })),
    orders: sent.map(({ clientOrderId, symbol, side, quantity, status }) => ({
      clientOrderId,
      symbol,
      side,
      quantity,
      status,
    })),
    equity,
    repeated: false,
  };
}

interface Asked {
  readonly recalls: ReadonlyMap<MarketSymbol, Recall>;
  readonly candidates: readonly Candidate[];
  readonly delegated: number;
  readonly misses: Readonly<Record<string, number>>;
}

/** The walk's second line: fresh analyses are recalled, the others made from scratch by the same function. */
async function recallOrAnalyse(desk: Desk, tally: WorkTally, options: CallOptions): Promise<Asked> {
  const nowMs = desk.clock.now();
  const symbols = await marketsToThinkAbout(desk, nowMs, options);
  const { timeframe } = desk.config;
  const { venueId } = desk.marketData;
  const keys = symbols.map((symbol) => ({ venueId, symbol, timeframe }));
  const answers = await desk.khala.recallMany(keys, { nowMs }, options);
  const recalls = new Map(symbols.map((symbol, index) => [symbol, answers[index] ?? { status: "missing" as const }]));
  const misses: Record<string, number> = {};
  const delegated = new Set<MarketSymbol>();
  const deps = analystDeps(
    desk,
    { marketData: countedMarketData(desk.marketData, tally), security: countedSecurity(desk.security, tally) },
    tally,
  );
  for (const [symbol, recall] of recalls) {
    if (recall.status === "fresh") continue;
    const why = recall.status === "missing" ? "missing" : recall.reason;
    misses[why] = (misses[why] ?? 0) + 1;
    // Nobody asks again in a slot for a candle that the source has already said it does not have.
    if (why === "no-candle" || desk.quietMarkets.has(symbol)) continue;
    try {
      const outcome = await analyseFromScratch(deps, { symbol, timeframe, nowMs, origin: "test-time" }, options);
      await rememberOutcomes(deps, timeframe, [outcome], options);
      if (outcome.status === "no-candle") continue;
      delegated.add(symbol);
      recalls.set(symbol, { status: "fresh", record: outcome.analysis, ageMs: nowMs - outcome.analysis.asOfMs });
    } catch (error) {
      // A market that cannot be read is held, not entered; the sleep cycle has already said why.
      if (!(error instanceof DeepTraderError) || (error.policy !== "skip-symbol" && error.policy !== "retry"))
        throw error;
    }
  }
  const candidates: Candidate[] = [];
  for (const [symbol, recall] of recalls) {
    if (recall.status === "missing") continue;
    candidates.push({
      analysis: recall.record,
      freshness: recall.status === "fresh" ? "fresh" : recall.reason,
      path: delegated.has(symbol) ? "delegated" : "recalled",
    });
  }
  tally.count({ delegations: delegated.size });
  return { recalls, candidates, delegated: delegated.size, misses };
}

/** The newest known close of every market at hand, stale or not: a mark values, it does not decide. */
function marksOf(recalls: ReadonlyMap<MarketSymbol, Recall>): ReadonlyMap<MarketSymbol, number> {
  const marks = new Map<MarketSymbol, number>();
  for (const [symbol, recall] of recalls) if (recall.status !== "missing") marks.set(symbol, recall.record.price);
  return marks;
}

/** The intent is in the journal; the halt file is read again before each send. */
async function send(desk: Desk, orders: readonly Order[], options: CallOptions): Promise<readonly Order[]> {
  const sent: Order[] = [];
  for (const order of orders) {
    const nowMs = desk.clock.now();
    const events: readonly JournalEvent[] = desk.haltFileExists()
      ? [
          {
            type: "order",
            atMs: nowMs,
            order: { ...order, status: "cancelled", statusReason: "halted before it was sent" },
          },
        ]
      : await desk.execution.submit(order, { nowMs }, options);
    await desk.book.append(events, options);
    const last = events.findLast((e) => e.type === "order" && e.order.clientOrderId === order.clientOrderId);
    sent.push(last?.type === "order" ? last.order : order);
  }
  return sent;
}

/** How far the settlement stablecoin is off par, where a real venue quotes it; null where nothing says. */
async function quoteOffPar(desk: Desk, nowMs: UnixMs, options: CallOptions): Promise<number | null> {
  if (!STABLECOINS.has(desk.quote)) return null;
  const symbol = PEG_QUOTES.map((peg) => `${desk.quote}/${peg}` as MarketSymbol).find((s) => desk.markets.has(s));
  if (symbol === undefined) return null;
  try {
    const [ticker] = await desk.marketData.tickers({ symbols: [symbol], nowMs }, options);
    return ticker === undefined ? null : Math.abs(ticker.last - 1) * 100;
  } catch (error) {
    if (error instanceof DeepTraderError && error.policy === "retry") return null;
    throw error;
  }
}

async function recordWork(
  desk: Desk,
  nowMs: UnixMs,
  asked: Asked,
  tally: WorkTally,
  options: CallOptions,
): Promise<void> {
  const fresh = asked.candidates.filter((c) => c.freshness === "fresh");
  const recalled = fresh.filter((c) => c.path === "recalled");
  await desk.ledger.record(
    {
      atMs: nowMs,
      phase: "test-time",
      job: "decision-cycle",
      paths: { recalled: recalled.length, delegated: asked.delegated },
      misses: asked.misses,
      made: asked.delegated,
      served: recalled.length,
      work: tally.total(),
      ageAtUseMs: recalled.map((c) => nowMs - c.analysis.asOfMs),
    },
    options,
  );
}
