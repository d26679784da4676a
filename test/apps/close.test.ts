// `close` and `write-off`: an exit as any other, and a loss of its own kind.

import { describe, expect, it } from "vitest";
import { closeCommand, writeOffCommand } from "#apps/commands/close.ts";
import { type CloseReport, WriteOffReport } from "#desk/documents/close-report.ts";
import { standingOf } from "#desk/run-slot/last-candle.ts";
import { PositionError, UnknownNameError } from "#schemas/errors.ts";
import type { JournalEvent } from "#schemas/journal.ts";
import { add, type Money, multiply, subtract } from "#schemas/money.ts";
import type { Portfolio } from "#schemas/portfolio.ts";
import { type MarketSymbol, unixMs } from "#schemas/units.ts";
import { patience } from "#test/support/desk.ts";
import { eager } from "#test/support/eager-strategy.ts";
import { testMarket } from "#test/support/market.ts";
import { ofMarket } from "#test/support/strategy.ts";
import { START_MS, simulatedDesk } from "./simulated-desk.ts";

/** A desk that holds something, with its stop and target resting. */
async function holdingDesk(over: Parameters<typeof simulatedDesk>[0] = {}) {
  const opened = await simulatedDesk({ strategies: [eager], ...over });
  let slot = 0;
  const held = () => [...opened.desk.account.portfolio().positions.values()].find(({ dust }) => !dust);
  while (held() === undefined && slot < 20) await opened.runSlot(slot++);
  const position = held();
  if (position === undefined) throw new Error("nothing was bought");
  const restsFor = () =>
    [...opened.desk.account.portfolio().orders.values()].filter(
      ({ symbol, side }) => symbol === position.symbol && side === "sell",
    );
  expect(restsFor()).toHaveLength(2);
  return { ...opened, position, restsFor, next: () => opened.runSlot(slot++) };
}

const typesOf = (events: readonly JournalEvent[]) => events.map(({ type }) => type);

/** Cash and what is held at cost are what there was and what was realised: nothing is lost without being booked. */
function expectConserved({ cash, positions, startingCash, realisedPnl }: Portfolio): void {
  const atCost = [...positions.values()].map(({ quantity, averagePrice }) => multiply(quantity, averagePrice) as Money);
  const total = atCost.reduce((sum, cost) => add(sum, cost), cash);
  expect(Number(subtract(total, add(startingCash, realisedPnl)))).toBeCloseTo(0, 12);
}

describe("close", () => {
  it("sends a market exit of all that is held, journaled before it is sent, and cancels what rested", async () => {
    const { desk, run, position, restsFor, next, events } = await holdingDesk();
    const before = (await events()).length;
    const { document, text } = await run<CloseReport>(closeCommand, { reason: "news" }, [position.base]);
    expect(document).toMatchObject({
      symbol: position.symbol,
      positions: [{ strategyId: eager.id, quantity: position.quantity, refusal: null, fills: [] }],
    });
    expect(document.positions[0]?.order).toMatchObject({
      side: "sell",
      quantity: position.quantity,
      status: "accepted",
    });
    expect(text).toContain("it fills when the market next trades");
    const journaled = (await events()).slice(before);
    expect(typesOf(journaled).slice(0, 2)).toEqual(["decision", "order-list"]);
    expect(journaled[0]).toMatchObject({
      decision: { reason: "closed by the operator: news", strategyId: eager.id },
    });
    await next();
    expect(desk.account.portfolio().positions.has(ofMarket(position.symbol, eager.id))).toBe(false);
    const trade = desk.account.statistics().trades().at(-1);
    expect(trade).toMatchObject({ symbol: position.symbol, exitRole: "exit", strategyId: eager.id });
    expect(restsFor()).toEqual([]);
    expectConserved(desk.account.portfolio());
  });

  it("is not sent twice while the first one works", async () => {
    const { run, position } = await holdingDesk();
    await run(closeCommand, {}, [position.symbol]);
    const again = await run<CloseReport>(closeCommand, {}, [position.symbol]);
    expect(again.document.positions[0]?.order).toBeNull();
    expect(again.text).toMatch(/is not closed|already/);
  });

  it("is refused by halt alone, and by what is not held, and fails as a command", async () => {
    const { run, append, position, clock } = await holdingDesk();
    await append({ type: "control", strategyId: null, atMs: clock.now(), action: "halt", reason: "-" });
    const { document, text } = await run<CloseReport>(closeCommand, {}, [position.symbol]);
    expect(document.positions[0]?.refusal?.rule).toBe("halt");
    expect(closeCommand.failed?.(document)).toBe(true);
    expect(text).toContain("is not closed (halt)");
    const other = await holdingDesk();
    const notHeld = [...other.markets.keys()].find((symbol) => symbol !== other.position.symbol) ?? "";
    await expect(other.run(closeCommand, {}, [notHeld])).rejects.toThrow(UnknownNameError);
  });

  it("of a market that has gone says so and names write-off", async () => {
    const { run, markets, position, events } = await holdingDesk();
    markets.delete(position.symbol);
    const before = await events();
    const refused = run(closeCommand, {}, [position.symbol]);
    await expect(refused).rejects.toThrow(PositionError);
    await expect(refused).rejects.toThrow(/no longer lists it.*deeptrader write-off/s);
    expect(await events()).toEqual(before);
  });
});

