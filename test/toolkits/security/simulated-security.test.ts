import { describe, expect, it } from "vitest";
import { mayEnter } from "#schemas/security.ts";
import { DAY_MS, MarketSymbol, unixMs } from "#schemas/units.ts";
import { simulatedAssets } from "#toolkits/market/simulated/assets.ts";
import { createSimulatedSecurity } from "#toolkits/security/simulated-security.ts";

const OPTIONS = { signal: new AbortController().signal };
const DAY_START_MS = Date.parse("2025-06-01T00:00:00Z");
const security = createSimulatedSecurity({ seed: 1, assets: 120 });
const report = (symbol: string, nowMs = DAY_START_MS + 1000) =>
  security.report({ symbol: MarketSymbol.parse(symbol), nowMs: unixMs(nowMs) }, OPTIONS);

describe("simulated security", () => {
  it("names itself simulated", async () => {
    expect(security.id).toBe("simulated");
    for (const check of (await report("LINK/USDT")).checks) expect(check.source).toBe("simulated");
  });

  it.each([
    ["BTC/USDT", "not-applicable", /native coin/],
    ["LINK/USDT", "clear", /passed/],
    ["AAVE/USDT", "caution", /its code can be replaced/],
    ["JUP/USDT", "clear", /passed/],
    ["PAUSERO/USDT", "caution", /pause all transfers/],
    ["TRAPDOR/USDT", "block", /honeypot/],
    ["SNARELY/USDT", "block", /honeypot/],
    ["MINTALO/USDT", "block", /mint more/],
    ["BLKBOKS/USDT", "block", /closed source/],
    ["TOLLGAT/USDT", "block", /tax on a sale is 15 %/],
    ["ICEBOXY/USDT", "block", /freeze/],
    ["HALFLIT/USDT", "unknown", /is_honeypot, hidden_owner, sell_tax/],
    ["NOPAPER/USDT", "unknown", /no record/],
    ["NOSUCH/USDT", "unknown", /not a simulated asset/],
  ])("says of %s: %s", async (symbol, verdict, reason) => {
    expect(await report(symbol)).toMatchObject({ verdict, reason: expect.stringMatching(reason) });
  });

  it("never bars a well-known name from entry", async () => {
    for (const asset of simulatedAssets(1, 120).filter((candidate) => !candidate.fictional)) {
      expect(mayEnter((await report(asset.symbol)).verdict), asset.symbol).toBe(true);
    }
  });

  it("speaks for one UTC day, and gives every asker of that day the same frozen report", async () => {
    const first = await report("LINK/USDT", DAY_START_MS);
    expect(first).toMatchObject({ observedAtMs: DAY_START_MS, validUntilMs: DAY_START_MS + DAY_MS });
    expect(await report("LINK/USDT", DAY_START_MS + DAY_MS - 1)).toBe(first);
    const next = await report("LINK/USDT", DAY_START_MS + DAY_MS);
    expect(next).toEqual({ ...first, observedAtMs: DAY_START_MS + DAY_MS, validUntilMs: DAY_START_MS + 2 * DAY_MS });
  });

  it("ends a call whose signal is aborted", async () => {
    const signal = AbortSignal.abort(new Error("stopped"));
    const request = { symbol: MarketSymbol.parse("BTC/USDT"), nowMs: unixMs(DAY_START_MS) };
    await expect(security.report(request, { signal })).rejects.toThrow("stopped");
  });
});
