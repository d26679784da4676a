// Orders of a live run as its journal has them, with what paper says beside each.
import type { JournalEvent } from "#schemas/journal.ts";
import type { Money, Price, Quantity } from "#schemas/money.ts";
import { type MarketSymbol, unixMs } from "#schemas/units.ts";
import { entryOrder } from "#test/toolkits/execution/fixture.ts";
import { eventOf } from "#toolkits/execution/order-rows.ts";

export const HOUR_MS = 3_600_000;
export const FIRST_MS = Date.parse("2026-06-01T00:00:00Z");
const SYMBOLS: readonly MarketSymbol[] = ["BTC/USDT", "ETH/USDT"].map((text) => text as MarketSymbol);

/** Purchases at an ask of 100, one an hour, each so many hundredths worse; null: not filled. */
export const bought = (worse: readonly (number | null)[], symbols = SYMBOLS): readonly JournalEvent[] =>
  worse.flatMap((more, n): readonly JournalEvent[] => {
    const atMs = unixMs(FIRST_MS + n * HOUR_MS);
    const clientOrderId = n.toString(16).padStart(32, "0");
    const order = entryOrder({ clientOrderId, symbol: symbols[n % symbols.length] as MarketSymbol });
    const { strategyId, symbol, side, role } = order;
    const price = String(100 + (more ?? 0) / 100) as Price;
    const fill: JournalEvent = {
      type: "fill",
      atMs,
      fill: {
        ...{ fillId: clientOrderId, clientOrderId, strategyId, symbol, side, role, atMs, basis: "binance", price },
        ...{ quantity: "2" as Quantity, notional: String(2 * Number(price)) as Money, fee: "0.2", feeCurrency: "USDT" },
      },
    };
    const taken = eventOf(order, { type: "accepted", venueOrderId: "1" }, atMs);
    return [
      { type: "order-list", atMs, orders: [order] },
      taken,
      {
        ...{ type: "paper-beside", atMs, clientOrderId, symbol, role, side, reason: "" },
        ...{ bid: "99.98" as Price, ask: "100" as Price, price: "100" as Price },
      },
      more === null ? eventOf(taken.order, { type: "expired", reason: "" }, atMs) : fill,
    ];
  });
