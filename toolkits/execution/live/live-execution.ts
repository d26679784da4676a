// Floor 2, live execution. The Execution port over a venue's orders. It keeps nothing that matters: what was done stands in the
// journal, what is true at the venue, and this asks the one about the other. What it does keep is what this process has sent, so that
// nothing goes out twice.
import { isPassing, ProviderError, ProviderRefusedError } from "#schemas/errors.ts";
import { add, compare, type DecimalText, isPositive, multiply, subtract, ZERO_QUANTITY } from "#schemas/money.ts";
import type { Order, OrderEvent } from "#schemas/order.ts";
import type { Portfolio } from "#schemas/portfolio.ts";
import type { Execution, ExecutionReport, ExecutionReports } from "#schemas/ports/trading.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { DAY_MS, toIso, type UnixMs, unixMs } from "#schemas/units.ts";
import { isReady, waitsForAnother } from "../reconcile.ts";
import { Doubts } from "./doubts.ts";
import { EndedOrders, keepWorking } from "./ended-orders.ts";
import { CLOCK_SKEW_MS, HIDDEN_MS } from "./judge.ts";
import { isStrange, StrangeTrades } from "./strange-trades.ts";
import {
  fillIdOf,
  type OrderRef,
  type OrderTerms,
  type Placed,
  type SendOptions,
  type VenueOrder,
  type VenueOrders,
  type VenueTrade,
  venueKeyOf,
} from "./venue-orders.ts";

export interface LiveSettings {
  readonly orders: VenueOrders;
  /** The fold of the journal, as it is now. */
  readonly portfolio: () => Portfolio;
  /** Whether the journal has a fill. */
  readonly hasFill: (fillId: string) => boolean;
  readonly now: () => UnixMs;
  /** Told of an order just before it leaves; left out: nobody is. */
  readonly onSending?: (order: Order, options: CallOptions) => void;
  /** Asked before each request that changes something: why nothing may be sent; null: it may. Left out: it may always. */
  readonly barred?: () => string | null;
  /** A clock that nobody sets. */
  readonly monotonicMs: () => number;
}

/** Before an order was journaled it cannot have been sent; the venue's clock may differ by this much, ms. */
const SINCE_MARGIN_MS = 60_000;

/**
 * An order that the venue took is gone once it has shown none for so long: until then the comparison of both accounts has named it, and
 * a stop that only hides still holds its coins, so that another would be refused, ms.
 */
const GONE_AFTER_MS = 30_000;

export class LiveExecution implements Execution {
  readonly kind = "live";
  readonly capabilities: Execution["capabilities"];
  readonly #settings: LiveSettings;
  readonly #orders: VenueOrders;
  readonly #doubts: Doubts;
  /** What this process has sent, and what came of it, until the journal has its end. */
  readonly #sent = new Map<string, Promise<readonly ExecutionReport[]>>();
  readonly #ended = new EndedOrders();
  readonly #strange: StrangeTrades;
  /** Journaled before this process began, with a price and nothing in their way: another may have sent them. */
  readonly #inherited: Set<string>;
  /** Stops that could not take their place by a move. */
  readonly #unmoved = new Set<string>();

  constructor(settings: LiveSettings) {
    this.#settings = settings;
    this.#orders = settings.orders;
    const { facts } = settings.orders;
    this.capabilities = {
      fillsAt: "quote",
      stopLocks: facts.stopLocksFunds,
      targets: "desk",
      upkeep: "desk",
      acceptanceMs: facts.acceptanceMs + CLOCK_SKEW_MS + HIDDEN_MS,
    };
    this.#doubts = new Doubts(facts.acceptanceMs, settings.monotonicMs);
    this.#strange = new StrangeTrades(settings.monotonicMs);
    const portfolio = settings.portfolio();
    const isDoubtful = (order: Order): boolean =>
      isReady(order) && !waitsForAnother(portfolio, order, facts.stopLocksFunds);
    const inherited = [...portfolio.orders.values()].filter(isDoubtful);
    this.#inherited = new Set(inherited.map(({ clientOrderId }) => clientOrderId));
  }

