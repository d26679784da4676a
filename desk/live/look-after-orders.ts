// Floor 4, live. While the desk runs → the venue is asked about the desk's orders: every second while one is under way or in doubt
// or anything that can be covered is not, or is to be sold, every ten while anything rests, and within a second where the venue's socket
// or the comparison of both accounts hints at news. What fills is covered at once.

import { StoreError, WriterLostError } from "#schemas/errors.ts";
import { compare, ZERO_MONEY } from "#schemas/money.ts";
import { isWorking, type Order } from "#schemas/order.ts";
import { isFlattening, type Portfolio, type Position } from "#schemas/portfolio.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import type { UnixMs } from "#schemas/units.ts";
import { RESTING_MS } from "#toolkits/execution/live/order-hints.ts";
import { uncovered } from "#toolkits/execution/protection.ts";
import { isReady } from "#toolkits/execution/reconcile.ts";
import { openPositions } from "#toolkits/portfolio/positions.ts";
import { adoptCommand, type Unclaimed, unclaimedCoins } from "../account/unclaimed.ts";
import { type BetweenSlotsParts, lookBetweenSlots } from "../between-slots.ts";
import type { DeskTrading } from "../desk.ts";
import { collectReports } from "../run-slot/collect-reports.ts";
import type { CoverDesk } from "../run-slot/cover.ts";
import type { OrderDesk } from "../run-slot/slot-desk.ts";

const UNDER_WAY_MS = 1_000;
const ASKED = `Orders that rest are asked for every ${RESTING_MS / 1000} s instead.`;
/** Looks a minute that only a hint asked for: somebody who trades much on the same account must not use up what the venue answers. */
const HINTED_A_MINUTE = 12;
/** After failures that nobody foresaw, the longest rest. */
const LONGEST_REST_MS = 60_000;

/** Resolves when aborted; rejects nothing. A desk on paper has no venue to ask. */
export async function lookAfterOrders(
  desk: CoverDesk & Pick<DeskTrading, "reconciliation" | "venueBook" | "orderHints">,
  parts: BetweenSlotsParts,
  options: CallOptions,
): Promise<void> {
  if (desk.execution.kind !== "live") return;
  const looks = new OrderLooks(desk, parts.onProblem);
  let isBeginning = isNewAccount(desk.account.portfolio());
  let restsUntilMs = 0;
  let failures = 0;
  const look = async (given: CallOptions): Promise<void> => {
    if (desk.monotonicMs() < restsUntilMs) return;
    try {
      await looks.look(given);
      desk.venueBook.bareSince.look(desk.account.portfolio(), desk.markets, desk.clock.now());
      // Of what the whole word of the venue shows, the orders themselves have the cause.
      if ((await desk.reconciliation?.look(desk.clock.now(), given)) === true) looks.hint();
      const balances = isBeginning ? (desk.reconciliation?.state.balances ?? null) : null;
      if (balances !== null) {
        isBeginning = false;
        const found = unclaimedCoins(desk.account.portfolio(), desk.markets, balances);
        if (found.length > 0) parts.onProblem(unclaimedText(found));
      }
      failures = 0;
    } catch (error) {
      // Another writer: the next slot ends the desk. Whatever else it is, what is held goes on being looked after: a store that failed may
      // answer again before a slot has met it.
      if (given.signal.aborted || error instanceof WriterLostError) throw error;
      failures += 1;
      // The store is asked every second: what must be covered waits for it alone.
      const doublings = error instanceof StoreError ? 0 : failures - 1;
      restsUntilMs = desk.monotonicMs() + Math.min(LONGEST_REST_MS, UNDER_WAY_MS * 2 ** doublings);
      if (failures === 1) parts.onProblem(`orders between slots: ${(error as Error).message}`);
    }
  };
  // A slot may take long over thinking: fills are covered meanwhile. One talk with the venue follows another (`inOrderTurn`).
  const always = { ...parts, isRunningSlot: () => false };
  const ended = new AbortController();
  const hints = { onHint: () => looks.hint(), onFault: (was: string) => parts.onProblem(`${was} ${ASKED}`) };
  const hearing = desk.orderHints?.watch(hints, { signal: AbortSignal.any([options.signal, ended.signal]) });
  try {
    await lookBetweenSlots({ name: "orders", everyMs: UNDER_WAY_MS, look }, always, options);
  } finally {
    ended.abort();
    await hearing;
  }
}

