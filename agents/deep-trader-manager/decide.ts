// Floor 3. decide: the fresh analyses of one slot, what each strategy reads in them, and the portfolio → decisions, refusals
// and order intents. Pure and synchronous: the decision cycle wraps it in I/O, the backtest calls it in its loop. No model is
// in it.

import { type Analysis, pendingReason, type StaleReason } from "#schemas/analysis.ts";
import type { Costs, RiskLimits } from "#schemas/config.ts";
import type { Debate } from "#schemas/debate.ts";
import {
  type AnalysisPath,
  CitingDecision,
  type Decision,
  type DecisionAction,
  decisionId,
  type Refusal,
} from "#schemas/decision.ts";
import type { JournalEvent } from "#schemas/journal.ts";
import type { Market } from "#schemas/market.ts";
import type { MarketPatterns } from "#schemas/market-patterns.ts";
import { type Money, toNumber } from "#schemas/money.ts";
import type { Order } from "#schemas/order.ts";
import {
  type Portfolio,
  type Position,
  type PositionKey,
  positionKey,
  type StrategyMarket,
} from "#schemas/portfolio.ts";
import type { Reading } from "#schemas/reading.ts";
import type { GateRelationships } from "#schemas/relationship.ts";
import type { StrategyTerms } from "#schemas/strategy-terms.ts";
import type { DeskId, MarketSymbol, RunId, UnixMs } from "#schemas/units.ts";
import { isLeaving, orderListOf } from "#toolkits/execution/bracket-orders.ts";
import { applyEvent } from "#toolkits/portfolio/portfolio.ts";
import { openPositions, positionOf } from "#toolkits/portfolio/positions.ts";
import { type GateResult, gate } from "#toolkits/risk/gate.ts";
import type { GateInput, QuoteOffPar } from "#toolkits/risk/gate-input.ts";
import { soldByRule } from "#toolkits/risk/operator-rules/judge.ts";

/** One market's analysis as it came to the manager, and what one strategy reads in it. */
export interface Candidate {
  readonly analysis: Analysis;
  readonly reading: Pick<Reading, "strategyId" | "symbol" | "signal">;
  /** Of both. */
  readonly freshness: "fresh" | StaleReason;
  readonly path: AnalysisPath;
}

/** What stays the same for all slots of a run. */
export interface DeciderSettings {
  readonly deskId: DeskId;
  readonly runId: RunId;
  /** By id: those that may enter. */
  readonly strategies: ReadonlyMap<string, StrategyTerms>;
  readonly quote: string;
  readonly limits: RiskLimits;
  /** Which markets the configuration lets in. */
  readonly admitted: MarketPatterns;
  readonly costs: Costs;
  readonly markets: ReadonlyMap<MarketSymbol, Market>;
  /** Hears what the gate was asked and said, of each decision; what it keeps of the question it copies. Left out: nobody listens. */
  readonly onGated?: OnGated | undefined;
}

export type OnGated = (asked: GateInput, result: GateResult) => void;

export interface SlotSituation {
  readonly slotMs: UnixMs;
  readonly nowMs: UnixMs;
  /** Taken up late: may exit, never enter (DESIGN §11). */
  readonly late: boolean;
  readonly haltFile: boolean;
  /** Something is held and cannot be followed (alert `blind`); left out: no. */
  readonly blind?: boolean;
  /** Why the venue's account bars entries; null, or left out: it does not. */
  readonly accountBar?: string | null;
  readonly candidates: readonly Candidate[];
  /** Analyses of held markets that no strategy has read. */
  readonly unread: readonly Omit<Candidate, "reading">[];
  readonly portfolio: Portfolio;
  readonly equity: Money;
  /** See GateInput. */
  readonly equityNumber?: number;
  /** Newest known close of held and working markets. */
  readonly marks: ReadonlyMap<MarketSymbol, number>;
  /** Larger is more liquid; ranks entries of equal strength. */
  readonly liquidity: ReadonlyMap<MarketSymbol, number>;
  readonly quoteOffPar: QuoteOffPar;
  /** Which markets count as one bet; null: not known. */
  readonly relationships: GateRelationships | null;
  /** The leader's move over the last hour in its daily standard deviations; null: not known. */
  readonly leaderHourSigmas: number | null;
  /** What an entry by a plan trades on instead of its strategy's terms; left out: no plan closes. */
  readonly planned?: ReadonlyMap<PositionKey, StrategyTerms>;
  /** Bought asleep, by strategy and market; the gate looks whether each holds for its decision. */
  readonly debates: ReadonlyMap<PositionKey, Debate>;
  /** Decisions already journaled: a candle is decided on once, also by a slot that ran into the next one. */
  readonly alreadyDecided: { hasDecision(decision: Decision): boolean };
  /** Entries that this slot has sent already: late markets share its places. */
  readonly entriesBefore: number;
}

export interface SlotOutcome {
  /** In the order decided: exits by symbol and strategy, entries by rank, then holds. */
  readonly decisions: readonly Decision[];
  readonly refusals: readonly Refusal[];
  readonly orders: readonly Order[];
  /** What goes into the journal, in order. Holds do not. */
  readonly events: readonly JournalEvent[];
}

