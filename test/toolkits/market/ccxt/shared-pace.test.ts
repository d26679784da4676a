// What all processes of an address share is counted as the exchange counts it: a request that weighs more takes more of it.
import { expect, test } from "vitest";
import type { VenueBudget } from "#schemas/ports/market.ts";
import { unixMs } from "#schemas/units.ts";
import { binance } from "#test/exchanges/binance.ts";
import { startExchange } from "#test/exchanges/exchange.ts";
import { kraken } from "#test/exchanges/kraken.ts";
import { openClientOn } from "#test/exchanges/open-venue.ts";
import { createWorld } from "#test/exchanges/world.ts";

const NOW_MS = unixMs(1_780_000_000_000);

/** What each read asks for of the shared budget, ms a request. */
async function spacings(protocol: typeof binance) {
  const exchange = await startExchange(protocol, createWorld({ ...protocol, now: () => NOW_MS }));
  const taken: number[] = [];
  const budget: VenueBudget = {
    turn: async (spacingMs) => {
      taken.push(spacingMs);
      return { pausedForMs: 0, waitMs: 0 };
    },
    restMs: async () => 0,
    pause: async () => {},
    close: async () => {},
  };
  try {
    const { client } = await openClientOn(exchange, protocol.id, { budget });
    const during = async (work: () => Promise<unknown>) => {
      taken.length = 0;
      await work();
      return Math.max(...taken);
    };
    return {
      markets: await during(() => client.loadMarkets(true)),
      candles: await during(() => client.fetchOHLCV(`BTC/${protocol.quote}`, "5m", NOW_MS - 3_600_000, 10)),
      time: await during(() => client.fetchTime()),
      all: await during(() => client.fetchTickers(undefined, {})),
    };
  } finally {
    await exchange.close();
  }
}

/** https://developers.binance.com/docs/binance-spot-api-docs/rest-api/general-endpoints : 6,000 a minute. */
const WEIGHTS = { markets: 20, candles: 2, all: 80 };

test("a request of Binance takes what it weighs of 6,000 a minute, with a twentieth to spare", async () => {
  const { time, ...rest } = await spacings(binance);
  for (const [kind, weight] of Object.entries(WEIGHTS))
    expect([kind, rest[kind as keyof typeof rest]]).toEqual([
      kind,
      expect.closeTo(1.05 * weight * (60_000 / 6_000), 6),
    ]);
  expect(time).toBeCloseTo(21, 6);
});

test("no request of an exchange takes less than one of candles", async () => {
  const { candles, ...rest } = await spacings(kraken);
  expect(candles).toBeCloseTo(1260, 6);
  for (const ms of Object.values(rest)) expect(ms).toBeGreaterThanOrEqual(candles);
});
