// Whatever coin a fee is taken in, and whoever's coins they are: the journal's fold is what a venue's balances say, and the profit is the
// equity's change.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { JournalEvent } from "#schemas/journal.ts";
import { add, compare, type Money, minOf, multiply, type Price, type Quantity, subtract } from "#schemas/money.ts";
import type { Fill } from "#schemas/order.ts";
import type { MarketSymbol } from "#schemas/units.ts";
import { STRATEGY } from "#test/support/strategy.ts";
import { applyEvent, emptyPortfolio } from "#toolkits/portfolio/portfolio.ts";
import { TradeFold } from "#toolkits/portfolio/trades.ts";
import { msAfter } from "../../memory/fixtures.ts";
import { buy, sell } from "./fixture.ts";

const COINS = ["BTC", "ETH", "BNB"] as const;
const START = { quote: "USDT", cash: "100000" as Money };

const trade = fc.record({
  coin: fc.constantFrom(...COINS),
  side: fc.constantFrom("buy" as const, "sell" as const),
  mils: fc.integer({ min: 100, max: 3000 }),
  price: fc.integer({ min: 5, max: 90 }),
  feeIn: fc.constantFrom("USDT", "BTC", "ETH", "BNB", "base" as const),
  // Zero and a rebate among them.
  feeMils: fc.constantFrom(0, 1, 2, 5, -1),
  share: fc.constantFrom("0.3", "1"),
});

class World {
  portfolio = emptyPortfolio(START);
  readonly trades = new TradeFold();
  /** The venue's own sums; the owner has 5 of each coin beside the desk's. */
  readonly venue = new Map<string, string>([["USDT", START.cash], ...COINS.map((coin) => [coin, "5"] as const)]);
  /** Of the owner's coins, by what paid fees of the desk. */
  readonly #paid = new Map<string, string>();
  #n = 0;

  take(event: JournalEvent): void {
    this.portfolio = applyEvent(this.portfolio, event);
    this.trades.take(event);
  }

  held = (coin: string): string =>
    [...this.portfolio.positions.values()].find(({ base }) => base === coin)?.quantity ?? "0";

  move(coin: string, amount: string): void {
    this.venue.set(coin, add(this.venue.get(coin) ?? "0", amount));
  }

  do({ coin, side, mils, price, feeIn, feeMils, share }: typeof trade extends fc.Arbitrary<infer T> ? T : never): void {
    const symbol = `${coin}/USDT` as MarketSymbol;
    const held = this.held(coin);
    const quantity = side === "buy" ? multiply(String(mils), "0.001") : multiply(held, share);
    if (compare(quantity, "0") <= 0) return;
    this.#n += 1;
    const feeCurrency = feeIn === "base" ? coin : feeIn;
    // A third coin's fee is small, so that the owner's coins last.
    const of = feeCurrency === coin ? quantity : feeCurrency === "USDT" ? multiply(quantity, String(price)) : "1";
    const fee = multiply(of, multiply(String(feeMils), "0.001"));
    const ids = { fillId: `f${this.#n}`, clientOrderId: String(this.#n).padStart(32, "0"), atMs: msAfter(this.#n) };
    const over: Partial<Fill> = { ...ids, symbol, fee, feeCurrency };
    const event = side === "buy" ? buy(quantity, String(price), over) : sell(quantity, String(price), over);
    this.take(event);
    const sign = side === "buy" ? "" : "-";
    this.move(coin, `${sign}${quantity}`);
    this.move("USDT", side === "buy" ? `-${event.fill.notional}` : event.fill.notional);
    this.move(feeCurrency, subtract("0", fee));
    this.#settle(feeCurrency, price);
  }

  /** As the desk does it at its next look. */
  #settle(coin: string, price: number): void {
    for (const due of this.portfolio.dueFees) {
      expect(due.currency).toBe(coin);
      const held = this.held(coin);
      const own = compare(due.amount, "0") > 0 ? minOf<string>(held, due.amount) : "0";
      const symbol = `${coin}/USDT` as MarketSymbol;
      const from = own === "0" ? [] : [{ strategyId: STRATEGY, symbol, quantity: own as Quantity }];
      const equity = START.cash;
      this.take({ type: "coin-fee", atMs: msAfter(this.#n), ...due, price: String(price) as Price, from, equity });
      this.#paid.set(coin, add(this.#paid.get(coin) ?? "0", subtract(due.amount, own)));
    }
  }

  check(): void {
    const { portfolio } = this;
    expect(portfolio.dueFees).toEqual([]);
    expect(portfolio.cash).toBe(this.venue.get("USDT"));
    for (const coin of COINS) {
      const owners = subtract("5", this.#paid.get(coin) ?? "0");
      expect(add(this.held(coin), owners), coin).toBe(this.venue.get(coin));
    }
    let atCost: string = portfolio.cash;
    for (const { quantity, averagePrice } of portfolio.positions.values())
      atCost = add(atCost, multiply(quantity, averagePrice));
    const { startingCash, allotted, realisedPnl } = portfolio;
    expect(Number(subtract(atCost, add<string>(add<string>(startingCash, allotted), realisedPnl)))).toBeCloseTo(0, 12);
  }
}

describe("fees in any coin", () => {
  it("leave the journal at what the venue holds, and the profit at what was won and paid", () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(fc.array(trade, { maxLength: 25 }), (steps) => {
        const world = new World();
        for (const step of steps) {
          const before = world.portfolio.allotted;
          world.do(step);
          world.check();
          seen.add(`${step.side} ${world.portfolio.allotted === before ? "the desk's" : "the owner's"}`);
        }
        // Everything sold: the profits of the trades are the account's.
        for (const coin of COINS)
          world.do({ coin, side: "sell", mils: 0, price: 20, feeIn: "USDT", feeMils: 1, share: "1" });
        world.check();
        const profit = world.trades.closed().reduce<string>((sum, { pnl }) => add(sum, pnl), "0");
        expect(Number(subtract(profit, world.portfolio.realisedPnl))).toBeCloseTo(0, 12);
      }),
      { numRuns: 100 },
    );
    expect(seen.size).toBe(4);
  });
});
