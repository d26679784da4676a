// Floor 4. Analyses of one slot → debates for the closes that come next, held between slots. The live desk and the backtest choose
// and buy by these same functions; at decision time no model is called.

import { type DebateAnswer, type DebateSubject, holdDebate } from "#agents/debate/hold-debate.ts";
import type { NewFact } from "#agents/deep-trader-manager/talk/fact-source.ts";
import type { ModelChoice } from "#agents/models/select.ts";
import { nearestLevel } from "#schemas/action-levels.ts";
import type { Analysis } from "#schemas/analysis.ts";
import { type Debate, holdsAt } from "#schemas/debate.ts";
import type { Market } from "#schemas/market.ts";
import { type Portfolio, type Position, positionKey } from "#schemas/portfolio.ts";
import type { ActionLevels, MarketView, Reading } from "#schemas/reading.ts";
import { mayEnter } from "#schemas/security.ts";
import { DAY_MS, HOUR_MS, type MarketSymbol, splitSymbol, timeframeMs, type UnixMs, unixMs } from "#schemas/units.ts";
import { type LedgerEntry, ledgerEntry, WorkTally } from "#schemas/work.ts";
import type { CheckRun } from "#toolkits/fact-check/check-run.ts";
import { positionOf } from "#toolkits/portfolio/positions.ts";
import { basesTaken } from "#toolkits/risk/working.ts";
import type { DebateTally } from "../documents/debate-report.ts";
import type { SettledDebate } from "./debate-book.ts";
import { type DebatedStrategy, debateFacts, type Related } from "./debate-facts.ts";

/** Debates of one pass at most; printed with what the pass did. */
export const MAX_DEBATES = 8;

/**
 * So many ATR from its entry trigger a market may be: as far as one candle goes. Measured on 50 simulated and 8 recorded
 * markets (docs/adr/0016): of the entries signalled, 1.5 covers 87 to 98 % with a fifth of the calls that 1 % of the price makes.
 */
const REACH_ATR = 1.5;

/** A held market is asked about so often: its debate moves no order, and the tokens are worth more at the triggers. */
const HELD_EVERY_MS = timeframeMs("4h");

/** True in the slots in which held markets are asked about. */
export const isHeldTurn = (slotMs: UnixMs): boolean => slotMs % HELD_EVERY_MS === 0;

/**
 * How many ATR the next close has to move to enter, up or down, 0 where it enters unless it moves; null: that is not near,
 * in ATR or in percent of the price, or not known.
 */
export function reachOf(
  { price, atr, levels }: { readonly price: number; readonly atr: number | null; readonly levels: ActionLevels },
  nearTriggerPct: number,
): number | null {
  const nearest = nearestLevel(levels, "enter", price);
  if (nearest === null) return null;
  const wayPct = Math.abs(nearest.distancePct);
  if (wayPct > nearTriggerPct) return null;
  const way = (wayPct / 100) * price;
  const reach = way === 0 ? 0 : atr === null || atr === 0 ? Number.POSITIVE_INFINITY : way / atr;
  return reach <= REACH_ATR ? reach : null;
}

/** What a market must be to be worth a model call. */
export interface CandidateRules {
  readonly slotMs: UnixMs;
  readonly nowMs: UnixMs;
  readonly portfolio: Portfolio;
  readonly markets: ReadonlyMap<MarketSymbol, Market>;
  readonly quote: string;
  /** Whose levels are looked at: what one of them holds it does not enter again. */
  readonly strategies: readonly DebatedStrategy[];
  readonly nearTriggerPct: number;
}

/** A strategy and a market. */
export interface DebateCandidate {
  readonly analysis: MarketView;
  /** What the strategy says of it. */
  readonly reading: Reading;
  readonly strategy: DebatedStrategy;
  /** Null: the strategy does not hold the market. */
  readonly position: Position | null;
}

/**
 * Strategies and markets whose next entry is near and allowed, nearest first; behind them, in their turn, what is held.
 * Analyses of another slot, or whose security report is over, are left out, and so is what was debated and still holds: for the next
 * close, at the price now. All of the rest: the caller takes the first few.
 */
