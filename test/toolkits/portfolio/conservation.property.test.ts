// Random trades of two markets with fees in quote, in coins and in a third coin, left in parts, down to nothing or to dust.
// What should come out is summed here in whole numbers of 1e-10, from the fills alone.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { JournalEvent } from "#schemas/journal.ts";
import { add, compare, type Money, multiply, type Quantity, subtract } from "#schemas/money.ts";
import type { Fill } from "#schemas/order.ts";
import type { Portfolio } from "#schemas/portfolio.ts";
import { splitSymbol } from "#schemas/units.ts";
import { closedTrades } from "#test/support/folds.ts";
import { STRATEGY } from "#test/support/strategy.ts";
import { equityOf } from "#toolkits/portfolio/equity.ts";
import { applyEvent, emptyPortfolio } from "#toolkits/portfolio/portfolio.ts";
import { BTC, ETH, msAfter } from "../../memory/fixtures.ts";
import { buy, sell } from "./fixture.ts";

const START = { quote: "USDT", cash: "1000" as Money };

const feeIn = fc.constantFrom("quote" as const, "base" as const, "third" as const);
const part = fc.record({ cents: fc.integer({ min: 100, max: 10_000 }), feeIn, feePct: fc.integer({ min: 0, max: 2 }) });

/** One entry, its exits, and what is left: everything, dust, or nothing. */
const round = fc.record({
  symbol: fc.constantFrom(BTC, ETH),
  entries: fc.array(fc.record({ part, mils: fc.integer({ min: 100, max: 5000 }) }), { minLength: 1, maxLength: 3 }),
  exits: fc.array(part, { maxLength: 3 }),
  ends: fc.constantFrom("flat" as const, "dust" as const),
});
type Round = typeof round extends fc.Arbitrary<infer T> ? T : never;
type Part = Round["exits"][number];

class Writer {
  readonly events: JournalEvent[] = [];
  readonly #held = new Map<string, string>();
  /** Entry fees, in quote, of positions that no exit has touched. */
  readonly #entryFees = new Map<string, string>();

