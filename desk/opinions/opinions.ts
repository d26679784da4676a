// Floor 4. Analyses of one slot → second opinions for the next close, bought between slots. The live desk and the
// backtest choose and ask by these same functions; at decision time no model is called.

import type { ModelChoice } from "#agents/models/select.ts";
import { askOpinion, type OpinionAnswer } from "#agents/second-opinion/ask-opinion.ts";
import type { OpinionStrategy, OpinionSubject } from "#agents/second-opinion/facts.ts";
import { nearestLevel } from "#schemas/action-levels.ts";
import type { JournalEvent } from "#schemas/journal.ts";
import type { Market } from "#schemas/market.ts";
import type { Opinion } from "#schemas/opinion.ts";
import { type Portfolio, type PositionKey, positionKey } from "#schemas/portfolio.ts";
import type { ActionLevels, MarketView, Reading } from "#schemas/reading.ts";
import { mayEnter } from "#schemas/security.ts";
import { DAY_MS, HOUR_MS, type MarketSymbol, splitSymbol, timeframeMs, type UnixMs } from "#schemas/units.ts";
import { type LedgerEntry, ledgerEntry, WorkTally } from "#schemas/work.ts";
import { positionOf } from "#toolkits/portfolio/positions.ts";
import { basesTaken } from "#toolkits/risk/working.ts";
import type { OpinionTally } from "../documents/opinion-report.ts";

/** Opinions of one pass at most; printed with what the pass did. */
export const MAX_OPINIONS = 8;

/**
 * So many ATR from its entry trigger a market may be: as far as one candle goes. Measured on 50 simulated and 8 recorded
 * markets (docs/adr/0016): of the entries signalled, 1.5 covers 87 to 98 % with a fifth of the calls that 1 % of the price makes.
 */
const REACH_ATR = 1.5;

/** A held market is asked about so often: its opinion moves no order, and the tokens are worth more at the triggers. */
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
  readonly strategies: readonly OpinionStrategy[];
  readonly nearTriggerPct: number;
}

/** A strategy and a market. */
export type OpinionCandidate = Omit<OpinionSubject, "forAsOfMs"> & { readonly analysis: MarketView };

/**
 * Strategies and markets whose next entry is near and allowed, nearest first; behind them, in their turn, what is held.
 * Analyses of another slot, or whose security report is over, are left out. All of them: the caller takes the
 * first few.
 */
export function opinionCandidates(
  analyses: readonly MarketView[],
  { slotMs, nowMs, portfolio, markets, quote, strategies, nearTriggerPct }: CandidateRules,
): readonly OpinionCandidate[] {
  const near: { readonly candidate: OpinionCandidate; readonly reach: number }[] = [];
  const held: OpinionCandidate[] = [];
  const current = analyses.filter((view) => view.asOfMs === slotMs && nowMs < view.security.validUntilMs);
  for (const strategy of strategies) {
    const taken = basesTaken(portfolio, strategy.id);
    for (const analysis of current) {
      const reading = readingBy(analysis, strategy);
      if (reading === undefined) continue;
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

const readingBy = ({ readings }: MarketView, { id }: OpinionStrategy): Reading | undefined =>
  readings.find(({ strategyId }) => strategyId === id);

/** Of one market in the order of the strategies: the sort is stable. */
function bySymbol({ analysis: a }: OpinionCandidate, { analysis: b }: OpinionCandidate): number {
  if (a.symbol === b.symbol) return 0;
  return a.symbol < b.symbol ? -1 : 1;
}

/** The opinions that count at the close `asOfMs`, by strategy and market. */
export function opinionsFor(events: readonly JournalEvent[], asOfMs: UnixMs): ReadonlyMap<PositionKey, Opinion> {
  const opinions = new Map<PositionKey, Opinion>();
  for (const event of events) {
    if (event.type !== "opinion" || event.opinion.forAsOfMs !== asOfMs) continue;
    opinions.set(positionKey(event.opinion), event.opinion);
  }
  return opinions;
}

export interface OpinionPass {
  readonly models: readonly ModelChoice[];
  readonly candidates: readonly OpinionCandidate[];
  /** The close that is to be decided on. */
  readonly forAsOfMs: UnixMs;
  readonly nowMs: UnixMs;
  /** Tokens left to this pass: the smaller of the pass's own and what is left of the day's. */
  readonly maxTokens: number;
  readonly deadlineMs: number;
  /** Until the pass itself must be over, ms; null: time stands still meanwhile. */
  readonly leftMs: () => number | null;
  readonly monotonicMs: () => number;
  /** Awaited before each market: questions go first. */
  readonly beforeStep: () => Promise<void>;
  /** Keeps an opinion before the next market is asked about. */
  readonly keep: (opinion: Opinion) => Promise<void>;
  readonly signal: AbortSignal;
}

/** A pass that has less time than this asks no more, ms. */
const LEAST_CALL_MS = 1000;

/**
 * Asks about one market after the other. A model that did not answer is not asked again in this pass, so a dead one costs
 * one deadline. @throws ModelRunError where a replay misses a call
 */
export async function buyOpinions(
  pass: OpinionPass,
): Promise<{ readonly tally: OpinionTally; readonly work: WorkTally }> {
  const { candidates, forAsOfMs, signal, leftMs } = pass;
  const work = new WorkTally();
  const count = { agree: 0, shrink: 0, veto: 0, rejected: 0, failed: 0, overBudget: 0, left: 0 };
  const down = new Set<string>();
  const asked = candidates.slice(0, MAX_OPINIONS);
  count.left = candidates.length - asked.length;
  for (const [index, candidate] of asked.entries()) {
    await pass.beforeStep();
    const patienceMs = Math.min(pass.deadlineMs, leftMs() ?? pass.deadlineMs);
    if (signal.aborted || patienceMs < Math.min(LEAST_CALL_MS, pass.deadlineMs)) {
      count.left += asked.length - index;
      break;
    }
    const models = pass.models.filter(({ id }) => !down.has(id));
    const answer = await askOpinion(
      models,
      { ...candidate, forAsOfMs },
      { ...pass, tally: work, deadlineMs: patienceMs },
    );
    for (const id of answer.failed) down.add(id);
    if (answer.status === "given") {
      await pass.keep(answer.opinion);
      count[answer.opinion.verdict] += 1;
    } else count[COUNTED[answer.status]] += 1;
  }
  return { tally: { considered: candidates.length, ...count }, work };
}

const COUNTED = {
  rejected: "rejected",
  failed: "failed",
  "over-budget": "overBudget",
  aborted: "left",
} as const satisfies Record<Exclude<OpinionAnswer["status"], "given">, keyof OpinionTally>;

/** The ledger's row of a pass. */
export const opinionEntry = (
  { tally, work }: Awaited<ReturnType<typeof buyOpinions>>,
  atMs: UnixMs,
  durationMs: number,
): LedgerEntry =>
  ledgerEntry({
    atMs,
    phase: "sleep",
    job: "debate",
    work: work.total(),
    // An opinion is not recalled, so it is in no share of hits.
    ...(tally.overBudget > 0 ? { overBudget: { opinion: tally.overBudget } } : {}),
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
