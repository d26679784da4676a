import { describe, expect, it } from "vitest";
import { DAY_MS } from "#schemas/units.ts";
import { count } from "#test/support/count.ts";
import { simulatedDay } from "./quiet-day.ts";
import { kindsOf } from "./staged-world.ts";

const SEEDS = Array.from({ length: count(10, 2) }, (_, i) => i + 1);

describe("a simulated day of 50 assets with the settings as they come", () => {
  it.each(SEEDS)("raises at most 5 alerts, although it trades (seed %d)", async (seed) => {
    const { alerts, events } = await simulatedDay(seed);
    expect(alerts.length).toBeLessThanOrEqual(5);
    // Nothing goes wrong on such a day, so an alert of another kind is a false one; measured: 4 of fills on each seed.
    expect(kindsOf(alerts)).toEqual({ fill: 4 });
    const filled = new Set(events.flatMap((event) => (event.type === "fill" ? [event.fill.clientOrderId] : [])));
    expect(filled.size).toBeGreaterThan(15);
    // Each fill is told once, or still waits for its eight hours to be over.
    const told = alerts.flatMap(({ orders = [] }) => orders);
    expect(new Set(told).size).toBe(told.length);
    const before = events.slice(
      0,
      events.findLastIndex(({ type }) => type === "alert"),
    );
    const due = before.flatMap((event) => (event.type === "fill" ? [event.fill.clientOrderId] : []));
    expect(new Set(told)).toEqual(new Set(due));
  });

  it("no longer run has more than 5 within any 24 hours", async () => {
    const { alerts } = await simulatedDay(10, 2.5 * 288);
    expect(alerts.length).toBeGreaterThan(5);
    for (const { atMs } of alerts) {
      const within = alerts.filter((other) => other.atMs >= atMs && other.atMs < atMs + DAY_MS);
      expect(within.length).toBeLessThanOrEqual(5);
    }
  });
});
