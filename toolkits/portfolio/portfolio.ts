// Floor 2, portfolio. Journal events → the portfolio. The portfolio is a fold and nothing else:
// whatever the desk holds can be found again from its journal. Pure; each event copies only the map it changes.
//
// Fees are losses at the moment of their fill, so that at all times
//   cash + Σ quantity × averagePrice = startingCash + allotted + realisedPnl      (to the 30th decimal place of a division)
import type { JournalEvent } from "#schemas/journal.ts";
import { add, type Money, ZERO_MONEY } from "#schemas/money.ts";
import { type Portfolio, positionKey } from "#schemas/portfolio.ts";
import { overrideKey } from "#schemas/security-trust.ts";
import { takeCoinFee } from "./coin-fees.ts";
import { takeCoinsOut } from "./coins-out.ts";
import { withControl } from "./control.ts";
import { Draft } from "./draft.ts";
import { applyFill, putPosition } from "./fills.ts";
import { flowOf, scaledLoss } from "./flows.ts";
import { sweep, takeFill, takeList, takeOrderRow } from "./order-book.ts";
import { withoutExpired, withoutUsed, withPlanRow } from "./plans.ts";
import { positionOf } from "./positions.ts";
import { writeOff } from "./write-off.ts";

export interface StartingCapital {
  /** Settlement currency. */
  readonly quote: string;
  readonly cash: Money;
}

/** The portfolio before the first event. */
export const emptyPortfolio = ({ quote, cash }: StartingCapital): Portfolio => ({
  quote,
  cash,
  startingCash: cash,
  allotted: ZERO_MONEY,
  positions: new Map(),
  orders: new Map(),
  brackets: new Map(),
  lastExitMs: new Map(),
  realisedPnl: ZERO_MONEY,
  feesPaid: ZERO_MONEY,
  dueFees: [],
  loss: null,
  ...UNSAID,
  recentEntries: [],
  plans: new Map(),
  debates: new Map(),
  settledThroughMs: null,
});

/** The operator has said nothing. */
const UNSAID = {
  control: "running",
  paused: new Set<string>(),
  flattening: new Set<string>(),
  haltCancels: false,
  blocked: new Map(),
  overrides: new Map(),
  tightened: new Map(),
  canceling: new Map<string, string>(),
  operatorRows: 0,
  rules: new Map(),
  rulesMade: 0,
} as const;
interface Step {
  readonly before: Portfolio;
  readonly after: Portfolio;
}

/** The newest steps: reconciliation takes them to see what follows, then the account takes the same ones once they are journaled. */
const newest: Step[] = [];
/** Of each its event, apart: they are looked through for every row. */
const newestEvents: JournalEvent[] = [];
let next = 0;
/** More events than one slot of a full desk has. */
const STEPS_KEPT = 64;

/** Rows that reconciliation and decisions see before the account does. Most other rows change nothing, or next to nothing. */
const isSeenBefore = ({ type }: JournalEvent): boolean => type === "order" || type === "fill" || type === "order-list";

/** The portfolio after one event; the same object where the event changes nothing. @throws InvariantError */
export function applyEvent(before: Portfolio, event: JournalEvent): Portfolio {
  if (!isSeenBefore(event)) return applied(before, event);
  const known = newestEvents.indexOf(event);
  const step = newest[known];
  if (step?.before === before) return step.after;
  const after = applied(before, event);
  if (after === before) return after;
  const place = known < 0 ? next : known;
  newestEvents[place] = event;
  newest[place] = { before, after };
  if (known < 0) next = (next + 1) % STEPS_KEPT;
  return after;
}

function applied(portfolio: Portfolio, event: JournalEvent): Portfolio {
  switch (event.type) {
    case "run-started":
      return { ...emptyPortfolio(event), ...wordsOf(portfolio) };
    case "decision":
    case "refusal":
    case "alert":
    case "alert-delivered":
    case "looked":
    case "debate-outcome":
    case "learning":
    case "proposal":
    case "proposal-ended":
    case "price-watch":
    case "account-difference":
    case "paper-beside":
      return portfolio;
    case "order-list":
      return withoutUsed(written(portfolio, event), event.orders);
    case "order":
    case "fill":
    case "dust":
    case "write-off":
    case "coin-fee":
      return written(portfolio, event);
    case "coins-out":
      return { ...written(portfolio, event), operatorRows: portfolio.operatorRows + 1 };
    case "allotment":
      return applyAllotment(portfolio, event);
    case "equity":
      return withoutExpired(
        { ...withoutPastDebates(portfolio, event.slotMs), loss: event.loss, settledThroughMs: event.slotMs },
        event.slotMs,
      );
    case "debate":
      return { ...portfolio, debates: new Map(portfolio.debates).set(positionKey(event.debate), event.debate) };
    case "quarantine":
      // What one of them said wrongly, others may have.
      return event.kind === "debate" && event.state === "begun" ? { ...portfolio, debates: new Map() } : portfolio;
    case "control":
      return withControl({ ...portfolio, operatorRows: portfolio.operatorRows + 1 }, event);
    case "block":
      return applyBlock(portfolio, event);
    case "limit":
      return applyLimit(portfolio, event);
    case "security-override":
      return applyOverride(portfolio, event);
    case "cancel":
      if (!portfolio.orders.has(event.clientOrderId)) return portfolio;
      return { ...portfolio, canceling: new Map(portfolio.canceling).set(event.clientOrderId, event.reason) };
    case "plan":
      return withPlanRow(portfolio, event);
    case "operator-rule":
      return applyRule(portfolio, event);
  }
}

