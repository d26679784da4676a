// Tokens that traders know → the verdict that one would accept, and why. Records in the documented shape of GoPlus, beside what the chain and
// Sourcify would say; of WETH with the fields that a record of it left out.
import { describe, expect, it } from "vitest";
import type { ContractId } from "#schemas/chain.ts";
import type { CoinIdentity } from "#schemas/coin.ts";
import type { SecurityReport, SecurityVerdict } from "#schemas/security.ts";
import { mayPin } from "#toolkits/security/may-pin.ts";
import { TRUSTED_CONTRACTS } from "#toolkits/security/trusted-contracts.ts";
import { testCoin } from "../../coins/coins.ts";
import { goPlusRecord } from "../../coins/goplus-record.ts";
import { checkOf, combine, goplus, identityOf, rpc, said } from "./combine-support.ts";
import { LIVE_OWNER, NOW_MS } from "./goplus-records.ts";

const JETTON = { chain: "ton", contract: "EQAvlWFDxGF2lXm67y4yzC17wYKD9A0guwPkMs1gOsM__NOT" };
const COUNTERFEIT = { chain: "1", contract: "0x00000000000000000000000000000000000bad01" };
/** Any address: which it is now weighs nothing, that it is the inspected one does. */
const CODE = "0x00000000000000000000000000000000000c0de2";

const contractOf = (ticker: string): ContractId => testCoin(ticker).contracts[0] ?? JETTON;
const recordOf = (ticker: string, change: Readonly<Record<string, unknown>> = {}): SecurityReport =>
  goplus(change, { contract: contractOf(ticker), base: goPlusRecord(testCoin(ticker)) });

/** What the chain and the registry of source code say of a proxy. */
const proxyOf = (contract: ContractId, code: string): readonly SecurityReport[] => [
  rpc(code, contract),
  said("sourcify", [["implementation_verified", "pass", "medium"]], { ...contract, implementation: code }),
];

const ZERO = "0x0000000000000000000000000000000000000000";

/** The records are from before the day on which the desk's own table begins. */
const TRUSTED = TRUSTED_CONTRACTS.map((entry) => ({ ...entry, from: "2026-01-02" }));

interface Row {
  readonly token: string;
  readonly contract: ContractId;
  readonly reports: readonly SecurityReport[];
  readonly identity?: Partial<CoinIdentity>;
  readonly pinned?: boolean;
  readonly verdict: SecurityVerdict;
  readonly reason: RegExp;
}

const WETH_GAPS = { cannot_sell_all: undefined, owner_address: undefined, transfer_tax: "", trust_list: "1" };
const USDC_POWERS = { owner_address: LIVE_OWNER, trust_list: "1" };
const usdc = contractOf("USDC");
const wrongContract = identityOf().checks.map((check) =>
  check.id === "venue_contract"
    ? {
        ...checkOf("venue_contract", "fail", "critical", "identity"),
        evidence: "identity: the venue's contract is not The Open Network's",
      }
    : check,
);

