// Local servers of the protocols that token sources speak, by their documented shapes. Each knows the contracts that a test gives it, and
// answers for others as the real one does where it has no record.
import { type ContractId, contractText } from "#schemas/chain.ts";
import type { SourceSettings } from "#schemas/config.ts";
import { SourceSettings as Settings } from "#schemas/config.ts";
import { type Answer, type Asked, createJsonServer, type JsonServer, json } from "../support/json-server.ts";
import { SOUND_EVM, SOUND_SOLANA } from "../toolkits/security/goplus-records.ts";

type Fields = Readonly<Record<string, unknown>>;
type Records = Map<string, unknown>;

const of = (records: Records, chain: string, contract: string): unknown =>
  records.get(contractText({ chain, contract }));

const query = ({ url }: Asked, name: string): string => url.searchParams.get(name) ?? "";

/** https://docs.gopluslabs.io/reference/tokensecurityusingget_1: keys in lower case on EVM chains, as written on Solana. */
const goplus =
  (records: Records): Answer =>
  (asked, response) => {
    if (asked.url.pathname === "/api/v1/token") {
      return json({ code: 1, message: "OK", result: { access_token: "Bearer token-1", expires_in: 3600 } })(
        asked,
        response,
      );
    }
    const at = /^\/api\/v1\/(?:token_security\/(\d+)|solana\/token_security)$/.exec(asked.url.pathname);
    if (at === null) return json({}, 404)(asked, response);
    const chain = at[1] ?? "solana";
    const contract = query(asked, "contract_addresses");
    const record = of(records, chain, contract);
    return json({ code: 1, message: "OK", result: record === undefined ? {} : { [contract]: record } })(
      asked,
      response,
    );
  };

const honeypot =
  (records: Records): Answer =>
  (asked, response) => {
    const record = of(records, query(asked, "chainID"), query(asked, "address"));
    const none = json({ code: 404, error: "No pairs found for token" }, 404);
    return (record === undefined ? none : json(record))(asked, response);
  };

const rugcheck =
  (records: Records): Answer =>
  (asked, response) => {
    const record = of(records, "solana", asked.url.pathname.split("/")[3] ?? "");
    return (record === undefined ? json({ error: "not found" }, 404) : json(record))(asked, response);
  };

/** services/server/src/apiv2.yaml of the Sourcify repository. */
const sourcify =
  (records: Records): Answer =>
  (asked, response) => {
    const [, , , , chain = "", contract = ""] = asked.url.pathname.split("/");
    const record = of(records, chain, contract) as Fields | undefined;
    const base = { creationMatch: null, runtimeMatch: null, chainId: chain, address: contract };
    if (record === undefined) return json({ match: null, ...base }, 404)(asked, response);
    const { proxyResolution, ...rest } = record;
    const fields = query(asked, "fields") === "proxyResolution" ? { proxyResolution } : {};
    return json({ match: "exact_match", ...base, ...rest, ...fields })(asked, response);
  };

/** What a node knows of one contract. */
export interface OnChain {
  readonly code: string;
  readonly storage?: Readonly<Record<string, string>>;
  /** By selector; what is not named reverts. */
  readonly calls?: Readonly<Record<string, string>>;
}

export interface ChainState {
  chainId: string;
  headMs: number;
  readonly contracts: Map<string, OnChain>;
}

interface RpcRequest {
  readonly id: number;
  readonly method: string;
  readonly params: readonly unknown[];
}

const EMPTY_WORD = `0x${"0".repeat(64)}`;
const BLOCK = "0x12d687";

/** All reads but the newest block must name that one. */
function rpcResult(state: ChainState, { method, params }: RpcRequest): unknown {
  const [first, second] = params;
  if (method === "eth_chainId") return `0x${Number(state.chainId).toString(16)}`;
  if (method === "eth_getBlockByNumber") {
    return { number: BLOCK, timestamp: `0x${Math.floor(state.headMs / 1000).toString(16)}` };
  }
  if (params.at(-1) !== BLOCK) throw new Error(`${method} was asked at ${String(params.at(-1))}, not at ${BLOCK}`);
  if (method === "eth_getCode") return state.contracts.get(String(first))?.code ?? "0x";
  if (method === "eth_getStorageAt") return state.contracts.get(String(first))?.storage?.[String(second)] ?? EMPTY_WORD;
  const { to, data } = first as { readonly to: string; readonly data: string };
  return state.contracts.get(to)?.calls?.[data];
}

const node =
  (state: ChainState): Answer =>
  (asked, response) => {
    const request = JSON.parse(asked.body) as RpcRequest;
    const result = rpcResult(state, request);
    const reverted = { error: { code: 3, message: "execution reverted", data: "0x" } };
    return json({ jsonrpc: "2.0", id: request.id, ...(result === undefined ? reverted : { result }) })(asked, response);
  };