/** Proposes, ranks and gates. Every entry or exit proposed ends as exactly one order intent or one named refusal. */
export function decideSlot(settings: DeciderSettings, slot: SlotSituation): SlotOutcome {
  const proposed: Readonly<Record<DecisionAction, Proposal[]>> = { exit: [], enter: [], hold: [] };
  for (const candidate of slot.candidates) put(proposed, propose(settings, slot, candidate));
  for (const sold of soldWithoutReading(settings, slot)) put(proposed, sold);
  const exits = proposed.exit.sort(byMarket);
  const entries = proposed.enter.sort(byRank(slot.liquidity));
  const holds = proposed.hold.sort(byMarket);

  let portfolio = slot.portfolio;
  let entriesThisSlot = slot.entriesBefore;
  const refusals: Refusal[] = [];
  const orders: Order[] = [];
  const events: JournalEvent[] = [];
  const acted: Decision[] = [];
  for (const proposal of [...exits, ...entries]) {
    const { decision } = proposal;
    if (slot.alreadyDecided.hasDecision(decision)) continue;
    acted.push(decision);
    events.push({ type: "decision", atMs: slot.nowMs, decision });
    const asked = new Asked(settings, slot, proposal, portfolio, entriesThisSlot);
    const result = gate(asked);
    settings.onGated?.(asked, result);
    if (!result.accepted) {
      refusals.push(result.refusal);
      events.push({ type: "refusal", atMs: slot.nowMs, refusal: result.refusal });
      continue;
    }
    const intent: JournalEvent = { type: "order-list", atMs: slot.nowMs, orders: [...orderListOf(result.order)] };
    orders.push(result.order);
    events.push(intent);
    // The next one sees this one's cash, exposure and slot as taken.
    portfolio = applyEvent(portfolio, intent);
    if (decision.action === "enter") entriesThisSlot += 1;
  }
  return { decisions: [...acted, ...holds.map((p) => p.decision)], refusals, orders, events };
}

/**
 * The gate once more, on a decision that is journaled already, as things stand now.
 * @param entriesThisSlot sent in the slot of the decision so far
 */
export const gateAgain = (
  settings: DeciderSettings,
  slot: SlotSituation,
  decided: Pick<Candidate, "analysis" | "freshness"> & { readonly decision: Decision },
  entriesThisSlot: number,
): GateResult => gate(new Asked(settings, slot, decided, slot.portfolio, entriesThisSlot));

/** A proposal as the gate is asked about it. What all of a slot share is read where it stands: copies were dearer than the rules. */
class Asked implements GateInput {
  readonly portfolio: Portfolio;
  readonly entriesThisSlot: number;
  readonly #settings: DeciderSettings;
  readonly #slot: SlotSituation;
  readonly #proposal: Proposal;

  constructor(
    settings: DeciderSettings,
    slot: SlotSituation,
    proposal: Proposal,
    portfolio: Portfolio,
    entriesThisSlot: number,
  ) {
    this.portfolio = portfolio;
    this.entriesThisSlot = entriesThisSlot;
    this.#settings = settings;
    this.#slot = slot;
    this.#proposal = proposal;
  }

  get decision() {
    return this.#proposal.decision;
  }
  get analysis() {
    return this.#proposal.analysis;
  }
  get freshness() {
    return this.#proposal.freshness;
  }
  get market() {
    return this.#settings.markets.get(this.#proposal.decision.symbol) ?? null;
  }
  get markets() {
    return this.#settings.markets;
  }
  get equity() {
    return this.#slot.equity;
  }
  get equityNumber() {
    return this.#slot.equityNumber ?? toNumber(this.#slot.equity);
  }
  get marks() {
    return this.#slot.marks;
  }
  get limits() {
    return this.#settings.limits;
  }
  get costs() {
    return this.#settings.costs;
  }
  get admitted() {
    return this.#settings.admitted;
  }
  get quote() {
    return this.#settings.quote;
  }
  get slotMs() {
    return this.#slot.slotMs;
  }
  get nowMs() {
    return this.#slot.nowMs;
  }
  get late() {
    return this.#slot.late;
  }
  get haltFile() {
    return this.#slot.haltFile;
  }
  get blind() {
    return this.#slot.blind === true;
  }
  get accountBar() {
    return this.#slot.accountBar ?? null;
  }
  get quoteOffPar() {
    return this.#slot.quoteOffPar;
  }
  get relationships() {
    return this.#slot.relationships;
  }
  get leaderHourSigmas() {
    return this.#slot.leaderHourSigmas;
  }
  get debate() {
    return this.#slot.debates.get(positionKey(this.#proposal.decision)) ?? null;
  }
  get terms() {
    const { decision } = this.#proposal;
    const planned = this.#slot.planned?.get(positionKey(decision));
    return planned ?? this.#settings.strategies.get(decision.strategyId) ?? null;
  }
}

const put = (proposed: Readonly<Record<DecisionAction, Proposal[]>>, proposal: Proposal): void =>
  void proposed[proposal.decision.action].push(proposal);