/** Nothing was ever traded: a first start, or one after the store was lost. */
const isNewAccount = ({ positions, orders, recentEntries, feesPaid }: Portfolio): boolean =>
  positions.size + orders.size + recentEntries.length === 0 && feesPaid === ZERO_MONEY;

/** Coins named in full; `account` has all. */
const NAMED = 4;

const unclaimedText = (found: readonly Unclaimed[]): string =>
  [
    "The account holds coins that this desk's journal does not know. They are yours, and nothing is done with them; if a lost store had them, hand them over:",
    ...found.slice(0, NAMED).map((one) => `  ${adoptCommand(one)}`),
    ...(found.length > NAMED ? [`  and ${found.length - NAMED} more, see \`deeptrader account\``] : []),
  ].join("\n");

export class OrderLooks {
  readonly #desk: CoverDesk;
  readonly #onProblem: (text: string) => void;
  #lastMs = Number.NEGATIVE_INFINITY;
  #said = "";
  #isHinted = false;
  /** When it looked for no other reason than a hint, within the last minute. */
  #hintedMs: readonly number[] = [];

  constructor(desk: CoverDesk, onProblem: (text: string) => void) {
    this.#desk = desk;
    this.#onProblem = onProblem;
  }

  /** Something may have happened to an order: the next look asks, whenever it would have been due. Any number of hints are one. */
  hint(): void {
    this.#isHinted = true;
  }

  /** Asks where it is due; a problem that goes on is said once. */
  async look(options: CallOptions): Promise<void> {
    const nowMs = this.#desk.clock.now();
    const { account, markets, execution, venueReports } = this.#desk;
    // What a slot could not read may be the end of a stop.
    if (venueReports.unread.length > 0) this.#isHinted = true;
    const mayTellMore = execution.mayTellMore?.() ?? false;
    const everyMs = lookEveryMs(account.portfolio(), markets) ?? (mayTellMore ? RESTING_MS : null);
    // A clock that was set back is no reason to wait.
    const isDue = everyMs !== null && (nowMs < this.#lastMs || nowMs - this.#lastMs >= everyMs);
    if (!isDue && !this.#followsHint(everyMs, nowMs)) return;
    // What comes while it asks may be news again.
    this.#isHinted = false;
    this.#lastMs = nowMs;
    const { problems } = await collectReports(this.#desk, nowMs as UnixMs, options);
    const said = problems.join(" ");
    if (said !== "" && said !== this.#said) this.#onProblem(said);
    this.#said = said;
    // What was not answered may be the end of a stop.
    if (said !== "") this.#isHinted = true;
  }

  #followsHint(everyMs: number | null, nowMs: number): boolean {
    if (everyMs === null || !this.#isHinted) return false;
    this.#hintedMs = this.#hintedMs.filter((ms) => ms <= nowMs && nowMs - ms < 60_000);
    if (this.#hintedMs.length >= HINTED_A_MINUTE) return false;
    this.#hintedMs = [...this.#hintedMs, nowMs];
    return true;
  }
}

/** How soon the venue is asked again; null: nothing of ours is there. */
export function lookEveryMs(portfolio: Portfolio, markets: OrderDesk["markets"]): number | null {
  const { orders, positions } = portfolio;
  const open = [...orders.values()].filter(isWorking);
  if (open.some(isUnderWay) || portfolio.dueFees.length > 0) return UNDER_WAY_MS;
  const isOpen = (position: Position): boolean =>
    isFlattening(portfolio, position.strategyId) ||
    compare(uncovered(portfolio, position), markets.get(position.symbol)?.stepSize ?? "0") >= 0;
  if (openPositions(portfolio).some(isOpen)) return UNDER_WAY_MS;
  return open.some(({ status }) => status !== "initialized") || openPositions({ positions }).length > 0
    ? RESTING_MS
    : null;
}

/** Not at rest: in doubt, or sent to fill at once. */
const isUnderWay = (order: Order): boolean => {
  const { status, role } = order;
  if (status === "unresolved" || status === "submitted") return true;
  if (status === "initialized") return isReady(order);
  return role === "entry" || role === "exit" || role === "take-profit";
};
