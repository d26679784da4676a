import { expect, it } from "vitest";
import { RiskLimits } from "#schemas/config.ts";
import { limitsNow } from "#schemas/tightened-limits.ts";

const configured = RiskLimits.parse({});

it("of each limit the tighter holds: what an operator has set never loosens what is configured", () => {
  const tightened = new Map([
    ["maxOpenPositions", 12],
    ["entryPct", 1],
    ["cooldownCandles", 2],
  ] as const);
  expect(limitsNow(configured, tightened)).toEqual({ ...configured, entryPct: 1 });
  // The configuration was made tighter, or looser, since.
  expect(limitsNow({ ...configured, entryPct: 0.5 }, tightened).entryPct).toBe(0.5);
  expect(limitsNow({ ...configured, maxOpenPositions: 20, cooldownCandles: 1 }, tightened)).toMatchObject({
    maxOpenPositions: 12,
    cooldownCandles: 2,
  });
  expect(limitsNow(configured, new Map())).toBe(configured);
});
