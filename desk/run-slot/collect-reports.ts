// Floor 4. First step of a slot: what the venue did with our orders since it was last asked → journal, and what follows from
// it → venue: an entry's children, a raised stop, the next take-profit.
import { isPassing } from "#schemas/errors.ts";
import type { JournalEvent } from "#schemas/journal.ts";
import { isWorking, type Order, type OrderEvent } from "#schemas/order.ts";
import type { Portfolio } from "#schemas/portfolio.ts";
import type { Answered, CallOptions } from "#schemas/ports/work.ts";
import type { UnixMs } from "#schemas/units.ts";
import { dueChildren, hasTimedBracket } from "#toolkits/execution/bracket-orders.ts";
import { eventOf } from "#toolkits/execution/order-rows.ts";
import { isReady } from "#toolkits/execution/reconcile.ts";
import { type CoverDesk, coverPositions } from "./cover.ts";
import { contextOf, hasSomethingToSend, inOrderTurn, isHalted, keepsUp, sendInTurn, takeReports } from "./send.ts";
import { settleFees } from "./settle-fees.ts";
import type { OrderDesk } from "./slot-desk.ts";
import { trailStops } from "./trail.ts";

export interface CollectedReports {
  /** In the order journaled. */
  readonly events: readonly JournalEvent[];
  /** What could not be read or asked now and is taken up in the next slot, for people. */
  readonly problems: readonly string[];
}

/** Journals what the venue did, and answers it until nothing new comes. A venue that is silent delays this, and ends nothing. */
export function collectReports(desk: CoverDesk, nowMs: UnixMs, options: CallOptions): Answered<CollectedReports> {
  if (keepsUp(desk)) return inOrderTurn(desk, options, () => collect(desk, nowMs, options));
  return hasNothingToTell(desk) || isQuiet(desk, nowMs) ? NOTHING_COLLECTED : collect(desk, nowMs, options);
}

/** Nothing is left to do from before, the clock changes nothing, and the venue knows at once that nothing has happened. */
function isQuiet(desk: OrderDesk, nowMs: UnixMs): boolean {
  const { account, execution, venueReports } = desk;
  if (execution.isQuiet === undefined || venueReports.unread.length > 0 || hasSomethingToSend(desk)) return false;
  return isCalm(account.portfolio()) && execution.isQuiet(venueReports.since, { nowMs });
}

/** No bracket hangs on the clock, and no order is in doubt: the same for as long as the orders and brackets are the same. */
function isCalm(portfolio: Portfolio): boolean {
  const { orders, brackets } = portfolio;
  if (calm?.orders === orders && calm.brackets === brackets) return true;
  if (hasTimedBracket(portfolio) || ordersInDoubt(portfolio).length > 0) return false;
  calm = { orders, brackets };
  return true;
}

/** The newest ones that were. */
let calm: Pick<Portfolio, "orders" | "brackets"> | null = null;

/** A paper venue has the orders of the journal and no others: where there are none, nothing has happened to any. */
const hasNothingToTell = ({ account, execution, venueReports }: OrderDesk): boolean =>
  execution.kind === "paper" && account.portfolio().orders.size === 0 && venueReports.unread.length === 0;

const NOTHING_COLLECTED: CollectedReports = { events: [], problems: [] };

