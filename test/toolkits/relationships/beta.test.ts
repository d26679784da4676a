import { describe, expect, it } from "vitest";
import type { MarketSymbol } from "#schemas/units.ts";
import { betasTo } from "#toolkits/relationships/beta.ts";
import { returnsUpTo } from "#toolkits/relationships/returns.ts";
import { HOUR_MS, noise, seriesWith, symbolOf } from "./fixture.ts";

const [LEAD, OTHER, SHORT, FLAT] = ["LEAD", "OTHER", "SHORT", "FLAT"].map(symbolOf) as [
  MarketSymbol,
  MarketSymbol,
  MarketSymbol,
  MarketSymbol,
];
const betaOf = (found: ReturnType<typeof betasTo>, symbol: MarketSymbol) => found.find((one) => one.symbol === symbol);

describe("betas", () => {
  it("are the slope of least squares: by hand, of five returns", () => {
    // x = 1, 2, 3, 4, 5; y = 2, 4, 5, 4, 5: mean 3 and 4, Σdxdy = 6, Σdx² = 10.
    const returns = new Map([
      [LEAD, Float64Array.of(1, 2, 3, 4, 5)],
      [OTHER, Float64Array.of(2, 4, 5, 4, 5)],
    ]);
    expect(betasTo(LEAD, returns)).toEqual([
      { symbol: LEAD, beta: 1, rows: 5 },
      { symbol: OTHER, beta: 0.6, rows: 5 },
    ]);
  });

  it("are those that a market was made with, drift of its own left aside; a market may go the other way", () => {
    const leading = noise(1, 288).map((value) => 0.01 * value);
    const returns = new Map([
      [LEAD, leading],
      [OTHER, leading.map((value) => 1.7 * value + 0.002)],
      [SHORT, leading.map((value) => -0.4 * value)],
    ]);
    const found = betasTo(LEAD, returns);
    expect(betaOf(found, OTHER)?.beta).toBe(1.7);
    expect(betaOf(found, SHORT)?.beta).toBe(-0.4);
  });

  it("look at the newest returns that both have, and say how many", () => {
    const leading = noise(1, 288);
    const own = leading.slice(-120).map((value) => 2 * value);
    expect(
      betaOf(
        betasTo(
          LEAD,
          new Map([
            [LEAD, leading],
            [SHORT, own],
          ]),
        ),
        SHORT,
      ),
    ).toEqual({
      symbol: SHORT,
      beta: 2,
      rows: 120,
    });
    expect(
      betaOf(
        betasTo(
          SHORT,
          new Map([
            [LEAD, leading],
            [SHORT, own],
          ]),
        ),
        LEAD,
      ),
    ).toMatchObject({
      beta: 0.5,
      rows: 120,
    });
  });

  it("are not known of a market with too few candles, nor of any where the leader has not moved or was not read", () => {
    const few = returnsUpTo(
      seriesWith(
        SHORT,
        noise(3, 99).map((value) => value / 100),
      ),
      HOUR_MS,
    );
    expect(few).toBeNull();
    const still = new Float64Array(288);
    expect(
      betasTo(
        FLAT,
        new Map([
          [FLAT, still],
          [OTHER, noise(2, 288)],
        ]),
      ),
    ).toEqual([]);
    expect(betasTo(LEAD, new Map([[OTHER, noise(2, 288)]]))).toEqual([]);
  });

  it("are 0 of a market that stands still while the leader moves", () => {
    expect(
      betaOf(
        betasTo(
          LEAD,
          new Map([
            [LEAD, noise(1, 288)],
            [FLAT, new Float64Array(288)],
          ]),
        ),
        FLAT,
      )?.beta,
    ).toBe(0);
  });
});
