// What a stop, a cancel or a question waits for, at each venue: for what the venue asks of what is signed, and for nothing that happened to
// prices and candles.
import { afterEach, describe, expect, it } from "vitest";
import { type Price, type Quantity, roundPrice } from "#schemas/money.ts";
import type { VenueBudget } from "#schemas/ports/market.ts";
import type { Fault } from "#test/exchanges/faults.ts";
import { openTrader, type Trader } from "#test/exchanges/trading/open-trader.ts";
import { LIVE_VENUES } from "#toolkits/execution/live/venue-orders.ts";

const options = { signal: new AbortController().signal };
const SILENT: Fault = { kind: "status", status: 502, body: "<html>502</html>" };
const MINUTE_MS = 60_000;
/** Those that count what is signed with all else that an address asks. */
const TOGETHER: ReadonlySet<string> = new Set(["binance", "bybit"]);

let trader: Trader;
afterEach(() => trader.close());

/** What others of the address have met, and what is told to them. */
function sharedBudget() {
  const seen = { turns: 0, pausedMs: 0, othersRestMs: 0 };
  const budget: VenueBudget = {
    turn: async () => {
      seen.turns += 1;
      return { pausedForMs: seen.othersRestMs, waitMs: 5_000 };
    },
    restMs: async () => seen.othersRestMs,
    pause: async (forMs) => {
      seen.pausedMs = forMs;
    },
    close: async () => {},
  };
  return { seen, budget };
}

let placed = 0;
const place = async (): Promise<string> => {
  const { account, symbol, orders } = trader;
  placed += 1;
  const price = roundPrice(account.priceOf(symbol), account.listingOf(symbol)?.tickSize ?? "0.01", "buy") as Price;
  const { outcome } = await orders.place(
    {
      clientOrderId: placed.toString(16).padStart(32, "b"),
      symbol,
      side: "buy",
      quantity: "0.01" as Quantity,
      terms: { type: "limit-ioc", limitPrice: price },
    },
    options,
  );
  return outcome;
};

const meet = async (fault: Fault, times: number): Promise<void> => {
  trader.faults.add({ fault, at: ["balances"], times });
  for (let each = 0; each < times; each += 1) await trader.orders.balances(options).catch(() => {});
};

describe.each(LIVE_VENUES)("an order at %s", (venueId) => {
  it("waits for no rest and no turn of those who read prices, and takes its turn where the venue counts it with them", async () => {
    const { seen, budget } = sharedBudget();
    trader = await openTrader(venueId, { budget });
    seen.othersRestMs = 10 * MINUTE_MS;
    const before = seen.turns;
    expect(await place()).toBe("accepted");
    expect(seen.turns - before).toBe(TOGETHER.has(venueId) ? 1 : 0);
  });

  it("tells those who read prices of a limit that it met, where the venue counts it with them", async () => {
    const { seen, budget } = sharedBudget();
    trader = await openTrader(venueId, { budget });
    await meet({ kind: "status", status: 429, headers: { "retry-after": "30" } }, 1);
    expect(seen.pausedMs).toBe(TOGETHER.has(venueId) ? 30_000 : 0);
  });

  it("goes on at once after one that the key may not send", async () => {
    trader = await openTrader(venueId);
    trader.account.nextRefusals.push("no-permission");
    expect(await place()).toBe("refused");
    expect(await place()).toBe("accepted");
  });

  it("waits a second after a limit that names no time, and twice as long after the next, up to the venue's own", async () => {
    trader = await openTrader(venueId);
    await meet({ kind: "status", status: 429 }, 1);
    expect(await place()).toBe("not-sent");
    trader.wait(1_000);
    await meet({ kind: "status", status: 429 }, 1);
    trader.wait(1_999);
    expect(await place()).toBe("not-sent");
    trader.wait(1);
    expect(await place()).toBe("accepted");
  });

  it("waits as long as the venue says, and after a ban or a limit by address for as long as its rules have it", async () => {
    trader = await openTrader(venueId);
    await meet({ kind: "status", status: 429, headers: { "retry-after": "30" } }, 1);
    trader.wait(29_999);
    expect(await place()).toBe("not-sent");
    trader.wait(1);
    expect(await place()).toBe("accepted");
    await meet({ kind: "status", status: 418 }, 1);
    trader.wait(2 * MINUTE_MS - 1);
    expect(await place()).toBe("not-sent");
    trader.wait(1);
    expect(await place()).toBe("accepted");
    await meet({ kind: "status", status: 403, body: "<html>403</html>" }, 1);
    trader.wait(venueId === "bybit" ? 10 * MINUTE_MS - 1 : 999);
    expect(await place()).toBe("not-sent");
    trader.wait(1);
    expect(await place()).toBe("accepted");
  });

  it("is tried again a second after the venue fell silent, and every two while it is", async () => {
    trader = await openTrader(venueId);
    await meet(SILENT, 3);
    expect(await place()).toBe("not-sent");
    trader.wait(1_000);
    for (let each = 0; each < 3; each += 1) {
      await meet(SILENT, 1);
      trader.wait(1_999);
      expect(await place()).toBe("not-sent");
      trader.wait(1);
    }
    expect(await place()).toBe("accepted");
  });
});

/** Said of the moment, beside any status: the venue is there. */
const BUSY: Readonly<Record<string, Fault>> = {
  binance: { kind: "status", status: 503, body: '{"code":-1008,"msg":"Server is currently overloaded."}' },
  kraken: { kind: "status", status: 200, body: '{"error":["EService:Busy"]}' },
  okx: { kind: "status", status: 503, body: '{"code":"50001","msg":"Service temporarily unavailable."}' },
  bybit: { kind: "status", status: 500, body: '{"retCode":10016,"retMsg":"Server error."}' },
  coinbase: { kind: "status", status: 500, body: '{"error":"INTERNAL","message":"Internal server error"}' },
};

it.each(Object.entries(BUSY))(
  "%s that says thrice that it is busy is no venue that has fallen silent",
  async (venueId, fault) => {
    trader = await openTrader(venueId);
    await meet(fault, 3);
    expect(await place()).toBe("accepted");
  },
);