  round({ symbol, entries, exits, ends }: Round): void {
    for (const entry of entries) this.#buy(symbol, multiply(String(entry.mils), "0.001"), entry.part);
    exits.forEach((exit, n) => {
      const last = n === exits.length - 1;
      const share = !last ? "0.4" : ends === "dust" ? "0.97" : "1";
      this.#sell(symbol, share, exit);
    });
    if (exits.length > 0 && ends === "dust") {
      const quantity = this.held(symbol) as Quantity;
      this.events.push({ type: "dust", strategyId: STRATEGY, atMs: this.#now(), symbol, quantity });
    }
  }

  entryFees(): string {
    return [...this.#entryFees.values()].reduce((sum, fee) => add(sum, fee), "0");
  }

  held = (symbol: string): string => this.#held.get(symbol) ?? "0";
  #now = () => msAfter(this.events.length * 60_000);

  #buy(symbol: Fill["symbol"], quantity: string, entry: Part): void {
    const fill = buy(quantity, this.#price(entry), this.#over(symbol, quantity, entry));
    this.events.push(fill);
    const coins = fill.fill.feeCurrency === splitSymbol(symbol).base ? fill.fill.fee : "0";
    this.#held.set(symbol, add(this.held(symbol), subtract(quantity, coins)));
    this.#entryFees.set(symbol, add(this.#entryFees.get(symbol) ?? "0", feeValue(fill.fill)));
  }

  /** A share of what is held leaves: what is sold, and the fee where it is taken in coins. */
  #sell(symbol: Fill["symbol"], share: string, exit: Part): void {
    const leaving = multiply(this.held(symbol), share);
    const feeShare = multiply(String(exit.feePct), "0.01");
    const inCoins = exit.feeIn === "base";
    const quantity = inCoins ? multiply(leaving, subtract("1", feeShare)) : leaving;
    const over = this.#over(symbol, quantity, exit);
    const fee = inCoins ? multiply(leaving, feeShare) : over.fee;
    this.events.push(sell(quantity, this.#price(exit), { ...over, fee }));
    this.#held.set(symbol, subtract(this.held(symbol), leaving));
    this.#entryFees.delete(symbol);
  }

  #price = ({ cents }: Part) => multiply(String(cents), "0.01");

  #over(symbol: Fill["symbol"], quantity: string, { feeIn, feePct, ...of }: Part) {
    const share = multiply(String(feePct), "0.01");
    const id = this.events.length;
    return {
      symbol,
      fillId: `f${id}`,
      clientOrderId: id.toString(16).padStart(32, "0"),
      atMs: this.#now(),
      fee: multiply(feeIn === "base" ? quantity : multiply(quantity, multiply(String(of.cents), "0.01")), share),
      feeCurrency: { quote: "USDT", base: splitSymbol(symbol).base, third: "BNB" }[feeIn],
    };
  }
}

const written = (rounds: readonly Round[]): Writer => {
  const writer = new Writer();
  const unsold = new Set<string>();
  for (const one of rounds) {
    // A second entry into an open position is no trade of its own.
    if (unsold.has(one.symbol)) continue;
    if (one.exits.length === 0) unsold.add(one.symbol);
    writer.round(one);
  }
  return writer;
};
const rounds = fc.array(round, { maxLength: 8 }).map(written);

function feeValue(fill: Fill): string {
  if (fill.feeCurrency === "USDT") return fill.fee;
  return fill.feeCurrency === "BNB" ? "0" : multiply(fill.fee, fill.price);
}

function expectClose(a: string, b: string): void {
  expect(compare(subtract(a, b).replace("-", ""), "0.00000000000000000001")).toBe(-1);
}

const foldOf = (events: readonly JournalEvent[]): Portfolio =>
  events.reduce<Portfolio>((portfolio, event) => applyEvent(portfolio, event), emptyPortfolio(START));

describe("whatever is traded and whatever the fees are taken in", () => {
  it("each fill takes its fee, and nothing else, from cash and positions at its price", () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(rounds, ({ events }) => {
        let portfolio: Portfolio = emptyPortfolio(START);
        for (const event of events) {
          const after = applyEvent(portfolio, event);
          if (event.type === "fill") {
            const marks = new Map([[event.fill.symbol, Number(event.fill.price)]]);
            const lost = subtract(equityOf(portfolio, marks), equityOf(after, marks));
            expectClose(lost, feeValue(event.fill));
            expectClose(subtract(after.feesPaid, portfolio.feesPaid), feeValue(event.fill));
            seen.add(`${event.fill.side} ${event.fill.feeCurrency}`);
          }
          portfolio = after;
        }
      }),
      { numRuns: 100 },
    );
    expect([...seen].sort()).toEqual(
      ["buy BNB", "buy BTC", "buy ETH", "buy USDT", "sell BNB", "sell BTC", "sell ETH", "sell USDT"].sort(),
    );
  });

  it("cash and positions at cost are the starting cash and the realised profit", () => {
    fc.assert(
      fc.property(rounds, ({ events, held }) => {
        const after = foldOf(events);
        let atCost: string = after.cash;
        for (const position of after.positions.values()) {
          atCost = add(atCost, multiply(position.quantity, position.averagePrice));
          expect(position.quantity).toBe(held(position.symbol));
        }
        expectClose(atCost, add(after.startingCash, after.realisedPnl));
      }),
      { numRuns: 100 },
    );
  });

  it("the profits of all closed trades, less the entry fees of what is held, are the realised profit", () => {
    let [trades, afterDust] = [0, 0];
    fc.assert(
      fc.property(rounds, (writer) => {
        const closed = closedTrades(writer.events);
        const profit = closed.reduce<string>((sum, { pnl }) => add(sum, pnl), "0");
        expectClose(subtract(profit, writer.entryFees()), foldOf(writer.events).realisedPnl);
        trades += closed.length;
        const dusty = writer.events.findIndex(({ type }) => type === "dust");
        if (dusty >= 0) afterDust += closed.filter(({ entryMs }) => entryMs > (writer.events[dusty]?.atMs ?? 0)).length;
      }),
      { numRuns: 200 },
    );
    expect(trades).toBeGreaterThan(300);
    expect(afterDust).toBeGreaterThan(50);
  });

  it("a position opens when its trade does, also after dust", () => {
    fc.assert(
      fc.property(rounds, ({ events }) => {
        const after = foldOf(events);
        for (const { symbol, openedAtMs, dust } of after.positions.values()) {
          const own = events.filter((e) => e.type === "fill" && e.fill.symbol === symbol);
          const lastSale = own.findLastIndex((e) => e.type === "fill" && e.fill.side === "sell");
          if (!dust) expect(openedAtMs).toBe(own[lastSale + 1]?.atMs);
        }
      }),
      { numRuns: 100 },
    );
  });
});
