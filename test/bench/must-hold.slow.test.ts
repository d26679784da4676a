// Two seeds of what docs/evaluation.md states of ten: a change that loses it should be noticed before the next full run.
import { describe, expect, it } from "vitest";
import { openMarket } from "../../bench/evaluation/eval-desk.ts";
import { SESSION_ASSETS, WIDE, ZIPF } from "../../bench/evaluation/seed-sessions.ts";
import { Oracle, runSession, totalUnits } from "../../bench/evaluation/session.ts";

const BARS = 10;

describe.each([1, 2])("sleep on the simulated desk, seed %i", (seed) => {
  it.each([ZIPF, WIDE])(
    "takes a fifth or less of the from-scratch work while somebody waits, every answer equal: $name",
    async (demand) => {
      const market = await openMarket(seed, SESSION_ASSETS);
      const { asked } = await runSession({ market, demand, bars: BARS, oracle: new Oracle() });
      expect(asked).toHaveLength(BARS * demand.perBar);
      expect(asked.filter(({ equal }) => !equal).map(({ item }) => item.text)).toEqual([]);
      expect(totalUnits(asked, "scratchUnits") / totalUnits(asked, "units")).toBeGreaterThanOrEqual(5);
    },
  );

  it("spends nothing on thinking where few ask, uniformly", async () => {
    const market = await openMarket(seed, SESSION_ASSETS);
    const demand = { name: "rare", skew: 0, perBar: 10 / 288 };
    const { asked, spent } = await runSession({ market, demand, bars: 60, oracle: new Oracle() });
    expect(asked).toHaveLength(2);
    expect(spent.get("thinking") ?? 0).toBe(0);
    expect(spent.get("sleep-cycle")).toBeGreaterThan(0);
  });
});
