import { expect, test } from "vitest";
import { openOfNewest } from "#schemas/market.ts";
import type { Ledger } from "#schemas/ports/work.ts";
import { unixMs } from "#schemas/units.ts";
import { type LedgerEntry, NO_WORK, WorkTally } from "#schemas/work.ts";
import { createSimulatedVenue } from "#toolkits/market/simulated-venue.ts";
import { composePort, type PortLayer } from "#toolkits/ports/compose.ts";
import { countedPorts, countInto } from "#toolkits/ports/counted.ts";
import { createRecordedSecurity } from "#toolkits/security/recorded-security.ts";
import { createQuoteVolumeUniverse } from "#toolkits/universe/quote-volume-universe.ts";

const options = { signal: new AbortController().signal };
const nowMs = unixMs(1_700_000_100_000);

function openPorts() {
  const ports = countedPorts();
  const marketData = ports.port("marketData", createSimulatedVenue({ seed: 1, assets: 2 }));
  const universe = ports.port("universe", createQuoteVolumeUniverse({ marketData, quote: "USDT" }));
  const folder = { securityRecords: [] };
  const security = ports.port("security", createRecordedSecurity({ folder, policy: "skip" }));
  return { ports, marketData, universe, security };
}

const ENTRY: LedgerEntry = {
  atMs: nowMs,
  phase: "sleep",
  job: "sleep-cycle",
  paths: {},
  misses: {},
  made: 0,
  served: 0,
  work: NO_WORK,
  ageAtUseMs: [],
};

function memoryLedger() {
  const entries: LedgerEntry[] = [];
  const ledger: Ledger = {
    record: async (entry) => {
      entries.push(entry);
    },
    entries: async () => entries,
  };
  return { ledger, entries };
}

test("counts every call of every port into the unit of work that made it, and the candles that came back", async () => {
  const { marketData, security } = openPorts();
  const tally = new WorkTally();
  await countInto(tally, async () => {
    const [market] = await marketData.markets(options);
    const symbol = market?.symbol ?? expect.unreachable();
    await marketData.candles(
      {
        symbol,
        timeframe: "5m",
        nowMs,
        fromMs: openOfNewest(30, { nowMs, timeframe: "5m", graceMs: marketData.graceMs }),
      },
      options,
    );
    await marketData.tickers({ symbols: [symbol], nowMs }, options);
    await security.report({ symbol, nowMs }, options);
  });
  expect(tally.total()).toMatchObject({ providerCalls: 4, candlesRead: 30, modelCalls: 0 });
});

test("counts a ranking beside the reads that it is made from", async () => {
  const { universe } = openPorts();
  const tally = new WorkTally();
  await countInto(tally, () => universe.topAssets({ nowMs, count: 2 }, options));
  expect(tally.total().providerCalls).toBe(3);
});

test("counts a call that failed: the work was done", async () => {
  const { marketData } = openPorts();
  const tally = new WorkTally();
  const aborted = { signal: AbortSignal.abort(new Error("left")) };
  await expect(countInto(tally, () => marketData.markets(aborted))).rejects.toThrow("left");
  expect(tally.total().providerCalls).toBe(1);
});

test("keeps two units of work apart that run at once, and gives an inner one its own", async () => {
  const { marketData } = openPorts();
  const [one, two, inner] = [new WorkTally(), new WorkTally(), new WorkTally()];
  await Promise.all([
    countInto(one, async () => {
      await marketData.markets(options);
      await countInto(inner, () => marketData.markets(options));
      await marketData.markets(options);
    }),
    countInto(two, () => marketData.markets(options)),
  ]);
  expect([one, two, inner].map((tally) => tally.total().providerCalls)).toEqual([2, 1, 1]);
});

test("hands a call that no unit of work claims to the next entry, once", async () => {
  const { ports, marketData } = openPorts();
  const { ledger, entries } = memoryLedger();
  const counted = ports.ledger(ledger);
  await marketData.markets(options);
  await counted.record({ ...ENTRY, work: { ...NO_WORK, providerCalls: 5, modelCalls: 1 } }, options);
  await counted.record(ENTRY, options);
  expect(entries.map(({ work }) => [work.providerCalls, work.modelCalls])).toEqual([
    [6, 1],
    [0, 0],
  ]);
});

test("puts the first layer outermost and leaves what is no call alone", async () => {
  const seen: string[] = [];
  const layer =
    (name: string): PortLayer =>
    async ({ port, verb }, next) => {
      seen.push(`${name} ${port}.${verb}`);
      return next();
    };
  const adapter = createSimulatedVenue({ seed: 1, assets: 1 });
  const port = composePort("marketData", adapter, [layer("outer"), layer("inner")]);
  expect(await port.markets(options)).toEqual(await adapter.markets(options));
  expect(seen).toEqual(["outer marketData.markets", "inner marketData.markets"]);
  expect([port.venueId, port.venue, port.simulated, port.graceMs]).toEqual(["sim:1", "sim", true, 0]);
});

test("an answer that is at hand stays at hand, counted and looked on like any other", async () => {
  const ports = countedPorts();
  const venue = createSimulatedVenue({ seed: 1, assets: 1 });
  const [market] = await venue.markets(options);
  const request = { symbol: market?.symbol ?? expect.unreachable(), timeframe: "5m", nowMs } as const;
  const fromMs = openOfNewest(30, { nowMs, timeframe: "5m", graceMs: venue.graceMs });
  const held = await venue.candles({ ...request, fromMs }, options);
  const port = ports.port("marketData", { ...venue, candles: () => held });
  const tally = new WorkTally();
  const ends: unknown[] = [];
  ports.observers.add({
    called:
      () =>
      ({ error }) =>
        void ends.push(error),
    recorded: () => {},
  });
  await countInto(tally, async () => expect(port.candles({ ...request, fromMs }, options)).toBe(held));
  expect(tally.total()).toMatchObject({ providerCalls: 1, candlesRead: 30 });
  const failure = new Error("at once");
  const failing = ports.port("marketData", {
    ...venue,
    candles: () => {
      throw failure;
    },
  });
  expect(() => failing.candles({ ...request, fromMs }, options)).toThrow(failure);
  expect(ends).toEqual([null, failure]);
});
