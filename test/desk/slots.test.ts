import { describe, expect, it } from "vitest";
import { isLate } from "#desk/slots.ts";
import { unixMs } from "#schemas/units.ts";

describe("a slot", () => {
  it.each([
    ["5m", 60_000],
    ["1m", 12_000],
    ["1d", 60_000],
  ] as const)("of %s is late a millisecond after its entry window of %i ms", (timeframe, windowMs) => {
    const slotMs = unixMs(1_700_000_000_000);
    expect(isLate(slotMs, unixMs(slotMs + windowMs), timeframe)).toBe(false);
    expect(isLate(slotMs, unixMs(slotMs + windowMs + 1), timeframe)).toBe(true);
  });
});
