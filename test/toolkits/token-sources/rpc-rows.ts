// What a node may answer: contracts of every kind of proxy, a node that lags, lies or fails.
import { MINUTE_MS } from "#schemas/units.ts";
import { SELECTORS, SLOTS } from "#toolkits/token-sources/proxies.ts";
import { type OnChain, PLAIN_CODE, type TokenServers, word } from "../../coins/token-servers.ts";
import { json } from "../../support/json-server.ts";
import { EVM, type Row, type Table } from "./rows.ts";

const CODE_A = "0x00000000000000000000000000000000000c0de1";
const CODE_B = "0x00000000000000000000000000000000000c0de2";
const BEACON = "0x0000000000000000000000000000000000beac01";
const OWNER = "0x00000000000000000000000000000000000a11ce";
const ZERO = "0x0000000000000000000000000000000000000000";
/** PUSH20 of an address, then DELEGATECALL. */
const DELEGATING = `0x73${OWNER.slice(2)}f4`;
/** The same byte, pushed: no instruction. */
const PUSHES_F4 = `0x60f46001${"00"}`;

const contract =
  (change: Partial<OnChain>, others: Readonly<Record<string, OnChain>> = { [CODE_A]: { code: PLAIN_CODE } }) =>
  ({ chain }: TokenServers): void => {
    chain.contracts.set(EVM.contract, { code: PLAIN_CODE, ...change });
    for (const [address, one] of Object.entries(others)) chain.contracts.set(address, one);
  };
const slots = (storage: Readonly<Record<string, string>>): Row["given"] => contract({ storage });
const calls = (answers: Readonly<Record<string, string>>): Row["given"] => contract({ calls: answers });

/** The node's own answer, but to one method. */
const to =
  (method: string, answer: (id: number) => unknown): Row["given"] =>
  (servers) => {
    const { node } = servers;
    const { chain } = servers;
    node.answer((asked, response) => {
      const request = JSON.parse(asked.body) as { id: number; method: string };
      if (request.method === method) return json(answer(request.id))(asked, response);
      const fine: Readonly<Record<string, unknown>> = {
        eth_chainId: "0x1",
        eth_getBlockByNumber: { number: "0x1", timestamp: `0x${Math.floor(chain.headMs / 1000).toString(16)}` },
        eth_getCode: PLAIN_CODE,
        eth_getStorageAt: `0x${"0".repeat(64)}`,
        eth_call: "0x",
      };
      return json({ jsonrpc: "2.0", id: request.id, result: fine[request.method] })(asked, response);
    });
  };
const result = (method: string, value: unknown): Row["given"] =>
  to(method, (id) => ({ jsonrpc: "2.0", id, result: value }));
const error = (method: string, code: number, message: string): Row["given"] =>
  to(method, (id) => ({ jsonrpc: "2.0", id, error: { code, message } }));