export function debateCandidates(
  analyses: readonly MarketView[],
  { slotMs, nowMs, portfolio, markets, quote, strategies, nearTriggerPct }: CandidateRules,
): readonly DebateCandidate[] {
  const near: { readonly candidate: DebateCandidate; readonly reach: number }[] = [];
  const held: DebateCandidate[] = [];
  const current = analyses.filter((view) => view.asOfMs === slotMs && nowMs < view.security.validUntilMs);
  for (const strategy of strategies) {
    const taken = basesTaken(portfolio, strategy.id);
    for (const analysis of current) {
      const reading = readingBy(analysis, strategy);
      if (reading === undefined || stillHolds(portfolio, strategy, analysis)) continue;
      const position = positionOf(portfolio, { strategyId: strategy.id, symbol: analysis.symbol });
      if (position !== undefined && !position.dust) {
        if (isHeldTurn(slotMs)) held.push({ analysis, reading, strategy, position });
        continue;
      }
      const { price, indicators, symbol, security } = analysis;
      const reach = reachOf({ price, atr: indicators.atr, levels: reading.levels }, nearTriggerPct);
      const market = markets.get(symbol);
      const enterable = market?.active === true && market.quote === quote && mayEnter(security.verdict);
      const isFree = !taken.has(splitSymbol(symbol).base);
      if (!enterable || !isFree || reach === null) continue;
      near.push({ candidate: { analysis, reading, strategy, position: null }, reach });
    }
  }
  near.sort((a, b) => a.reach - b.reach || bySymbol(a.candidate, b.candidate));
  held.sort(bySymbol);
  return [...near.map(({ candidate }) => candidate), ...held];
}

/** Debated before, and for the next close as well. */
function stillHolds({ debates }: Portfolio, { id }: DebatedStrategy, { symbol, asOfMs, timeframe, price }: MarketView) {
  const debate = debates.get(positionKey({ strategyId: id, symbol }));
  return debate !== undefined && holdsAt(debate, nextClose(asOfMs, timeframe), price);
}

const nextClose = (asOfMs: UnixMs, timeframe: MarketView["timeframe"]): UnixMs =>
  unixMs(asOfMs + timeframeMs(timeframe));

const readingBy = ({ readings }: MarketView, { id }: DebatedStrategy): Reading | undefined =>
  readings.find(({ strategyId }) => strategyId === id);

/** Of one market in the order of the strategies: the sort is stable. */
function bySymbol({ analysis: a }: DebateCandidate, { analysis: b }: DebateCandidate): number {
  if (a.symbol === b.symbol) return 0;
  return a.symbol < b.symbol ? -1 : 1;
}

/** What a pass may know of a candidate beside its analysis. */
export interface AroundCandidate {
  /** Its newest analysis of the timeframe above; null: it cannot be had. */
  readonly higher: Analysis | null;
  readonly related: Related;
  /** Of closed trades; left out: none. */
  readonly lessons?: readonly NewFact[];
}

export interface DebatePass {
  readonly models: readonly ModelChoice[];
  readonly candidates: readonly DebateCandidate[];
  /** Asked for once of each market that is debated. */
  readonly around: (candidate: DebateCandidate) => Promise<AroundCandidate>;
  /** What came of earlier debates, in order. */
  readonly settled: readonly SettledDebate[];
  /** By which what the models write is checked. */
  readonly checkOf: (symbols: readonly MarketSymbol[]) => CheckRun;
  /** The first close that is to be decided on. */
  readonly forAsOfMs: UnixMs;
  readonly nowMs: UnixMs;
  /** Tokens left to this pass. */
  readonly maxTokens: number;
  /** Of one role. */
  readonly deadlineMs: number;
  /** Until the pass itself must be over, ms; null: time stands still meanwhile. */
  readonly leftMs: () => number | null;
  readonly monotonicMs: () => number;
  /** Awaited before each market: questions go first. */
  readonly beforeStep: () => Promise<void>;
  /** Keeps a debate before the next market is debated. */
  readonly keep: (debate: Debate) => Promise<void>;
  readonly signal: AbortSignal;
}

