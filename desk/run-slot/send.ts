// Floor 4. What the journal says is to be sent → the venue → journal, and what the venue's reports mean → journal. Nothing is
// sent that is not in the journal already.
import { InvariantError, isPassing } from "#schemas/errors.ts";
import type { JournalEvent } from "#schemas/journal.ts";
import type { Order, OrderEvent } from "#schemas/order.ts";
import type { Execution, ExecutionReport } from "#schemas/ports/trading.ts";
import { type Answered, andThen, type CallOptions } from "#schemas/ports/work.ts";
import type { UnixMs } from "#schemas/units.ts";
import type { BracketContext } from "#toolkits/execution/bracket-orders.ts";
import { continuedSales } from "#toolkits/execution/continued-sales.ts";
import { eventOf } from "#toolkits/execution/order-rows.ts";
import { type Command, nextCommand, reconcile, type SendingNow } from "#toolkits/execution/reconcile.ts";
import type { OrderDesk } from "./slot-desk.ts";

/** By the file, or by the journal. */
export const isHalted = (desk: OrderDesk): boolean =>
  desk.haltFileExists() || desk.account.portfolio().control === "halted";

export const contextOf = (desk: OrderDesk, nowMs: UnixMs): BracketContext => ({
  markets: desk.markets,
  timeframe: desk.config.timeframe,
  nowMs,
  targets: desk.execution.capabilities.targets ?? "venue",
});

/** The venue tells what happened to the orders sent to it, and nothing more: the rest is for the desk to see to. */
export const keepsUp = ({ execution }: Pick<OrderDesk, "execution">): boolean =>
  execution.capabilities.upkeep === "desk";

/** What reports led to. */
export interface Taken {
  readonly events: readonly JournalEvent[];
  /** Reports that contradict the journal, for people: they are left out, and told again by the venue. */
  readonly problems: readonly string[];
}

/** Journals what reports mean. One that cannot be true of this account holds up no other market's. */
export function takeReports(
  desk: OrderDesk,
  reports: readonly ExecutionReport[],
  options: CallOptions,
): Answered<Taken> {
  // The paper venue tells what is left of an order; of a real one the same fill may be heard from two questions.
  if (keepsUp(desk)) return takeOneByOne(desk, reports, options);
  return andThen(take(desk, reports, options), (events) => ({ events, problems: NO_PROBLEMS }));
}

const NO_PROBLEMS: readonly string[] = [];

async function takeOneByOne(
  desk: OrderDesk,
  reports: readonly ExecutionReport[],
  options: CallOptions,
): Promise<Taken> {
  const events: JournalEvent[] = [];
  const problems: string[] = [];
  for (const report of reports) {
    if (report.type === "fill" && desk.account.hasFill(report.fill.fillId)) continue;
    try {
      events.push(...(await take(desk, [report], options)));
    } catch (error) {
      if (!(error instanceof InvariantError)) throw error;
      problems.push(`the venue's word contradicts the journal: ${error.message}`);
    }
  }
  return { events, problems };
}

function take(
  desk: OrderDesk,
  reports: readonly ExecutionReport[],
  options: CallOptions,
): Answered<readonly JournalEvent[]> {
  const before = desk.account.portfolio();
  const context = contextOf(desk, desk.clock.now());
  const told = reconcile(before, reports, context);
  const events = keepsUp(desk) ? [...told, ...continuedSales(before, told, context)] : told;
  if (events.length === 0) return events;
  return andThen(desk.account.append(events, options), () => events);
}

/** The newest talk with the venue of each account. */
const newest = new WeakMap<OrderDesk["account"], Promise<unknown>>();

/**
 * One talk with a real venue after another, whoever begins it: slot, look between slots, or operator. What was looked at stays
 * true until it is journaled, and what the store may have written before it failed is known. The work begins no other talk.
 */
export function inOrderTurn<T>({ account }: OrderDesk, options: CallOptions, work: () => Promise<T>): Promise<T> {
  const done = (newest.get(account) ?? Promise.resolve()).then(() => account.settle(options)).then(work);
  newest.set(
    account,
    done.catch(() => {}),
  );
  return done;
}

export interface Sent {
  readonly events: readonly JournalEvent[];
  /** What went wrong, for people. */
  readonly problems: readonly string[];
}

/**
 * Sends what is journaled and waits, one order after another; the halt is looked at anew before each, and before each stop that makes
 * way for another order: the two are one act. Where the venue does
 * not answer, it is not known whether it has the order: it is unresolved until the venue was asked (law 6).
 */
export const sendOrders = (desk: OrderDesk, options: CallOptions): Answered<Sent> => {
  if (!hasSomethingToSend(desk)) return NOTHING_SENT;
  return keepsUp(desk) ? inOrderTurn(desk, options, () => send(desk, options)) : send(desk, options);
};

