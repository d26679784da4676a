import { describe, expect, it } from "vitest";
import type { JournalEvent } from "#schemas/journal.ts";
import type { Price, Quantity } from "#schemas/money.ts";
import type { MarketSymbol } from "#schemas/units.ts";
import { testMarket } from "#test/support/market.ts";
import { orderListOf } from "#toolkits/execution/bracket-orders.ts";
import { untradedCandle } from "#toolkits/execution/match-candle.ts";
import { at, BTC, candle, costs, entryOrder, exitOrder, flat, free, stopOrder, Trial, targetOrder } from "./fixture.ts";

/** One short line an event: `fill entry 2@100 next-open`, `stop-loss canceled 0/2`. */
const lines = (events: readonly JournalEvent[]): readonly string[] =>
  events.flatMap((event) => {
    if (event.type === "fill") {
      const { role, quantity, price, basis } = event.fill;
      return [`fill ${role} ${quantity}@${price} ${basis}`];
    }
    if (event.type === "dust") return [`dust ${event.quantity}`];
    if (event.type !== "order" || event.event?.type === "accepted") return [];
    const { role, filledQuantity, quantity } = event.order;
    return [`${role} ${event.event?.type} ${filledQuantity}/${quantity}`];
  });
const reasons = ({ events }: Trial): readonly string[] =>
  events.flatMap((e) => (e.type === "order" && e.order.statusReason !== "" ? [e.order.statusReason] : []));
const shown = (trial: Trial): readonly string[] => lines(trial.events);

const buying = (change: Parameters<typeof entryOrder>[0] = {}, given: ConstructorParameters<typeof Trial>[0] = {}) =>
  new Trial({ ...given, orders: orderListOf(entryOrder(change)) });
const limitAt = (price: string, change = {}) => ({ type: "limit", limitPrice: price as Price, ...change }) as const;
/** Two coins held, a stop at 90 and a take-profit at 120. */
const protectedBy = (given: ConstructorParameters<typeof Trial>[0] = {}) =>
  new Trial({ held: "2", orders: [stopOrder("90"), targetOrder("120")], ...given });
const selling = (change: Parameters<typeof exitOrder>[0] = {}, given: ConstructorParameters<typeof Trial>[0] = {}) =>
  new Trial({ held: "2", orders: [exitOrder(change)], ...given });

