// Floor 2. The code and storage of a contract → whether its calls go to another one, and to which. Pure.

/** Where proxies keep what their calls go to. */
export const SLOTS = {
  /** keccak256("eip1967.proxy.implementation") − 1, https://eips.ethereum.org/EIPS/eip-1967; so the next two. */
  implementation: "0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc",
  beacon: "0xa3f0ad74e5423aebfd80d3ef4346578335a9a72aeaee59ff6cb3582b35133d50",
  admin: "0xb53127684a568b3173ae13b9f8a6016e243e63b6e8ee1178d6a717850b5d6103",
  /** keccak256("org.zeppelinos.proxy.implementation"): OpenZeppelin before EIP-1967, USDC among others. */
  zeppelin: "0x7050c9e0f4ca769c69bd3a8ef740bc37934f8e2c036e5a723fd8ee048ed3f8c3",
  /** keccak256("PROXIABLE"), https://eips.ethereum.org/EIPS/eip-1822 */
  proxiable: "0xc5f16f0fcc639fa48a6947836d9850f504798523bf8c9a3a87d5876cf622bcf7",
} as const;

/** First four bytes of keccak256 of each function's name. */
export const SELECTORS = {
  "owner()": "0x8da5cb5b",
  "paused()": "0x5c975abb",
  "implementation()": "0x5c60da1b",
} as const;

/** A whole contract of this code calls what stands between: https://eips.ethereum.org/EIPS/eip-1167 */
const MINIMAL = /^0x363d3d373d3d3d363d73([0-9a-f]{40})5af43d82803e903d91602b57fd5bf3/;
/** An account that lends the code of a contract: https://eips.ethereum.org/EIPS/eip-7702 */
const LENT = /^0xef0100[0-9a-f]{40}$/;

/** What a minimal proxy's calls go to; null: it is none. */
export const minimalProxyTarget = (code: string): string | null => {
  const target = MINIMAL.exec(code)?.[1];
  return target === undefined ? null : `0x${target}`;
};

/** False for an address without code, and for an account that lends some. */
export const isContractCode = (code: string): boolean => code !== "0x" && !LENT.test(code);

const [PUSH1, PUSH32, CALLCODE, DELEGATECALL] = [0x60, 0x7f, 0xf2, 0xf4];

/**
 * Whether the code can run another contract's code in its own place, without which nothing is a proxy. What is pushed is no instruction;
 * compilers add data behind the code, which may look like one: so `true` is "perhaps", `false` is sure.
 */
export function mayDelegate(code: string): boolean {
  const bytes = Buffer.from(code.slice(2), "hex");
  for (let i = 0; i < bytes.length; i += 1) {
    const op = bytes[i] ?? 0;
    if (op === DELEGATECALL || op === CALLCODE) return true;
    if (op >= PUSH1 && op <= PUSH32) i += op - PUSH1 + 1;
  }
  return false;
}
