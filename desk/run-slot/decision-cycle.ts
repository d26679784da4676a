// Floor 4. Third step of a slot: Khala first, the analyst only where it is stale -> decide -> gate -> journal -> submit.
import { type Candidate, type DeciderSettings, decideSlot } from "#agents/deep-trader-manager/decide.ts";
import { sweepMarkets } from "#agents/market-analyst/sleep-time.ts";
import type { HourReads } from "#agents/relationship-analyst/relationship-analyst.ts";
import type { Analysis, Recall } from "#schemas/analysis.ts";
import type { Decision, Refusal } from "#schemas/decision.ts";
import type { JournalEvent } from "#schemas/journal.ts";
import type { Money } from "#schemas/money.ts";
import type { Opinion } from "#schemas/opinion.ts";
import type { Order } from "#schemas/order.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import type { MarketSymbol, UnixMs } from "#schemas/units.ts";
import { WorkTally } from "#schemas/work.ts";
import { equityNumber, equityOf } from "#toolkits/portfolio/equity.ts";
import { countInto } from "#toolkits/ports/counted.ts";
import { advanceLoss } from "#toolkits/risk/loss-meter.ts";
import { analystDeps, type Desk } from "../desk.ts";
import { opinionsFor } from "../opinions/opinions.ts";
import { isLate } from "../slots.ts";
import { marketsToThinkAbout } from "./daily-universe.ts";
import { quoteOffParPct } from "./quote-peg.ts";
import { analysesOf, leaderHourSigmasOf, readsForDecision, relateHour, sweptHour } from "./relationships.ts";
import { withinRun } from "./run-once.ts";
import { sendIntent } from "./send.ts";

/** What `trade` prints. */
export interface TradeReport {
  readonly slot: UnixMs;
  readonly decisions: readonly Pick<Decision, "symbol" | "action" | "reason" | "analysisId" | "path">[];
  readonly refusals: readonly Pick<Refusal, "symbol" | "rule" | "reason">[];
  readonly orders: readonly Pick<Order, "clientOrderId" | "symbol" | "side" | "quantity" | "status">[];
  readonly equity: Money;
  /** What went wrong, for people. */
  readonly problems: readonly string[];
  readonly repeated: boolean;
}

export interface DecisionOptions extends CallOptions {
  /** Markets that this slot's sleep cycle has already asked without success: nobody asks again in the slot. */
  readonly askedInVain?: ReadonlySet<MarketSymbol>;
}