describe("market orders", () => {
  it("fill at the candle's open, slippage against us, fee in quote", () => {
    const trial = buying({}, { costs });
    expect(trial.match(flat(0, 100))).toMatchObject([
      { atMs: at(0), price: "100.05", notional: "200.1", fee: "0.2001", feeCurrency: "USDT", basis: "next-open" },
    ]);
    expect(trial.portfolio.cash).toBe("9799.6999");
    const sold = selling({}, { costs });
    expect(sold.match(flat(0, 100))).toMatchObject([{ price: "99.95", fee: "0.1999" }]);
    expect(sold.portfolio.cash).toBe("10199.7001");
  });

  it("round the slipped price to the tick against us", () => {
    const market = testMarket(BTC, { tickSize: "0.1" });
    expect(buying({}, { costs, market }).match(flat(0, 100))[0]?.price).toBe("100.1");
    expect(selling({}, { costs, market }).match(flat(0, 100))[0]?.price).toBe("99.9");
  });

  it("slip by the market's own slippage, and by none where it says 0", () => {
    const own = (slippageBps: number) => testMarket(BTC, { tickSize: "0.01", slippageBps });
    expect(buying({}, { costs, market: own(100) }).match(flat(0, 100))[0]?.price).toBe("101");
    expect(selling({}, { costs, market: own(0) }).match(flat(0, 100))[0]?.price).toBe("100");
  });

  it("take the market's own fee, in the base coin where the venue does so; the children cover what is left", () => {
    const trial = buying({}, { market: testMarket(BTC, { feeBps: 50, buyFeeIn: "base" }) });
    expect(trial.match(flat(0, 100))[0]).toMatchObject({ fee: "0.01", feeCurrency: "BTC" });
    expect(trial.portfolio.cash).toBe("9800");
    expect(["stop-loss", "take-profit"].map((role) => trial.last(role as never)?.quantity)).toEqual(["1.99", "1.99"]);
  });

  it("sell only what is held", () => {
    const sold = selling({ quantity: "5" as Quantity });
    sold.match(flat(0, 100));
    expect(shown(sold)).toEqual(["exit updated 0/2", "fill exit 2@100 next-open"]);
    expect(sold.portfolio.orders.size).toBe(0);
  });

  it("do not fill before the candle they are active from", () => {
    expect(selling({ activeFromMs: at(1) }).match(flat(0, 100))).toEqual([]);
  });

  it("go through whole or not at all where a candle's volume gives too little to be sold again", () => {
    const thin = buying();
    expect(thin.match(flat(0, 100, 0.5))).toEqual([]);
    expect(shown(thin)).toEqual(["entry canceled 0/2", "stop-loss canceled 0/2", "take-profit canceled 0/2"]);
    expect(thin.portfolio.cash).toBe("10000");
  });

  it("buy the candle's share of volume and cancel the remainder", () => {
    const part = buying();
    part.match(flat(0, 100, 9.9999));
    expect(shown(part)).toEqual([
      "fill entry 0.999@100 next-open",
      "entry canceled 0.999/2",
      "stop-loss priced 0/0.999",
      "take-profit priced 0/0.999",
    ]);
    expect(reasons(part)).toContain("the candle's volume gave 0.999; the remainder of 1.001 is canceled");
  });

  it("that leave go on at the next opens until they are done, and then end stop and target", () => {
    const part = new Trial({ held: "2", orders: [stopOrder("10"), targetOrder("990"), exitOrder()] });
    expect(part.match(flat(0, 100, 5)).map(({ quantity, left }) => [quantity, left])).toEqual([["0.5", "1.5"]]);
    expect(part.last("exit")).toMatchObject({ status: "partially-filled", activeFromMs: at(1) });
    expect(reasons(part)).toContain("the candle's volume gave 0.5; the rest of 1.5 goes on at the next open");
    expect(part.match(flat(1, 99, 10), untradedCandle(at(2)), flat(3, 98)).map(({ price }) => price)).toEqual([
      "99",
      "98",
    ]);
    expect(part.portfolio.orders.size).toBe(0);
    expect(part.last("stop-loss")).toMatchObject({ status: "canceled", statusReason: "the position is closed" });
    expect(new Set(part.events.flatMap((e) => (e.type === "fill" ? [e.fill.fillId] : []))).size).toBe(3);
  });

  it("that find no whole step in a candle's volume wait without a word", () => {
    const trial = selling();
    const before = trial.events.length;
    trial.match(flat(0, 100, 0.001));
    expect(trial.events).toHaveLength(before);
    expect(trial.match(flat(1, 100))).toHaveLength(1);
  });

  it("that leave a rest too small to be sold end as dust", () => {
    const part = selling();
    part.match(flat(0, 100, 19.51));
    expect(shown(part).slice(-2)).toEqual(["dust 0.049", "exit canceled 1.951/2"]);
    expect(part.last("exit")?.statusReason).toBe("the rest is dust");
  });
});