const ROWS: readonly Row[] = [
  {
    token: "WETH",
    contract: contractOf("WETH"),
    reports: [recordOf("WETH", WETH_GAPS)],
    verdict: "clear",
    reason: /checks passed/,
  },
  {
    token: "LINK",
    contract: contractOf("LINK"),
    reports: [recordOf("LINK")],
    verdict: "clear",
    reason: /checks passed/,
  },
  { token: "UNI", contract: contractOf("UNI"), reports: [recordOf("UNI")], verdict: "clear", reason: /checks passed/ },
  {
    token: "SHIB",
    contract: contractOf("SHIB"),
    reports: [recordOf("SHIB", { owner_address: ZERO })],
    verdict: "clear",
    reason: /checks passed/,
  },
  {
    token: "PEPE",
    contract: contractOf("PEPE"),
    reports: [recordOf("PEPE", { owner_address: ZERO })],
    verdict: "caution",
    reason: /bar holders by a blacklist/,
  },
  {
    token: "BONK",
    contract: contractOf("BONK"),
    reports: [recordOf("BONK")],
    verdict: "clear",
    reason: /checks passed/,
  },
  {
    token: "USDC before its code was inspected",
    contract: usdc,
    reports: [recordOf("USDC", USDC_POWERS), ...proxyOf(usdc, CODE)],
    verdict: "unknown",
    reason: /calls go to 0x0+c0de2, which has not been inspected/,
  },
  {
    token: "USDC since",
    contract: usdc,
    reports: [recordOf("USDC", USDC_POWERS), ...proxyOf(usdc, CODE)],
    pinned: true,
    verdict: "caution",
    reason: /a proxy/,
  },
  {
    token: "USDC on no trust list",
    contract: usdc,
    reports: [recordOf("USDC", { owner_address: LIVE_OWNER }), ...proxyOf(usdc, CODE)],
    pinned: true,
    verdict: "block",
    reason: /the owner can mint more/,
  },
  {
    token: "AAVE on a trust list alone",
    contract: contractOf("AAVE"),
    reports: [recordOf("AAVE", { trust_list: "1" })],
    verdict: "unknown",
    reason: /no source names the contract its calls go to/,
  },
  {
    token: "a jetton",
    contract: JETTON,
    reports: [],
    verdict: "unknown",
    reason: /no source that is connected has a report of this contract of TON/,
  },
  {
    token: "a honeypot",
    contract: COUNTERFEIT,
    reports: [
      goplus({}, { contract: COUNTERFEIT }),
      said("honeypot.is", [["is_honeypot", "fail", "critical"]], COUNTERFEIT),
    ],
    verdict: "block",
    reason: /^Blocked: is_honeypot fail at honeypot\.is/,
  },
  {
    token: "a counterfeit",
    contract: COUNTERFEIT,
    reports: [goplus({ is_true_token: "0", fake_token: "1" }, { contract: COUNTERFEIT })],
    verdict: "block",
    reason: /a counterfeit of another token, and 1 more finding/,
  },
  {
    token: "a market named TON with another token's contract",
    contract: COUNTERFEIT,
    reports: [goplus({}, { contract: COUNTERFEIT })],
    identity: { base: "TON", checks: [...wrongContract] },
    verdict: "block",
    reason: /^Blocked: identity: the venue's contract is not The Open Network's\.$/,
  },
];

describe("a trader accepts", () => {
  it.each(ROWS)("of $token: $verdict", ({ contract, reports, identity = {}, pinned = false, verdict, reason }) => {
    const report = combine({
      identity: identityOf({ contract, ...identity }),
      reports,
      trusted: TRUSTED,
      pinned: pinned ? mayPin(reports.slice(1), NOW_MS) : null,
    });
    expect(report).toMatchObject({ verdict, reason: expect.stringMatching(reason), ...contract });
  });
});

it("the desk's word on UNI lowers its mint function only, from its day on, and only while it is no proxy", () => {
  const contract = contractOf("UNI");
  const identity = identityOf({ contract });
  const reports = [recordOf("UNI")];
  expect(combine({ identity, reports }).verdict).toBe("block");
  expect(combine({ identity, reports, trusted: TRUSTED_CONTRACTS }).verdict).toBe("block");
  const check = combine({ identity, reports, trusted: TRUSTED }).checks.find(({ id }) => id === "is_mintable");
  expect(check).toMatchObject({
    state: "fail",
    severity: "info",
    evidence: expect.stringMatching(/2 % of the supply/),
  });
  const taxed = [recordOf("UNI", { sell_tax: "0.3" })];
  expect(combine({ identity, reports: taxed, trusted: TRUSTED }).verdict).toBe("block");
  const proxied = [recordOf("UNI", { is_proxy: "1" }), ...proxyOf(contract, CODE)];
  const pinned = mayPin(proxied.slice(1), NOW_MS);
  expect(combine({ identity, reports: proxied, trusted: TRUSTED, pinned }).verdict).toBe("block");
});
