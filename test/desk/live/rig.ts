// A desk's orders at a local exchange that trades for real, through the unmodified ccxt client: its journal outlives it, so that it can die
// at any moment and begin again.
import { isDeepStrictEqual } from "node:util";
import { VenueBook } from "#desk/account/venue-book.ts";
import { OrderLooks } from "#desk/live/look-after-orders.ts";
import { Reconciliation } from "#desk/live/reconciliation.ts";
import { collectReports } from "#desk/run-slot/collect-reports.ts";
import type { CoverDesk } from "#desk/run-slot/cover.ts";
import { sendOrders } from "#desk/run-slot/send.ts";
import { createVenueReports } from "#desk/run-slot/venue-reports.ts";
import { type JournalEvent, type JournalRow, journalEventId } from "#schemas/journal.ts";
import { type Candle, type CandleSeries, candleColumns, type Market } from "#schemas/market.ts";
import { add, type Money, multiply, type Price, type Quantity, roundPrice, subtract } from "#schemas/money.ts";
import { type Bracket, clientOrderIdOf, type Order } from "#schemas/order.ts";
import type { Portfolio, Position } from "#schemas/portfolio.ts";
import type { MarketData } from "#schemas/ports/market.ts";
import type { Journal } from "#schemas/ports/trading.ts";
import { unixMs } from "#schemas/units.ts";
import { openTrader, type Trader, type TraderOptions } from "#test/exchanges/trading/open-trader.ts";
import { testConfig } from "#test/support/desk.ts";
import { testMarket } from "#test/support/market.ts";
import { openAccount } from "#test/support/open-account.ts";
import { STRATEGY, TERMS } from "#test/support/strategy.ts";
import { entryOrder, exitOrder } from "#test/toolkits/execution/fixture.ts";
import { isLeaving, orderListOf } from "#toolkits/execution/bracket-orders.ts";
import { LiveExecution } from "#toolkits/execution/live/live-execution.ts";
import { orderQuantity } from "#toolkits/market/order-size.ts";
import { isOf } from "#toolkits/portfolio/positions.ts";
import { bracketOf } from "#toolkits/risk/bracket.ts";

export class KeptJournal implements Journal {
  readonly rows: JournalRow[] = [];
  readonly #ids = new Map<string, JournalEvent>();

  append = async (events: readonly JournalEvent[]): Promise<void> => {
    for (const event of events) {
      const eventId = journalEventId(event);
      const known = this.#ids.get(eventId);
      if (known !== undefined && !isDeepStrictEqual(known, event)) throw new Error(`two rows are one: ${eventId}`);
      if (known !== undefined) continue;
      this.#ids.set(eventId, event);
      this.rows.push({ seq: this.rows.length + 1, eventId, event });
    }
  };

  read = async ({ limit }: { readonly limit?: number }): Promise<readonly JournalRow[]> =>
    limit === undefined ? [...this.rows] : this.rows.slice(-limit);
}

const seriesOf = (symbol: Market["symbol"], candles: readonly Candle[]): CandleSeries => ({
  ...candleColumns((name) => Float64Array.from(candles, (candle) => candle[name])),
  symbol,
  timeframe: "5m",
  notes: [],
  askedFromMs: unixMs(0),
  checkedThroughMs: unixMs(0),
});

export interface RigOptions extends TraderOptions {
  readonly stopPct?: number;
  readonly targetPct?: number;
  /** In place of stop and target. */
  readonly bracket?: Bracket;
  /** Of the base coin, what is the owner's and none of the desk's. */
  readonly owned?: string;
  /** Where the journal is kept, over the one that always works. */
  readonly store?: (kept: KeptJournal) => Journal;
  /** Called wherever the desk waits for a port, in the middle of its work: named for what it waits for. */
  readonly atAwait?: (moment: string) => void;
}

/** One process of the desk. */
interface Life {
  readonly ending: AbortController;
  /** Called once it has been killed. One promise for its whole life would keep all that ever waited for it. */
  readonly waiting: Set<() => void>;
  isOver: boolean;
}

