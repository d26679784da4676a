import { describe, expect, it } from "vitest";
import { unixMs } from "#schemas/units.ts";
import { simulatedAssets } from "#toolkits/market/simulated/assets.ts";
import { createSimulatedVenue } from "#toolkits/market/simulated-venue.ts";
import { createSimulatedUniverse } from "#toolkits/universe/simulated-universe.ts";

const OPTIONS = { signal: new AbortController().signal };
const NOW_MS = unixMs(Date.parse("2025-01-01T00:00:00Z"));
const UNSAFE = ["honeypot", "mintable", "closed-source", "sell-tax", "half-known", "missing", "freezable"];

describe("simulated universe", () => {
  it("ranks by market cap, largest first, with a liquidity for each", async () => {
    const top = await createSimulatedUniverse({ seed: 1, assets: 50 }).topAssets({ nowMs: NOW_MS, count: 50 }, OPTIONS);
    expect(top.assets).toHaveLength(50);
    expect(top.assets.slice(0, 2)).toEqual(["BTC/USDT", "ETH/USDT"]);
    const liquidities = top.assets.map((symbol) => top.liquidity.get(symbol) ?? Number.NaN);
    expect(liquidities).toEqual(liquidities.toSorted((a, b) => b - a));
  });

  it("names only markets that its venue has, and no more than it was given", async () => {
    const markets = await createSimulatedVenue({ seed: 1, assets: 20 }).markets(OPTIONS);
    const top = await createSimulatedUniverse({ seed: 1, assets: 20 }).topAssets({ nowMs: NOW_MS, count: 99 }, OPTIONS);
    expect(top.assets).toEqual(markets.map((market) => market.symbol));
  });
});

describe("simulated assets", () => {
  it("holds the promised unsafe tokens inside the top 50", () => {
    const traits = simulatedAssets(1, 50).flatMap((asset) => asset.token?.trait ?? []);
    const countOf = (trait: string) => traits.filter((found) => found === trait).length;
    expect(countOf("honeypot")).toBeGreaterThanOrEqual(2);
    for (const trait of ["mintable", "closed-source", "sell-tax", "half-known", "missing"]) {
      expect(countOf(trait), trait).toBeGreaterThanOrEqual(1);
    }
  });

  it("never gives a real name to an unsafe token", () => {
    const slandered = simulatedAssets(1, 500).filter(
      (asset) => UNSAFE.includes(asset.token?.trait ?? "") && !asset.fictional,
    );
    expect(slandered).toEqual([]);
  });

  it("says fictional in the name of every invented token", () => {
    for (const asset of simulatedAssets(3, 200)) expect(asset.name.includes("(fictional)")).toBe(asset.fictional);
  });

  it("keeps its caps in order and its symbols and contracts apart, up to thousands", () => {
    const assets = simulatedAssets(1, 5000);
    expect(new Set(assets.map((asset) => asset.symbol)).size).toBe(5000);
    const contracts = assets.flatMap((asset) => asset.token?.contract ?? []);
    expect(new Set(contracts).size).toBe(contracts.length);
    const caps = assets.map((asset) => asset.marketCapUsd);
    expect(caps).toEqual(caps.toSorted((a, b) => b - a));
    expect(simulatedAssets(1, 60)).toEqual(assets.slice(0, 60));
  });
});
