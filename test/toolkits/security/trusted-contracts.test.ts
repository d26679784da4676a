import { expect, it } from "vitest";
import { contractId } from "#schemas/chain.ts";
import { DataFormatError } from "#schemas/errors.ts";
import { DAY_MS, unixMs } from "#schemas/units.ts";
import {
  entriesOf,
  parseTrustedContracts,
  TRUSTED_CONTRACTS,
  type TrustedContract,
} from "#toolkits/security/trusted-contracts.ts";
import { CODE_A, CODE_B, CONTRACT, combine, goplus, rpc } from "./combine-support.ts";
import { NOW_MS, SOUND_EVM } from "./goplus-records.ts";

const DAY = "2026-01-02";
const entry = (change: Partial<TrustedContract> = {}): TrustedContract => ({
  ...CONTRACT,
  name: "Token (TOK)",
  implementation: null,
  from: DAY,
  lowers: [],
  satisfies: [],
  reason: "its source says so",
  source: "https://example.org",
  ...change,
});

it("the shipped entries name their contracts in the one spelling, once, with a reason and where it can be read", () => {
  for (const { chain, contract } of TRUSTED_CONTRACTS) expect(contractId(chain, contract)?.contract).toBe(contract);
  expect(new Set(TRUSTED_CONTRACTS.map(({ chain, contract }) => `${chain}:${contract}`)).size).toBe(
    TRUSTED_CONTRACTS.length,
  );
});

it("holds from its day on and until its end, which is not in it any more", () => {
  const table = [entry({ until: "2026-01-04" })];
  const held = [-1, 0, 1, 2].map((days) => entriesOf(table, CONTRACT, unixMs(Date.parse(DAY) + days * DAY_MS)).length);
  expect(held).toEqual([0, 1, 1, 0]);
  expect(entriesOf(table, { ...CONTRACT, chain: "56" }, NOW_MS)).toEqual([]);
  expect(combine({ trusted: table }).validUntilMs).toBeLessThanOrEqual(Date.parse("2026-01-04"));
});

it("ends a report with itself", () => {
  const long = goplus({}, { validUntilMs: NOW_MS + 9 * DAY_MS });
  const identity = { identity: null, contract: CONTRACT };
  expect(combine({ ...identity, reports: [long], trusted: [entry({ until: "2026-01-05" })] }).validUntilMs).toBe(
    Date.parse("2026-01-05"),
  );
});

it("lowers what it names, and never what is critical", () => {
  const trusted = [entry({ lowers: ["transfer_pausable", "sell_tax"] })];
  expect(combine({ reports: [goplus({ transfer_pausable: "1" })] }).verdict).toBe("caution");
  expect(combine({ reports: [goplus({ transfer_pausable: "1" })], trusted }).verdict).toBe("clear");
  expect(combine({ reports: [goplus({ transfer_pausable: "1", is_blacklisted: "1" })], trusted }).verdict).toBe(
    "caution",
  );
  expect(combine({ reports: [goplus({ sell_tax: "0.3" })], trusted }).verdict).toBe("clear");
  expect(combine({ reports: [goplus({ sell_tax: "0.6" })], trusted }).verdict).toBe("block");
});

it("knows a fact that a source left open, and none that nobody answered", () => {
  const trusted = [entry({ satisfies: ["sell_tax"] })];
  const open = goplus({ sell_tax: "" });
  expect(combine({ reports: [open] }).verdict).toBe("unknown");
  expect(combine({ reports: [open], trusted }).verdict).toBe("clear");
  const silent = [{ source: "goplus", why: "timeout" }];
  expect(combine({ reports: [rpc(null)], silent, trusted }).reason).toContain("sell_tax");
  expect(combine({ reports: [], silent, trusted }).verdict).toBe("unknown");
});

it("is about the code that it names: of another, and of a proxy where it names none, it says nothing", () => {
  const proxied = (code: string) => [goplus({ is_proxy: "1", transfer_pausable: "1" }), rpc(code)];
  const lowers = ["transfer_pausable", "is_proxy"];
  const trusted = [entry({ implementation: CODE_A, lowers })];
  expect(combine({ reports: proxied(CODE_A), trusted }).verdict).toBe("clear");
  expect(combine({ reports: proxied(CODE_B), trusted }).verdict).toBe("unknown");
  expect(combine({ reports: proxied(CODE_A), trusted: [entry({ lowers })] }).verdict).toBe("unknown");
});

it.each<[Record<string, unknown>, RegExp]>([
  [{ chain: undefined }, /trusted\.json, contracts\.0\.chain/],
  [{ contract: CONTRACT.contract.toUpperCase() }, /contracts\.0\.contract: .*no address of chain 1/],
  [{ implementation: "0x12" }, /contracts\.0\.implementation: .*"0x12" is no address/],
  [{ from: "soon" }, /contracts\.0\.from/],
  [{ until: DAY }, /contracts\.0\.until: 2026-01-02 is not after 2026-01-02/],
  [{ reason: "" }, /contracts\.0\.reason/],
  [{ lowers: ["is_honeypot"] }, /contracts\.0\.lowers\.0: is_honeypot is critical/],
  [{ satisfies: ["owner_change_balance"] }, /contracts\.0\.satisfies\.0: owner_change_balance is critical/],
  [{ satisfies: ["sel_tax"] }, /contracts\.0\.satisfies\.0: "sel_tax" is no fact/],
  [{ satisfies: ["record"] }, /"record" is no fact/],
  [{ lower: [] }, /contracts\.0: .*lower/],
])("an entry that is wrong is refused by file and field: %j", (change, message) => {
  const parse = () => parseTrustedContracts("trusted.json", { contracts: [{ ...entry(), ...change }] });
  expect(parse).toThrow(DataFormatError);
  expect(parse).toThrow(message);
});

it("of a sound token nothing changes", () => {
  expect(combine({ trusted: [entry()], reports: [goplus({}, { base: SOUND_EVM })] }).verdict).toBe("clear");
});