const newLife = (): Life => ({
  ending: new AbortController(),
  waiting: new Set(),
  isOver: false,
});

/** What a process that was killed waits for. One for each: a promise that many wait for keeps all of them. */
const forever = (): Promise<never> => new Promise(() => {});

const LIFE = Symbol("life");

export class Rig {
  readonly trader: Trader;
  journal = new KeptJournal();
  readonly market: Market;
  readonly problems: string[] = [];
  desk!: CoverDesk;
  /** What the process knows of the account from its journal, and of the venue's word. */
  book!: VenueBook;
  reconciliation!: Reconciliation;
  halted = false;
  /** Why nothing may be sent; null: it may. */
  barred: string | null = null;
  /** Closed candles of its market, oldest first. */
  readonly candles: Candle[] = [];
  #looks!: OrderLooks;
  #life = newLife();
  readonly #atAwait: (moment: string) => void;
  #store: Journal;
  /** Of the base coin, what is the owner's and none of the desk's. */
  readonly #owned: string;
  #decisions = 0;
  /** That a run of its journal begins with. */
  #cash = "10000" as Money;
  readonly #bracket: Order["bracket"];

  private constructor(trader: Trader, { stopPct = 5, targetPct = 10, bracket, owned, store, atAwait }: RigOptions) {
    this.trader = trader;
    this.#atAwait = atAwait ?? (() => {});
    this.#store = store?.(this.journal) ?? this.journal;
    if (owned !== undefined) trader.account.deposit(trader.base, owned);
    this.#owned = trader.account.total(trader.base);
    this.#bracket = bracket ?? bracketOf({ stopPct, targetPct });
    const listing = trader.account.listingOf(trader.symbol);
    if (listing === undefined) throw new Error("no such market");
    const { tickSize, stepSize, minQuantity, minNotional } = listing;
    this.market = { ...testMarket(trader.symbol), tickSize, stepSize, minQuantity, minNotional };
  }

  static async open(venueId: string, options: RigOptions = {}): Promise<Rig> {
    const { atAwait } = options;
    let rig: Rig | null = null;
    const follow = () => {
      const life = rig?.[LIFE];
      return async (moment: string, [kind = ""]: readonly string[]) => {
        if (life === undefined) return;
        if (!life.isOver) atAwait?.(`${kind} ${moment}`);
        if (life.isOver) throw new Error("the process is gone");
      };
    };
    const trader = await openTrader(venueId, { ...options, inProcess: { follow } });
    rig = new Rig(trader, options);
    await rig.begin();
    return rig;
  }

