import { describe, expect, it } from "vitest";
import type { History } from "../../bench/evaluation/histories.ts";
import {
  ageBlock,
  Blocks,
  countAges,
  countInside,
  type InsideBlock,
  insideBlock,
  readingsOf,
} from "../../bench/evaluation/staleness-counts.ts";
import { seriesOf } from "./series.ts";

/** Calm, a fall of 3 % in one candle at `fallAt`, calm again; 5m. */
const fallingHistory = (candles: number, fallAt: number): History => {
  const price = (i: number): number => (i < fallAt ? 100 : 97) + (i % 2) * 0.02;
  return {
    source: "sim",
    seed: 7,
    symbol: seriesOf("5m", [1]).symbol,
    series: seriesOf(
      "5m",
      Array.from({ length: candles }, (_, i) => price(i)),
    ),
    minutes: null,
  };
};

describe("staleness regret", () => {
  const minutes = seriesOf(
    "1m",
    Array.from({ length: 300 * 5 }, (_, m) => (Math.floor(m / 5) < 280 ? 100 : 97) + (m % 2) * 0.02),
  );
  const history = { ...fallingHistory(300, 280), minutes };
  const readings = readingsOf(history);

  it("reads every close from the first full warm-up on", () => {
    expect(readings).toHaveLength(300 - 249);
    expect(readings.every((reading) => reading !== null)).toBe(true);
    const acts = readings.flatMap((reading, i) => (reading?.action === "enter" ? [i + 249] : []));
    expect(acts[0]).toBe(280);
  });

  it("counts an entry that the analysis of one candle before did not have as missed, and its echo as wrong", () => {
    const blocks = new Blocks(ageBlock);
    countAges(history, readings, blocks);
    const one = blocks.all()[0]?.byAge.get(1);
    const actions = readings.map((reading) => reading?.action);
    const changes = actions.filter((action, i) => i > 0 && action !== actions[i - 1]).length;
    expect(one?.pairs).toBe(readings.length - 1);
    expect(one?.differ).toBe(changes);
    expect(one?.act).toBe(actions.slice(1).filter((action) => action !== "hold").length);
    expect(one?.missed).toBeGreaterThanOrEqual(1);
    expect(one?.staleAct).toBe(actions.slice(0, -1).filter((action) => action !== "hold").length);
  });

  it("asks of every minute inside a candle what a close there would decide, and of none at the close itself", () => {
    const blocks = new Blocks(insideBlock);
    countInside(history, readings, blocks);
    const total = (of: "moments" | "differ") =>
      [...(blocks.all()[0] as InsideBlock).moments.values()].reduce((sum, tally) => sum + tally[of], 0);
    // Four minutes inside each of the candles that follow a reading; the last reading has none after it. Those of the falling
    // candle are more than 5 ATR off: what a close there would decide was not worked out.
    expect(total("moments")).toBe((readings.length - 2) * 4);
  });

  it("counts the minutes at which a close would change the decision", () => {
    const closes = Array.from({ length: 300 }, (_, i) => 100 + (i % 2) * 0.02 - (i < 270 ? 0 : (i - 269) * 0.03));
    const sliding = {
      ...fallingHistory(300, 300),
      series: seriesOf("5m", closes),
      minutes: seriesOf(
        "1m",
        closes.flatMap((close) => Array.from({ length: 5 }, () => close)),
      ),
    };
    const read = readingsOf(sliding);
    const turns = read.filter((one, i) => i > 0 && one?.action !== read[i - 1]?.action).length;
    expect(turns).toBeGreaterThan(0);
    const blocks = new Blocks(insideBlock);
    countInside(sliding, read, blocks);
    const tallies = [...(blocks.all()[0] as InsideBlock).moments.values()];
    // Inside each candle whose close decides otherwise than the one before, all four minutes stand at that close.
    expect(tallies.reduce((sum, { differ }) => sum + differ, 0)).toBe(turns * 4);
  });
});
