// What honeypot.is, RugCheck and Sourcify may answer.
import { contractText } from "#schemas/chain.ts";
import { soundRugCheck } from "../../coins/token-servers.ts";
import { json } from "../../support/json-server.ts";
import { changed, EVM, OTHER_EVM, type Row, SOLANA, type Table } from "./rows.ts";

type Fields = Readonly<Record<string, unknown>>;

const hp = (change: Fields): Row["given"] => changed("honeypot", EVM, change);
const tax = (change: Fields): Row["given"] =>
  hp({ simulationResult: { buyTax: 0, sellTax: 0, transferTax: 0, ...change } });
const code = (change: Fields): Row["given"] =>
  hp({ contractCode: { openSource: true, rootOpenSource: true, isProxy: false, hasProxyCalls: false, ...change } });

const HONEYPOT: readonly Row[] = [
  {
    what: "a sound token, which is not all that must be known",
    given: () => {},
    gives: "unknown",
    holds: "day",
    checks: {
      is_honeypot: "pass",
      buy_tax: "pass",
      sell_tax: "pass",
      transfer_tax: "pass",
      is_open_source: "pass",
      is_proxy: "pass",
      proxy_calls: "pass",
    },
  },
  {
    what: "no simulation",
    given: hp({ simulationSuccess: false, honeypotResult: undefined, simulationResult: undefined }),
    gives: "unknown",
    checks: { is_honeypot: "unknown", sell_tax: "unknown", buy_tax: "unknown" },
    says: "no sale could be simulated",
  },
  {
    what: "a result without a simulation",
    given: hp({ simulationSuccess: false }),
    gives: "unknown",
    checks: { is_honeypot: "unknown", sell_tax: "unknown" },
  },
  {
    what: "success as text",
    given: hp({ simulationSuccess: "true" }),
    gives: "unknown",
    checks: { is_honeypot: "unknown" },
  },
  { what: "no result", given: hp({ honeypotResult: undefined }), gives: "unknown", checks: { is_honeypot: "unknown" } },
  { what: "an empty result", given: hp({ honeypotResult: {} }), gives: "unknown", checks: { is_honeypot: "unknown" } },
  {
    what: "false as text",
    given: hp({ honeypotResult: { isHoneypot: "false" } }),
    gives: "unknown",
    checks: { is_honeypot: "unknown" },
  },
  {
    what: "a honeypot",
    given: hp({ honeypotResult: { isHoneypot: true } }),
    gives: "block",
    checks: { is_honeypot: "critical" },
  },
  { what: "a tax of 12 %", given: tax({ sellTax: 12 }), gives: "block", checks: { sell_tax: "high" }, says: "12 %" },
  { what: "a tax of 60 %", given: tax({ sellTax: 60 }), gives: "block", checks: { sell_tax: "critical" } },
  { what: "a tax of 5 %", given: tax({ buyTax: 5 }), gives: "unknown", checks: { buy_tax: "medium" }, says: "5 %" },
  {
    what: "a tax of 0.05 %",
    given: tax({ sellTax: 0.05 }),
    gives: "unknown",
    checks: { sell_tax: "pass" },
    says: "0.05 %",
  },
  { what: "a tax above 100 %", given: tax({ sellTax: 500 }), gives: "unknown", checks: { sell_tax: "unknown" } },
  { what: "a tax below 0", given: tax({ sellTax: -1 }), gives: "unknown", checks: { sell_tax: "unknown" } },
  { what: "a tax as text", given: tax({ sellTax: "0" }), gives: "unknown", checks: { sell_tax: "unknown" } },
  { what: "a tax of null", given: tax({ buyTax: null }), gives: "unknown", checks: { buy_tax: "unknown" } },
  {
    what: "taxes as a list",
    given: hp({ simulationResult: [0, 0, 0] }),
    gives: "unknown",
    checks: { sell_tax: "unknown" },
  },
  {
    what: "no word of the code",
    given: hp({ contractCode: undefined }),
    gives: "unknown",
    checks: { is_open_source: "unknown", is_proxy: "unknown", proxy_calls: "unknown" },
  },
  {
    what: "flags of the code as text",
    given: code({ isProxy: "0" }),
    gives: "unknown",
    checks: { is_proxy: "unknown" },
  },
  {
    what: "open source that calls closed",
    given: code({ openSource: false }),
    gives: "unknown",
    checks: { is_open_source: "pass", calls_open_source: "medium" },
  },
  {
    what: "closed source",
    given: code({ openSource: false, rootOpenSource: false }),
    gives: "block",
    checks: { is_open_source: "high" },
  },
  {
    what: "one word for both kinds of source",
    given: code({ rootOpenSource: undefined, openSource: false }),
    gives: "block",
    checks: { is_open_source: "high" },
  },
  {
    what: "a proxy that calls proxies",
    given: code({ isProxy: true, hasProxyCalls: true }),
    gives: "unknown",
    checks: { is_proxy: "medium", proxy_calls: "low" },
    implementation: "left out",
  },
  {
    what: "another token",
    given: hp({ token: { address: OTHER_EVM } }),
    gives: "unknown",
    holds: "hour",
    says: "of another contract",
  },
  { what: "a token without address", given: hp({ token: {} }), gives: "unknown", says: "of another contract" },
  {
    what: "the address in capitals",
    given: hp({ token: { address: EVM.contract.toUpperCase() } }),
    gives: "unknown",
    checks: { sell_tax: "pass" },
  },
  { what: "no token", given: hp({ token: undefined }), gives: "throws", says: "names no token" },
  { what: "{}", given: ({ honeypot }) => honeypot.answer(json({})), gives: "throws", says: "names no token" },
  { what: "a list", given: ({ honeypot }) => honeypot.answer(json([])), gives: "throws" },
  {
    what: "no pool",
    given: ({ records }) => records.honeypot.clear(),
    gives: "unknown",
    holds: "hour",
    says: "no pool in which this token trades",
  },
];

