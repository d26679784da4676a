// Floor 2, live execution. The Execution port over a venue's orders. It keeps nothing that matters: what was done stands in the
// journal, what is true at the venue, and this asks the one about the other. What it does keep is what this process has sent, so that
// nothing goes out twice.
import { isPassing, ProviderRefusedError } from "#schemas/errors.ts";
import { add, compare, type DecimalText, isPositive, subtract } from "#schemas/money.ts";
import type { Order } from "#schemas/order.ts";
import type { Portfolio } from "#schemas/portfolio.ts";
import type { Execution, ExecutionReport, ExecutionReports } from "#schemas/ports/trading.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { toIso, type UnixMs, unixMs } from "#schemas/units.ts";
import { isReady, waitsForAnother } from "../reconcile.ts";
import { Doubts } from "./doubts.ts";
import { EndedOrders, keepWorking } from "./ended-orders.ts";
import { CLOCK_SKEW_MS, HIDDEN_MS } from "./judge.ts";
import { endOf, eventReport, inDoubt, inOurWords, MOVED, termsOf, withReason } from "./order-words.ts";
import { StrangeTrades } from "./strange-trades.ts";
import { VenueNews } from "./venue-news.ts";
import { type Placed, type SendOptions, type VenueOrders, venueKeyOf } from "./venue-orders.ts";
import { VenueQuestions } from "./venue-questions.ts";

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
  readonly #questions: VenueQuestions;
  readonly #news: VenueNews;
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
    this.#questions = new VenueQuestions(settings);
    this.#news = new VenueNews({
      ...settings,
      questions: this.#questions,
      doubts: this.#doubts,
      ended: this.#ended,
      sending: (options) => this.#sending(options),
    });
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
      return this.#news.of(order, options);
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
    const answer = await this.#orders.cancel(this.#questions.refOf(order), this.#sending(options));
    if (answer.outcome === "not-sent" || answer.outcome === "unresolved") {
      throw inDoubt(order, `whether it was canceled is not known: ${answer.reason}`);
    }
    // What it filled before it was canceled comes first, and the venue's own word for its end.
    return (await this.#news.of(order, options)).map((report) => withReason(report, clientOrderId, reason));
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
    const asked = await this.#orders.moveStop(this.#questions.refOf(from), triggerPrice, this.#sending(options));
    if (asked.outcome === "not-sent") throw inDoubt(from, `it was not moved: ${asked.reason}`);
    const said = await this.#questions.ask(from, options);
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
    const said = this.#doubts.isUnsent(clientOrderId) ? null : await this.#questions.ask(order, options);
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
    const isSeen = !this.#doubts.isUnsent(clientOrderId) && (await this.#news.seesStrange(order, options));
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
        reports.push(...(await this.#news.of(order, options)));
      } catch (error) {
        // A key that is refused once may have met a limit; one order holds up no other.
        if (!isPassing(error) && !(error instanceof ProviderRefusedError)) throw error;
        unread.push({ symbol: order.symbol, error });
      }
    }
    for (const order of ended) {
      try {
        reports.push(...(await this.#news.lateFillsOf(order, options)));
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
        const news = this.#news.of({ ...order, status: "accepted", venueOrderId }, options);
        return [accepted, ...(await news.catch(orNothing))];
      }
    }
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

/** The order stands; what it led to comes with the reports. */
const orNothing = (error: unknown): readonly ExecutionReport[] => {
  if (isPassing(error)) return [];
  throw error;
};