async function collect(desk: CoverDesk, nowMs: UnixMs, options: CallOptions): Promise<CollectedReports> {
  const events: JournalEvent[] = [];
  const problems: string[] = [];
  for (const order of ordersInDoubt(desk.account.portfolio())) {
    if (order.status !== "unresolved" && isUnsent(desk, order)) continue;
    const { event, problem } = await resolve(desk, order, nowMs, options);
    if (problem !== null) problems.push(problem);
    if (event !== null) events.push(event);
  }
  // At a venue what is held is covered before anything is bought.
  const coversFirst = keepsUp(desk);
  const send = async (entries = !coversFirst): Promise<void> => {
    const answer = sendInTurn(desk, options, entries);
    const sent = answer instanceof Promise ? await answer : answer;
    events.push(...sent.events);
    problems.push(...sent.problems);
  };
  await send();
  const unread: string[] = [];
  try {
    for (let more = true; more; ) {
      const answer = await desk.execution.reports(desk.venueReports.since, { nowMs }, options);
      const told = takeReports(desk, answer.reports, options);
      const taken = told instanceof Promise ? await told : told;
      events.push(...taken.events);
      problems.push(...taken.problems);
      desk.venueReports.since = answer.cursor;
      for (const { symbol, error } of answer.unread) {
        unread.push(`${symbol} was not matched: ${error instanceof Error ? error.message : String(error)}`);
      }
      // Without news there is nothing to answer but what failed before.
      if (taken.events.length > 0 || problems.length > 0) await send();
      ({ more } = answer);
    }
  } catch (error) {
    if (!isPassing(error)) throw error;
    problems.push(`orders were not matched: ${error.message}`);
  }
  desk.venueReports.unread = unread;
  problems.push(...unread);
  const due = dueChildren(desk.account.portfolio(), contextOf(desk, nowMs));
  if (due.length > 0) {
    await desk.account.append(due, options);
    events.push(...due);
    await send();
  }
  if (desk.execution.kind === "live") events.push(...(await settleFees(desk, options)));
  const trailed = keepsUp(desk) ? await trailStops(desk, options) : NOTHING_COLLECTED;
  events.push(...trailed.events);
  problems.push(...trailed.problems);
  const covered = await coverPositions(desk, options);
  events.push(...covered.events);
  problems.push(...covered.problems);
  if (coversFirst) await send(true);
  return { events, problems };
}

/** Journaled, and perhaps sent by a process that did not live to hear the answer. */
function ordersInDoubt({ orders }: Portfolio): readonly Order[] {
  const inDoubt: Order[] = [];
  for (const order of orders.values()) {
    const { status } = order;
    if (status === "unresolved" || status === "submitted" || (status === "initialized" && isReady(order)))
      inDoubt.push(order);
  }
  return inDoubt;
}

/**
 * The venue is asked first (law 6). What it has never seen is sent once more under the same id, unless it is an entry whose
 * time is over; what it has goes on by its reports.
 */
async function resolve(desk: OrderDesk, order: Order, nowMs: UnixMs, options: CallOptions) {
  const journal = async (event: OrderEvent): Promise<JournalEvent> => {
    const known = desk.account.portfolio().orders.get(order.clientOrderId) ?? order;
    const row = eventOf(known, event, desk.account.rowMs(order.clientOrderId, nowMs));
    await desk.account.append([row], options);
    return row;
  };
  if (order.status !== "unresolved") await journal({ type: "unresolved", reason: "no answer was journaled" });
  let known: Order | null;
  try {
    known = await desk.execution.order(order.clientOrderId, options);
  } catch (error) {
    if (!isPassing(error)) throw error;
    const problem = `${order.symbol}: whether the ${order.role} of ${order.quantity} was taken is not known yet: ${error.message}`;
    return { event: null, problem };
  }
  if (known !== null) {
    const { status, statusReason: reason, venueOrderId } = known;
    // Its fills, and an end after them, come with the reports.
    const ended = !isWorking(known) && known.filledQuantity === order.filledQuantity;
    if (ended) return { event: await journal(endOf(status, reason)), problem: null };
    return { event: await journal({ type: "accepted", venueOrderId }), problem: null };
  }
  if (order.expiresAtMs !== null && nowMs >= order.expiresAtMs) {
    return { event: await journal({ type: "expired", reason: "not sent in time" }), problem: null };
  }
  if (isHalted(desk) && order.parentId === null) {
    return { event: await journal({ type: "canceled", reason: "halted before it was sent" }), problem: null };
  }
  // Halted, it is sent once the desk may send: that the venue has none is known by then.
  if (isHalted(desk) && !isUnsent(desk, order)) return { event: null, problem: null };
  return { event: await journal({ type: "submitted" }), problem: null };
}

const isUnsent = ({ execution }: OrderDesk, { clientOrderId }: Order): boolean =>
  execution.isUnsent?.(clientOrderId) === true;

const endOf = (status: Order["status"], reason: string): OrderEvent =>
  status === "rejected" || status === "expired" ? { type: status, reason } : { type: "canceled", reason };
