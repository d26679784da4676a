// A desk that holds something, while its exchange fails in one way after the other: it goes on, sells nothing at a price that was not
// there, loses no equity to a wrong number, and is whole again once the exchange is. In the suite two exchanges, in full all ten.
import { describe, expect, it } from "vitest";
import { runLiveSlot } from "#desk/run-slot/live-slot.ts";
import { MarketSymbol, timeframeMs, type UnixMs, unixMs } from "#schemas/units.ts";
import { type Exchange, startExchange } from "#test/exchanges/exchange.ts";
import type { EndpointKind, Fault } from "#test/exchanges/faults.ts";
import { listing } from "#test/exchanges/listings.ts";
import { openClientOn } from "#test/exchanges/open-venue.ts";
import type { Protocol } from "#test/exchanges/protocol.ts";
import { PROTOCOLS } from "#test/exchanges/venues.ts";
import { createWorld, quoteAt } from "#test/exchanges/world.ts";
import { FULL_COUNT } from "#test/support/count.ts";
import { openTestDesk, patience } from "#test/support/desk.ts";
import { eager } from "#test/support/eager-strategy.ts";
import { reportOf } from "#test/support/synthetic-market.ts";

const STEP_MS = timeframeMs("5m");
const GRACE_MS = 3000;
const FIRST_SLOT_MS = 1_780_000_200_000;
/** Longer than any exchange rests after a refusal. */
const LATER_SLOTS = 6;
const COINS = ["BTC", "ETH", "SOL"] as const;
const PRICES = { BTC: 64_000, ETH: 3100, SOL: 148 } as const;

const HTML = "<html><body>Bad Gateway</body></html>";
const READS: readonly EndpointKind[] = ["candles", "tickers"];
const FAULTS: Readonly<Record<string, Fault>> = {
  "429 with Retry-After": { kind: "status", status: 429, headers: { "retry-after": "60" } },
  "418 with Retry-After": { kind: "status", status: 418, headers: { "retry-after": "120" } },
  "403": { kind: "status", status: 403 },
  "500 HTML": { kind: "status", status: 500, body: HTML },
  "502 HTML": { kind: "status", status: 502, body: HTML },
  "HTML with 200": { kind: "body", body: HTML, contentType: "text/html" },
  truncated: { kind: "truncated" },
  reset: { kind: "reset" },
  "{}": { kind: "body", body: "{}" },
  "[]": { kind: "body", body: "[]" },
  hang: { kind: "hang" },
  "text for numbers": { kind: "retyped", by: "cheap" },
  "rows of a year ago": { kind: "year-old" },
  "a spike of 10": { kind: "spike", factor: 10 },
  "a spike of a tenth": { kind: "spike", factor: 0.1 },
  "a spike of 1.6": { kind: "spike", factor: 1.6 },
  "no bid": { kind: "no-bid" },
  duplicates: { kind: "duplicates" },
  unsorted: { kind: "unsorted" },
  gaps: { kind: "gaps" },
};

async function openWorld(protocol: Protocol) {
  let nowMs: UnixMs = unixMs(FIRST_SLOT_MS + GRACE_MS);
  const now = () => nowMs;
  const { quote } = protocol;
  const dollar = quote === "USDC" ? "USDT" : "USDC";
  const listings = [
    ...COINS.map((base, n) => listing(base, quote, PRICES[base], { dayTurnover: 1e9 / (n + 1) })),
    listing(dollar, quote, 1, { dayTurnover: 1e8 }),
  ];
  const exchange: Exchange = await startExchange(protocol, createWorld({ ...protocol, now, listings }));
  const sleep = async (ms: number): Promise<void> => {
    nowMs = unixMs(nowMs + ms);
  };
  const { venue, client } = await openClientOn(exchange, protocol.id, { graceMs: GRACE_MS, sleep });
  // What hangs is given up on soon: how long that takes is another test's.
  Object.assign(client, { timeout: 1000 });
  const symbols = COINS.map((base) => MarketSymbol.parse(`${base}/${quote}`));
  const test = await openTestDesk({
    venue: {
      marketData: venue,
      markets: new Map((await venue.markets(patience)).map((market) => [market.symbol, market])),
      universe: { topAssets: async () => ({ assets: symbols, liquidity: new Map() }) },
      security: { id: "clear", report: async () => reportOf("clear", 0, 1e15) },
    },
    startMs: nowMs,
    quote,
    clock: { kind: "system", now, sleep },
    strategies: [eager],
    // Nothing leaves by itself, so that something is held all the time.
    limits: { stopPct: 50, targetPct: 90, cooldownCandles: 0, maxEntriesPerSlot: 3 },
  });
  let slot = 0;
  const run = async () => {
    const slotMs = unixMs(FIRST_SLOT_MS + slot++ * STEP_MS);
    nowMs = unixMs(Math.max(nowMs, slotMs + GRACE_MS));
    return runLiveSlot(test.desk, slotMs, patience);
  };
  /** Slots that nothing is asked of, while an exchange rests. */
  const pass = (slots: number): void => {
    slot += slots;
  };
  const priceOf = (symbol: string): number => {
    const one = listings.find(({ base }) => symbol.startsWith(`${base}/`));
    return one === undefined ? Number.NaN : quoteAt(exchange.world, one, nowMs).last;
  };
  return { ...test, exchange, run, pass, priceOf };
}

const isHeld = ({ desk }: Awaited<ReturnType<typeof openWorld>>): boolean =>
  desk.account.portfolio().positions.size > 0;

const suite = PROTOCOLS.filter(({ id }) => FULL_COUNT || ["binance", "kraken"].includes(id));

describe.each(suite.map((protocol) => ({ protocol, id: protocol.id })))("$id, with something held", ({ protocol }) => {
  it("goes on through every fault, and is whole again after it", async () => {
    const world = await openWorld(protocol);
    let metHeld = 0;
    try {
      for (const [name, fault] of Object.entries(FAULTS)) {
        for (let tries = 0; !isHeld(world) && tries < 30; tries++) await world.run();
        const before = world.desk.account.portfolio();
        metHeld += before.positions.size > 0 ? 1 : 0;
        const known = (await world.events()).length;
        world.exchange.faults.add({ fault, at: READS });
        const report = await world.run();
        world.exchange.faults.clear();
        for (const event of (await world.events()).slice(known)) {
          if (event.type !== "fill") continue;
          const right = world.priceOf(event.fill.symbol);
          expect([name, Math.abs(Number(event.fill.price) / right - 1) < 0.05]).toEqual([name, true]);
        }
        const equity = Number(report.trade.equity);
        expect([name, equity > 9000 && equity < 11_000]).toEqual([name, true]);
        world.pass(LATER_SLOTS);
        const after = await world.run();
        expect([name, after.sleep.failed, after.sleep.analysed]).toEqual([name, [], COINS.length]);
      }
      expect(metHeld).toBeGreaterThan(Object.keys(FAULTS).length / 2);
    } finally {
      await world.exchange.close();
    }
  });
});
