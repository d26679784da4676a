// False alarms: random honest strategies, none of which may fail a check.
import fc from "fast-check";
import { expect, it } from "vitest";
import { count } from "../../support/count.ts";
import { drawnTrader } from "../../toolkits/strategies/random-strategy.ts";
import { failedOf, mistrust, smallWorld } from "./world.ts";

it("no random honest strategy fails a check", async () => {
  const world = await smallWorld(900, 3);
  const drawn = fc.sample(drawnTrader({ higher: "1h", inOrder: false }), { numRuns: count(50, 4), seed: 20261 });
  let acting = 0;
  for (const [i, { strategy, text }] of drawn.entries()) {
    const honesty = await mistrust(world, () => strategy, i);
    expect({ text, failed: failedOf(honesty) }).toEqual({ text, failed: [] });
    if (honesty.checks.every(({ state }) => state === "passed")) acting += 1;
  }
  expect(acting).toBeGreaterThan(drawn.length / 2);
});