/** One decision cycle per slot; a finished one is not run again. */
export async function runDecisionCycle(desk: Desk, slotMs: UnixMs, options: DecisionOptions): Promise<TradeReport> {
  const tally = new WorkTally();
  return withinRun<TradeReport>(
    desk,
    { job: "decision-cycle", slotMs },
    async () =>
      reportOfJournaled(desk, slotMs) ?? (await countInto(tally, () => decideAndSend(desk, slotMs, tally, options))),
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

/**
 * A slot's equity row and all its decisions are one append. So where that row is there, an interrupted run has decided
 * everything, settlement has sent what was left, and deciding again could only contradict it.
 */
function reportOfJournaled(desk: Desk, slotMs: UnixMs): TradeReport | null {
  const { settledThroughMs } = desk.account.portfolio();
  return settledThroughMs !== null && settledThroughMs >= slotMs ? reportOf(desk, slotMs, [], []) : null;
}

async function decideAndSend(
  desk: Desk,
  slotMs: UnixMs,
  tally: WorkTally,
  options: DecisionOptions,
): Promise<TradeReport> {
  const startedMs = desk.monotonicMs();
  const universe = await desk.universe.at(desk.clock.now(), options);
  const symbols = marketsToThinkAbout(universe, desk.account.portfolio());
  const reads = readsForDecision(desk, slotMs);
  const asked = await recallOrAnalyse(desk, symbols, { tally, reads }, options);
  if (reads !== null) {
    await relateHour(desk, reads, sweptHour(universe, desk.account.portfolio(), asked.made), options);
  }
  const relationships = desk.relationships.current(slotMs);
  const nowMs = desk.clock.now();
  const portfolio = desk.account.portfolio();
  const marks = marksOf(asked.recalls);
  const equity = equityOf(portfolio, marks);
  // float64, as the backtest: the same sum in the same order, so that a limit trips at the same slot.
  const meter = { slotMs, equity: equityNumber(portfolio, marks) };
  const loss = advanceLoss(portfolio.loss, meter, desk.config.limits);
  const mark: JournalEvent = { type: "equity", atMs: nowMs, slotMs, equity, loss };

  const outcome = decideSlot(deciderSettings(desk), {
    slotMs,
    nowMs,
    late: isLate(slotMs, nowMs, desk.config.timeframe),
    haltFile: desk.haltFileExists(),
    candidates: asked.candidates,
    portfolio: { ...portfolio, loss },
    equity,
    marks,
    liquidity: universe.liquidity,
    quoteOffParPct: await quoteOffParPct(desk, nowMs, options),
    relationships,
    leaderHourSigmas: leaderHourSigmasOf(relationships, asked.recalls),
    opinions: desk.opinionModels === null ? NO_OPINIONS : opinionsFor(desk.account.newestSlot(), slotMs),
    alreadyDecided: desk.account.decided(),
  });
  await desk.account.append([mark, ...outcome.events], options);
  const problems: string[] = [];
  for (const order of outcome.orders) {
    const problem = await sendIntent(desk, order, options);
    if (problem !== null) problems.push(problem);
  }
  await recordWork(desk, nowMs, { ...asked, startedMs }, tally, options);
  const holds = outcome.decisions.filter((decision) => decision.action === "hold");
  return reportOf(desk, slotMs, holds, problems);
}

interface Asked {
  readonly recalls: ReadonlyMap<MarketSymbol, Recall>;
  readonly candidates: readonly Candidate[];
  readonly delegated: number;
  /** What was delegated, as it was made. */
  readonly made: readonly Analysis[];
  readonly misses: Readonly<Record<string, number>>;
}

/** The walk's second line: fresh analyses are recalled, the others made from scratch by the same function. */
async function recallOrAnalyse(
  desk: Desk,
  symbols: readonly MarketSymbol[],
  { tally, reads }: { readonly tally: WorkTally; readonly reads: HourReads | null },
  options: DecisionOptions,
): Promise<Asked> {
  const nowMs = desk.clock.now();
  const { timeframe } = desk.config;
  const keys = symbols.map((symbol) => ({ venueId: desk.marketData.venueId, symbol, timeframe }));
  // Orders depend on it: which record counts is read from the store, whatever another process has told the tiers.
  const answers = await desk.khala.recallMany(keys, { nowMs, verify: true }, options);
  const recalls = new Map<MarketSymbol, Recall>(
    symbols.map((s, index) => [s, answers[index] ?? { status: "missing" }]),
  );
  const misses: Record<string, number> = {};
  const wanted: MarketSymbol[] = [];
  for (const [symbol, recall] of recalls) {
    if (recall.status === "fresh") continue;
    const why = recall.status === "missing" ? "missing" : recall.reason;
    misses[why] = (misses[why] ?? 0) + 1;
    if (why !== "no-candle" && options.askedInVain?.has(symbol) !== true) wanted.push(symbol);
  }
  const outcomes = await sweepMarkets(
    { ...analystDeps(desk, tally), ...(reads === null ? {} : { onSeries: reads.hear }) },
    { symbols: wanted, timeframe, nowMs, origin: "test-time" },
    options,
  );
  const delegated = new Set<MarketSymbol>();
  for (const [symbol, outcome] of outcomes) {
    // A market that cannot be read is held, not entered; the sleep cycle has already said why.
    if (outcome.status !== "analysed") continue;
    delegated.add(symbol);
    recalls.set(symbol, { status: "fresh", record: outcome.analysis, ageMs: nowMs - outcome.analysis.asOfMs });
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
  tally.count({ delegations: delegated.size, recordsRead: symbols.length });
  return { recalls, candidates, delegated: delegated.size, made: analysesOf(outcomes), misses };
}

/** The newest known close of every market at hand, stale or not: a mark values, it does not decide. */
function marksOf(recalls: ReadonlyMap<MarketSymbol, Recall>): ReadonlyMap<MarketSymbol, number> {
  const marks = new Map<MarketSymbol, number>();
  for (const [symbol, recall] of recalls) if (recall.status !== "missing") marks.set(symbol, recall.record.price);
  return marks;
}

/** Read from the journal, so that a slot taken up again reports what its interrupted run did. Holds are not journaled. */
function reportOf(desk: Desk, slotMs: UnixMs, holds: readonly Decision[], problems: readonly string[]): TradeReport {
  const events = desk.account.newestSlot();
  const [mark] = events;
  const ofSlot = mark?.type === "equity" && mark.slotMs === slotMs ? events : [];
  const decided = ofSlot.flatMap((event) => (event.type === "decision" ? [event.decision] : []));
  const latest = new Map(ofSlot.flatMap((e) => (e.type === "order" ? [[e.order.clientOrderId, e.order]] : [])));
  const ids = new Set(decided.map((decision) => decision.decisionId));
  return {
    slot: slotMs,
    decisions: [...decided, ...holds].map(({ symbol, action, reason, analysisId, path }) => ({
      symbol,
      action,
      reason,
      analysisId,
      path,
    })),
    refusals: ofSlot.flatMap((event) => {
      if (event.type !== "refusal") return [];
      const { symbol, rule, reason } = event.refusal;
      return [{ symbol, rule, reason }];
    }),
    orders: [...latest.values()]
      .filter((order) => order.parentId === null && ids.has(order.decisionId))
      .map(({ clientOrderId, symbol, side, quantity, status }) => ({ clientOrderId, symbol, side, quantity, status })),
    equity: mark?.type === "equity" ? mark.equity : desk.account.portfolio().cash,
    problems,
    repeated: false,
  };
}

async function recordWork(
  desk: Desk,
  nowMs: UnixMs,
  asked: Asked & { readonly startedMs: number },
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
      durationMs: desk.monotonicMs() - asked.startedMs,
    },
    options,
  );
}

const NO_OPINIONS: ReadonlyMap<MarketSymbol, Opinion> = new Map();
