// Money that the operator puts in or takes out is neither profit, loss nor drawdown, whenever it comes.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ExposureFold } from "#desk/account/exposure-fold.ts";
import { TradeStatistics } from "#desk/account/trade-statistics.ts";
import type { JournalEvent } from "#schemas/journal.ts";
import { add, type Money, multiply, subtract, toNumber } from "#schemas/money.ts";
import type { Portfolio } from "#schemas/portfolio.ts";
import { DAY_MS, type UnixMs, unixMs } from "#schemas/units.ts";
import { equityOf } from "#toolkits/portfolio/equity.ts";
import { changeOf } from "#toolkits/portfolio/flows.ts";
import { applyEvent, emptyPortfolio } from "#toolkits/portfolio/portfolio.ts";
import { TradeFold } from "#toolkits/portfolio/trades.ts";
import { advanceLoss } from "#toolkits/risk/loss-meter.ts";
import { BTC } from "../../memory/fixtures.ts";
import { buy, sell } from "./fixture.ts";

const START = { quote: "USDT", cash: "1000" as Money };
const LIMITS = { maxDayLossPct: 2, maxDrawdownPct: 10 };

/** Percent that the price moves; a share of the cash that is bought for, or all is sold; percent of equity that is put in. */
const step = fc.oneof(
  fc.integer({ min: -20, max: 25 }).map((pct) => ({ do: "move" as const, pct })),
  fc.integer({ min: 1, max: 5 }).map((tenths) => ({ do: "buy" as const, tenths })),
  fc.constant({ do: "sell" as const }),
  fc.integer({ min: -60, max: 200 }).map((pct) => ({ do: "allot" as const, pct })),
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

/** A run of one coin, marked after every step: what is bought and sold is the same share of what is there, with and without allotments. */
class Run {
  portfolio: Portfolio = emptyPortfolio(START);
  readonly trades = new TradeFold();
  readonly statistics = new TradeStatistics();
  readonly exposure = new ExposureFold(() => toNumber(this.portfolio.cash));
  readonly events: JournalEvent[] = [];
  #price = "100";
  #at = 0;

  take(event: JournalEvent): void {
    this.portfolio = applyEvent(this.portfolio, event);
    this.trades.take(event);
    this.statistics.take(event);
    this.exposure.take(event);
    this.events.push(event);
  }

  equity = (): Money => equityOf(this.portfolio, new Map([[BTC, Number(this.#price)]]));

  step(one: Step): void {
    this.#at += 1;
    const atMs = unixMs(this.#at * (DAY_MS / 4));
    const fill = { clientOrderId: String(this.#at).padStart(32, "0"), fillId: `f${this.#at}`, atMs };
    const held = [...this.portfolio.positions.values()][0]?.quantity;
    if (one.do === "move") this.#price = String(Number((Number(this.#price) * (1 + one.pct / 100)).toFixed(4)));
    if (one.do === "buy") {
      const quantity = ((toNumber(this.portfolio.cash) * one.tenths) / 10 / Number(this.#price)).toFixed(6);
      if (Number(quantity) > 0) this.take(buy(quantity, this.#price, { ...fill, fee: "0.1", feeCurrency: "USDT" }));
    }
    if (one.do === "sell" && held !== undefined) this.take(sell(held, this.#price, { ...fill, fee: "0.2" }));
    if (one.do === "allot") this.allot(one.pct, atMs);
    this.mark(atMs);
  }

  allot(pct: number, atMs: UnixMs): void {
    const equity = this.equity();
    const wanted = (toNumber(equity) * pct) / 100;
    const amount = String(Number(Math.max(wanted, -toNumber(this.portfolio.cash) / 2).toFixed(8))) as Money;
    const before = this.portfolio;
    this.take({ type: "allotment", atMs, amount, equity, by: "anna", nth: before.operatorRows, reason: "" });
    const { loss } = this.portfolio;
    expect(loss?.dayChangePct).toBe(before.loss?.dayChangePct);
    expect(loss?.drawdownPct).toBe(before.loss?.drawdownPct);
    expect(subtract(this.equity(), equity)).toBe(add<string>(amount, "0"));
  }

  mark(slotMs: UnixMs): void {
    const equity = this.equity();
    const loss = advanceLoss(this.portfolio.loss, { slotMs, equity: toNumber(equity) }, LIMITS);
    this.take({ type: "equity", atMs: slotMs, slotMs, equity, loss });
  }
}

describe("whatever is traded, and whatever is put in or taken out", () => {
  it("cash and positions at cost are what was put in and the profit; the profit is that of the trades", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const run = new Run();
        for (const one of [...steps, { do: "sell" as const }]) run.step(one);
        const { cash, startingCash, allotted, realisedPnl, positions } = run.portfolio;
        let atCost: string = cash;
        for (const { quantity, averagePrice } of positions.values())
          atCost = add(atCost, multiply(quantity, averagePrice));
        const profit = run.trades.closed().reduce<string>((sum, { pnl }) => add(sum, pnl), "0");
        expect(Number(subtract(atCost, add(add(startingCash, allotted), realisedPnl)))).toBeCloseTo(0, 12);
        expect(Number(subtract(profit, realisedPnl))).toBeCloseTo(0, 12);
        const { amount } = changeOf(startingCash, run.equity(), run.events);
        expect(Number(subtract(amount, realisedPnl))).toBeCloseTo(0, 12);
      }),
      { numRuns: 60 },
    );
  });

  it("equity line, day loss and drawdown go from mark to mark as the equity does, less what came in", () => {
    let latched = 0;
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const run = new Run();
        for (const one of [{ do: "buy" as const, tenths: 5 }, ...steps]) run.step(one);
        const line = run.statistics.equityLine();
        const marks = run.events.flatMap((event, at) => (event.type === "equity" ? [{ event, at }] : []));
        for (const [i, { event, at }] of marks.entries()) {
          const before = marks[i - 1];
          if (before === undefined) continue;
          const { pct } = changeOf(before.event.equity, event.equity, run.events.slice(before.at + 1, at));
          const [from, to] = [line[i - 1]?.equity ?? 0, line[i]?.equity ?? 0];
          expect((to / from - 1) * 100).toBeCloseTo(pct ?? Number.NaN, 6);
        }
        // What the meter says is what the line says.
        const peak = Math.max(...line.map(({ equity }) => equity));
        const last = line.at(-1)?.equity ?? Number.NaN;
        expect(run.portfolio.loss?.drawdownPct).toBeCloseTo((1 - last / peak) * 100, 6);
        expect(run.exposure.days().at(-1)?.endEquity).toBe(last);
        const { dayLossLatched, drawdownLatched } = run.portfolio.loss ?? {};
        if (drawdownLatched === true) latched += 1;
        const isSteady = steps.every((one) => one.do === "allot");
        if (isSteady) expect([dayLossLatched, drawdownLatched]).toEqual([false, false]);
      }),
      { numRuns: 60 },
    );
    expect(latched).toBeGreaterThan(0);
  });
});