/** A pass that has less time than this begins no debate, ms. */
const LEAST_DEBATE_MS = 2000;

/**
 * Debates one market after the other. A model that did not answer is not asked again in this pass, so a dead one costs
 * one deadline. Once the tokens do not last for a whole debate none is begun. @throws ModelRunError where a replay misses a call
 */
export async function buyDebates(pass: DebatePass): Promise<{ readonly tally: DebateTally; readonly work: WorkTally }> {
  const { candidates, signal, leftMs } = pass;
  const work = new WorkTally();
  const count = { agree: 0, shrink: 0, veto: 0, rejected: 0, failed: 0, overBudget: 0, left: 0 };
  const down = new Set<string>();
  const asked = candidates.slice(0, MAX_DEBATES);
  count.left = candidates.length - asked.length;
  for (const [index, candidate] of asked.entries()) {
    await pass.beforeStep();
    const deadlineMs = Math.min(2 * pass.deadlineMs, leftMs() ?? Number.POSITIVE_INFINITY);
    if (signal.aborted || deadlineMs < Math.min(LEAST_DEBATE_MS, 2 * pass.deadlineMs)) {
      count.left += asked.length - index;
      break;
    }
    const models = pass.models.filter(({ id }) => !down.has(id));
    const subject = subjectOf(candidate, await pass.around(candidate), pass);
    const check = pass.checkOf(marketsIn(subject));
    const answer = await holdDebate(models, subject, { ...pass, tally: work, deadlineMs, check });
    for (const id of answer.failed) down.add(id);
    if (answer.status === "given") {
      await pass.keep(answer.debate);
      count[answer.debate.verdict] += 1;
    } else count[COUNTED[answer.status]] += 1;
  }
  return { tally: { considered: candidates.length, ...count }, work };
}

function subjectOf(
  candidate: DebateCandidate,
  around: AroundCandidate,
  { forAsOfMs, settled }: DebatePass,
): DebateSubject {
  const { analysis, reading, strategy, position } = candidate;
  const { symbol, timeframe, asOfMs, price } = analysis;
  return {
    symbol,
    timeframe,
    strategyId: strategy.id,
    isHeld: position !== null,
    asOfMs,
    price,
    forAsOfMs,
    facts: debateFacts({ view: analysis, reading, strategy, position, ...around, settled }),
    analysisIds: [analysis.id, ...(around.higher === null ? [] : [around.higher.id])],
  };
}

const marketsIn = ({ symbol, facts }: DebateSubject): readonly MarketSymbol[] => [
  ...new Set([symbol, ...facts.flatMap(({ market }) => market ?? [])]),
];

const COUNTED = {
  rejected: "rejected",
  failed: "failed",
  "over-budget": "overBudget",
  aborted: "left",
} as const satisfies Record<Exclude<DebateAnswer["status"], "given">, keyof DebateTally>;

/** The ledger's row of a pass. */
export const debateEntry = (
  { tally, work }: Awaited<ReturnType<typeof buyDebates>>,
  atMs: UnixMs,
  durationMs: number,
): LedgerEntry =>
  ledgerEntry({
    atMs,
    phase: "sleep",
    job: "debate",
    work: work.total(),
    // A debate is not recalled, so it is in no share of hits.
    ...(tally.overBudget > 0 ? { overBudget: { debate: tally.overBudget } } : {}),
    durationMs,
  });

/**
 * Tokens left to a pass of one kind. The day's are let out by the hour, so that a lively night does not spend the afternoon's: in the
 * first UTC hour a 24th of them, in the second two, less what was spent.
 */
export function tokenAllowance(dayTokens: number, spentToday: number, nowMs: UnixMs): number {
  const hour = Math.floor((nowMs % DAY_MS) / HOUR_MS);
  const letOut = Math.floor((dayTokens * (hour + 1)) / 24);
  return Math.max(0, letOut - spentToday);
}
