import { describe, expect, test } from "vitest";
import { ProviderRefusedError } from "#schemas/errors.ts";
import { unixMs } from "#schemas/units.ts";
import type { CcxtClient } from "#toolkits/market/ccxt/client.ts";
import { createExchangeOffset } from "#toolkits/market/ccxt/exchange-clock.ts";

const options = { signal: new AbortController().signal };
const SENT_MS = 1_700_000_000_300;

/** An exchange whose clock is `offMs` from ours, read in the middle of a round trip. */
function offsetOf(offMs: number, { roundTripMs = 0, stepMs = 1 } = {}): Promise<number> {
  let nowMs = SENT_MS;
  const fetchTime = async () => {
    nowMs += roundTripMs / 2;
    const told = Math.floor((nowMs + offMs) / stepMs) * stepMs;
    nowMs += roundTripMs / 2;
    return told;
  };
  const client = { id: "there", has: { fetchTime: true }, fetchTime } as unknown as CcxtClient;
  return createExchangeOffset(
    client,
    (_what, read) => read(),
    () => unixMs(nowMs),
    stepMs,
  )(options);
}

describe("how far the clock of an exchange stands from ours", () => {
  test("is told exactly where nothing is in doubt", async () => {
    expect(await offsetOf(-5000)).toBe(-5000);
    expect(await offsetOf(700)).toBe(700);
  });

  test("is nothing where the way there and back explains it", async () => {
    expect(await offsetOf(-90, { roundTripMs: 200 })).toBe(0);
    expect(await offsetOf(90, { roundTripMs: 200 })).toBe(0);
    expect(await offsetOf(-300, { roundTripMs: 200 })).toBe(-200);
  });

  test("is nothing where whole seconds explain it: else each candle would be held back", async () => {
    expect(await offsetOf(0, { stepMs: 1000 })).toBe(0);
    expect(await offsetOf(-250, { stepMs: 1000 })).toBe(0);
    expect(await offsetOf(-5000, { stepMs: 1000 })).toBeLessThanOrEqual(-4000);
    expect(await offsetOf(5000, { stepMs: 1000 })).toBeGreaterThanOrEqual(4000);
  });

  test("is refused beyond 30 s whatever the doubt", async () => {
    await expect(offsetOf(-31_500, { stepMs: 1000 })).rejects.toThrow(ProviderRefusedError);
    await expect(offsetOf(32_000, { roundTripMs: 200 })).rejects.toThrow(ProviderRefusedError);
  });
});