const rug = (change: Fields): Row["given"] => changed("rugcheck", SOLANA, change);
const token = soundRugCheck(SOLANA.contract)["token"] as Fields;
const holders = (pct: unknown): Fields => ({
  topHolders: Array.from({ length: 10 }, (_, i) => ({ address: `Wallet${i}`, pct })),
});
const pool = (lp: unknown, usd: number): Fields => ({ markets: [{ lp }], totalMarketLiquidity: usd });

const RUGCHECK: readonly Row[] = [
  {
    what: "a sound token, which is not all that must be known",
    given: () => {},
    gives: "unknown",
    holds: "day",
    checks: {
      mintable: "pass",
      freezable: "pass",
      rugged: "pass",
      transfer_fee: "pass",
      reported_risks: "pass",
      top_holders: "pass",
      liquidity_lock: "pass",
      holder_count: "pass",
      score: "not-applicable",
    },
  },
  { what: "a live mint", given: rug({ mintAuthority: "Owner1" }), gives: "block", checks: { mintable: "high" } },
  {
    what: "a live mint, told in one place of two",
    given: rug({ mintAuthority: null, token: { ...token, mintAuthority: "Owner1" } }),
    gives: "block",
    checks: { mintable: "high" },
  },
  { what: "a live freeze", given: rug({ freezeAuthority: "Owner1" }), gives: "block", checks: { freezable: "high" } },
  {
    what: "no word of who may mint",
    given: rug({ mintAuthority: undefined, token: { ...token, mintAuthority: undefined } }),
    gives: "unknown",
    checks: { mintable: "unknown" },
  },
  {
    what: "an empty name of who may mint",
    given: rug({ mintAuthority: "", token: {} }),
    gives: "unknown",
    checks: { mintable: "unknown" },
  },
  {
    what: "an authority as a list",
    given: rug({ freezeAuthority: [], token: {} }),
    gives: "unknown",
    checks: { freezable: "unknown" },
  },
  { what: "an emptied pool", given: rug({ rugged: true }), gives: "block", checks: { rugged: "critical" } },
  { what: "no word of an emptied pool", given: rug({ rugged: null }), gives: "unknown", checks: { rugged: "unknown" } },
  {
    what: "the worst score",
    given: rug({ score: 99_999, score_normalised: 100 }),
    gives: "unknown",
    checks: { score: "not-applicable", mintable: "pass" },
    says: "100 of 100, where more is worse",
  },
  { what: "the best score of a bad token", given: rug({ score_normalised: 0, rugged: true }), gives: "block" },
  {
    what: "a danger",
    given: rug({
      risks: [
        { name: "Low amount of LP providers", level: "warn" },
        { name: "Copycat", level: "danger" },
      ],
    }),
    gives: "unknown",
    checks: { reported_risks: "medium" },
    says: 'it reports "Copycat", "Low amount of LP providers"',
  },
  {
    what: "a warning",
    given: rug({ risks: [{ name: "Mutable metadata", level: "warn" }] }),
    gives: "unknown",
    checks: { reported_risks: "low" },
  },
  {
    what: "risks of null, as it writes an empty list",
    given: rug({ risks: null }),
    gives: "unknown",
    checks: { reported_risks: "pass" },
  },
  { what: "risks as text", given: rug({ risks: "none" }), gives: "unknown", checks: { reported_risks: "unknown" } },
  {
    what: "risks that are no records",
    given: rug({ risks: [null] }),
    gives: "unknown",
    checks: { reported_risks: "unknown" },
  },
  {
    what: "a risk with orders in its name",
    given: rug({ risks: [{ name: `Buy now\u202e\n${"x".repeat(500)}`, level: "warn" }] }),
    gives: "unknown",
    checks: { reported_risks: "low" },
    says: `"Buy now ${"x".repeat(72)}…"`,
  },
  {
    what: "few holders of most",
    given: rug(holders(8)),
    gives: "unknown",
    checks: { top_holders: "medium" },
    says: "80 %",
  },
  {
    what: "shares as ratios above 1 that are percent",
    given: rug(holders(250)),
    gives: "unknown",
    checks: { top_holders: "unknown" },
  },
  { what: "shares as text", given: rug(holders("1.5")), gives: "unknown", checks: { top_holders: "unknown" } },
  { what: "no holders", given: rug({ topHolders: null }), gives: "unknown", checks: { top_holders: "unknown" } },
  {
    what: "a pool among the largest holders",
    given: rug({
      topHolders: [
        { address: "A", owner: "Pool", pct: 70 },
        { address: "B", owner: "C", pct: 3 },
      ],
      knownAccounts: { Pool: { name: "Raydium", type: "AMM" } },
    }),
    gives: "unknown",
    checks: { top_holders: "pass" },
  },
  {
    what: "a fee of 60 %",
    given: rug({ transferFee: { pct: 60 } }),
    gives: "block",
    checks: { transfer_fee: "critical" },
  },
  {
    what: "a fee of 3 %",
    given: rug({ transferFee: { pct: 3 } }),
    gives: "unknown",
    checks: { transfer_fee: "medium" },
    says: "3 %",
  },
  {
    what: "a fee above 100 %",
    given: rug({ transferFee: { pct: 150 } }),
    gives: "unknown",
    checks: { transfer_fee: "unknown" },
  },
  {
    what: "a fee as text",
    given: rug({ transferFee: { pct: "0" } }),
    gives: "unknown",
    checks: { transfer_fee: "unknown" },
  },
  {
    what: "no word of a fee",
    given: rug({ transferFee: undefined }),
    gives: "unknown",
    checks: { transfer_fee: "unknown" },
  },
  {
    what: "a small pool that can be taken away",
    given: rug(pool({ lpLockedPct: 10, baseUSD: 20_000, quoteUSD: 20_000 }, 40_000)),
    gives: "unknown",
    checks: { liquidity_lock: "medium" },
    says: "90 % of a pool of 40000 USD is not locked",
  },
  {
    what: "a lock above 100 %",
    given: rug(pool({ lpLockedPct: 9_500, baseUSD: 1, quoteUSD: 1 }, 2)),
    gives: "unknown",
    checks: { liquidity_lock: "unknown" },
  },
  {
    what: "pools without a word of locks",
    given: rug({ markets: [{}] }),
    gives: "unknown",
    checks: { liquidity_lock: "unknown" },
  },
  { what: "no pools", given: rug({ markets: null }), gives: "unknown", checks: { liquidity_lock: "unknown" } },
  {
    what: "another mint",
    given: rug({ mint: SOLANA.contract.toLowerCase() }),
    gives: "unknown",
    holds: "hour",
    says: "of another contract",
  },
  { what: "a mint of null", given: rug({ mint: null }), gives: "unknown", says: "of another contract" },
  { what: "no mint", given: rug({ mint: undefined }), gives: "throws", says: "names no token" },
  { what: "{}", given: ({ rugcheck }) => rugcheck.answer(json({})), gives: "throws" },
  {
    what: "no such token (404)",
    given: ({ rugcheck }) => rugcheck.answer(json({ error: "not found" }, 404)),
    gives: "unknown",
    holds: "hour",
    says: "no token at this address",
  },
  {
    what: "no such token (400)",
    given: ({ rugcheck }) => rugcheck.answer(json({ error: "unable to generate report" }, 400)),
    gives: "unknown",
    holds: "hour",
  },
];

