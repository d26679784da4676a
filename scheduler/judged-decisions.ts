// Floor 5. A desk's journal → what its gate was asked and said, decision by decision, as far as the journal says it. What a rule judged by
// (freshness, correlations, debates, the halt file) is in no row: so whether other rules would have objected is not known of it.
import type { DeciderSettings } from "#agents/deep-trader-manager/decide.ts";
import type { Desk } from "#desk/desk.ts";
import { deciderSettings } from "#desk/run-slot/situation.ts";
import type { Decision } from "#schemas/decision.ts";
import type { JournalEvent } from "#schemas/journal.ts";
import { type Money, ZERO_MONEY } from "#schemas/money.ts";
import type { Portfolio } from "#schemas/portfolio.ts";
import type { UnixMs } from "#schemas/units.ts";
import { applyEvent, emptyPortfolio } from "#toolkits/portfolio/portfolio.ts";
import type { GateResult } from "#toolkits/risk/gate.ts";
import type { GateInput } from "#toolkits/risk/gate-input.ts";

export interface Judged {
  readonly decision: Decision;
  readonly result: GateResult;
  /** In which it was decided. */
  readonly slotMs: UnixMs;
  readonly atMs: UnixMs;
  readonly portfolio: Portfolio;
  /** Of the slot's mark. */
  readonly equity: Money;
}

/** In the order of the journal. @param sinceMs slots before it are folded, and not given back */
export function judgedDecisions(
  events: readonly JournalEvent[],
  { quote, sinceMs }: { readonly quote: string; readonly sinceMs: number },
): readonly Judged[] {
  const judged: Judged[] = [];
  let portfolio = emptyPortfolio({ quote, cash: ZERO_MONEY });
  let mark: Extract<JournalEvent, { type: "equity" }> | null = null;
  let asked: { readonly decision: Decision; readonly portfolio: Portfolio } | null = null;
  for (const event of events) {
    if (event.type === "equity") mark = event;
    if (event.type === "decision") asked = { decision: event.decision, portfolio };
    const result = asked === null ? null : resultOf(event, asked.decision);
    if (asked !== null && result !== null) {
      // Without a mark before it, it is of no slot: what it would have been sized by is not known.
      if (mark !== null && mark.slotMs >= sinceMs)
        judged.push({ ...asked, result, slotMs: mark.slotMs, atMs: event.atMs, equity: mark.equity });
      asked = null;
    }
    portfolio = applyEvent(portfolio, event);
  }
  return judged;
}

/** Null: the row is no answer to that decision. */
function resultOf(event: JournalEvent, { decisionId }: Decision): GateResult | null {
  if (event.type === "refusal" && event.refusal.decisionId === decisionId)
    return { accepted: false, refusal: event.refusal };
  if (event.type !== "order-list") return null;
  const order = event.orders.find((each) => each.decisionId === decisionId && each.parentId === null);
  return order === undefined ? null : { accepted: true, order };
}

/** With the desk's settings of now, at the moment of the close: as a backtest asks. */
export function askedAgain(
  { decision, portfolio, equity, slotMs }: Judged,
  { settings, analysis }: { readonly settings: DeciderSettings; readonly analysis: GateInput["analysis"] },
): GateInput {
  return {
    decision,
    analysis,
    freshness: "fresh",
    market: settings.markets.get(decision.symbol) ?? null,
    markets: settings.markets,
    portfolio,
    equity,
    marks: new Map(),
    entriesThisSlot: 0,
    limits: settings.limits,
    costs: settings.costs,
    admitted: settings.admitted,
    quote: settings.quote,
    slotMs,
    nowMs: slotMs,
    late: false,
    haltFile: false,
    quoteOffPar: null,
    relationships: null,
    leaderHourSigmas: null,
    debate: null,
    terms: settings.strategies.get(decision.strategyId) ?? null,
  };
}

/** Of the desk, heard by nobody. */
export const settingsOf = (desk: Desk): DeciderSettings => ({ ...deciderSettings(desk), onGated: undefined });
