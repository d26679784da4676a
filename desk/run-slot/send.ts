// Floor 4. What the journal says is to be sent → the venue → journal, and what the venue's reports mean → journal. Nothing is
// sent that is not in the journal already.
import { isPassing } from "#schemas/errors.ts";
import type { JournalEvent } from "#schemas/journal.ts";
import type { OrderEvent } from "#schemas/order.ts";
import type { Execution, ExecutionReport } from "#schemas/ports/trading.ts";
import type { Answered, CallOptions } from "#schemas/ports/work.ts";
import type { UnixMs } from "#schemas/units.ts";
import type { BracketContext } from "#toolkits/execution/bracket-orders.ts";
import { continuedSales } from "#toolkits/execution/continued-sales.ts";
import { eventOf } from "#toolkits/execution/order-rows.ts";
import { type Command, nextCommand, reconcile } from "#toolkits/execution/reconcile.ts";
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

/** Journals what reports mean. Returns what was journaled. */
export async function takeReports(
  desk: OrderDesk,
  reports: readonly ExecutionReport[],
  options: CallOptions,
): Promise<readonly JournalEvent[]> {
  // The paper venue tells what is left of an order; of a real one the same fill may be heard from two questions at once.
  if (desk.execution.kind === "paper") return take(desk, reports, options);
  return inOrder(desk.account, async () => {
    const before = desk.account.portfolio();
    const events = await take(desk, unheard(desk, reports), options);
    const more = continuedSales(before, events, contextOf(desk, desk.clock.now()));
    if (more.length > 0) await desk.account.append(more, options);
    return [...events, ...more];
  });
}

async function take(
  desk: OrderDesk,
  reports: readonly ExecutionReport[],
  options: CallOptions,
): Promise<readonly JournalEvent[]> {
  const events = reconcile(desk.account.portfolio(), reports, contextOf(desk, desk.clock.now()));
  if (events.length > 0) await desk.account.append(events, options);
  return events;
}

const unheard = ({ account }: OrderDesk, reports: readonly ExecutionReport[]): readonly ExecutionReport[] =>
  reports.filter((report) => report.type !== "fill" || !account.hasFill(report.fill.fillId));

/** The newest reading of reports of each account. */
const newest = new WeakMap<OrderDesk["account"], Promise<unknown>>();

/** What is looked at stays true until it is journaled. */
function inOrder<T>(account: OrderDesk["account"], work: () => Promise<T>): Promise<T> {
  const done = (newest.get(account) ?? Promise.resolve()).then(work);
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
 * Sends what is journaled and waits, one order after another; the halt is looked at anew before each. Where the venue does
 * not answer, it is not known whether it has the order: it is unresolved until the venue was asked (law 6).
 */
export const sendOrders = (desk: OrderDesk, options: CallOptions): Answered<Sent> =>
  hasSomethingToSend(desk) ? send(desk, options) : NOTHING_SENT;

/** Whether the journal asks for anything now. */
export const hasSomethingToSend = (desk: OrderDesk): boolean => commandOf(desk, NONE_TRIED) !== null;

/** What is to be done next; null: nothing. */
const commandOf = (desk: OrderDesk, tried: ReadonlySet<string>): Command | null =>
  nextCommand(desk.account.portfolio(), {
    nowMs: desk.clock.now(),
    halted: isHalted(desk),
    tried,
    stopLocks: desk.execution.capabilities.stopLocks ?? false,
  });

const NONE_TRIED: ReadonlySet<string> = new Set();
const NOTHING_SENT: Sent = { events: [], problems: [] };

async function send(desk: OrderDesk, options: CallOptions): Promise<Sent> {
  const events: JournalEvent[] = [];
  const problems: string[] = [];
  const tried = new Set<string>();
  for (;;) {
    const command = commandOf(desk, tried);
    if (command === null) return { events, problems };
    if (command.do === "journal") {
      await desk.account.append([command.event], options);
      events.push(command.event);
      continue;
    }
    const { order } = command;
    if (command.do === "cancel") tried.add(order.clientOrderId);
    try {
      events.push(
        ...(await takeReports(desk, await tell(desk.execution, command, desk.clock.now(), options), options)),
      );
    } catch (error) {
      if (!isPassing(error)) throw error;
      const what = `${order.symbol}: the ${order.role} of ${order.quantity}`;
      problems.push(`${what} was not ${command.do === "submit" ? "acknowledged" : "canceled"}: ${error.message}`);
      if (command.do === "submit") events.push(...(await doubt(desk, order.clientOrderId, error.message, options)));
    }
    if (command.do === "submit") events.push(...(await doubt(desk, order.clientOrderId, "no answer", options)));
  }
}

const tell = (
  execution: Execution,
  command: Exclude<Command, { do: "journal" }>,
  nowMs: UnixMs,
  options: CallOptions,
) =>
  command.do === "submit"
    ? execution.submit(command.order, { nowMs }, options)
    : execution.cancel(command.order.clientOrderId, { nowMs, reason: command.reason }, options);

/** An order that was sent and is still as before: whether the venue has it is not known. */
async function doubt(desk: OrderDesk, clientOrderId: string, reason: string, options: CallOptions) {
  const order = desk.account.portfolio().orders.get(clientOrderId);
  if (order === undefined || (order.status !== "initialized" && order.status !== "submitted")) return [];
  const event: OrderEvent = { type: "unresolved", reason };
  const events = [eventOf(order, event, desk.clock.now())];
  await desk.account.append(events, options);
  return events;
}
