// The contract of MarketData on each local exchange, through the unmodified ccxt client.
import { afterAll, expect, test } from "vitest";
import { openOfNewest } from "#schemas/market.ts";
import { MarketSymbol, unixMs } from "#schemas/units.ts";
import { type MarketDataSubject, marketDataContract } from "#test/contract/market-data.ts";
import { type Exchange, startExchange } from "#test/exchanges/exchange.ts";
import { MEXC_VARIANTS, mexc } from "#test/exchanges/mexc.ts";
import { openVenueOn } from "#test/exchanges/open-venue.ts";
import type { Protocol } from "#test/exchanges/protocol.ts";
import { PROTOCOLS } from "#test/exchanges/venues.ts";
import { createWorld } from "#test/exchanges/world.ts";

const STEP_MS = 300_000;
const GRACE_MS = 3000;
const CLOSE_MS = 1_780_000_200_000;
const NOW_MS = unixMs(CLOSE_MS + GRACE_MS);
/** Fewer than the shortest history of a venue. */
const FIRST_OPEN_MS = CLOSE_MS - 600 * STEP_MS;
const { signal } = new AbortController();

const opened: Exchange[] = [];
afterAll(() => Promise.all(opened.map((exchange) => exchange.close())));

async function subjectOf(protocol: Protocol): Promise<MarketDataSubject> {
  const named = (base: string): MarketSymbol => MarketSymbol.parse(`${base}/${protocol.quote}`);
  const first = named("BTC");
  const events = [{ kind: "listed", symbol: first, atMs: FIRST_OPEN_MS }] as const;
  const exchange = await startExchange(protocol, createWorld({ ...protocol, now: () => NOW_MS, events }));
  opened.push(exchange);
  const venue = await openVenueOn(exchange, protocol.id, { graceMs: GRACE_MS });
  // A dear coin, a cheap one, and one whose name is not Latin.
  const symbols = [first, named("ETH"), named("PEPE"), ...(protocol.nonAscii ? [named("币安人生")] : [])];
  return { venue, symbols, timeframe: "5m", nowMs: NOW_MS, firstOpenMs: FIRST_OPEN_MS };
}

/** One exchange and one client for all tests of a subject, as one process has one. */
function shared(protocol: Protocol): () => Promise<MarketDataSubject> {
  let subject: Promise<MarketDataSubject> | undefined;
  return () => {
    subject ??= subjectOf(protocol);
    return subject;
  };
}

for (const protocol of PROTOCOLS.filter(({ id }) => id !== "mexc")) {
  marketDataContract(protocol.id, shared(protocol), { simulated: false, pastTickers: false });
}

for (const variant of MEXC_VARIANTS) {
  const subject = shared(mexc(variant));
  const name = `mexc, pages of ${variant.mostRows}, end ${variant.endInclusive ? "inclusive" : "exclusive"}`;
  marketDataContract(name, subject, { simulated: false, pastTickers: false });
  test(`${name}: the newest closed candle is there, however long the window`, async () => {
    const { venue, symbols } = await subject();
    const symbol = symbols[1] ?? MarketSymbol.parse("");
    for (const rows of [1, 2, 250, 499, 500, 501, 502, 1000, 1001]) {
      const fromMs = openOfNewest(rows, { nowMs: NOW_MS, timeframe: "5m", graceMs: GRACE_MS });
      const { openMs } = await venue.candles({ symbol, timeframe: "5m", nowMs: NOW_MS, fromMs }, { signal });
      expect([openMs.length, openMs.at(-1)]).toEqual([rows, CLOSE_MS - STEP_MS]);
    }
  });
}