describe("write-off", () => {
  it("takes the position out at 0: a loss in account, trades and statistics, its orders canceled", async () => {
    const { desk, run, markets, position, restsFor, next } = await holdingDesk();
    const before = desk.account.portfolio();
    const cost = multiply(position.quantity, position.averagePrice) as Money;
    markets.delete(position.symbol);
    const { document, text } = await run<WriteOffReport>(writeOffCommand, { reason: "delisted" }, [position.symbol]);
    expect(WriteOffReport.parse(document)).toMatchObject({
      symbol: position.symbol,
      positions: [{ strategyId: eager.id, cost }],
      problems: [],
    });
    expect(text).toContain("are lost (delisted)");
    const after = desk.account.portfolio();
    expect(after.positions.has(ofMarket(position.symbol, eager.id))).toBe(false);
    expect(after.cash).toBe(before.cash);
    expect(after.realisedPnl).toBe(subtract(before.realisedPnl, cost));
    expect(after.brackets.size).toBe(before.brackets.size - 1);
    expect(restsFor()).toEqual([]);
    expectConserved(after);
    const trade = desk.account.statistics().trades().at(-1);
    expect(trade).toMatchObject({
      symbol: position.symbol,
      exitRole: "write-off",
      exitPrice: "0",
      strategyId: eager.id,
    });
    // Cost and the entry's fee.
    expect(Number(trade?.pnl)).toBeLessThanOrEqual(-Number(cost));
    expect(trade?.returnPct).toBeLessThanOrEqual(-100);
    await next();
    expectConserved(desk.account.portfolio());
  });

  it("is refused while the market trades, and needs a reason", async () => {
    const { run, position, events } = await holdingDesk();
    const before = await events();
    await expect(run(writeOffCommand, { reason: "-" }, [position.symbol])).rejects.toThrow(
      /still trades.*deeptrader close/s,
    );
    expect(await events()).toEqual(before);
    expect(() => writeOffCommand.check?.({ args: [], flags: {} })).toThrow(/--reason/);
  });
});

describe("a market", () => {
  const symbol = "OLD/USDT" as MarketSymbol;
  const standing = (openMs: number | null, timeframe: "5m" | "1d", ageMs: number) =>
    standingOf(
      {
        markets: new Map([[symbol, testMarket(symbol)]]),
        clock: { now: () => unixMs(START_MS + ageMs) } as never,
        config: { timeframe } as never,
        marketData: {
          venue: "replay",
          candles: async () => ({ close: openMs === null ? [] : [12], openMs: openMs === null ? [] : [openMs] }),
        } as never,
      },
      symbol,
      patience,
    );
  const [FIVE_MIN, DAY] = [300_000, 86_400_000];

  it.each([
    ["5m", FIVE_MIN, DAY, true],
    ["5m", FIVE_MIN, DAY + 1, false],
    ["1d", DAY, 3 * DAY, true],
    ["1d", DAY, 3 * DAY + 1, false],
  ] as const)(
    "that is listed on %s (%d ms) trades up to a day or three candles after its last: %d ms, %s",
    async (timeframe, lengthMs, ageMs, trades) => {
      expect((await standing(START_MS - lengthMs, timeframe, ageMs)).trades).toBe(trades);
    },
  );

  it("without a candle does not", async () => {
    expect(await standing(null, "5m", 0)).toEqual({
      trades: false,
      why: expect.stringMatching(/^no 5m candle of it has closed since \d{4}-/),
    });
  });
});
