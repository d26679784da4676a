import { describe, expect, it } from "vitest";
import { warmupAt, warmupOf } from "#toolkits/indicators/warmup.ts";
import { blockOf, windowAt } from "#toolkits/indicators/window.ts";
import { CALM, closeAt, FIVE_MINUTES_MS, openAt, seriesOf, walk } from "./candles.ts";

const closes = walk({ ...CALM, seed: 2, length: 760 });

/** Of the window that ends with slot 740, by window and by block. */
function warmupWithout(missing: readonly number[], from = 0) {
  const series = seriesOf(closes, new Set([...missing, ...Array.from({ length: from }, (_, slot) => slot)]));
  const window = windowAt(series, closeAt(740));
  const block = blockOf(series, openAt(740) / FIVE_MINUTES_MS);
  if (window === null || block === null) throw new Error("expected both");
  const warmup = warmupOf(window);
  expect(warmupAt(block, window.length - 1)).toBe(warmup);
  return warmup;
}

const range = (from: number, length: number): number[] => Array.from({ length }, (_, i) => from + i);

describe("warm-up", () => {
  it("is full from 250 received candles, partial from 20, insufficient below", () => {
    expect([739, 722, 721, 492, 491].map((from) => warmupWithout([], from))).toEqual([
      "insufficient",
      "insufficient",
      "partial",
      "partial",
      "full",
    ]);
    // 250 rows of which one is filled are 249 candles.
    expect(warmupWithout([500], 491)).toBe("partial");
  });

  it("is insufficient with more than 3 of the newest 20 rows filled", () => {
    expect(warmupWithout([721, 730, 739])).toBe("full");
    expect(warmupWithout([721, 730, 738, 739])).toBe("insufficient");
    expect(warmupWithout([720, 730, 738, 739])).toBe("full");
  });

  it("is insufficient with more than 12 of the newest 100 rows filled", () => {
    expect(warmupWithout(range(641, 12))).toBe("full");
    expect(warmupWithout(range(641, 13))).toBe("insufficient");
    expect(warmupWithout(range(640, 13))).toBe("full");
  });

  it("is full again 9 hours after 100 minutes of maintenance, and not barred by holes further back", () => {
    expect(warmupWithout(range(560, 80))).toBe("full");
  });

  it("is insufficient where the newest row is filled", () => {
    const block = blockOf(seriesOf(closes, new Set([745])), openAt(740) / FIVE_MINUTES_MS);
    if (block === null) throw new Error("expected a block");
    expect([744, 745, 746].map((slot) => warmupAt(block, slot - 333))).toEqual(["full", "insufficient", "full"]);
  });
});
