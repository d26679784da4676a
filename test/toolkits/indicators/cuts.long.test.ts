// Backtest and live: a block of 200 rows behind its warm-up, as a backtest takes them, beside the window of one candle, as a
// live desk reads it. The grid begins the window of every candle of a block at the same row, so all rows that a rule looks
// at, the ones before the block included, must have the same bits either way.
import { describe, expect, it } from "vitest";
import type { CandleRows, Kernel } from "#toolkits/indicators/kernel.ts";
import { createRun, fillRuns } from "#toolkits/indicators/run-columns.ts";
import { count } from "../../support/count.ts";
import { CALM, lehmer, walk } from "./candles.ts";
import { EVERY, rowsOf, slice } from "./kernel-rows.ts";

/** In the long run at so many of each indicator. */
const CUTS = count(10_000 * EVERY.length, 10_000);
const BLOCK_ROWS = 200;
const WARM_ROWS = 400;
/** Rows before now that a rule may look at. */
const LOOK_BACK = 5;
const BLOCKS = 8;
const LENGTH = WARM_ROWS + BLOCK_ROWS * BLOCKS;

// Half calm, with a crash to a thousandth and a stretch that stands still: what a running sum would not survive.
const rows = rowsOf(
  walk({
    ...CALM,
    seed: 71,
    length: LENGTH,
    flatShare: 0.1,
    rescaleAt: 900,
    rescale: 1e-3,
    freezeAt: 1300,
    frozen: 60,
  }),
);

/** Column by column the last rows of the window that ends with `row`, whose block begins at `begin`. */
function windowOf(kernel: Kernel, begin: number, row: number): readonly Float64Array[] {
  const window: CandleRows = slice(rows, begin, row + 1);
  const end = row + 1 - begin;
  const run = createRun(kernel, LOOK_BACK + 1);
  fillRuns([run], window, end - LOOK_BACK - 1, end);
  return run.columns;
}

/** The block that holds `row`: its kept rows and the look-back before them, from its own beginning. */
function blocksOf(kernel: Kernel): readonly (readonly Float64Array[])[] {
  return Array.from({ length: BLOCKS }, (_, block) => {
    const begin = block * BLOCK_ROWS;
    const run = createRun(kernel, BLOCK_ROWS + LOOK_BACK);
    const window = slice(rows, begin, begin + WARM_ROWS + BLOCK_ROWS);
    fillRuns([run], window, WARM_ROWS - LOOK_BACK, WARM_ROWS + BLOCK_ROWS);
    return run.columns;
  });
}

describe("block and window", () => {
  it(`agree to the bit at ${CUTS} cuts, each of some indicator, the rows before a block's first included`, () => {
    const random = lehmer(5);
    const draw = (below: number): number => Math.floor(random() * below);
    const blocks = EVERY.map(({ kernel }) => blocksOf(kernel));
    let overBorder = 0;
    for (let cut = 0; cut < CUTS; cut++) {
      const { name, kernel } = EVERY[cut % EVERY.length] ?? EVERY[0] ?? { name: "", kernel: undefined };
      if (kernel === undefined) throw new Error("there are indicators");
      const block = draw(BLOCKS);
      // One cut in five lies so near to the border that the rule looks over it.
      const inBlock = cut % 5 === 0 ? draw(LOOK_BACK) : draw(BLOCK_ROWS);
      if (inBlock < LOOK_BACK) overBorder++;
      const begin = block * BLOCK_ROWS;
      const live = windowOf(kernel, begin, begin + WARM_ROWS + inBlock);
      for (const [k, column] of live.entries()) {
        const kept = blocks[cut % EVERY.length]?.[block]?.[k];
        for (let back = 0; back <= LOOK_BACK; back++) {
          if (!Object.is(kept?.[inBlock + back], column[back])) {
            expect.unreachable(`${name}, output ${k}, block ${block}, row ${inBlock}, ${LOOK_BACK - back} back`);
          }
        }
      }
    }
    expect(overBorder).toBeGreaterThan(CUTS / 6);
  });

  it("would differ in RSI if a block went on from the block before: its seed is another", () => {
    const rsi = EVERY.find(({ name }) => name === "rsi")?.kernel;
    if (rsi === undefined) throw new Error("expected a kernel");
    const carried = createRun(rsi, LENGTH);
    fillRuns([carried], rows, 0, LENGTH);
    const own = blocksOf(rsi).at(-1)?.[0]?.[LOOK_BACK];
    const other = carried.columns[0]?.[LENGTH - BLOCK_ROWS];
    expect(own).not.toBe(other);
    expect(own).toBeCloseTo(other ?? Number.NaN, 6);
  });
});