/** An address as a word of storage, or as what a function gives. */
export const word = (address: string): string => `0x${address.slice(2).padStart(64, "0")}`;

/** The shape of a capture of WETH from 2026-10-08; taxes in percent. */
export const soundHoneypot = (contract: string): Fields => ({
  token: { name: "A Token", symbol: "TKN", decimals: 18, address: contract, totalHolders: 5_000 },
  summary: { risk: "low", riskLevel: 1, flags: [] },
  simulationSuccess: true,
  honeypotResult: { isHoneypot: false },
  simulationResult: { buyTax: 0, sellTax: 0, transferTax: 0, buyGas: "142692", sellGas: "129776" },
  contractCode: { openSource: true, rootOpenSource: true, isProxy: false, hasProxyCalls: false },
  pair: { liquidity: 5_000_000, createdAtTimestamp: "1620232628" },
});

/** Fees and shares in percent. */
export const soundRugCheck = (mint: string): Fields => ({
  mint,
  token: { mintAuthority: null, freezeAuthority: null, supply: 1_000_000, decimals: 5 },
  mintAuthority: null,
  freezeAuthority: null,
  rugged: false,
  risks: [],
  score: 101,
  score_normalised: 1,
  topHolders: Array.from({ length: 12 }, (_, i) => ({ address: `Wallet${i}`, owner: `Owner${i}`, pct: 1.5 })),
  knownAccounts: { Owner0: { name: "Raydium", type: "AMM" } },
  markets: [{ lp: { lpLockedPct: 95, baseUSD: 2_000_000, quoteUSD: 2_000_000 } }],
  totalMarketLiquidity: 4_000_000,
  totalHolders: 900_000,
  transferFee: { pct: 0, maxAmount: 0, authority: null },
});

export const soundSourcify: Fields = {
  match: "exact_match",
  proxyResolution: { isProxy: false, proxyType: null, implementations: [] },
};

/** PUSH1 0x80 PUSH1 0x40 MSTORE STOP: it calls nothing. */
export const PLAIN_CODE = "0x608060405200";

export interface TokenServers {
  readonly goplus: JsonServer;
  readonly honeypot: JsonServer;
  readonly rugcheck: JsonServer;
  readonly sourcify: JsonServer;
  readonly node: JsonServer;
  /** Records by `CHAIN:CONTRACT`, as each source has them. */
  readonly records: Readonly<Record<"goplus" | "honeypot" | "rugcheck" | "sourcify", Records>>;
  /** Of the node, which is one of chain 1. */
  readonly chain: ChainState;
  /** All of them know this contract, and find nothing. */
  addSound(contract: ContractId): void;
  /** Every server answers from its records again. */
  recover(): void;
  readonly settings: SourceSettings;
  close(): Promise<void>;
}

export async function createTokenServers(headMs: number): Promise<TokenServers> {
  const records = { goplus: new Map(), honeypot: new Map(), rugcheck: new Map(), sourcify: new Map() };
  const chain: ChainState = { chainId: "1", headMs, contracts: new Map() };
  const answers = {
    goplus: goplus(records.goplus),
    honeypot: honeypot(records.honeypot),
    rugcheck: rugcheck(records.rugcheck),
    sourcify: sourcify(records.sourcify),
    node: node(chain),
  };
  const [goplusServer, honeypotServer, rugcheckServer, sourcifyServer, nodeServer] = await Promise.all([
    createJsonServer(answers.goplus),
    createJsonServer(answers.honeypot),
    createJsonServer(answers.rugcheck),
    createJsonServer(answers.sourcify),
    createJsonServer(answers.node),
  ]);
  const servers = {
    goplus: goplusServer,
    honeypot: honeypotServer,
    rugcheck: rugcheckServer,
    sourcify: sourcifyServer,
    node: nodeServer,
  };
  return {
    ...servers,
    records,
    chain,
    addSound(contract) {
      const key = contractText(contract);
      records.goplus.set(key, contract.chain === "solana" ? SOUND_SOLANA : SOUND_EVM);
      records.honeypot.set(key, soundHoneypot(contract.contract));
      records.rugcheck.set(key, soundRugCheck(contract.contract));
      records.sourcify.set(key, soundSourcify);
      chain.contracts.set(contract.contract, { code: PLAIN_CODE });
    },
    recover() {
      for (const [name, server] of Object.entries(servers)) server.answer(answers[name as keyof typeof answers]);
    },
    settings: Settings.parse({
      goplusUrl: goplusServer.url,
      honeypotUrl: honeypotServer.url,
      rugcheckUrl: rugcheckServer.url,
      sourcifyUrl: sourcifyServer.url,
      rpcUrls: [`1=${nodeServer.url}`],
    }),
    close: async () => {
      await Promise.all(Object.values(servers).map((server) => server.close()));
    },
  };
}