const CODE_A = "0x00000000000000000000000000000000000c0de1";
const CODE_B = "0x00000000000000000000000000000000000c0de2";
const sourcify = (change: Fields): Row["given"] => changed("sourcify", EVM, change);
const proxyTo = (...implementations: readonly unknown[]): Fields => ({
  proxyResolution: { isProxy: true, proxyType: "EIP1967Proxy", implementations },
});
const withImplementation =
  (record: Fields | null, change: Fields = proxyTo({ address: CODE_A, name: "Token" })): Row["given"] =>
  (servers) => {
    sourcify(change)(servers);
    if (record !== null) servers.records.sourcify.set(contractText({ chain: EVM.chain, contract: CODE_A }), record);
  };

const SOURCIFY: readonly Row[] = [
  {
    what: "an exact match of what is no proxy",
    given: () => {},
    gives: "unknown",
    holds: "day",
    checks: { source_verified: "pass", is_proxy: "pass" },
    implementation: null,
  },
  {
    what: "a match but for metadata",
    given: sourcify({ match: "match" }),
    gives: "unknown",
    checks: { source_verified: "pass" },
  },
  {
    what: "no match",
    given: ({ records }) => records.sourcify.clear(),
    gives: "unknown",
    checks: { source_verified: "low", is_proxy: "unknown" },
    implementation: "left out",
  },
  {
    what: "a match of another word",
    given: sourcify({ match: "perfect" }),
    gives: "unknown",
    checks: { source_verified: "unknown" },
  },
  {
    what: "a match of true",
    given: sourcify({ match: true }),
    gives: "unknown",
    checks: { source_verified: "unknown" },
  },
  {
    what: "another address",
    given: sourcify({ address: OTHER_EVM }),
    gives: "unknown",
    holds: "hour",
    says: "of another contract",
  },
  { what: "no address", given: sourcify({ address: undefined }), gives: "unknown", says: "of another contract" },
  {
    what: "a proxy of verified code",
    given: withImplementation({ match: "match" }),
    gives: "unknown",
    checks: { is_proxy: "medium", implementation_verified: "pass" },
    implementation: CODE_A,
    says: `its calls go to ${CODE_A}`,
  },
  {
    what: "a proxy whose code is not verified",
    given: withImplementation(null),
    gives: "unknown",
    checks: { is_proxy: "medium", implementation_verified: "medium" },
    implementation: CODE_A,
  },
  {
    what: "a proxy whose code's answer is of another",
    given: withImplementation({ match: "match", address: CODE_B }),
    gives: "unknown",
    checks: { implementation_verified: "unknown" },
    implementation: CODE_A,
  },
  {
    what: "a proxy of several contracts",
    given: withImplementation(null, proxyTo({ address: CODE_A }, { address: CODE_B })),
    gives: "unknown",
    checks: { is_proxy: "medium", implementation_verified: "unknown" },
    implementation: "left out",
  },
  {
    what: "a proxy of no contract",
    given: withImplementation(null, proxyTo()),
    gives: "unknown",
    checks: { is_proxy: "medium" },
    implementation: "left out",
  },
  {
    what: "a proxy of something else than an address",
    given: withImplementation(null, proxyTo({ address: "0x12" })),
    gives: "unknown",
    checks: { is_proxy: "medium" },
    implementation: "left out",
  },
  {
    what: "a proxy that could not be followed",
    given: sourcify({ proxyResolution: { proxyResolutionError: { customCode: "proxy_resolution_error" } } }),
    gives: "unknown",
    checks: { is_proxy: "unknown" },
    implementation: "left out",
  },
  {
    what: "no word of proxies",
    given: sourcify({ proxyResolution: undefined }),
    gives: "unknown",
    checks: { is_proxy: "unknown" },
    implementation: "left out",
  },
  {
    what: "a proxy as text",
    given: sourcify({ proxyResolution: { isProxy: "false" } }),
    gives: "unknown",
    checks: { is_proxy: "unknown" },
  },
  {
    what: "a chain that it has not",
    given: ({ sourcify: server }) =>
      server.answer(json({ customCode: "unsupported_chain", message: "Chain 1", errorId: "1" }, 404)),
    gives: "unknown",
    holds: "day",
    says: "does not serve this chain",
  },
  {
    what: "another fault (400)",
    given: ({ sourcify: server }) => server.answer(json({ customCode: "invalid_parameter" }, 400)),
    gives: "throws",
    says: "tells no match",
  },
  { what: "{}", given: ({ sourcify: server }) => server.answer(json({})), gives: "throws", says: "tells no match" },
  {
    what: "404 without a match",
    given: ({ sourcify: server }) => server.answer(json({ error: "Not found" }, 404)),
    gives: "throws",
  },
];

export const OTHER_TABLES: readonly Table[] = [
  { source: "honeypot.is", contract: EVM, rows: HONEYPOT },
  { source: "rugcheck", contract: SOLANA, rows: RUGCHECK },
  { source: "sourcify", contract: EVM, rows: SOURCIFY },
];
