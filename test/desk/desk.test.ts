import { describe, expect, it } from "vitest";
import { runLiveSlot } from "#desk/run-slot/live-slot.ts";
import { nextSlot } from "#desk/slots.ts";
import { openTestDesk, patience } from "#test/support/desk.ts";
import { eager } from "#test/support/eager-strategy.ts";
import { assortedShapes, createSyntheticMarket, FIRST_SLOT_MS } from "#test/support/synthetic-market.ts";

const SLOTS = 40;
const MARKETS = 8;

/** The adapters of a venue, which count the calls that reach them. */
function countingVenue(venue: ReturnType<typeof createSyntheticMarket>) {
  const calls = { markets: 0, candles: 0, turnovers: 0, tickers: 0, topAssets: 0, report: 0 };
  const { marketData, universe, security } = venue;
  const counting =
    <A extends readonly unknown[], T>(verb: keyof typeof calls, call: (...args: A) => T) =>
    (...args: A): T => {
      calls[verb] += 1;
      return call(...args);
    };
  const counted = {
    ...venue,
    marketData: {
      ...marketData,
      markets: counting("markets", marketData.markets),
      candles: counting("candles", marketData.candles),
      turnovers: counting("turnovers", marketData.turnovers),
      tickers: counting("tickers", marketData.tickers),
    },
    universe: { topAssets: counting("topAssets", universe.topAssets) },
    security: { ...security, report: counting("report", security.report) },
  };
  return { venue: counted, calls };
}

describe("the ledger of a desk", () => {
  // A ledger that leaves calls out claims savings that were not made: rankings and the candles that orders meet count too.
  it("has every call that reached the venue's side, to the unit, while stops rest", async () => {
    const shapes = assortedShapes().slice(0, MARKETS);
    const synthetic = createSyntheticMarket({
      seed: 3,
      timeframe: "5m",
      firstSlotMs: FIRST_SLOT_MS,
      slots: SLOTS,
      shapes,
    });
    const { venue, calls } = countingVenue(synthetic);
    const { desk, clock } = await openTestDesk({ venue, strategies: [eager], startMs: FIRST_SLOT_MS });
    let slotMs = FIRST_SLOT_MS;
    let slotsWithStops = 0;
    for (let slot = 0; slot < SLOTS; slot += 1) {
      clock.advanceTo(slotMs);
      await runLiveSlot(desk, slotMs, patience);
      if (desk.account.portfolio().orders.size > 0) slotsWithStops += 1;
      slotMs = nextSlot(slotMs, "5m");
    }
    const entries = await desk.ledger.entries({}, patience);
    const counted = entries.reduce((sum, { work }) => sum + work.providerCalls, 0);
    expect(counted).toBe(Object.values(calls).reduce((sum, count) => sum + count, 0));
    expect(calls.topAssets).toBe(1);
    // More reads than the sweeps': those of the orders.
    expect(slotsWithStops).toBeGreaterThan(SLOTS / 2);
    expect(calls.candles).toBeGreaterThan(SLOTS * MARKETS);
  });
});
