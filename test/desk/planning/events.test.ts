import { describe, expect, it } from "vitest";
import { changedMarkets, type MarketNote, noteOf, type Situation } from "#desk/planning/events.ts";
import { structuralIntents } from "#desk/planning/structure.ts";
import type { Quantity } from "#schemas/money.ts";
import { type MarketSymbol, unixMs } from "#schemas/units.ts";
import { levelsOf, makeView } from "../../memory/fixtures.ts";

const [BTC, ETH] = ["BTC/USDT", "ETH/USDT"] as [MarketSymbol, MarketSymbol];
const DRIFT_ATR = 2;

const note = (over: Partial<MarketNote> = {}): MarketNote => ({
  analysisId: "a1",
  asOfMs: unixMs(1_000),
  price: 100,
  nearestPctOf: new Map(),
  nearestActionPct: 5,
  atr: 2,
  verdict: "clear",
  ...over,
});

const situation = (over: Partial<Situation> = {}): Situation => ({
  markets: new Map([
    [BTC, note()],
    [ETH, note({ analysisId: "e1" })],
  ]),
  prices: new Map(),
  held: new Map(),
  finishedSlotMs: unixMs(1_000),
  ...over,
});

const between = (before: Partial<Situation>, after: Partial<Situation>): readonly MarketSymbol[] | null => {
  const changed = changedMarkets(situation(before), situation(after), DRIFT_ATR);
  return changed && [...changed];
};

describe("events", () => {
  it("are none where nothing has changed", () => {
    expect(between({}, {})).toEqual([]);
    expect(between({ prices: new Map([[BTC, 101]]) }, { prices: new Map([[BTC, 103.9]]) })).toEqual([]);
  });

  it("tell a price beyond the drift bound once for each analysis, whichever way it went", () => {
    const at = (price: number) => ({ prices: new Map([[BTC, price]]) });
    const event = [BTC];
    expect(between({}, at(104))).toEqual([]);
    expect(between({}, at(104.01))).toEqual(event);
    expect(between({}, at(95.99))).toEqual(event);
    expect(between(at(104.01), at(105))).toEqual([]);
    expect(between(at(104.01), at(103))).toEqual([]);
    const anew = new Map([[BTC, note({ analysisId: "a2" })]]);
    expect(between(at(104.01), { ...at(105), markets: anew })).toEqual(event);
  });

  it("say nothing of a price whose market has no analysis or no ATR", () => {
    const prices = new Map([[BTC, 500]]);
    expect(between({}, { prices, markets: new Map() })).toEqual([]);
    expect(between({}, { prices, markets: new Map([[BTC, note({ atr: null })]]) })).toEqual([]);
  });

  it("tell a security record that changed between two analyses, and not the first one", () => {
    const turned = new Map([[BTC, note({ analysisId: "a2", verdict: "block" })]]);
    expect(between({}, { markets: turned })).toEqual([BTC]);
    expect(between({ markets: new Map() }, { markets: turned })).toEqual([]);
  });

  it("tell what was bought, sold, or held in another quantity", () => {
    const held = (quantity: string) => ({ held: new Map([[ETH, quantity as Quantity]]) });
    const event = [ETH];
    expect([between({}, held("1")), between(held("1"), {}), between(held("1"), held("2"))]).toEqual([
      event,
      event,
      event,
    ]);
    expect(between(held("1"), held("1"))).toEqual([]);
  });

  it("concern their own markets only, but for a finished slot, which concerns all", () => {
    const held = new Map([[ETH, "1" as Quantity]]);
    const prices = new Map([[BTC, 110]]);
    expect(between({}, { held, prices })).toEqual([BTC, ETH]);
    expect(between({}, { held, prices, finishedSlotMs: unixMs(2_000) })).toBeNull();
  });
});

describe("structure", () => {
  const parts = {
    held: [],
    turned: [],
    markets: new Map(),
    nearTriggerPct: 1,
    timeframe: "5m",
    decayed: new Set<string>(),
  } as const;
  const marketsOf = (over: Partial<Parameters<typeof structuralIntents>[0]>) => [
    ...new Set(structuralIntents({ ...parts, ...over }).map(({ symbol }) => symbol)),
  ];

  it("names what is held, then what has turned, then what is near a trigger, the nearest first", () => {
    const near = note({ nearestActionPct: 0.5 });
    const nearer = note({ nearestActionPct: 0.2 });
    const [SOL, ADA] = ["SOL/USDT", "ADA/USDT"] as [MarketSymbol, MarketSymbol];
    const markets = new Map([
      [BTC, near],
      [ETH, nearer],
      [SOL, note()],
    ]);
    expect(marketsOf({ held: [SOL], turned: [ADA, SOL], markets })).toEqual([SOL, ADA, ETH, BTC]);
    expect(marketsOf({ markets, nearTriggerPct: 0.3 })).toEqual([ETH]);
    expect(marketsOf({})).toEqual([]);
  });

  it("leaves out what no strategy would act on at any close that is known", () => {
    expect(marketsOf({ markets: new Map([[BTC, note({ nearestActionPct: null })]]), nearTriggerPct: 1e9 })).toEqual([]);
  });

  it("takes the nearest level of all strategies, above or below, entry or exit", () => {
    const levels = (action: "enter" | "exit", from: number | null, to: number | null) => ({
      levels: levelsOf([{ action, from, to }]),
    });
    const seen = (...readings: Parameters<typeof makeView>[1] & object) => noteOf(makeView({ price: 100 }, readings));
    expect(seen(levels("enter", null, 95), levels("exit", 102, null)).nearestActionPct).toBeCloseTo(2, 9);
    expect(seen(levels("enter", 99, 101)).nearestActionPct).toBe(0);
    expect(seen({ levels: levelsOf([]) }).nearestActionPct).toBeNull();
  });
});
