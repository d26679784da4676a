// A desk of 50 markets on an exchange with a socket, through the command line and on the system clock: it hears candles that it then does
// not ask for, and what it keeps is what REST has. How little a slot asks for: test/desk/requests-of-a-slot.slow.test.ts.
import { setInterval as every } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { openStore } from "#memory/stores/open.ts";
import { candlesOf } from "#schemas/market.ts";
import { MarketSymbol, VenueId } from "#schemas/units.ts";
import { binance } from "#test/exchanges/binance.ts";
import { binanceSocket, openCandleSocket } from "#test/exchanges/candle-socket.ts";
import { startExchange } from "#test/exchanges/exchange.ts";
import { symbolOf } from "#test/exchanges/listings.ts";
import { createWorld, rowAt } from "#test/exchanges/world.ts";
import { jsonOf, runCli } from "#test/support/cli.ts";
import { FULL_COUNT } from "#test/support/count.ts";
import { patience } from "#test/support/desk.ts";
import { freshHome } from "#test/support/fresh-home.ts";

const LENGTH_MS = 60_000;
const ASSETS = 50;
const CYCLES = 4;

describe("a desk that hears its candles", () => {
  it.skipIf(!FULL_COUNT)("asks for fewer candles than there are, and keeps what REST has", async () => {
    const world = createWorld({ ...binance, now: Date.now });
    const exchange = await startExchange(binance, world);
    const socket = openCandleSocket(exchange.server, binanceSocket);
    await using home = await freshHome();
    const talking = new AbortController();
    const talk = (async () => {
      for await (const _ of every(1000, undefined, { signal: talking.signal })) {
        const nowMs = Date.now();
        const openMs = Math.floor(nowMs / LENGTH_MS) * LENGTH_MS;
        for (const one of world.listings) {
          // The last word of a candle comes after its close.
          const last = rowAt(world, one, openMs - LENGTH_MS, openMs);
          const forming = rowAt(world, one, openMs, nowMs);
          if (last !== null && nowMs - openMs < 1500) socket.tell(symbolOf(one), LENGTH_MS, last);
          if (forming !== null) socket.tell(symbolOf(one), LENGTH_MS, forming);
        }
      }
    })().catch(() => {});
    try {
      const args = [
        "start",
        "--venue",
        "binance",
        "--timeframe",
        "1m",
        "--assets",
        String(ASSETS),
        "--cycles",
        String(CYCLES),
      ];
      const settings = { home: home.dir, env: { DEEPTRADER_EXCHANGE_URL: exchange.url } };
      const result = await runCli([...args, "--json"], settings);
      const document = jsonOf(result);
      expect([result.code, document["cycles"]]).toEqual([0, CYCLES]);
      const candles = exchange.requests.filter(({ kinds }) => kinds.includes("candles"));
      const byMinute = Map.groupBy(candles, ({ atMs }) => Math.floor(atMs / LENGTH_MS));
      console.info(`candles asked for a minute: ${[...byMinute.values()].map((of) => of.length).join(", ")}`);
      // A machine that is busy loses the connection, and asks for a slot; one that hears nothing asks for all of them.
      expect(candles.length).toBeLessThan(ASSETS * CYCLES);
      const store = await openStore({ kind: "pglite", home: home.dir, owner: "test" }, patience);
      let compared = 0;
      for (const one of world.listings) {
        const key = {
          venueId: VenueId.parse("binance"),
          symbol: MarketSymbol.parse(symbolOf(one).replace(/[^\x20-\x7e]/g, "X")),
          timeframe: "1m" as const,
        };
        const kept = await store.candles.window(key, 1000, patience);
        if (kept === undefined) continue;
        for (const candle of candlesOf(kept)) {
          const { openMs, open, high, low, close, volume } =
            rowAt(world, one, candle.openMs, candle.openMs + LENGTH_MS) ?? candle;
          expect(candle).toEqual({ openMs, open, high, low, close, volume });
          compared += 1;
        }
      }
      await store.close();
      // A window has 400 to 599 minutes, by the hour of the test, and some of the markets have minutes without a trade.
      expect(compared).toBeGreaterThan(ASSETS * 350);
    } finally {
      talking.abort();
      await talk;
      socket.close();
      await exchange.close();
    }
  });
});