describe("entries", () => {
  it("price stop and take-profit by their fill: the stop rounded down, the take-profit up", () => {
    const trial = buying();
    trial.match(flat(0, 33.33));
    expect(trial.last("stop-loss")).toMatchObject({ triggerPrice: "29.99", quantity: "2", status: "accepted" });
    expect(trial.last("take-profit")).toMatchObject({ limitPrice: "40", quantity: "2", status: "accepted" });
  });

  it("have their children meet their own candle: a low at the stop sells at once", () => {
    const trial = buying();
    trial.match(candle(0, [100, 101, 90, 95]));
    expect(shown(trial)).toEqual([
      "fill entry 2@100 next-open",
      "stop-loss priced 0/2",
      "take-profit priced 0/2",
      "take-profit canceled 0/2",
      "fill stop-loss 2@90 stop",
    ]);
    expect(trial.portfolio).toMatchObject({ cash: "9980", orders: new Map(), brackets: new Map() });
  });

  it("are reduced to what the cash affords, fee included", () => {
    const trial = buying({}, { cash: "100", costs: { ...free, feeBps: 10 } });
    trial.match(flat(0, 100));
    expect(shown(trial).slice(0, 2)).toEqual(["entry updated 0/0.999", "fill entry 0.999@100 next-open"]);
    expect(trial.portfolio.cash).toBe("0.0001");
  });

  it("reserve no fee in quote where it is taken in coins: the whole cash buys", () => {
    const market = testMarket(BTC, { buyFeeIn: "base", feeBps: 100 });
    expect(buying({}, { cash: "100", market }).match(flat(0, 100))[0]?.quantity).toBe("1");
  });

  it("are canceled where the cash affords less than can be sold again", () => {
    const trial = buying({}, { cash: "5.5" });
    trial.match(flat(0, 100));
    expect(shown(trial)[0]).toBe("entry canceled 0/2");
    expect(reasons(trial)[0]).toMatch(/^insufficient cash/);
  });

  it("expire at the close of the only candle that may fill them, and their children with them", () => {
    const quiet = buying();
    quiet.match(untradedCandle(at(0)));
    expect(shown(quiet)).toEqual(["entry expired 0/2", "stop-loss canceled 0/2", "take-profit canceled 0/2"]);
    expect(quiet.events.find((e) => e.type === "order" && e.event?.type === "expired")?.atMs).toBe(at(1));
    expect(quiet.portfolio.brackets.size).toBe(0);
    const late = buying();
    late.match(flat(1, 100));
    expect(shown(late)[0]).toBe("entry expired 0/2");
  });

  it("with a limit fill at the open if that is inside it, at the open, else they expire at once", () => {
    expect(buying(limitAt("100")).match(candle(0, [99, 110, 95, 100]))).toMatchObject([
      { price: "99", basis: "limit" },
    ]);
    expect(buying(limitAt("99")).match(candle(0, [99, 99, 99, 99]))).toMatchObject([{ price: "99" }]);
    const above = buying(limitAt("99"));
    expect(above.match(candle(0, [99.01, 100, 50, 60]))).toEqual([]);
    expect(above.events.find((e) => e.type === "order" && e.event?.type === "expired")).toMatchObject({ atMs: at(0) });
    expect(reasons(above)).toContain("the open of 99.01 is above its limit of 99");
  });

  it("with a limit never pay more than it, slippage or not", () => {
    expect(buying(limitAt("100.02"), { costs }).match(flat(0, 100))[0]?.price).toBe("100.02");
  });

  it("sweep up the dust that is there", () => {
    const trial = buying({}, { held: "0.0305" });
    trial.match(flat(0, 100));
    expect(trial.last("stop-loss")?.quantity).toBe("2.03");
  });
});

