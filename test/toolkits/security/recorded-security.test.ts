import { describe, expect, test } from "vitest";
import { DataFormatError } from "#schemas/errors.ts";
import { mayEnter } from "#schemas/security.ts";
import { DAY_MS, MarketSymbol, type UnixMs, unixMs } from "#schemas/units.ts";
import { parseSecurityRecords } from "#toolkits/market/replay/security-records.ts";
import { createRecordedSecurity } from "#toolkits/security/recorded-security.ts";

const options = { signal: new AbortController().signal };
const OBSERVED_MS = Date.parse("2018-01-20T10:00:00Z");
const HOUR_MS = 3_600_000;
const HONEST = {
  is_open_source: "1",
  is_honeypot: "0",
  buy_tax: "0",
  sell_tax: "0",
  is_proxy: "0",
  is_mintable: "0",
  transfer_pausable: "0",
  owner_change_balance: "0",
  hidden_owner: "0",
  cannot_sell_all: "0",
};
const entry = (record: object, more: object = {}) => ({
  base: "ABC",
  chain: "1",
  contract: "0x00000000000000000000000000000000000000ab",
  observedAt: "2018-01-20T10:00:00Z",
  record,
  ...more,
});
const records = (...entries: object[]) => parseSecurityRecords("security.json", JSON.stringify({ records: entries }));
const recorded = (...entries: object[]) =>
  createRecordedSecurity({ folder: { securityRecords: records(...entries) }, policy: "recorded" });
const ABC = MarketSymbol.parse("ABC/BTC");
const at = (offsetMs: number): UnixMs => unixMs(OBSERVED_MS + offsetMs);

describe("recorded token security", () => {
  test("does not see a record before it was observed", async () => {
    const source = recorded(entry(HONEST));
    expect((await source.report({ symbol: ABC, nowMs: at(-1) }, options)).verdict).toBe("unknown");
    const report = await source.report({ symbol: ABC, nowMs: at(0) }, options);
    expect(mayEnter(report.verdict)).toBe(true);
    expect(report).toMatchObject({ chain: "1", observedAtMs: OBSERVED_MS, validUntilMs: OBSERVED_MS + DAY_MS });
  });

  test("says nothing about a later record: what is unknown today does not tell until when", async () => {
    const before = await recorded(entry(HONEST)).report({ symbol: ABC, nowMs: at(-HOUR_MS) }, options);
    expect(await recorded().report({ symbol: ABC, nowMs: at(-HOUR_MS) }, options)).toEqual(before);
  });

  test("counts an expired record as unknown, after 24 hours or the hours it states", async () => {
    const day = recorded(entry(HONEST));
    expect((await day.report({ symbol: ABC, nowMs: at(DAY_MS - 1) }, options)).verdict).not.toBe("unknown");
    const expired = await day.report({ symbol: ABC, nowMs: at(DAY_MS) }, options);
    expect(expired.verdict).toBe("unknown");
    expect(expired.reason).toContain("expired at 2018-01-21T10:00:00.000Z");
    expect(expired.validUntilMs).toBeGreaterThan(OBSERVED_MS + DAY_MS);
    const month = recorded(entry(HONEST, { validForHours: 720 }));
    expect((await month.report({ symbol: ABC, nowMs: at(DAY_MS * 30 - 1) }, options)).verdict).not.toBe("unknown");
  });

  test("lets the newest record speak: a honeypot found later blocks from then on", async () => {
    const found = entry({ ...HONEST, is_honeypot: "1" }, { observedAt: OBSERVED_MS + HOUR_MS });
    const source = recorded(found, entry(HONEST));
    expect((await source.report({ symbol: ABC, nowMs: at(HOUR_MS - 1) }, options)).verdict).not.toBe("block");
    expect((await source.report({ symbol: ABC, nowMs: at(HOUR_MS) }, options)).verdict).toBe("block");
  });

  test("knows native coins by date, and calls any other token unknown", async () => {
    const report = (name: string) => recorded().report({ symbol: MarketSymbol.parse(name), nowMs: at(0) }, options);
    expect((await report("ETH/BTC")).verdict).toBe("not-applicable");
    // TRX was an ERC-20 token until June 2018.
    expect((await report("TRX/BTC")).verdict).toBe("unknown");
    expect((await report("NOSUCH/BTC")).verdict).toBe("unknown");
  });

  test("gives the same frozen report until the answer changes, also when time jumps back", async () => {
    const source = recorded(entry(HONEST));
    const ask = (offsetMs: number) => source.report({ symbol: ABC, nowMs: at(offsetMs) }, options);
    const first = await ask(0);
    expect(await ask(23 * HOUR_MS)).toBe(first);
    expect(Object.isFrozen(first) && Object.isFrozen(first.checks)).toBe(true);
    const expired = await ask(DAY_MS);
    expect(await ask(DAY_MS + 300_000)).toBe(expired);
    expect(await ask(0)).toEqual(first);
    expect((await ask(-1)).verdict).toBe("unknown");
  });

  test("says that it was assumed, or skipped, by the operator", async () => {
    const report = (policy: "assume-clear" | "skip") =>
      createRecordedSecurity({ folder: { securityRecords: records(entry({ is_honeypot: "1" })) }, policy }).report(
        { symbol: ABC, nowMs: at(0) },
        options,
      );
    const assumed = await report("assume-clear");
    expect(assumed.verdict).toBe("clear");
    expect(assumed.checks[0]?.evidence).toMatch(/assumed clear by the operator.*nothing was checked/);
    expect(await report("skip")).toMatchObject({
      verdict: "not-applicable",
      reason: "security skipped by --security skip",
    });
  });
});

test.each([
  ["[]", /security\.json/],
  ["{", /security\.json: not JSON/],
  [
    JSON.stringify({ records: [entry(HONEST), entry(HONEST, { observedAt: "soon" })] }),
    /records\[1\]\.observedAt: "soon" is not a time/,
  ],
  [JSON.stringify({ records: [entry(HONEST, { validForHours: 0 })] }), /records\[0\]\.validForHours/],
  [JSON.stringify({ records: [entry(HONEST, { observed: 1 })] }), /records\[0\]: .*observed/],
  [JSON.stringify({ records: [{ base: "ABC" }] }), /records\[0\]\.chain/],
])("a security file that is wrong is refused by file and path: %s", (text, message) => {
  expect(() => parseSecurityRecords("security.json", text)).toThrow(DataFormatError);
  expect(() => parseSecurityRecords("security.json", text)).toThrow(message);
});
