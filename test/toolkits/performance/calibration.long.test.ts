// Whether intervals cover what they should: counted over seeds, on noise whose mean is known and on an edge that was planted.
import { describe, expect, it } from "vitest";
import { returnIntervals } from "#toolkits/performance/return-intervals.ts";
import { tradeIntervals } from "#toolkits/performance/trade-intervals.ts";
import { count } from "../../support/count.ts";
import { noise } from "../../support/noise.ts";

const SEEDS = count(1000, 60);
/** So far may a count of so many seeds be off by chance: 3.3 standard errors of a 95 % share, beside the 93–97 % that must hold. */
const ODDS = SEEDS === 1000 ? 0 : 3.3 * Math.sqrt((0.95 * 0.05) / SEEDS);
const LEAST = 0.93 - ODDS;
const MOST = 0.97 + ODDS;

interface Case {
  readonly trades: number;
  readonly edge: number;
  readonly autocorrelation: number;
}

/** Returns of trades in percent, spread 2 %; the money is a thousandth of the starting cash a percent. */
const returnsOf = (seed: number, { trades, edge, autocorrelation }: Case): number[] => [
  ...noise(seed, { length: trades, mean: edge, sd: 2, autocorrelation }),
];

function covered(of: Case) {
  let [inside, detected] = [0, 0];
  for (let seed = 0; seed < SEEDS; seed++) {
    const returns = returnsOf(seed, of);
    const interval = tradeIntervals(
      returns.map((r) => r * 10),
      returns,
    ).meanTradePct;
    if (interval === null) continue;
    if (interval[0] <= of.edge && of.edge <= interval[1]) inside += 1;
    if (interval[0] > 0) detected += 1;
  }
  return { coverage: inside / SEEDS, detected: detected / SEEDS };
}

describe(`the interval of the mean trade, over ${SEEDS} seeds`, () => {
  it.each([
    { trades: 60, edge: 0, autocorrelation: 0 },
    { trades: 200, edge: 0, autocorrelation: 0 },
    { trades: 200, edge: 0, autocorrelation: 0.2 },
    { trades: 500, edge: 0, autocorrelation: 0.3 },
  ])("covers 0 on noise without costs: $trades trades, autocorrelation $autocorrelation", (of) => {
    const { coverage, detected } = covered(of);
    console.info(
      `${of.trades} trades, autocorrelation ${of.autocorrelation}: 0 inside in ${(coverage * 100).toFixed(1)} %, an edge seen in ${(detected * 100).toFixed(1)} %`,
    );
    expect(coverage).toBeGreaterThanOrEqual(LEAST);
    expect(coverage).toBeLessThanOrEqual(MOST);
    expect(detected).toBeLessThan(0.05 + ODDS);
  });

  it("covers the known mean where costs take 0.2 % of each trade of noise", () => {
    const { coverage } = covered({ trades: 200, edge: -0.2, autocorrelation: 0 });
    expect(coverage).toBeGreaterThanOrEqual(LEAST);
    expect(coverage).toBeLessThanOrEqual(MOST);
  });

  it("holds a planted edge of 0.5 % a trade, and sees it", () => {
    const { coverage, detected } = covered({ trades: 500, edge: 0.5, autocorrelation: 0 });
    console.info(
      `edge 0.5 % in 500 trades: inside in ${(coverage * 100).toFixed(1)} %, seen in ${(detected * 100).toFixed(1)} %`,
    );
    expect(coverage).toBeGreaterThanOrEqual(LEAST);
    expect(coverage).toBeLessThanOrEqual(MOST);
    expect(detected).toBeGreaterThan(0.99);
  });
});

it("the interval of the Sharpe ratio of two years of days covers the true one", () => {
  const truth = 0.1 * Math.sqrt(365);
  const seeds = Math.ceil(SEEDS / 4);
  let inside = 0;
  for (let seed = 0; seed < seeds; seed++) {
    const days = [...noise(seed, { length: 730, mean: 0.001, sd: 0.01 })].map((change) => {
      const end = 1 + change;
      return { end, low: Math.min(1, end), high: Math.max(1, end), fall: Math.max(0, -change) };
    });
    const interval = returnIntervals(days, 365).sharpe;
    if (interval !== null && interval[0] <= truth && truth <= interval[1]) inside += 1;
  }
  console.info(`Sharpe ratio: inside in ${((inside / seeds) * 100).toFixed(1)} % of ${seeds} seeds`);
  expect(inside / seeds).toBeGreaterThan(0.92 - ODDS);
});