interface Proposal extends Pick<Candidate, "analysis" | "freshness"> {
  readonly decision: Decision;
}

type Verdict = Pick<Decision, "action" | "reason" | "strength" | "tag">;

function propose(settings: DeciderSettings, slot: SlotSituation, candidate: Candidate): Proposal {
  const { strategyId } = candidate.reading;
  return proposal(settings, candidate, { strategyId, ...proposedAction(settings, slot, candidate) });
}

/**
 * A token that turned, or that a rule of the operator's wants sold, is sold by every strategy that holds it, whether or not it
 * has read the market in this slot.
 */
function soldWithoutReading(
  settings: DeciderSettings,
  { candidates, unread, portfolio, slotMs }: SlotSituation,
): Proposal[] {
  const isBlocked = ({ analysis }: Pick<Candidate, "analysis">): boolean => analysis.security.verdict === "block";
  const turned = candidates.some(isBlocked) || unread.some(isBlocked);
  if (!turned && portfolio.rules.size === 0) return [];
  const sold = (position: Position): Proposal[] => {
    const ofMarket = candidates.filter(({ analysis }) => analysis.symbol === position.symbol);
    if (ofMarket.some(({ reading }) => reading.strategyId === position.strategyId)) return [];
    const seen = ofMarket[0] ?? unread.find(({ analysis }) => analysis.symbol === position.symbol);
    if (seen === undefined || seen.freshness !== "fresh" || pendingReason(seen.analysis) !== null) return [];
    if (isLeaving(portfolio, position, settings.markets.get(position.symbol))) return [];
    const verdict = soldByDesk(seen.analysis, position, { portfolio, slotMs });
    return verdict === null ? [] : [proposal(settings, seen, { strategyId: position.strategyId, ...verdict })];
  };
  return openPositions(portfolio).flatMap(sold);
}

function proposal(
  settings: DeciderSettings,
  { analysis, freshness, path }: Pick<Candidate, "analysis" | "freshness" | "path">,
  decided: Verdict & Pick<Decision, "strategyId">,
): Proposal {
  const { deskId, runId } = settings;
  const { venueId, symbol, timeframe, asOfMs, price } = analysis;
  const { strategyId, action, strength, reason, tag } = decided;
  const id = () => decisionId({ action, asOfMs, deskId, runId, strategyId, symbol, timeframe, venueId });
  const plain = { symbol, timeframe, asOfMs, action, strength, reason, strategyId, price, path };
  const said = tag === undefined ? plain : { ...plain, tag };
  return { decision: new CitingDecision(said, analysis, id), analysis, freshness };
}

/** The strategy's signal, read against what it holds. A stale analysis proposes nothing: stops rest at the venue. */
function proposedAction(
  { strategies, markets }: DeciderSettings,
  { portfolio, slotMs }: SlotSituation,
  { analysis, reading, freshness }: Candidate,
): Verdict {
  const { action, strength, reasons, tag } = reading.signal;
  const act = (): Verdict => {
    const plain = { action, strength, reason: reasons.join("; ") };
    return tag === undefined ? plain : { ...plain, tag };
  };
  const hold = (reason: string): Verdict => ({ action: "hold", strength, reason });
  if (freshness !== "fresh") return hold(`analysis is stale: ${freshness}`);
  // Not even a way out: there is no price to leave at (law 7). Stops rest at the venue.
  const pending = pendingReason(analysis);
  if (pending !== null) return hold(pending);
  const position = positionOf(portfolio, reading);
  const held = position !== undefined && !position.dust;
  if (held && isLeaving(portfolio, position, markets.get(position.symbol))) return hold("its sale is under way");
  const sold = held ? soldByDesk(analysis, reading, { portfolio, slotMs }) : null;
  if (sold !== null) return sold;
  if (held && action === "exit") return act();
  if (!held && action === "enter") {
    if (strategies.has(reading.strategyId)) return act();
    return hold(`strategy ${reading.strategyId} is not configured`);
  }
  return hold(held ? "held, no exit signal" : "no entry signal");
}

/** The desk's own word, whatever the strategy says: of no strength of a signal. Null: it has none. */
function soldByDesk(
  { security, timeframe }: Analysis,
  of: StrategyMarket,
  { portfolio, slotMs }: Pick<SlotSituation, "portfolio" | "slotMs">,
): Verdict | null {
  const reason =
    security.verdict === "block"
      ? `held token turned to block: ${security.reason}`
      : soldByRule(portfolio, of, { slotMs, timeframe });
  return reason === null ? null : { action: "exit", strength: 0, reason };
}

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const byMarket = (a: Proposal, b: Proposal): number =>
  compareText(a.decision.symbol, b.decision.symbol) || compareText(a.decision.strategyId, b.decision.strategyId);

/** Strength, then liquidity, then symbol (DESIGN §12), then strategy. */
const byRank =
  (liquidity: ReadonlyMap<MarketSymbol, number>) =>
  (a: Proposal, b: Proposal): number =>
    b.decision.strength - a.decision.strength ||
    (liquidity.get(b.decision.symbol) ?? 0) - (liquidity.get(a.decision.symbol) ?? 0) ||
    byMarket(a, b);