describe("stops and take-profits", () => {
  it("both touched in one candle: the stop comes first", () => {
    const trial = protectedBy();
    trial.match(candle(0, [100, 130, 80, 125]));
    expect(shown(trial)).toEqual(["take-profit canceled 0/2", "fill stop-loss 2@90 stop"]);
  });

  it("a gap through the stop fills at the open, not at the stop", () => {
    const trial = protectedBy({ costs: { ...free, slippageBps: 5 } });
    expect(trial.match(candle(0, [80, 85, 75, 80]))).toMatchObject([
      { price: "79.96", basis: "stop-gap", atMs: at(1) },
    ]);
  });

  it("an open at the stop itself is no gap", () => {
    expect(protectedBy().match(candle(0, [90, 95, 85, 90]))).toMatchObject([{ price: "90", basis: "stop" }]);
  });

  it("a stop that is not active yet lets its candle pass", () => {
    const trial = new Trial({ held: "2", orders: [stopOrder("90", { activeFromMs: at(1) })] });
    expect(trial.match(candle(0, [100, 100, 50, 100]))).toEqual([]);
    expect(trial.match(candle(1, [100, 100, 50, 100]))).toHaveLength(1);
  });

  it("a low at the trigger touches it; a tick above does not", () => {
    expect(protectedBy().match(candle(0, [100, 100, 90, 95]))).toHaveLength(1);
    expect(protectedBy().match(candle(0, [100, 100, 90.01, 95]))).toEqual([]);
  });

  it("a take-profit fills only when traded through, at its price, without slippage", () => {
    expect(protectedBy({ costs }).match(candle(0, [100, 120, 95, 110]))).toEqual([]);
    const trial = protectedBy({ costs });
    expect(trial.match(candle(0, [119, 125, 100, 110]))).toMatchObject([{ price: "120", basis: "take-profit" }]);
    expect(trial.last("stop-loss")).toMatchObject({ status: "canceled", statusReason: "the position is closed" });
  });

  it("a take-profit below the whole candle sells at its low: nothing fills outside the candle", () => {
    expect(protectedBy().match(candle(1, [124, 125, 121, 122]))[0]?.price).toBe("121");
  });

  it("a candle without volume touches nothing", () => {
    expect(protectedBy().match(candle(0, [50, 500, 1, 50], 0))).toEqual([]);
  });

  it("a stop that the volume cannot take goes on selling at the next opens, and the take-profit is gone", () => {
    const trial = protectedBy();
    trial.match(candle(0, [100, 130, 89, 89], 10));
    expect(shown(trial)).toEqual(["take-profit canceled 0/2", "fill stop-loss 1@90 stop", "stop-loss updated 1/2"]);
    expect(trial.last("stop-loss")).toMatchObject({ triggered: true, activeFromMs: at(1), status: "partially-filled" });
    // The price is back above the stop: it sells all the same.
    expect(trial.match(flat(1, 110))).toMatchObject([{ quantity: "1", price: "110", basis: "next-open" }]);
    expect(trial.portfolio.positions.size).toBe(0);
  });

  it("a touched stop stays touched when the candle has too little volume for one step", () => {
    const trial = protectedBy();
    expect(trial.match(candle(0, [100, 100, 89, 89], 0.001))).toEqual([]);
    expect(trial.last("stop-loss")).toMatchObject({ triggered: true, filledQuantity: "0" });
    expect(trial.match(flat(1, 95))).toMatchObject([{ price: "95", basis: "next-open" }]);
  });

  it("a take-profit that the volume takes in part rests on, and the stop sells no more than what is left", () => {
    const trial = protectedBy();
    expect(trial.match(candle(0, [100, 121, 95, 110], 5))).toMatchObject([{ quantity: "0.5", left: "1.5" }]);
    expect(trial.match(candle(1, [100, 100, 80, 90]))).toMatchObject([{ role: "stop-loss", quantity: "1.5" }]);
    expect(trial.portfolio.positions.size).toBe(0);
  });

  it("an exit that waits is canceled when the stop has sold all, and sells the rest when it has not", () => {
    const orders = [stopOrder("90"), exitOrder({ activeFromMs: at(1) })];
    const all = new Trial({ held: "2", orders });
    all.match(flat(0, 90));
    expect(shown(all)).toContain("exit canceled 0/2");
    const half = new Trial({ held: "2", orders });
    expect(half.match(flat(0, 90, 10), flat(1, 95)).map(({ role, quantity }) => [role, quantity])).toEqual([
      ["stop-loss", "1"],
      ["exit", "1"],
    ]);
  });
});

describe("what cannot be sold", () => {
  it("is dust below one step: the fee taken in coins leaves a crumb", () => {
    const trial = new Trial({ held: "1.9981", orders: [exitOrder(), stopOrder("10")] });
    trial.match(flat(0, 100));
    expect(shown(trial)).toEqual([
      "exit updated 0/1.998",
      "fill exit 1.998@100 next-open",
      "dust 0.0001",
      "stop-loss canceled 0/2",
    ]);
  });

  it("at the minimum notional is not dust", () => {
    const trial = selling();
    trial.match(flat(0, 100, 19.5));
    expect(shown(trial).join()).not.toContain("dust");
  });
});

describe("tiny prices", () => {
  it("match at 1e-8 with whole coins, and no price falls below a tick", () => {
    const market = testMarket(BTC, { tickSize: "0.00000001", stepSize: "1", minNotional: "0" });
    const trial = buying({ quantity: "600000000" as Quantity }, { market, costs });
    expect(trial.match(flat(0, 3e-7, 1e12))).toMatchObject([{ quantity: "600000000", price: "0.00000031" }]);
    expect(trial.last("stop-loss")?.triggerPrice).toBe("0.00000027");
    expect(trial.last("take-profit")?.limitPrice).toBe("0.00000038");
    expect(selling({}, { market, held: "9", costs }).match(flat(0, 1e-8))[0]?.price).toBe("0.00000001");
  });
});

describe("an exchange", () => {
  it("rejects an order in a market that it does not list", () => {
    const trial = buying({ symbol: "X/USDT" as MarketSymbol });
    expect(trial.last("entry")).toMatchObject({ status: "rejected", statusReason: "X/USDT is not listed here" });
  });
});
