import { describe, expect, it } from "vitest";
import { analyseAtTestTime } from "#agents/market-analyst/from-scratch.ts";
import { analystDeps } from "#desk/desk.ts";
import { WorkTally } from "#schemas/work.ts";
import { openTestDesk, patience } from "#test/support/desk.ts";
import { assortedShapes, createSyntheticMarket, FIRST_SLOT_MS } from "#test/support/synthetic-market.ts";

describe("what an analyst is given by a desk", () => {
  // A ledger that leaves calls out claims savings that nobody made.
  it("counts every call of prices and security into the unit of work, whoever asks for it", async () => {
    const shapes = assortedShapes().slice(0, 1);
    const venue = createSyntheticMarket({ seed: 3, timeframe: "5m", firstSlotMs: FIRST_SLOT_MS, slots: 4, shapes });
    const { desk } = await openTestDesk({ venue, startMs: FIRST_SLOT_MS });
    const [symbol] = venue.markets.keys();
    if (symbol === undefined) throw new Error("there is one market");
    const tally = new WorkTally();
    const request = { symbol, timeframe: "5m" as const, nowMs: FIRST_SLOT_MS };
    expect(await analyseAtTestTime(analystDeps(desk, tally), request, patience)).toMatchObject({ status: "analysed" });
    expect(tally.total()).toMatchObject({ providerCalls: 2, indicatorEvaluations: 1 });
    expect(tally.total().candlesRead).toBeGreaterThan(250);
  });
});
