// Kraken takes requests in the order of their nonces. ccxt's is the millisecond, and the clock stands still here: two requests would
// have one number.
import { afterEach, expect, it } from "vitest";
import { VenuePausedError } from "#schemas/errors.ts";
import type { Price, Quantity } from "#schemas/money.ts";
import { openTrader, type Trader } from "#test/exchanges/trading/open-trader.ts";
import { type SigningClient, signedCalls } from "#toolkits/execution/live/http-call.ts";
import type { OrderToPlace } from "#toolkits/execution/live/venue-orders.ts";

const options = { signal: new AbortController().signal };
const opened: Trader[] = [];
const open = async (): Promise<Trader> => {
  const trader = await openTrader("kraken", { balances: { USD: "100000", BTC: "1" } });
  opened.push(trader);
  return trader;
};
afterEach(() => Promise.all(opened.splice(0).map((trader) => trader.close())));

const order = ({ symbol }: Trader, n: number): OrderToPlace => ({
  clientOrderId: n.toString(16).padStart(32, "d"),
  symbol,
  side: "sell",
  quantity: "0.01" as Quantity,
  terms: { type: "limit", limitPrice: "70000" as Price },
});
const noncesOf = ({ exchange }: Trader): readonly number[] =>
  exchange.requests.flatMap(({ rawBody }) => {
    const nonce = new URLSearchParams(rawBody).get("nonce");
    return nonce === null ? [] : [Number(nonce)];
  });

it("twenty requests at once are all taken, each with a higher number than the one before", async () => {
  const trader = await open();
  const placing = Array.from({ length: 10 }, (_, n) => trader.orders.place(order(trader, n), options));
  const reading = Array.from({ length: 10 }, () => trader.orders.balances(options));
  const placed = await Promise.all(placing);
  await Promise.all(reading);
  expect(placed.map(({ outcome }) => outcome)).toEqual(placed.map(() => "accepted"));
  const nonces = noncesOf(trader);
  expect(nonces.length).toBe(20);
  expect(nonces).toEqual([...new Set(nonces)].sort((a, b) => a - b));
});

it("an order goes before the reads that wait", async () => {
  const trader = await open();
  const reading = Array.from({ length: 5 }, () => trader.orders.balances(options));
  const placed = await trader.orders.place(order(trader, 1), options);
  await Promise.all(reading);
  expect(placed).toMatchObject({ outcome: "accepted" });
  const kinds = trader.exchange.requests.flatMap(({ kinds: [kind] }) => (kind === "markets" ? [] : [kind]));
  expect(kinds.indexOf("place")).toBeLessThanOrEqual(1);
});

it("one whose caller has gone while it waited is never sent, and holds up nobody", async () => {
  const trader = await open();
  trader.faults.add({ fault: { kind: "hang" }, at: ["balances"], times: 1 });
  const [hung, waiting] = [new AbortController(), new AbortController()];
  const balances = trader.orders.balances({ signal: hung.signal });
  while (trader.exchange.count("balances") < 1) await new Promise((resolve) => setImmediate(resolve));
  const placing = trader.orders.place(order(trader, 1), { signal: waiting.signal });
  await new Promise((resolve) => setImmediate(resolve));
  waiting.abort(new Error("shutting down"));
  expect(await placing).toMatchObject({ outcome: "not-sent" });
  hung.abort(new Error("shutting down"));
  await expect(balances).rejects.toThrow();
  expect(await trader.orders.open(options)).toEqual([]);
  expect(trader.exchange.count("place")).toBe(0);
});

it("an order that reaches the engine after its deadline is not made", async () => {
  const trader = await open();
  const afterMs = trader.orders.facts.acceptanceMs + 1;
  trader.faults.add({ fault: { kind: "taken-late", afterMs }, at: ["place"], times: 1 });
  const leaving = new AbortController();
  const placing = trader.orders.place(order(trader, 1), { signal: leaving.signal });
  while (trader.exchange.count("place") < 1) await new Promise((resolve) => setImmediate(resolve));
  leaving.abort(new Error("given up"));
  expect(await placing).toMatchObject({ outcome: "unresolved" });
  trader.wait(afterMs + 1);
  expect(await trader.orders.open(options)).toEqual([]);
  expect(trader.account.orders).toEqual([]);
});

/** A client whose pace and whose fetch are given; no exchange is asked. */
const clientWith = (parts: Partial<SigningClient>): SigningClient => ({
  ...({ id: "kraken", options: {}, urls: {}, enableRateLimit: true, parseOHLCVs: () => [] } as const),
  handleErrors: () => undefined,
  fetch: async () => undefined,
  async fetch2(...args) {
    await this.throttle(args);
    return this.fetch("https://x.test");
  },
  throttle: async () => undefined,
  calculateRateLimiterCost: () => 1,
  nonce: () => 0,
  ...parts,
});
const asks = async (client: SigningClient, signal: AbortSignal) => {
  Object.assign(client, { ask: () => client.fetch2("x", "private", "POST", {}) });
  return signedCalls(client, () => 5 as never)("ask", {}, { signal });
};

it("what waits for ccxt's pace while its caller goes away is never sent, at any venue", async () => {
  const pace = Promise.withResolvers<void>();
  let sent = 0;
  const client = clientWith({
    throttle: () => pace.promise,
    fetch: async () => {
      sent += 1;
    },
  });
  const leaving = new AbortController();
  const asking = asks(client, leaving.signal);
  leaving.abort(new Error("gone"));
  expect(await asking).toMatchObject({ type: "not-sent" });
  pace.resolve();
  await new Promise((resolve) => setImmediate(resolve));
  expect(sent).toBe(0);
});

it("what the gate keeps back while the venue rests was not sent", async () => {
  const client = clientWith({
    fetch: async () => {
      throw new VenuePausedError({ untilMs: 10, was: "It asked for rest." });
    },
  });
  expect(await asks(client, options.signal)).toMatchObject({ type: "not-sent" });
});