  /** Sends an order once. The same again, whoever asks, tells what the venue says of it. */
  async submit(
    order: Order,
    _at: { readonly nowMs: UnixMs },
    options: CallOptions,
  ): Promise<readonly ExecutionReport[]> {
    options.signal.throwIfAborted();
    const { clientOrderId } = order;
    const sending = this.#sent.get(clientOrderId);
    if (sending !== undefined) {
      await sending.catch(() => {});
      return this.#newsOf(order, options);
    }
    if (this.#inherited.has(clientOrderId) && order.status !== "submitted") {
      throw inDoubt(
        order,
        "it was journaled by a process that has ended, which may have sent it: the venue is asked first",
      );
    }
    const work = this.#send(order, options);
    this.#sent.set(clientOrderId, work);
    return work;
  }

  async cancel(
    clientOrderId: string,
    { reason }: { readonly nowMs: UnixMs; readonly reason: string },
    options: CallOptions,
  ): Promise<readonly ExecutionReport[]> {
    options.signal.throwIfAborted();
    const order = this.#settings.portfolio().orders.get(clientOrderId);
    if (order === undefined) return [];
    const answer = await this.#orders.cancel(this.#refOf(order), this.#sending(options));
    if (answer.outcome === "not-sent" || answer.outcome === "unresolved") {
      throw inDoubt(order, `whether it was canceled is not known: ${answer.reason}`);
    }
    // What it filled before it was canceled comes first, and the venue's own word for its end.
    return (await this.#newsOf(order, options)).map((report) => withReason(report, clientOrderId, reason));
  }

  mayMove({ clientOrderId }: Order): boolean {
    return this.#orders.moveStop !== undefined && !this.#unmoved.has(clientOrderId);
  }

  async moveStop(
    { from, to }: { readonly from: Order; readonly to: Order },
    options: CallOptions,
  ): Promise<readonly ExecutionReport[]> {
    options.signal.throwIfAborted();
    const { triggerPrice } = to;
    if (triggerPrice === null || this.#orders.moveStop === undefined) throw new TypeError("no move");
    const asked = await this.#orders.moveStop(this.#refOf(from), triggerPrice, this.#sending(options));
    if (asked.outcome === "not-sent") throw inDoubt(from, `it was not moved: ${asked.reason}`);
    const said = await this.#ask(from, options);
    if (said === null) throw inDoubt(from, "it was to be moved, and the venue does not show it");
    if (said.status === "working" && !isPositive(said.filledQuantity) && said.waitsForRise !== true) {
      if (said.triggerPrice !== null && compare(said.triggerPrice, triggerPrice) === 0) {
        const atMs = this.#now();
        const { venueOrderId } = said;
        this.#sent.set(to.clientOrderId, Promise.resolve([]));
        return [
          eventReport(from, atMs, { type: "canceled", reason: MOVED }),
          eventReport(to, atMs, { type: "accepted", venueOrderId }),
        ];
      }
      if (asked.outcome === "unresolved") throw inDoubt(from, `whether it was moved is not known: ${asked.reason}`);
    }
    this.#unmoved.add(to.clientOrderId);
    return [];
  }

  /** @throws ProviderError while the venue has none of that id and may still take one */
  async order(clientOrderId: string, options: CallOptions): Promise<Order | null> {
    options.signal.throwIfAborted();
    const order = this.#settings.portfolio().orders.get(clientOrderId);
    if (order === undefined) return null;
    const askedMs = this.#settings.monotonicMs();
    const waitMs = this.#doubts.waitMs(clientOrderId);
    if (waitMs > 0) throw inDoubt(order, `it was not sent, and is tried again in ${Math.ceil(waitMs / 1000)} s`);
    this.#doubts.ask(clientOrderId);
    const said = this.#doubts.isUnsent(clientOrderId) ? null : await this.#ask(order, options);
    if (said !== null) {
      this.#doubts.settle(clientOrderId);
      const known = inOurWords(order, said);
      if (endOf(said) !== null) this.#ended.note(known, this.#now());
      return known;
    }
    const leftMs = this.#doubts.sayNo(clientOrderId, askedMs);
    if (leftMs !== null) {
      const untilMs = unixMs(this.#now() + leftMs);
      throw inDoubt(order, `the venue shows none, and may take it until ${toIso(untilMs).slice(11, 19)} UTC`);
    }
    const isSeen = !this.#doubts.isUnsent(clientOrderId) && (await this.#seesStrange(order, options));
    if (this.#strange.keeps(clientOrderId, isSeen))
      throw inDoubt(order, "the venue shows none, and a trade on its side that is of no order of the journal");
    this.#doubts.settle(clientOrderId);
    this.#sent.delete(clientOrderId);
    this.#inherited.delete(clientOrderId);
    return null;
  }

  isUnsent(clientOrderId: string): boolean {
    return !this.#sent.has(clientOrderId) && !this.#inherited.has(clientOrderId);
  }

  takenUntilMs(clientOrderId: string): UnixMs | null {
    const leftMs = this.#doubts.leftMs(clientOrderId);
    return leftMs === null ? null : unixMs(this.#now() + leftMs);
  }

  async openOrders(options: CallOptions): Promise<readonly Order[]> {
    options.signal.throwIfAborted();
    const known = this.#settings.portfolio().orders;
    const atVenue = new Map([...known.values()].map((order) => [venueKeyOf(order), order]));
    return (await this.#orders.open(options)).flatMap((said) => {
      const order = atVenue.get(venueKeyOf(said)) ?? known.get(said.clientOrderId ?? "");
      return order === undefined ? [] : [inOurWords(order, said)];
    });
  }

  /** Free and used together. */
  async balances(options: CallOptions): Promise<ReadonlyMap<string, DecimalText>> {
    options.signal.throwIfAborted();
    const balances = await this.#orders.balances(options);
    return new Map([...balances].map(([currency, { free, used }]) => [currency, add(free, used)]));
  }

  /** Asks for each order that works. Whatever the journal does not have yet is told, and told again until it has. */
  async reports(
    since: string | null,
    _at: { readonly nowMs: UnixMs },
    options: CallOptions,
  ): Promise<ExecutionReports> {
    options.signal.throwIfAborted();
    this.#forgetEnded();
    const reports: ExecutionReport[] = [];
    const unread: ExecutionReports["unread"][number][] = [];
    const ended = this.#ended.at(this.#now());
    for (const order of [...this.#settings.portfolio().orders.values()]) {
      if (order.status !== "accepted" && order.status !== "partially-filled") continue;
      try {
        reports.push(...(await this.#newsOf(order, options)));
      } catch (error) {
        // A key that is refused once may have met a limit; one order holds up no other.
        if (!isPassing(error) && !(error instanceof ProviderRefusedError)) throw error;
        unread.push({ symbol: order.symbol, error });
      }
    }
    for (const order of ended) {
      try {
        reports.push(...(await this.#lateFillsOf(order, options)));
      } catch (error) {
        if (!isPassing(error) && !(error instanceof ProviderRefusedError)) throw error;
        unread.push({ symbol: order.symbol, error });
      }
    }
    return { reports, cursor: since ?? "", more: false, unread };
  }

  /** What has ended in the journal is never sent again, nor asked about. */
  #forgetEnded(): void {
    const { orders } = this.#settings.portfolio();
    for (const kept of [this.#sent, this.#inherited, this.#unmoved]) keepWorking(kept, orders);
    this.#doubts.keep(orders);
    this.#strange.keep(orders);
  }

  mayTellMore(): boolean {
    return this.#ended.at(this.#now()).length > 0;
  }

  async #lateFillsOf(order: Order, options: CallOptions): Promise<readonly ExecutionReport[]> {
    const trades = await this.#tradesOf(order, options);
    const reports = trades.map((trade) => ({ ...this.#fillReport(order, trade), ended: order }));
    return reports.filter(({ fill }) => !this.#settings.hasFill(fill.fillId));
  }

  async #send(order: Order, options: CallOptions): Promise<readonly ExecutionReport[]> {
    const { clientOrderId, symbol, side, quantity, filledQuantity } = order;
    const terms = termsOf(order);
    if (terms === null)
      return [eventReport(order, this.#now(), { type: "rejected", reason: "an order at any price is not sent" })];
    const wish = { clientOrderId, symbol, side, quantity: subtract(quantity, filledQuantity), terms };
    this.#settings.onSending?.(order, options);
    const startedMs = this.#settings.monotonicMs();
    const placed = await this.#orders.place(wish, this.#sending(options));
    switch (placed.outcome) {
      case "refused": {
        if (placed.cause === "clock") {
          this.#doubts.begin(clientOrderId, null);
          throw inDoubt(order, `it was not taken, for the time of this machine's clock: ${placed.reason}`);
        }
        this.#doubts.end(clientOrderId);
        const reason = `${placed.cause}: ${placed.reason} (${placed.code})`;
        return [eventReport(order, this.#now(), { type: "rejected", reason })];
      }
      case "not-sent":
        this.#doubts.begin(clientOrderId, null);
        throw inDoubt(order, `it was not sent: ${placed.reason}`);
      case "unresolved":
        this.#doubts.begin(clientOrderId, this.#ageOf(placed, startedMs));
        throw inDoubt(order, placed.reason);
      case "accepted": {
        const { venueOrderId } = placed;
        this.#doubts.end(clientOrderId);
        const accepted = eventReport(order, this.#now(), { type: "accepted", venueOrderId });
        // What rests has nothing to tell yet; what fills at once has.
        if (terms.type === "limit" || terms.type === "stop") return [accepted];
        const news = this.#newsOf({ ...order, status: "accepted", venueOrderId }, options);
        return [accepted, ...(await news.catch(orNothing))];
      }
    }
  }

  /** What the venue says of an order that the journal does not have. @throws ProviderError where the venue shows no such order */
  async #newsOf(order: Order, options: CallOptions): Promise<readonly ExecutionReport[]> {
    const said = await this.#ask(order, options);
    if (said === null) return this.#goneOf(order);
    this.#doubts.settle(order.clientOrderId);
    if (said.waitsForRise === true && said.status === "working") {
      // It would sell on a rise: no stop. It is taken back, and the next one is refused or right.
      await this.#orders.cancel(this.#refOf(order), this.#sending(options));
      throw inDoubt(order, "the price was under the stop already, so that it waits for a rise: it is taken back");
    }
    const atMs = this.#now();
    const reports: ExecutionReport[] = [];
    if (order.status !== "accepted" && order.status !== "partially-filled") {
      reports.push(eventReport(order, atMs, { type: "accepted", venueOrderId: said.venueOrderId }));
    }
    const { venueOrderId } = said;
    // By the venue's own clock, whatever ours said when it was journaled.
    const createdAtMs = unixMs(Math.min(order.createdAtMs, said.createdAtMs));
    const asked = { ...order, venueOrderId, createdAtMs };
    const trades = isPositive(said.filledQuantity) ? await this.#tradesOf(asked, options) : [];
    let filled = ZERO_QUANTITY;
    for (const trade of trades) {
      filled = add(filled, trade.quantity);
      const report = this.#fillReport(order, trade);
      if (!this.#settings.hasFill(report.fill.fillId)) reports.push(report);
    }
    // Its trades may be listed later than it says that it has filled: it ends when all are there.
    if (compare(filled, said.filledQuantity) < 0) return reports;
    const end = endOf(said);
    if (end !== null && compare(filled, order.quantity) < 0) {
      reports.push(eventReport(order, atMs, end));
      this.#ended.note(asked, atMs);
    }
    return reports;
  }

  /** The venue took it and shows nothing of it: once it has said so twice, long enough after it could be hidden, it is gone. */
  #goneOf(order: Order): readonly ExecutionReport[] {
    const { clientOrderId } = order;
    const leftMs = this.#doubts.sayNo(clientOrderId, this.#settings.monotonicMs(), GONE_AFTER_MS);
    if (leftMs !== null) throw inDoubt(order, "the venue took it and does not show it");
    this.#doubts.settle(clientOrderId);
    return [eventReport(order, this.#now(), { type: "canceled", reason: "the venue knows nothing of it any more" })];
  }

  /** Whether a trade since the order was journaled may be its own. */
  async #seesStrange(order: Order, options: CallOptions): Promise<boolean> {
    const { symbol, sinceMs } = this.#refOf(order);
    const trades = await this.#orders.trades({ symbol, sinceMs }, options);
    const { portfolio, hasFill } = this.#settings;
    const known = {
      portfolio: portfolio(),
      ended: this.#ended.at(this.#now()),
      hasFill: (trade: VenueTrade) => hasFill(fillIdOf(this.#orders.facts.id, trade)),
    };
    return trades.some((trade) => trade.atMs >= order.createdAtMs - CLOCK_SKEW_MS && isStrange(trade, order, known));
  }

  async #tradesOf(order: Order, options: CallOptions): Promise<readonly VenueTrade[]> {
    const { venueOrderId, symbol, createdAtMs } = order;
    const sinceMs = unixMs(Math.min(this.#refOf(order).sinceMs, createdAtMs - SINCE_MARGIN_MS));
    const all = await this.#orders.trades({ symbol, sinceMs }, options);
    return all.filter((trade) => trade.venueOrderId === venueOrderId);
  }

  #fillReport({ clientOrderId, symbol, side, role }: Order, trade: VenueTrade) {
    const { quantity, price, fee, feeCurrency, atMs } = trade;
    const fillId = fillIdOf(this.#orders.facts.id, trade);
    const fill = { fillId, clientOrderId, symbol, side, role, quantity, price, fee, feeCurrency, atMs };
    const notional = multiply(quantity, price) as ExecutionFill["notional"];
    return { type: "fill", atMs, fill: { ...fill, notional, basis: this.#orders.facts.id } } as const;
  }

  #ask(order: Order, options: CallOptions): Promise<VenueOrder | null> {
    return this.#orders.ask(this.#refOf(order), options);
  }

  #refOf(order: Order): OrderRef {
    const { clientOrderId, venueOrderId, symbol, type, parentId } = order;
    const nowMs = this.#now();
    // A stop that was moved is at the venue since the first one of its bracket.
    const { createdAtMs } = this.#settings.portfolio().brackets.get(parentId ?? "")?.entry ?? order;
    // Journaled in what is the future now: the clock was set back meanwhile, and when it was sent is not known.
    const sinceMs = createdAtMs > nowMs ? nowMs - DAY_MS : createdAtMs - SINCE_MARGIN_MS;
    const kind = type === "stop-market" ? "stop" : "plain";
    return { clientOrderId, venueOrderId, symbol, kind, sinceMs: unixMs(sinceMs) };
  }

  /** How long ago it was sent: by the wall's clock, unless that was set meanwhile; then it may have been now. */
  #ageOf({ untilMs }: Extract<Placed, { outcome: "unresolved" }>, startedMs: number): number {
    const ageMs = this.#now() - (untilMs - this.#orders.facts.acceptanceMs - CLOCK_SKEW_MS);
    return ageMs >= 0 && ageMs <= this.#settings.monotonicMs() - startedMs ? ageMs : 0;
  }

  #sending(options: CallOptions): SendOptions {
    const { barred } = this.#settings;
    return barred === undefined ? options : { ...options, barred };
  }

  #now(): UnixMs {
    return this.#settings.now();
  }
}

type ExecutionFill = Extract<ExecutionReport, { type: "fill" }>["fill"];

const eventReport = ({ clientOrderId }: Order, atMs: UnixMs, event: OrderEvent): ExecutionReport => ({
  type: "order",
  atMs,
  clientOrderId,
  event,
});

const withReason = (report: ExecutionReport, clientOrderId: string, reason: string): ExecutionReport =>
  report.type === "order" && report.clientOrderId === clientOrderId && report.event.type === "canceled"
    ? { ...report, event: { type: "canceled", reason } }
    : report;

/** Why a stop has ended whose order lives on at the venue as the next one. */
const MOVED = "it was moved, and is the newer one from here on";

/** The order stands; what it led to comes with the reports. */
const orNothing = (error: unknown): readonly ExecutionReport[] => {
  if (isPassing(error)) return [];
  throw error;
};

const inDoubt = ({ symbol, role, clientOrderId }: Order, why: string): ProviderError =>
  new ProviderError({
    was: `${symbol}: the ${role} ${clientOrderId.slice(0, 8)}…: ${why}.`,
    remedy: "The venue is asked again; nothing is sent twice.",
  });

/** An entry never rests: nothing of it is left to fill when nobody looks. Null: it would buy at any price. */
function termsOf({ role, type, limitPrice, triggerPrice }: Order): OrderTerms | null {
  if (type === "stop-market") return triggerPrice === null ? null : { type: "stop", triggerPrice };
  if (type === "market") return role === "entry" ? null : { type: "market" };
  // A target that the desk holds is sent once it is reached; an emergency's sale has a bound.
  return limitPrice === null ? null : { type: "limit-ioc", limitPrice };
}

/** The order as the journal has it, with what the venue says of its stage. */
const inOurWords = (order: Order, said: VenueOrder): Order => ({
  ...order,
  venueOrderId: said.venueOrderId,
  filledQuantity: said.filledQuantity,
  statusReason: said.reason,
  status: said.status === "working" ? (isPositive(said.filledQuantity) ? "partially-filled" : "accepted") : said.status,
});

function endOf({ status, reason }: VenueOrder): OrderEvent | null {
  switch (status) {
    case "canceled":
    case "expired":
      return { type: status, reason: `the venue says ${reason}` };
    case "rejected":
      // It was accepted before: for the order's stages it is canceled.
      return { type: "canceled", reason: `the venue says ${reason}` };
    default:
      return null;
  }
}
