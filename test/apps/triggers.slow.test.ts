import { describe, expect, it } from "vitest";
import { documentOf, runCli } from "#test/support/cli.ts";
import { freshHome } from "#test/support/fresh-home.ts";

const SLOT_MS = Date.UTC(2024, 2, 1, 12);
const STEP_MS = 300_000;
const at = (slotMs: number) => ["--as-of", String(slotMs), "--assets", "20"];

interface Row {
  readonly symbol: string;
  readonly asOfMs: number;
  readonly price: number;
  readonly strategyId: string;
  readonly status: string;
  readonly enter: readonly { readonly from: number | null; readonly to: number | null }[];
  readonly enterDistancePct: number;
}

describe("deeptrader triggers", () => {
  it("lists the next close's triggers of what Khala holds fresh, and nothing once they are a slot old", async () => {
    await using home = await freshHome();
    const settings = { home: home.dir };
    expect((await documentOf(["triggers", ...at(SLOT_MS)], settings))["triggers"]).toEqual([]);
    await documentOf(["sleep", "--once", ...at(SLOT_MS)], settings);

    const document = await documentOf(["triggers", "--limit", "5", ...at(SLOT_MS)], settings);
    expect(document).toMatchObject({
      slot: SLOT_MS,
      timeframe: "5m",
      fresh: 20,
      levels: 20,
      silent: [],
      simulated: true,
    });
    const rows = document["triggers"] as readonly Row[];
    expect(rows).toHaveLength(5);
    for (const { price, asOfMs, strategyId, status, enter, enterDistancePct } of rows) {
      expect(asOfMs).toBe(SLOT_MS);
      expect([strategyId, status]).toEqual(["mean-reversion", "exact"]);
      expect(enter).toHaveLength(1);
      expect(enterDistancePct).toBeCloseTo(((enter[0]?.to ?? Number.NaN) / price - 1) * 100, 9);
    }
    const distances = rows.map(({ enterDistancePct }) => enterDistancePct);
    expect(distances).toEqual(distances.toSorted((a, b) => b - a));

    const { stdout } = await runCli(["triggers", ...at(SLOT_MS)], settings);
    expect(stdout).toContain("SIMULATED");
    expect(stdout).toMatch(new RegExp(`^${rows[0]?.symbol} .* \\(−\\d+\\.\\d\\d %\\)`, "m"));

    const later = await runCli(["triggers", ...at(SLOT_MS + STEP_MS)], settings);
    expect(later.stdout).toMatch(/no fresh analysis.*sleep --once/);
  });
});
