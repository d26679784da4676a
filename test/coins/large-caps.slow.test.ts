import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { mayEnter } from "#schemas/security.ts";
import { PROTOCOLS } from "../exchanges/venues.ts";
import { LARGE_CAPS } from "./coins.ts";
import { judgeLargeCaps, type VenueOutcome } from "./judge-large-caps.ts";
import { tablesOf } from "./large-caps.ts";

describe("100 large caps on ten exchanges", () => {
  let outcomes: readonly VenueOutcome[];
  beforeAll(async () => {
    outcomes = await judgeLargeCaps(PROTOCOLS);
  });

  it("docs/token-security.md has the tables as they are (npm run docs writes them)", () => {
    const page = readFileSync(new URL("../../docs/token-security.md", import.meta.url), "utf8");
    expect(page).toContain(`<!-- large-caps -->\n\n${tablesOf(outcomes)}\n\n<!-- end of large-caps -->`);
  });

  it("each exchange's report of each coin has a reason, and more than half may be entered everywhere", () => {
    expect(new Set(outcomes.map(({ venue }) => venue)).size).toBe(10);
    for (const { venue, reports } of outcomes) {
      expect(reports.size, venue).toBe(100);
      expect(
        [...reports.values()].filter(({ reason }) => reason === ""),
        venue,
      ).toEqual([]);
      expect([...reports.values()].filter(({ verdict }) => mayEnter(verdict)).length, venue).toBeGreaterThan(50);
    }
  });

  it("a chain's own coin is entered wherever it is listed, and no token passes without its contract's facts", () => {
    for (const { venue, reports } of outcomes) {
      for (const coin of LARGE_CAPS) {
        const verdict = reports.get(coin)?.verdict;
        if (coin.nativeTo !== null) expect(verdict, `${coin.ticker} at ${venue}`).toBe("not-applicable");
        else if (coin.facts === undefined) expect(verdict, `${coin.ticker} at ${venue}`).toBe("unknown");
      }
    }
  });

  it("where an exchange names no contracts, no token is clear", () => {
    for (const { venue, hasKey, coins, reports } of outcomes) {
      if (coins?.statesContracts === true) continue;
      const clear = [...reports].filter(([, { verdict }]) => verdict === "clear");
      expect(clear, `${venue} ${hasKey}`).toEqual([]);
    }
  });
});
