// Out of what a desk has left at a venue, with no journal: exactly the coins behind its stops, whatever the venue answers, at every venue.
import { afterEach, describe, expect, it } from "vitest";
import { multiply, type Price, type Quantity, roundPrice } from "#schemas/money.ts";
import { openTrader, type Trader, type TraderOptions } from "#test/exchanges/trading/open-trader.ts";
import { LIVE_VENUES } from "#toolkits/execution/live/venue-orders.ts";
import { leftBehind, type Undone, undo } from "#toolkits/execution/live/without-journal.ts";

const options = { signal: new AbortController().signal };
const STOP_ID = "a".repeat(32);

const opened: Trader[] = [];
afterEach(() => Promise.all(opened.splice(0).map((trader) => trader.close())));

const priceAt = ({ account, symbol }: Trader, factor: string): Price =>
  roundPrice(multiply(account.priceOf(symbol), factor), account.listingOf(symbol)?.tickSize ?? "1", "sell") as Price;

/** One coin, of which a desk's stop protects a hundredth; the rest is the owner's, as is one of his orders. */
async function left(venue: string, over: TraderOptions = {}): Promise<Trader> {
  const trader = await openTrader(venue, { balances: { USDT: "1000", USDC: "1000", USD: "1000", BTC: "1" }, ...over });
  opened.push(trader);
  const { symbol, orders, account } = trader;
  const at = (factor: string) => priceAt(trader, factor);
  account.place({ clientId: "owner", symbol, side: "sell", quantity: "0.02", type: "limit", limitPrice: at("1.5") });
  const terms = { type: "stop", triggerPrice: at("0.9") } as const;
  const wish = { clientOrderId: STOP_ID, symbol, side: "sell", quantity: "0.01" as Quantity, terms } as const;
  expect(await orders.place(wish, options)).toMatchObject({ outcome: "accepted" });
  trader.wait(5_000);
  return trader;
}

const look = async ({ orders, quote }: Trader) =>
  leftBehind({ open: await orders.open(options), balances: await orders.balances(options) }, quote);

async function out(trader: Trader): Promise<readonly Undone[]> {
  const { entries, stops } = await look(trader);
  const parts = { orders: trader.orders, now: trader.now, sleep: async (ms: number) => trader.wait(ms) };
  const done: Undone[] = [];
  for (const order of [...entries, ...stops]) done.push(await undo(parts, order, options));
  return done;
}
const working = ({ account }: Trader) => account.orders.filter(({ state }) => state === "working");
const fail = (trader: Trader, at: "place" | "cancel", status = 502) =>
  trader.faults.add({ fault: { kind: "answered-otherwise", status, text: "" }, at: [at], times: 1 });

describe.each(LIVE_VENUES)("an account without a journal at %s", (venue) => {
  it("has the coins behind a desk's stop sold, exactly those, once; what is the owner's stays", async () => {
    const trader = await left(venue);
    expect(await out(trader)).toMatchObject([{ quantity: "0.01", sold: "0.01", done: true }]);
    expect(trader.account.total("BTC")).toBe("0.99");
    expect(working(trader).map(({ wish }) => wish.clientId)).toEqual(["owner"]);
    expect(await out(trader)).toEqual([]);
    expect((await look(trader)).coins).toContainEqual({ currency: "BTC", quantity: "0.99" });
    expect(trader.account.total("BTC")).toBe("0.99");
  });

  it("has it sold once where the answer to the sale is lost", async () => {
    const trader = await left(venue);
    fail(trader, "place");
    expect(await out(trader)).toMatchObject([{ sold: "0.01", done: true }]);
    expect(trader.account.total("BTC")).toBe("0.99");
  });
});

describe("an account without a journal", () => {
  it("has nothing sold while the end of the stop is not known; the next time it is", async () => {
    const trader = await left("binance");
    fail(trader, "cancel");
    expect(await out(trader)).toMatchObject([{ sold: "0", done: false }]);
    expect(trader.account.total("BTC")).toBe("1");
  });

  it("has its stop back where the sale is refused", async () => {
    const trader = await left("binance");
    trader.account.nextRefusals.push("price-band");
    const [undone] = await out(trader);
    expect(undone).toMatchObject({ sold: "0", done: false });
    expect(undone?.text).toMatch(/its stop at \S+ is back for 0\.01/);
    expect(working(trader)).toHaveLength(2);
    expect(await out(trader)).toMatchObject([{ sold: "0.01", done: true }]);
  });

  it("has a desk's entry canceled and nothing of it sold", async () => {
    const trader = await left("binance");
    const { symbol, account } = trader;
    const [, stop] = working(trader);
    if (stop !== undefined) account.cancel(stop);
    const limitPrice = priceAt(trader, "0.8");
    account.place({ clientId: "b".repeat(32), symbol, side: "buy", quantity: "0.01", type: "limit", limitPrice });
    expect(await out(trader)).toMatchObject([{ side: "buy", sold: "0", done: true, text: "canceled." }]);
    expect(account.total("BTC")).toBe("1");
  });
});