  get options() {
    return { signal: this.#life.ending.signal };
  }

  get portfolio(): Portfolio {
    return this.desk.account.portfolio();
  }

  get position(): Position | undefined {
    return [...this.portfolio.positions.values()][0];
  }

  /** Something that can be sold. */
  get holds(): boolean {
    return this.position?.dust === false;
  }

  get isLeaving(): boolean {
    return isLeaving(this.portfolio, { strategyId: STRATEGY, symbol: this.trader.symbol }, this.market);
  }

  get [LIFE](): Life {
    return this.#life;
  }

  get isDead(): boolean {
    return this.#life.isOver;
  }

  /** SIGKILL: whatever the desk waits for never comes, and it does nothing more. */
  kill(): void {
    this.#life.isOver = true;
    this.#life.ending.abort(new Error("killed"));
    for (const hear of this.#life.waiting) hear();
  }

  /** SIGTERM: what is under way is given up. */
  terminate(): void {
    this.#life.ending.abort(new Error("terminated"));
  }

  /** A step of this process at a port, unless it is gone. */
  async #await(life: Life, moment: string): Promise<void> {
    if (!life.isOver) this.#atAwait(moment);
    if (life.isOver) await forever();
  }

  /** Ends with the work, or with the process that does it. */
  async whileAlive(work: Promise<unknown>): Promise<void> {
    const { waiting } = this.#life;
    const { promise, resolve } = Promise.withResolvers<void>();
    if (this.isDead) resolve();
    waiting.add(resolve);
    try {
      await Promise.race([work, promise]);
    } finally {
      waiting.delete(resolve);
    }
  }

  /** A new process on the journal of the one before, which is gone in the middle of whatever it did. */
  async begin(): Promise<void> {
    this.kill();
    const life = newLife();
    this.#life = life;
    const { trader, market } = this;
    this.book = new VenueBook({ mode: "live" });
    const { signal } = life.ending;
    const journal: Journal = {
      read: async (filter, options) => {
        await this.#await(life, "journal read");
        return this.#store.read(filter, options);
      },
      append: async (events, options) => {
        await this.#await(life, "journal append");
        signal.throwIfAborted();
        await this.#store.append(events, options);
        await this.#await(life, "journal appended");
      },
    };
    const markets = new Map([[trader.symbol, market]]);
    const account = await openAccount(
      journal,
      { quote: trader.quote, cash: this.#cash, readers: [this.book] },
      this.options,
    );
    this.reconciliation = new Reconciliation(trader.orders, account, this.book.differences, markets);
    const execution = new LiveExecution({
      orders: trader.orders,
      portfolio: account.portfolio,
      hasFill: account.hasFill,
      now: trader.now,
      monotonicMs: trader.monotonicMs,
      barred: () => this.barred,
    });
    this.desk = {
      config: testConfig({}),
      deskId: "main" as CoverDesk["deskId"],
      runId: "live" as CoverDesk["runId"],
      quote: trader.quote,
      clock: { kind: "system", now: trader.now, sleep: async () => {} },
      monotonicMs: trader.monotonicMs,
      haltFileExists: () => this.halted,
      markets,
      marketData: {
        graceMs: 0,
        tickers: async () => {
          await this.#await(life, "tickers");
          return [this.#ticker()];
        },
        candles: async ({ fromMs }) => {
          await this.#await(life, "candles");
          return seriesOf(
            trader.symbol,
            this.candles.filter(({ openMs }) => openMs >= fromMs),
          );
        },
      } as Partial<MarketData> as MarketData,
      account,
      execution,
      strategies: new Map([[STRATEGY, TERMS]]),
      venueReports: createVenueReports(),
    };
    this.#looks = new OrderLooks(this.desk, (text) => this.problems.push(text));
  }

  /** The process and its journal are gone; a new desk begins with an empty one, and with the account's cash. */
  async loseStore(): Promise<void> {
    this.kill();
    this.journal = new KeptJournal();
    this.#store = this.journal;
    this.#cash = this.trader.account.total(this.trader.quote) as Money;
    await this.begin();
  }

  #ticker() {
    const price = Number(this.trader.account.priceOf(this.trader.symbol));
    return {
      symbol: this.trader.symbol,
      bid: price,
      ask: price,
      last: price,
      atMs: this.trader.now(),
      quoteVolume: null,
    };
  }

  price(factor: string): Price {
    const { account, symbol } = this.trader;
    return roundPrice(multiply(account.priceOf(symbol), factor), this.market.tickSize, "sell");
  }

  /** Journals an entry with its bracket. */
  async decideEntry(change: Partial<Order> = {}): Promise<Order> {
    this.#decisions += 1;
    const decisionId = `entry ${this.#decisions}`;
    const nowMs = this.trader.now();
    const order = entryOrder({
      decisionId,
      clientOrderId: clientOrderIdOf(decisionId, "entry", 0),
      symbol: this.trader.symbol,
      type: "limit",
      quantity: "0.01" as Quantity,
      limitPrice: this.price("1.002"),
      bracket: this.#bracket,
      createdAtMs: nowMs,
      activeFromMs: nowMs,
      expiresAtMs: (nowMs + 60_000) as Order["createdAtMs"],
      ...change,
    });
    const orders = [...orderListOf(order)];
    await this.desk.account.append([{ type: "order-list", atMs: nowMs, orders }], this.options);
    return order;
  }

  async enter(change: Partial<Order> = {}): Promise<Order> {
    const order = await this.decideEntry(change);
    await this.send();
    return order;
  }

  /** Journals and sends a sale of all that is held. */
  async exit(change: Partial<Order> = {}): Promise<Order> {
    this.#decisions += 1;
    const decisionId = `exit ${this.#decisions}`;
    const held = this.position;
    if (held === undefined) throw new Error("nothing is held");
    const nowMs = this.trader.now();
    const order = exitOrder({
      decisionId,
      clientOrderId: clientOrderIdOf(decisionId, "exit", 0),
      symbol: this.trader.symbol,
      quantity: orderQuantity(held.quantity, this.market),
      createdAtMs: nowMs,
      activeFromMs: nowMs,
      ...change,
    });
    await this.desk.account.append([{ type: "order-list", atMs: nowMs, orders: [order] }], this.options);
    await this.send();
    return order;
  }

  /** The first step of a slot. */
  async collect(): Promise<void> {
    const { problems } = await collectReports(this.desk, this.trader.now(), this.options);
    this.problems.push(...problems);
  }

  async send(): Promise<void> {
    const { problems } = await sendOrders(this.desk, this.options);
    this.problems.push(...problems);
  }

  /** Time passes, a second at a time, and the desk looks after its orders. */
  async pass(seconds: number): Promise<void> {
    for (let each = 0; each < seconds; each += 1) {
      this.trader.wait(1000);
      await this.whileAlive(this.#looks.look(this.options));
      if (this.isDead) return;
    }
  }

  /** The venue's socket says that something happened to an order. */
  hint(): void {
    this.#looks.hint();
  }

  async #compare(): Promise<void> {
    if (await this.reconciliation.look(this.trader.now(), this.options)) this.hint();
  }

  /** As `pass`, and the account is compared with the venue's word, too. */
  async passComparing(seconds: number): Promise<void> {
    for (let each = 0; each < seconds; each += 1) {
      await this.pass(1);
      await this.whileAlive(this.#compare());
    }
  }

  /** Own orders that the exchange has ever taken, by role. */
  taken(role?: Order["role"]): readonly { readonly clientId: string | null; readonly state: string }[] {
    const roles = new Map<string, Order["role"]>();
    for (const { event } of this.journal.rows) {
      if (event.type === "order-list") for (const order of event.orders) roles.set(order.clientOrderId, order.role);
    }
    return this.trader.account.orders
      .filter(({ wish }) => role === undefined || roles.get(wish.clientId ?? "") === role)
      .map(({ wish, state }) => ({ clientId: wish.clientId, state }));
  }

  /** What is wrong between the journal's account and the exchange's; empty: they agree to the last digit, and no id was used twice. */
  disagreements(): readonly string[] {
    const { account, base, quote } = this.trader;
    const wrong: string[] = [];
    const held = [...this.portfolio.positions.values()].reduce(
      (sum, { quantity }) => add<string>(sum, quantity),
      this.#owned,
    );
    if (held !== account.total(base))
      wrong.push(`the journal holds ${held} ${base}, the exchange ${account.total(base)}`);
    if (this.portfolio.cash !== account.total(quote))
      wrong.push(`the journal has ${this.portfolio.cash} ${quote}, the exchange ${account.total(quote)}`);
    const ids = account.orders.map(({ wish }) => wish.clientId);
    if (new Set(ids).size !== ids.length) wrong.push("an id was used twice");
    const isOurs = isOf({ strategyId: STRATEGY, symbol: this.trader.symbol });
    if (![...this.portfolio.positions.values()].every(isOurs)) wrong.push("a position of nobody");
    return wrong;
  }

  /** Quantity that rests as stops at the exchange. */
  resting(): string {
    return this.trader.account.orders
      .filter(({ state, wish }) => state === "working" && wish.triggerPrice !== undefined)
      .reduce((sum, { wish, filled }) => add(sum, subtract<string>(wish.quantity, filled)), "0");
  }

  async close(): Promise<void> {
    this.kill();
    await this.trader.close();
  }
}
