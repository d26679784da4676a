// Each kind of request about orders, once, at a local exchange → what went over the wire, without what changes with key and clock.
import { multiply, type Price, type Quantity, roundPrice } from "#schemas/money.ts";
import type { OrderRef, OrderToPlace } from "#toolkits/execution/live/venue-orders.ts";
import type { RequestSeen } from "../exchange.ts";
import { openTrader } from "./open-trader.ts";

export const goldenUrl = (venueId: string): URL => new URL(`goldens/${venueId}.json`, import.meta.url);

const options = { signal: new AbortController().signal };

/** Signatures, nonces and keys: they differ with every run, or with the key. */
const MASKED = /((?<!_)(?:signature|nonce|timestamp)["=:]+\s*"?)[^&",}]+/gi;
const SIGNED_HEADERS =
  /^(x-mbx|api-|ok-access|x-bapi|cb-|authorization|x-simulated|content-type|broker|referer|x-referer)/;
const SECRET_HEADERS = /key|sign|passphrase|timestamp|authorization/;

const written = ({ method, target, headers, rawBody }: RequestSeen) => ({
  request: `${method} ${target.replace(MASKED, "$1…")}`,
  headers: Object.fromEntries(
    Object.entries(headers)
      .filter(([name]) => SIGNED_HEADERS.test(name))
      .map(([name, value]) => [name, SECRET_HEADERS.test(name) ? "…" : value])
      .sort(([a = ""], [b = ""]) => (a < b ? -1 : 1)),
  ),
  ...(rawBody === "" ? {} : { body: rawBody.replace(MASKED, "$1…") }),
});

/** By what was asked for: the requests that it took. */
export async function captureRequests(venueId: string): Promise<Readonly<Record<string, unknown>>> {
  const trader = await openTrader(venueId, { balances: { USDT: "100000", USD: "100000", BTC: "1" } });
  const { orders, exchange, account, symbol } = trader;
  const captured: Record<string, unknown> = {};
  const during = async <T>(what: string, work: () => Promise<T>): Promise<T> => {
    const before = exchange.requests.length;
    const result = await work();
    captured[what] = exchange.requests.slice(before).map(written);
    return result;
  };
  const price = (factor: string): Price =>
    roundPrice(multiply(account.priceOf(symbol), factor), account.listingOf(symbol)?.tickSize ?? "0.01", "sell");
  let n = 0;
  const place = async (what: string, order: Pick<OrderToPlace, "side" | "terms">): Promise<OrderRef> => {
    n += 1;
    const clientOrderId = n.toString(16).padStart(32, "c");
    const sinceMs = trader.now();
    const wish = { ...order, clientOrderId, symbol, quantity: "0.01" as Quantity };
    const placed = await during(what, () => orders.place(wish, options));
    if (placed.outcome !== "accepted") throw new Error(`${what}: ${JSON.stringify(placed)}`);
    const kind = order.terms.type === "stop" ? "stop" : "plain";
    return { clientOrderId, venueOrderId: placed.venueOrderId, symbol, kind, sinceMs };
  };
  const entry = await place("entry", { side: "buy", terms: { type: "limit-ioc", limitPrice: price("1.002") } });
  const stop = await place("stop", { side: "sell", terms: { type: "stop", triggerPrice: price("0.9") } });
  const target = await place("target", { side: "sell", terms: { type: "limit", limitPrice: price("1.1") } });
  await place("exit", { side: "sell", terms: { type: "market" } });
  await place("bounded exit", { side: "sell", terms: { type: "limit-ioc", limitPrice: price("0.98") } });
  await during("ask by both ids", () => orders.ask(entry, options));
  await during("ask by client id", () => orders.ask({ ...entry, venueOrderId: null }, options));
  await during("ask for a stop", () => orders.ask({ ...stop, venueOrderId: null }, options));
  await during("open orders", () => orders.open(options));
  await during("trades", () => orders.trades({ symbol, sinceMs: entry.sinceMs }, options));
  await during("balances", () => orders.balances(options));
  await during("key", () => orders.checkKey(options));
  const { moveStop } = orders;
  if (moveStop !== undefined) await during("move a stop", () => moveStop(stop, price("0.91"), options));
  await during("cancel a target", () => orders.cancel(target, options));
  await during("cancel a stop", () => orders.cancel(stop, options));
  await trader.close();
  return captured;
}