const PROXIES: readonly Row[] = [
  {
    what: "a plain contract",
    given: () => {},
    gives: "unknown",
    holds: "day",
    checks: { contract_exists: "pass", is_proxy: "pass", owner: "not-applicable", paused: "not-applicable" },
    implementation: null,
  },
  {
    what: "nothing at the address",
    given: ({ chain }) => chain.contracts.clear(),
    gives: "block",
    checks: { contract_exists: "critical" },
    implementation: "left out",
  },
  {
    what: "an account that lends code",
    given: contract({ code: `0xef0100${OWNER.slice(2)}` }),
    gives: "block",
    checks: { contract_exists: "critical" },
  },
  {
    what: "a proxy of EIP-1967 and who may change it",
    given: slots({ [SLOTS.implementation]: word(CODE_A), [SLOTS.admin]: word(OWNER) }),
    gives: "unknown",
    checks: { contract_exists: "pass", is_proxy: "medium" },
    implementation: CODE_A,
    says: `its calls go to ${CODE_A} now, which ${OWNER} may change`,
  },
  {
    what: "a proxy of OpenZeppelin's older kind",
    given: slots({ [SLOTS.zeppelin]: word(CODE_A) }),
    gives: "unknown",
    checks: { is_proxy: "medium" },
    implementation: CODE_A,
  },
  {
    what: "a proxy of EIP-1822",
    given: slots({ [SLOTS.proxiable]: word(CODE_A) }),
    gives: "unknown",
    checks: { is_proxy: "medium" },
    implementation: CODE_A,
  },
  {
    what: "a proxy of a beacon",
    given: contract(
      { storage: { [SLOTS.beacon]: word(BEACON) } },
      {
        [BEACON]: { code: PLAIN_CODE, calls: { [SELECTORS["implementation()"]]: word(CODE_A) } },
        [CODE_A]: { code: PLAIN_CODE },
      },
    ),
    gives: "unknown",
    checks: { is_proxy: "medium" },
    implementation: CODE_A,
  },
  {
    what: "a proxy of a beacon that names nothing",
    given: slots({ [SLOTS.beacon]: word(BEACON) }),
    gives: "unknown",
    checks: { is_proxy: "medium" },
    implementation: "left out",
    says: "its calls go to cannot be read now",
  },
  {
    what: "a minimal proxy",
    given: contract({ code: `0x363d3d373d3d3d363d73${CODE_A.slice(2)}5af43d82803e903d91602b57fd5bf3` }),
    gives: "unknown",
    checks: { is_proxy: "medium" },
    implementation: CODE_A,
  },
  {
    what: "two places that name different code",
    given: contract(
      { storage: { [SLOTS.implementation]: word(CODE_A), [SLOTS.zeppelin]: word(CODE_B) } },
      { [CODE_A]: { code: PLAIN_CODE }, [CODE_B]: { code: PLAIN_CODE } },
    ),
    gives: "unknown",
    checks: { is_proxy: "medium" },
    implementation: "left out",
    says: `${CODE_A} and ${CODE_B}`,
  },
  {
    what: "a proxy of nothing",
    given: contract({ storage: { [SLOTS.implementation]: word(CODE_A) } }, {}),
    gives: "block",
    checks: { contract_exists: "critical" },
    says: "where there is no contract",
  },
  {
    what: "code that can run other code, of no known kind of proxy",
    given: contract({ code: DELEGATING }),
    gives: "unknown",
    checks: { is_proxy: "unknown" },
    implementation: "left out",
  },
  {
    what: "a number that looks like that instruction",
    given: contract({ code: PUSHES_F4 }),
    gives: "unknown",
    checks: { is_proxy: "pass" },
    implementation: null,
  },
];

const STATES: readonly Row[] = [
  {
    what: "an owner",
    given: calls({ [SELECTORS["owner()"]]: word(OWNER) }),
    gives: "unknown",
    checks: { owner: "low" },
    says: `it has an owner: ${OWNER}`,
  },
  {
    what: "an owner that has given up",
    given: calls({ [SELECTORS["owner()"]]: word(ZERO) }),
    gives: "unknown",
    checks: { owner: "pass" },
  },
  {
    what: "an owner that is no address",
    given: calls({ [SELECTORS["owner()"]]: `0x${"f".repeat(64)}` }),
    gives: "unknown",
    checks: { owner: "unknown" },
  },
  {
    what: "paused",
    given: calls({ [SELECTORS["paused()"]]: word("0x1") }),
    gives: "block",
    checks: { paused: "high" },
    says: "paused now",
  },
  {
    what: "not paused",
    given: calls({ [SELECTORS["paused()"]]: word("0x0") }),
    gives: "unknown",
    checks: { paused: "pass" },
  },
  {
    what: "neither paused nor not",
    given: calls({ [SELECTORS["paused()"]]: word("0x2") }),
    gives: "unknown",
    checks: { paused: "unknown" },
  },
  {
    what: "a pause in few digits",
    given: calls({ [SELECTORS["paused()"]]: "0x01" }),
    gives: "unknown",
    checks: { paused: "unknown" },
  },
];

