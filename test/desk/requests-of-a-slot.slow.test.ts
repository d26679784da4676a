// What a desk of 50 markets asks of an exchange, slot by slot of its own clock: on each local exchange through the unmodified ccxt client, and
// on one that tells its candles. How busy the machine is counts for nothing here; test/apps/*.long.test.ts run such desks on the system clock.
import { afterEach, describe, expect, it } from "vitest";
import { runLiveSlot } from "#desk/run-slot/live-slot.ts";
import { createSimulatedClock } from "#scheduler/clock.ts";
import type { MarketData } from "#schemas/ports/market.ts";
import { type MarketSymbol, timeframeMs, unixMs } from "#schemas/units.ts";
import { binance } from "#test/exchanges/binance.ts";
import { type Exchange, startExchange } from "#test/exchanges/exchange.ts";
import { symbolOf } from "#test/exchanges/listings.ts";
import { openVenueOn } from "#test/exchanges/open-venue.ts";
import type { Protocol } from "#test/exchanges/protocol.ts";
import { PROTOCOLS } from "#test/exchanges/venues.ts";
import { createWorld, rowAt } from "#test/exchanges/world.ts";
import { openTestDesk, patience } from "#test/support/desk.ts";
import { eager } from "#test/support/eager-strategy.ts";
import { reportOf } from "#test/support/synthetic-market.ts";
import type { CandleListener } from "#toolkits/market/streams/candle-feed.ts";
import { createStreamedVenue } from "#toolkits/market/streams/streamed-venue.ts";
import { shippedStrategy } from "#toolkits/strategies/registry.ts";
import type { Strategy } from "#toolkits/strategies/strategy.ts";
import { createQuoteVolumeUniverse } from "#toolkits/universe/quote-volume-universe.ts";

const TIMEFRAME = "1m";
const STEP_MS = timeframeMs(TIMEFRAME);
const FIRST_MS = unixMs(1_780_000_200_000);
const SLOTS = 4;
const ASSETS = 50;
/** What the venue's lists and clock take at the start. */
const MOST_REQUESTS_AT_OPEN = 10;
/** Beside the candles of its markets: the peg, and prices of two entries with the candles that they are judged by. */
const MOST_OTHERS_A_SLOT = 10;
/** Pages of a whole window of up to 599 rows, where one page does not hold it. */
const PAGES: Readonly<Record<string, number>> = { coinbase: 2, okx: 2, mexc: 2 };

const opened: Exchange[] = [];
afterEach(() => Promise.all(opened.splice(0).map((exchange) => exchange.close())));

/** Something around the venue's REST; told of each slot before it runs. */
interface Around {
  readonly venue: MarketData;
  /** @param at sets the clock on */
  readonly tellSlot?: (slotMs: number, at: (ms: number) => void) => void;
}
type World = Exchange["world"];

/** Requests of each slot, the first with what it takes to open. */
async function requestsBySlot(
  protocol: Protocol,
  strategy: Strategy,
  around: (rest: MarketData, world: World) => Around = (venue) => ({ venue }),
) {
  const clock = { ...createSimulatedClock(FIRST_MS), kind: "system" as const };
  const exchange = await startExchange(protocol, createWorld({ ...protocol, now: () => clock.now() }));
  opened.push(exchange);
  const { venue: marketData, tellSlot } = around(await openVenueOn(exchange, protocol.id), exchange.world);
  const { desk } = await openTestDesk({
    venue: {
      marketData,
      markets: new Map((await marketData.markets(patience)).map((market) => [market.symbol, market])),
      universe: createQuoteVolumeUniverse({ marketData, quote: protocol.quote }),
      security: { id: "fine", report: async ({ nowMs }) => reportOf("clear", nowMs, Number.MAX_SAFE_INTEGER) },
    },
    startMs: FIRST_MS,
    timeframe: TIMEFRAME,
    quote: protocol.quote,
    assets: ASSETS,
    strategies: [strategy],
    clock,
  });
  const slots: { readonly candles: number; readonly others: number; readonly held: number }[] = [];
  let before = 0;
  for (let slot = 0; slot < SLOTS; slot++) {
    const slotMs = unixMs(FIRST_MS + slot * STEP_MS);
    tellSlot?.(slotMs, (ms) => clock.advanceTo(unixMs(ms)));
    clock.advanceTo(unixMs(slotMs + marketData.graceMs));
    const held = desk.account.portfolio().positions.size;
    const { sleep } = await runLiveSlot(desk, slotMs, patience);
    expect([sleep.analysed, sleep.failed]).toEqual([ASSETS, []]);
    const asked = exchange.requests.slice(before);
    before = exchange.requests.length;
    const candles = asked.filter(({ kinds }) => kinds.includes("candles")).length;
    slots.push({ candles, others: asked.length - candles, held });
  }
  // Reads only: the one POST that there is asks a question.
  expect(exchange.requests.filter(({ method, target }) => method !== "GET" && target !== "/info")).toEqual([]);
  console.info(`${protocol.id}: ${slots.map((of) => `${of.candles} + ${of.others} (${of.held} held)`).join(", ")}`);
  return slots;
}

describe.each(PROTOCOLS)("a desk of 50 markets at $id", (protocol) => {
  it("asks once for whole windows, then for a page a market and few things more, two for each that it holds", async () => {
    const [first, ...later] = await requestsBySlot(protocol, eager);
    expect(first?.candles).toBeLessThanOrEqual(ASSETS * (PAGES[protocol.id] ?? 1) + MOST_OTHERS_A_SLOT);
    expect(first?.others).toBeLessThanOrEqual(MOST_REQUESTS_AT_OPEN + MOST_OTHERS_A_SLOT);
    expect(later.at(-1)?.held).toBeGreaterThan(0);
    for (const { candles, others, held } of later)
      expect(candles + others).toBeLessThanOrEqual(ASSETS + MOST_OTHERS_A_SLOT + 2 * held);
  });
});

describe("a desk of 50 markets that hears its candles", () => {
  it("asks once for whole windows, and then for at most 10 things in a slot", async () => {
    const [first, ...later] = await requestsBySlot(binance, shippedStrategy("mean-reversion"), heard);
    expect(first?.candles).toBe(ASSETS);
    for (const { candles, others } of later) expect(candles + others).toBeLessThanOrEqual(MOST_OTHERS_A_SLOT);
  });
});

/** Each market is told every 4 s, each candle to its end, without a break. */
function heard(rest: MarketData, world: World): Around {
  let listener: CandleListener | undefined;
  const watched = new Set<MarketSymbol>();
  const venue = createStreamedVenue({
    rest,
    now: () => unixMs(world.now()),
    open(told) {
      listener = told;
      return {
        watch: (symbol) => void watched.add(symbol),
        unwatch: (symbol) => void watched.delete(symbol),
        close: async () => watched.clear(),
      };
    },
  });
  const tell = (openMs: number, toMs: number): void => {
    for (const one of world.listings) {
      const symbol = symbolOf(one) as MarketSymbol;
      const row = watched.has(symbol) ? rowAt(world, one, openMs, toMs) : null;
      if (row !== null) listener?.onCandles(symbol, TIMEFRAME, [row]);
    }
  };
  return {
    venue,
    tellSlot: (slotMs, at) => {
      for (let ms = slotMs - STEP_MS + 4000; ms < slotMs; ms += 4000) {
        at(ms);
        tell(slotMs - STEP_MS, ms);
      }
      at(slotMs);
      tell(slotMs - STEP_MS, slotMs);
      at(slotMs + 1000);
      tell(slotMs, slotMs + 1000);
    },
  };
}