function written(portfolio: Portfolio, event: Parameters<typeof write>[1]): Portfolio {
  const draft = new Draft(portfolio);
  write(draft, event);
  return draft.finished();
}

/** What changes orders, positions or cash. */
function write(
  draft: Draft,
  event: Row<"order-list" | "order" | "fill" | "dust" | "write-off" | "coins-out" | "coin-fee">,
): void {
  switch (event.type) {
    case "order-list":
      takeList(draft, event.orders);
      return;
    case "order":
      takeOrderRow(draft, event);
      return;
    case "fill":
      applyFill(draft, event.fill);
      takeFill(draft, event.fill);
      sweep(draft, event.fill);
      return;
    case "dust": {
      const position = positionOf(draft, event);
      if (position === undefined) return;
      putPosition(draft, { ...position, dust: true });
      sweep(draft, event);
      return;
    }
    case "write-off":
      writeOff(draft, event);
      sweep(draft, event);
      return;
    case "coins-out":
      takeCoinsOut(draft, event);
      sweep(draft, event);
      return;
    case "coin-fee":
      takeCoinFee(draft, event);
      for (const paid of event.from) sweep(draft, paid);
  }
}

/** The slot's own close still counts: it is decided on after this. */
function withoutPastDebates(portfolio: Portfolio, slotMs: number): Portfolio {
  const { debates } = portfolio;
  if (debates.size === 0) return portfolio;
  const left = [...debates].filter(([, { validUntilMs }]) => validUntilMs >= slotMs);
  return left.length === debates.size ? portfolio : { ...portfolio, debates: new Map(left) };
}

/** What was said before the run's first slot holds in it. */
const wordsOf = (said: Portfolio) => ({
  control: said.control,
  paused: said.paused,
  flattening: said.flattening,
  haltCancels: said.haltCancels,
  blocked: said.blocked,
  overrides: said.overrides,
  tightened: said.tightened,
  operatorRows: said.operatorRows,
  rules: said.rules,
  rulesMade: said.rulesMade,
});

type Row<T extends JournalEvent["type"]> = Extract<JournalEvent, { type: T }>;

function applyBlock(portfolio: Portfolio, { what, blocked: isBlocked, by, atMs, reason }: Row<"block">): Portfolio {
  const blocked = new Map(portfolio.blocked);
  if (isBlocked) blocked.set(what, { by, atMs, reason });
  else blocked.delete(what);
  return { ...portfolio, blocked, operatorRows: portfolio.operatorRows + 1 };
}

/** The meter's references move with the money: what was lost today, and since the peak, stays the same share. */
function applyAllotment(portfolio: Portfolio, event: Row<"allotment">): Portfolio {
  return {
    ...portfolio,
    cash: add(portfolio.cash, event.amount),
    allotted: add(portfolio.allotted, event.amount),
    loss: portfolio.loss === null ? null : scaledLoss(portfolio.loss, flowOf(event)),
    operatorRows: portfolio.operatorRows + 1,
  };
}

function applyOverride(portfolio: Portfolio, event: Row<"security-override">): Portfolio {
  const { state, override, by, reason, atMs } = event;
  const overrides = new Map(portfolio.overrides);
  if (state === "set") overrides.set(overrideKey(override), { ...override, by, reason, atMs });
  else overrides.delete(overrideKey(override));
  return { ...portfolio, overrides, operatorRows: portfolio.operatorRows + 1 };
}

function applyLimit(portfolio: Portfolio, { limit, value }: Row<"limit">): Portfolio {
  const tightened = new Map(portfolio.tightened);
  if (value === null) tightened.delete(limit);
  else tightened.set(limit, value);
  return { ...portfolio, tightened, operatorRows: portfolio.operatorRows + 1 };
}

function applyRule(portfolio: Portfolio, { ruleId, state, rule, by, words, atMs }: Row<"operator-rule">): Portfolio {
  const rules = new Map(portfolio.rules);
  if (state === "removed") {
    rules.delete(ruleId);
    return { ...portfolio, rules };
  }
  rules.set(ruleId, { ruleId, rule, by, words, atMs });
  return { ...portfolio, rules, rulesMade: portfolio.rulesMade + 1 };
}