const NODES: readonly Row[] = [
  {
    what: "another chain",
    given: ({ chain }) => {
      chain.chainId = "56";
    },
    gives: "unknown",
    holds: "hour",
    says: "answers for chain 56",
  },
  {
    what: "a head of 11 minutes ago",
    given: ({ chain }) => {
      chain.headMs -= 11 * MINUTE_MS;
    },
    gives: "unknown",
    holds: "hour",
    says: "2026-01-01T23:49",
  },
  {
    what: "a head of 9 minutes ago",
    given: ({ chain }) => {
      chain.headMs -= 9 * MINUTE_MS;
    },
    gives: "unknown",
    checks: { contract_exists: "pass" },
  },
  {
    what: "a head of the future",
    given: ({ chain }) => {
      chain.headMs += 11 * MINUTE_MS;
    },
    gives: "unknown",
    holds: "hour",
    says: "it says nothing of now",
  },
  {
    what: "a head of no time",
    given: result("eth_getBlockByNumber", { number: "0x1", timestamp: `0x${"f".repeat(60)}` }),
    gives: "unknown",
    says: "from no moment",
  },
  { what: "no head", given: result("eth_getBlockByNumber", null), gives: "throws", says: "no block" },
  { what: "a head without a number", given: result("eth_getBlockByNumber", { timestamp: "0x1" }), gives: "throws" },
  { what: "a chain that is no number", given: result("eth_chainId", "mainnet"), gives: "throws", says: "eth_chainId" },
  { what: "code of null", given: result("eth_getCode", null), gives: "throws", says: "eth_getCode" },
  { what: "code of half a byte", given: result("eth_getCode", "0x608"), gives: "throws" },
  {
    what: "storage that is text",
    given: result("eth_getStorageAt", "zero"),
    gives: "throws",
    says: "eth_getStorageAt",
  },
  {
    what: "storage in few digits",
    given: result("eth_getStorageAt", "0x0"),
    gives: "unknown",
    checks: { is_proxy: "pass" },
  },
  { what: "a call's answer that is a number", given: result("eth_call", 1), gives: "throws", says: "eth_call" },
  {
    what: "a call that reverts by message",
    given: error("eth_call", -32000, "execution reverted"),
    gives: "unknown",
    checks: { owner: "not-applicable" },
  },
  {
    what: "a call that fails in the node",
    given: error("eth_call", -32000, "header not found"),
    gives: "throws",
    says: "code -32000",
  },
  { what: "an error to a read of code", given: error("eth_getCode", 3, "execution reverted"), gives: "throws" },
  {
    what: "a method that it has not",
    given: error("eth_getStorageAt", -32601, "method not found"),
    gives: "throws",
    says: "code -32601",
  },
  {
    what: "too many requests, in the body",
    given: error("eth_getCode", -32005, "limit exceeded"),
    gives: "rests",
    says: "asked too often",
  },
  {
    what: "the answer to another request",
    given: to("eth_getCode", (id) => ({ jsonrpc: "2.0", id: id + 1, result: "0x" })),
    gives: "throws",
    says: "another request",
  },
  {
    what: "an id as text",
    given: to("eth_getCode", (id) => ({ jsonrpc: "2.0", id: String(id), result: "0x" })),
    gives: "throws",
  },
  {
    what: "JSON of another protocol",
    given: to("eth_chainId", () => ({ result: "0x1" })),
    gives: "throws",
    says: "no JSON-RPC",
  },
  { what: "a list", given: to("eth_chainId", () => []), gives: "throws" },
];

export const RPC_TABLES: readonly Table[] = [
  { source: "rpc-1", contract: EVM, rows: [...PROXIES, ...STATES, ...NODES] },
];
