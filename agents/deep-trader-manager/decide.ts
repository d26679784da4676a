// Floor 3. decide: the fresh analyses of one slot + portfolio → decisions, refusals and order intents. Pure and
// synchronous: the decision cycle wraps it in I/O, the backtest calls it in its loop. No model is in it.

import type { Analysis, StaleReason } from "#schemas/analysis.ts";
import type { Costs, EntryStyle, RiskLimits } from "#schemas/config.ts";
import { type AnalysisPath, type Decision, type DecisionAction, decisionId, type Refusal } from "#schemas/decision.ts";
import type { JournalEvent } from "#schemas/journal.ts";
import type { Market } from "#schemas/market.ts";
import type { MarketPatterns } from "#schemas/market-patterns.ts";
import type { Money } from "#schemas/money.ts";
import type { Opinion } from "#schemas/opinion.ts";
import type { Order } from "#schemas/order.ts";
import type { Portfolio } from "#schemas/portfolio.ts";
import type { Relationships } from "#schemas/relationship.ts";
import type { DeskId, MarketSymbol, RunId, UnixMs } from "#schemas/units.ts";
import { orderListOf } from "#toolkits/execution/bracket-orders.ts";
import { applyEvent } from "#toolkits/portfolio/portfolio.ts";
import { gate } from "#toolkits/risk/gate.ts";

/** One market's analysis as it came to the manager. */
export interface Candidate {
  readonly analysis: Analysis;
  readonly freshness: "fresh" | StaleReason;
  readonly path: AnalysisPath;
}

/** What stays the same for all slots of a run. */
export interface DeciderSettings {
  readonly deskId: DeskId;
  readonly runId: RunId;
  readonly strategyId: string;
  readonly quote: string;
  readonly limits: RiskLimits;
  /** Which markets the configuration lets in. */
  readonly admitted: MarketPatterns;
  readonly costs: Costs;
  readonly markets: ReadonlyMap<MarketSymbol, Market>;
  readonly entryStyle: EntryStyle;
}

export interface SlotSituation {
  readonly slotMs: UnixMs;
  readonly nowMs: UnixMs;
  /** Taken up late: may exit, never enter (DESIGN §11). */
  readonly late: boolean;
  readonly haltFile: boolean;
  readonly candidates: readonly Candidate[];
  readonly portfolio: Portfolio;
  readonly equity: Money;
  /** Newest known close of held and working markets. */
  readonly marks: ReadonlyMap<MarketSymbol, number>;
  /** Larger is more liquid; ranks entries of equal strength. */
  readonly liquidity: ReadonlyMap<MarketSymbol, number>;
  readonly quoteOffParPct: number | null;
  /** Which markets count as one bet; null: not known. */
  readonly relationships: Relationships | null;
  /** The leader's move over the last hour in its daily standard deviations; null: not known. */
  readonly leaderHourSigmas: number | null;
  /** Second opinions bought asleep, by market. */
  readonly opinions: ReadonlyMap<MarketSymbol, Opinion>;
  /** Ids of decisions already journaled: a candle is decided on once, also by a slot that ran into the next one. */
  readonly alreadyDecided: ReadonlySet<string>;
  /** Entries that this slot has sent already: late markets share its places. */
  readonly entriesBefore: number;
}

export interface SlotOutcome {
  /** In the order decided: exits by symbol, entries by rank, then holds. */
  readonly decisions: readonly Decision[];
  readonly refusals: readonly Refusal[];
  readonly orders: readonly Order[];
  /** What goes into the journal, in order. Holds do not. */
  readonly events: readonly JournalEvent[];
}

