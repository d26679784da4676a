// Stands at the exchange and sees what it takes and what it says: whether ever more is offered for sale than is held, and whether what is
// held stays without a stop for longer than the desk needs. It asks neither the desk nor its journal.
import { compare, subtract } from "#schemas/money.ts";
import type { RequestSeen } from "#test/exchanges/exchange.ts";
import type { Trader } from "#test/exchanges/trading/open-trader.ts";
import { CLOCK_SKEW_MS, HIDDEN_MS } from "#toolkits/execution/live/judge.ts";

/** From the venue's first answer that shows something held to the stop that covers it, ms. */
const COVERED_WITHIN_MS = 2_000;
/** After anything that went wrong, to ask again and do the next thing, ms. */
const AGAIN_MS = 3_000;
/** After a sale that was refused: it is tried again after 1, 2 and 4 s. */
const REFUSED_MS = 10_000;

/** Requests in a row that were not answered, and how long the desk then sends nothing that is signed: toolkits/requests/order-requests.ts. */
const RESTS_AFTER = 3;
const RESTS_MS = [1_000, 2_000];

const SHOWING = new Set(["place", "cancel", "order", "open-orders", "trades"]);

export class Witness {
  readonly problems: string[] = [];
  readonly #trader: Trader;
  /** In base: of the owner, a step, and the least that a stop can cover. */
  readonly #owned: string;
  readonly #step: string;
  readonly #least: string;
  #shownMs: number | null = null;
  #excusedUntilMs = 0;
  #doubtUntilMs = 0;
  #failures = 0;

  constructor(trader: Trader, { least, step }: { readonly least: string; readonly step: string }) {
    this.#trader = trader;
    this.#owned = trader.account.total(trader.base);
    this.#step = step;
    this.#least = least;
    const place = trader.account.place.bind(trader.account);
    trader.account.place = (wish) => {
      const placed = place(wish);
      if (typeof placed === "string") this.excuse(REFUSED_MS);
      const [held, selling] = [this.#held(), this.#selling()];
      if (compare(selling, held) > 0) this.problems.push(`${selling} are for sale and ${held} are held, ${this.#at()}`);
      return placed;
    };
  }

  /** Nothing is asked of a desk that is halted, dead, or without its store or its clock, nor for so long after. */
  excuse(ms: number): void {
    this.#excusedUntilMs = Math.max(this.#excusedUntilMs, this.#trader.venueNow() + ms);
  }

  /** An order may be in doubt from now on: it is not placed anew before the venue can take it no more and has said so twice. */
  excuseDoubt(): void {
    this.#doubtUntilMs = this.#trader.venueNow() + this.#doubtMs;
    this.#excusedUntilMs = Math.max(this.#excusedUntilMs, this.#doubtUntilMs);
  }

  /** Called after each step of the world. Takes the requests that it has seen away from the exchange. */
  look(): void {
    const news = this.#trader.exchange.requests.splice(0);
    const nowMs = this.#trader.venueNow();
    for (const request of news) {
      this.#failures = request.metFault || this.#trader.now() !== nowMs ? this.#failures + 1 : 0;
      const over = this.#failures - RESTS_AFTER;
      const rest = over < 0 ? 0 : (RESTS_MS[Math.min(over, RESTS_MS.length - 1)] ?? 0);
      // What is in doubt is asked for after the rest, which a clock that is set back meanwhile makes longer.
      const longer = Math.min(rest, Math.abs(this.#trader.now() - nowMs));
      if (rest > 0) this.excuse(rest + longer + (nowMs < this.#doubtUntilMs ? this.#doubtMs : AGAIN_MS));
      if (!request.metFault) continue;
      const changes = request.kinds.includes("place") || request.kinds.includes("cancel");
      // A question about an order in doubt that was not answered: the doubt goes on.
      if (changes || nowMs < this.#doubtUntilMs) this.excuseDoubt();
      else this.excuse(AGAIN_MS);
    }
    if (!this.#isBare()) {
      this.#shownMs = null;
      return;
    }
    // What the venue does not tell yet nobody can act on.
    if (this.#hides()) this.excuse(AGAIN_MS);
    if (this.#shownMs === null) {
      if (this.#hides() || !news.some(isShown)) return;
      this.#shownMs = nowMs;
    }
    if (nowMs <= Math.max(this.#shownMs + COVERED_WITHIN_MS, this.#excusedUntilMs)) return;
    this.problems.push(
      `${subtract(this.#held(), this.#selling())} without a stop since ${this.#shownMs}, ${this.#at()}`,
    );
    this.excuseDoubt();
  }

  get #doubtMs(): number {
    return this.#trader.orders.facts.acceptanceMs + CLOCK_SKEW_MS + HIDDEN_MS + 2 * AGAIN_MS;
  }

  #held(): string {
    return subtract(this.#trader.account.total(this.#trader.base), this.#owned);
  }

  #selling(): string {
    let selling = "0";
    for (const { wish, filled, state } of this.#trader.account.orders) {
      if (state === "working" && wish.side === "sell") selling = subtract(selling, subtract(filled, wish.quantity));
    }
    return selling;
  }

  #isBare(): boolean {
    const held = this.#held();
    return compare(held, this.#least) >= 0 && compare(subtract(held, this.#selling()), this.#step) >= 0;
  }

  /** Something was done that no question is told of yet. */
  #hides(): boolean {
    const { orders, trades } = this.#trader.account;
    const nowMs = this.#trader.venueNow();
    return orders.some(({ visibleMs }) => visibleMs > nowMs) || trades.some(({ visibleMs }) => visibleMs > nowMs);
  }

  #at(): string {
    return `at ${this.#trader.venueNow()}`;
  }
}

const isShown = ({ kinds, metFault }: RequestSeen): boolean => !metFault && kinds.some((kind) => SHOWING.has(kind));
