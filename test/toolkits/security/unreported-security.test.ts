import { expect, it } from "vitest";
import { MarketSymbol, unixMs } from "#schemas/units.ts";
import { createUnreportedSecurity } from "#toolkits/security/unreported-security.ts";

it.each(["BTC/USDT", "TON/USDT", "LINK/USDT"])(
  "admits %s by its ticker alone no more than any other",
  async (symbol) => {
    const nowMs = unixMs(Date.parse("2026-11-29T12:00:00Z"));
    const asked = { symbol: MarketSymbol.parse(symbol), nowMs };
    const report = await createUnreportedSecurity().report(asked, { signal: new AbortController().signal });
    expect(report.verdict).toBe("unknown");
    expect(report.reason).toMatch(/identity of (BTC|TON|LINK) is not established: no ranking was heard/);
  },
);