/** Proposes, ranks and gates. Every entry or exit proposed ends as exactly one order intent or one named refusal. */
export function decideSlot(settings: DeciderSettings, slot: SlotSituation): SlotOutcome {
  const proposals = slot.candidates.map((candidate) => propose(settings, slot, candidate));
  const exits = proposals.filter((p) => p.decision.action === "exit").sort(bySymbol);
  const entries = proposals.filter((p) => p.decision.action === "enter").sort(byRank(slot.liquidity));
  const holds = proposals.filter((p) => p.decision.action === "hold").sort(bySymbol);

  let portfolio = slot.portfolio;
  let entriesThisSlot = slot.entriesBefore;
  const refusals: Refusal[] = [];
  const orders: Order[] = [];
  const events: JournalEvent[] = [];
  const acted: Decision[] = [];
  for (const { decision, candidate } of [...exits, ...entries]) {
    if (slot.alreadyDecided.has(decision.decisionId)) continue;
    acted.push(decision);
    events.push({ type: "decision", atMs: slot.nowMs, decision });
    const result = gate({
      ...settings,
      ...slot,
      portfolio,
      entriesThisSlot,
      decision,
      analysis: candidate.analysis,
      freshness: candidate.freshness,
      opinion: slot.opinions.get(decision.symbol) ?? null,
      market: settings.markets.get(decision.symbol) ?? null,
    });
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

interface Proposal {
  readonly decision: Decision;
  readonly candidate: Candidate;
}

function propose(settings: DeciderSettings, slot: SlotSituation, candidate: Candidate): Proposal {
  const { analysis } = candidate;
  const { action, reason } = proposedAction(slot.portfolio, candidate);
  const decision: Decision = {
    decisionId: decisionId({
      deskId: settings.deskId,
      runId: settings.runId,
      venueId: analysis.venueId,
      strategyId: settings.strategyId,
      symbol: analysis.symbol,
      timeframe: analysis.timeframe,
      asOfMs: analysis.asOfMs,
      action,
    }),
    symbol: analysis.symbol,
    timeframe: analysis.timeframe,
    asOfMs: analysis.asOfMs,
    action,
    strength: analysis.signal.strength,
    reason,
    strategyId: settings.strategyId,
    analysisId: analysis.id,
    price: analysis.price,
    path: candidate.path,
  };
  return { decision, candidate };
}

/** The strategy's signal, read against what is held. A stale analysis proposes nothing: stops rest at the venue. */
function proposedAction(
  portfolio: Portfolio,
  { analysis, freshness }: Candidate,
): { readonly action: DecisionAction; readonly reason: string } {
  if (freshness !== "fresh") return { action: "hold", reason: `analysis is stale: ${freshness}` };
  const position = portfolio.positions.get(analysis.symbol);
  const held = position !== undefined && !position.dust;
  const { signal, security } = analysis;
  if (held && isLeaving(portfolio, analysis.symbol)) return { action: "hold", reason: "its sale is under way" };
  if (held && security.verdict === "block") {
    return { action: "exit", reason: `held token turned to block: ${security.reason}` };
  }
  if (held && signal.action === "exit") return { action: "exit", reason: signal.reasons.join("; ") };
  if (!held && signal.action === "enter") return { action: "enter", reason: signal.reasons.join("; ") };
  return { action: "hold", reason: held ? "held, no exit signal" : "no entry signal" };
}

/** An exit, or a stop that was touched, that a candle's volume could not take whole goes on by itself. */
const isLeaving = ({ orders }: Portfolio, symbol: MarketSymbol): boolean =>
  [...orders.values()].some((order) => order.symbol === symbol && (order.role === "exit" || order.triggered));

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const bySymbol = (a: Proposal, b: Proposal): number => compareText(a.decision.symbol, b.decision.symbol);

/** Strength, then liquidity, then symbol (DESIGN §12). */
const byRank =
  (liquidity: ReadonlyMap<MarketSymbol, number>) =>
  (a: Proposal, b: Proposal): number =>
    b.decision.strength - a.decision.strength ||
    (liquidity.get(b.decision.symbol) ?? 0) - (liquidity.get(a.decision.symbol) ?? 0) ||
    bySymbol(a, b);