/** The same as a part of a talk that is under way. @param entries false: what protects alone */
export const sendInTurn = (desk: OrderDesk, options: CallOptions, entries: boolean): Answered<Sent> =>
  hasSomethingToSend(desk) ? send(desk, options, entries) : NOTHING_SENT;

/** Whether the journal asks for anything now. */
export const hasSomethingToSend = (desk: OrderDesk): boolean => commandOf(desk, { tried: new Set() }) !== null;

/** What is to be done next; null: nothing. */
const commandOf = (desk: OrderDesk, round: Pick<SendingNow, "tried" | "begun" | "entries">): Command | null =>
  nextCommand(desk.account.portfolio(), {
    ...round,
    nowMs: desk.clock.now(),
    halted: isHalted(desk),
    stopLocks: desk.execution.capabilities.stopLocks ?? false,
    mayMove: (to) => desk.execution.mayMove?.(to) ?? false,
  });

const NOTHING_SENT: Sent = { events: [], problems: [] };

async function send(desk: OrderDesk, options: CallOptions, entries = true): Promise<Sent> {
  const events: JournalEvent[] = [];
  const problems: string[] = [];
  const tried = new Set<string>();
  // A halt between the end of a stop and what it has made way for would leave the position without either.
  const begun = new Set<string>();
  for (;;) {
    const command = commandOf(desk, { tried, begun, entries });
    if (command === null) return { events, problems };
    if (command.do === "journal") {
      await desk.account.append([command.event], options);
      events.push(command.event);
      continue;
    }
    const { order } = command;
    if (command.do === "cancel") {
      tried.add(order.clientOrderId);
      if (command.before !== undefined) begun.add(command.before);
    }
    try {
      const reports = await tell(desk.execution, command, desk.clock.now(), options);
      // The end of the one and the beginning of the other are one row each of one append: between them nothing would be covered.
      const answer =
        command.do === "move"
          ? andThen(take(desk, reports, options), (events): Taken => ({ events, problems: NO_PROBLEMS }))
          : takeReports(desk, reports, options);
      const taken = answer instanceof Promise ? await answer : answer;
      events.push(...taken.events);
      problems.push(...taken.problems, ...(desk.execution.kind === "live" ? refusalsIn(reports, order) : []));
    } catch (error) {
      if (!isPassing(error)) throw error;
      const what = `${order.symbol}: the ${order.role} of ${order.quantity}`;
      problems.push(`${what} was not ${DONE[command.do]}: ${error.message}`);
      if (command.do === "move") tried.add(order.clientOrderId);
      if (command.do === "submit") events.push(...(await doubt(desk, order.clientOrderId, error.message, options)));
    }
    if (command.do === "submit" && isUnanswered(desk, order.clientOrderId))
      events.push(...(await doubt(desk, order.clientOrderId, "no answer", options)));
  }
}

/** A refusal is no failure of the desk, and yet nothing that may pass unsaid. */
const refusalsIn = (reports: readonly ExecutionReport[], { symbol, role, quantity }: Order): readonly string[] =>
  reports.flatMap((report) =>
    report.type === "order" && report.event.type === "rejected"
      ? [`${symbol}: the ${role} of ${quantity} was refused: ${report.event.reason}`]
      : [],
  );

const DONE = { submit: "acknowledged", cancel: "canceled", move: "moved" } as const;

function tell(
  execution: Execution,
  command: Exclude<Command, { do: "journal" }>,
  nowMs: UnixMs,
  options: CallOptions,
): Promise<readonly ExecutionReport[]> {
  switch (command.do) {
    case "submit":
      return execution.submit(command.order, { nowMs }, options);
    case "move":
      return execution.moveStop?.({ from: command.order, to: command.to, nowMs }, options) ?? NOTHING_TOLD;
    case "cancel":
      return execution.cancel(command.order.clientOrderId, { nowMs, reason: command.reason }, options);
  }
}

const NOTHING_TOLD: Promise<readonly ExecutionReport[]> = Promise.resolve([]);

/** It was sent and is still as before: whether the venue has it is not known. */
const isUnanswered = ({ account }: OrderDesk, clientOrderId: string): boolean => {
  const status = account.portfolio().orders.get(clientOrderId)?.status;
  return status === "initialized" || status === "submitted";
};

async function doubt(desk: OrderDesk, clientOrderId: string, reason: string, options: CallOptions) {
  const order = desk.account.portfolio().orders.get(clientOrderId);
  if (order === undefined || !isUnanswered(desk, clientOrderId)) return [];
  const event: OrderEvent = { type: "unresolved", reason };
  const events = [eventOf(order, event, desk.account.rowMs(clientOrderId, desk.clock.now()))];
  await desk.account.append(events, options);
  return events;
}
