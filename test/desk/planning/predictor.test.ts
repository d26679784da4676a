import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { HALF_LIFE_MS, Predictor, STRUCTURAL_ASKS_PER_HOUR } from "#desk/planning/predictor.ts";
import { type MarketSymbol, timeframeMs, unixMs } from "#schemas/units.ts";
import { INTENTS, intentOf, OF, questions, START_MS } from "./streams.ts";

const HOUR_MS = timeframeMs("1h");

describe("the predictor", () => {
  it("gives probabilities that sum to at most 1, and something to what was never asked", () => {
    const index = fc.nat({ max: INTENTS.length - 1 });
    fc.assert(
      fc.property(fc.array(index, { maxLength: 60 }), fc.uniqueArray(index, { maxLength: 5 }), (asked, structure) => {
        const predictor = new Predictor(OF);
        const pick = (i: number) => INTENTS[i] ?? intentOf();
        if (structure.length > 0) predictor.expectStructure(structure.map(pick));
        asked.forEach((i, n) => {
          predictor.learn({ intent: pick(i), atMs: unixMs(START_MS + n * 60_000) });
        });
        const nowMs = unixMs(START_MS + asked.length * 60_000);
        const all = INTENTS.map((intent) => predictor.guess(intent, nowMs).probability);
        expect(Math.min(...all)).toBeGreaterThan(0);
        expect(all.reduce((a, b) => a + b, 0)).toBeLessThanOrEqual(1 + 1e-9);
      }),
    );
  });

  it("stays bounded whatever is asked", () => {
    const predictor = new Predictor(OF);
    for (let n = 0; n < 1500; n++) {
      const symbol = `X${n}/USDT` as MarketSymbol;
      predictor.learn({ intent: intentOf({ symbol }), atMs: START_MS });
    }
    expect(predictor.likely(1500, START_MS)).toHaveLength(512);
  });
});

describe("expected asks", () => {
  it("are none before anybody has asked", () => {
    const predictor = new Predictor(OF);
    expect(predictor.asksPerHour(START_MS)).toBe(0);
    expect(predictor.expectedAsks(intentOf(), HOUR_MS, START_MS)).toBe(0);
  });

  it("come to the true rate of a steady stream, and of each intent in it", () => {
    // Two and a half a slot, for three days.
    const asked = questions(3, "zipf", 20 * 288 * 3).filter((_, n) => n % 8 === 0);
    const predictor = new Predictor(OF);
    for (const question of asked) predictor.learn(question);
    const nowMs = asked.at(-1)?.atMs ?? START_MS;
    expect(predictor.asksPerHour(nowMs) / 30).toBeGreaterThan(0.95);
    expect(predictor.asksPerHour(nowMs) / 30).toBeLessThan(1.05);
    const counts = Map.groupBy(asked, ({ intent }) => intent);
    const [intent, times] = [...counts].sort(([, a], [, b]) => b.length - a.length)[0] ?? [intentOf(), []];
    const perSlot = times.length / (288 * 3);
    expect(predictor.expectedAsks(intent, 300_000, nowMs) / perSlot).toBeGreaterThan(0.85);
    expect(predictor.expectedAsks(intent, 300_000, nowMs) / perSlot).toBeLessThan(1.15);
  });

  it("fall by half in a half-life without a question", () => {
    const predictor = new Predictor(OF);
    for (let n = 0; n < 100; n++)
      predictor.learn({ intent: intentOf(), atMs: unixMs(START_MS + n * 30 * HALF_LIFE_MS) });
    const lastMs = START_MS + 99 * 30 * HALF_LIFE_MS;
    const [now, later] = [predictor.asksPerHour(unixMs(lastMs)), predictor.asksPerHour(unixMs(lastMs + HALF_LIFE_MS))];
    expect(later / now).toBeCloseTo(0.5, 6);
  });

  it("are not sixty an hour for one question in the first minute", () => {
    const predictor = new Predictor(OF);
    predictor.learn({ intent: intentOf(), atMs: START_MS });
    expect(predictor.asksPerHour(unixMs(START_MS + 60_000))).toBeLessThan(1.05);
  });

  it("have a floor for what the desk itself makes likely, shared by the intents of a market", () => {
    const predictor = new Predictor(OF);
    const held = [intentOf({ kind: "signal" }), intentOf({ kind: "security" })];
    predictor.expectStructure(held);
    expect(predictor.expectedAsks(held[0] ?? intentOf(), HOUR_MS, START_MS)).toBeCloseTo(
      STRUCTURAL_ASKS_PER_HOUR / 2,
      9,
    );
    expect(predictor.expectedAsks(intentOf({ kind: "price" }), HOUR_MS, START_MS)).toBe(0);
  });
});
