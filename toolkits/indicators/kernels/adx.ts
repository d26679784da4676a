// Floor 2. Wilder's directional movement (1978, section IV). Sums of true range and of movement up and down are seeded with the
// first n and fade by 1/n; +DI and -DI are their shares of the range, DX how far they are apart, ADX the DX smoothed.
import type { Kernel } from "../kernel.ts";
import { numberIn, rowCount } from "../settings.ts";
import type { IndicatorSpec } from "../spec.ts";
import { trueRange } from "./atr.ts";

export const adxSpec: IndicatorSpec<"adx" | "plusDi" | "minusDi"> = {
  id: "adx",
  title: "Average directional index",
  definition:
    "Wilder 1978: directional movement and true range smoothed by 1/n, DX = 100 |+DI - -DI| / (+DI + -DI), ADX = DX seeded with the mean of its first n and smoothed by 1/n; 0 to 100.",
  flat: "0, all three, where the price has not moved since the window began; where it stands still later, +DI and -DI stay.",
  definitionId: "adx-w.v1",
  settings: { period: rowCount(14, 2, 100) },
  outputs: { adx: "points", plusDi: "points", minusDi: "points" },
  reads: () => ["high", "low", "close"],
  // Smoothed twice: the seed of the second stands on the first's.
  needRows: (settings) => 20 * numberIn(settings, "period"),
  kernel: (settings) => adxKernel(numberIn(settings, "period")),
};

/** State: rows seen; high, low, close before; sums of range, up, down; the ADX (until its seed: the sum of DX). */
function adxKernel(period: number): Kernel {
  return {
    outputs: 3,
    stateLength: 8,
    memoryRows: null,
    scan(state, rows, from, to, out, at) {
      const { high, low, close } = rows;
      const [adxs, pluses, minuses] = out;
      if (!adxs || !pluses || !minuses) return;
      let seen = state[0] ?? 0;
      let previousHigh = state[1] ?? 0;
      let previousLow = state[2] ?? 0;
      let previousClose = state[3] ?? 0;
      let range = state[4] ?? 0;
      let up = state[5] ?? 0;
      let down = state[6] ?? 0;
      let adx = state[7] ?? 0;
      for (let i = from; i < to; i++) {
        const h = high[i] ?? Number.NaN;
        const l = low[i] ?? Number.NaN;
        const place = i - from + at;
        let plus = Number.NaN;
        let minus = Number.NaN;
        if (seen > 0) {
          const rise = h - previousHigh;
          const fall = previousLow - l;
          const fade = seen > period ? 1 / period : 0;
          range += trueRange(h, l, previousClose) - range * fade;
          up += (rise > fall && rise > 0 ? rise : 0) - up * fade;
          down += (fall > rise && fall > 0 ? fall : 0) - down * fade;
        }
        if (seen >= period) {
          plus = range > 0 ? 100 * (up / range) : 0;
          minus = range > 0 ? 100 * (down / range) : 0;
          const both = up + down;
          const dx = both > 0 ? 100 * (Math.abs(up - down) / both) : 0;
          adx = seen < 2 * period ? adx + dx / period : (adx * (period - 1) + dx) / period;
        }
        previousHigh = h;
        previousLow = l;
        previousClose = close[i] ?? Number.NaN;
        seen += 1;
        pluses[place] = plus;
        minuses[place] = minus;
        adxs[place] = seen >= 2 * period ? adx : Number.NaN;
      }
      state[0] = seen;
      state[1] = previousHigh;
      state[2] = previousLow;
      state[3] = previousClose;
      state[4] = range;
      state[5] = up;
      state[6] = down;
      state[7] = adx;
    },
  };
}
