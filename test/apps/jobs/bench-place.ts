// What tests of the research bench on workers share: a configuration over invented candles, and runs of it.
import { parseOptions } from "#apps/options.ts";
import { systemClock } from "#scheduler/clock.ts";
import { Variation } from "#schemas/research.ts";
import { unixMs } from "#schemas/units.ts";

export const END_MS = Date.UTC(2026, 2, 1);
const FIVE_MINUTES = 300_000;

export const configOf = (strategy: string) =>
  parseOptions({ venue: "sim", seed: "3", assets: "3", asOf: "2026-03-01T00:00:00Z", strategy, home: "/nowhere" }, {})
    .config;

export const slots = (count: number, parameters: Variation["parameters"] = {}): Variation =>
  Variation.parse({ firstSlotMs: unixMs(END_MS - (count - 1) * FIVE_MINUTES), lastSlotMs: END_MS, parameters });

export const { now: nowMs, sleep } = systemClock();
