import { describe, expect, it } from "vitest";
import { DAY_MS } from "#schemas/units.ts";
import { PRICES_AS_OF_MS } from "#toolkits/market/simulated/asset-table.ts";
import { simulatedAssets } from "#toolkits/market/simulated/assets.ts";
import { createPricePlans, FIRST_DAY_MS } from "#toolkits/market/simulated/price-days.ts";
import { candlesOf, deviation, mean, venueOf } from "./simulated-support.ts";

// Typed apart from the table the product reads: what a coin of that name has cost in 2025 and 2026, USDT, to a factor of three.
const KNOWN_LEVELS: readonly (readonly [level: number, bases: string])[] = [
  [100_000, "BTC"],
  [3000, "ETH YFI"],
  [700, "BNB BCH"],
  [300, "XMR AAVE ZEC"],
  [150, "SOL"],
  [60, "LTC DASH COMP"],
  [15, "LINK AVAX ETC ENS DCR"],
  [4, "DOT UNI ICP APT ATOM TON SUI XRP NEAR FIL"],
  [0.5, "ADA LDO XTZ CRV STX OP IMX APE JUP SUSHI ARB TRX XLM"],
  [0.2, "DOGE HBAR ALGO SAND MANA 1INCH BAT ZRX"],
  [0.06, "KAS GRT CHZ"],
  [0.015, "VET"],
  [0.002, "XEM"],
  [0.00001, "SHIB BONK PEPE"],
];
const levelOf = new Map(
  KNOWN_LEVELS.flatMap(([level, bases]) => bases.split(" ").map((base) => [base, level] as const)),
);

// Ten years of days are walked once for all tests.
const SEEDS = Array.from({ length: 20 }, (_, seed) => ({ seed, planOf: createPricePlans(seed) }));
const START_DAY = (PRICES_AS_OF_MS - FIRST_DAY_MS) / DAY_MS;
const MONTH = 30;
/** All that have a name, and some that the seed makes up. */
const ASSETS = 70;

const within = (factor: number, price: number, level: number): boolean =>
  price < level * factor && price > level / factor;

describe("simulated prices bear the level of the names they have", () => {
  it("every name that is not fictional has a known level, and the table agrees to a factor of three", () => {
    const named = simulatedAssets(1, ASSETS).filter(({ fictional }) => !fictional);
    expect(named.map(({ base }) => base).toSorted()).toEqual([...levelOf.keys()].toSorted());
    const off = named.filter(({ base, typicalPrice }) => !within(3, typicalPrice, levelOf.get(base) ?? Number.NaN));
    expect(off.map(({ base, typicalPrice }) => `${base} at ${typicalPrice}`)).toEqual([]);
  });

  it("starts within three times the table's price on its day and stays within thirty times for a month, at any seed", () => {
    const off: string[] = [];
    for (const { seed, planOf } of SEEDS) {
      for (const asset of simulatedAssets(seed, ASSETS)) {
        for (let day = 0; day <= MONTH; day += 1) {
          const { open } = planOf(asset, START_DAY + day);
          const factor = day === 0 ? 3 : 30;
          if (!within(factor, open, asset.typicalPrice)) off.push(`${asset.base}, seed ${seed}, day ${day}: ${open}`);
        }
      }
    }
    expect(off).toEqual([]);
  });

  it("is at other levels for other seeds, above the table's price as often as below", () => {
    const ratios = SEEDS.flatMap(({ seed, planOf }) =>
      simulatedAssets(seed, ASSETS).map((asset) => planOf(asset, START_DAY).open / asset.typicalPrice),
    );
    const above = ratios.filter((ratio) => ratio > 1).length / ratios.length;
    expect(Math.abs(above - 0.5)).toBeLessThan(0.06);
    expect(new Set(ratios).size).toBe(ratios.length);
  });

  it("shows those prices in its candles, in a calm market too", async () => {
    for (const venue of [venueOf(3), venueOf(3, 50, ["calm"])]) {
      for (const { symbol } of await venue.markets({ signal: new AbortController().signal })) {
        const base = symbol.split("/")[0] ?? "";
        const level = levelOf.get(base);
        if (level === undefined) continue;
        const first = await candlesOf(venue, symbol, "1h", PRICES_AS_OF_MS + DAY_MS / 24, 1);
        expect(within(6, first.open[0] ?? Number.NaN, level), symbol).toBe(true);
      }
    }
  });

  it("is not pulled back: a month on, what began above the table's price has gained as much as what began below", () => {
    const gains = { above: [] as number[], below: [] as number[] };
    for (const { seed, planOf } of SEEDS) {
      for (const asset of simulatedAssets(seed, ASSETS)) {
        const { open } = planOf(asset, START_DAY);
        gains[open > asset.typicalPrice ? "above" : "below"].push(planOf(asset, START_DAY + MONTH).open / open - 1);
      }
    }
    const variance = (values: readonly number[]) => deviation(values) ** 2 / values.length;
    // What all assets of a seed share, the market's move, cancels in the difference.
    const error = Math.sqrt(variance(gains.above) + variance(gains.below));
    expect(Math.abs(mean(gains.above) - mean(gains.below)) / error).toBeLessThan(3.5);
  });
});
