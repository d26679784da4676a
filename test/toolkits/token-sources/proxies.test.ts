import { createRequire } from "node:module";
import { describe, expect, test } from "vitest";
import { isContractCode, mayDelegate, minimalProxyTarget, SELECTORS, SLOTS } from "#toolkits/token-sources/proxies.ts";

// The hash function of ccxt's own dependency: an outside oracle for constants that are hashes of names.
const { keccak_256: keccak } = createRequire(import.meta.resolve("ccxt"))("@noble/hashes/sha3.js") as {
  keccak_256: (data: Uint8Array) => Uint8Array;
};
const hash = (text: string): bigint => BigInt(`0x${Buffer.from(keccak(Buffer.from(text))).toString("hex")}`);
const hex = (number: bigint): string => `0x${number.toString(16).padStart(64, "0")}`;

const TARGET = "bebebebebebebebebebebebebebebebebebebebe";

describe("the places where proxies keep their code", () => {
  test.each([
    ["implementation", hash("eip1967.proxy.implementation") - 1n],
    ["beacon", hash("eip1967.proxy.beacon") - 1n],
    ["admin", hash("eip1967.proxy.admin") - 1n],
    ["zeppelin", hash("org.zeppelinos.proxy.implementation")],
    ["proxiable", hash("PROXIABLE")],
  ] as const)("%s is the hash of its name", (name, expected) => {
    expect(SLOTS[name]).toBe(hex(expected));
  });

  test.each(Object.entries(SELECTORS))("%s is called by the first bytes of the hash of its name", (name, selector) => {
    expect(selector).toBe(hex(hash(name)).slice(0, 10));
  });
});

describe("the code of a contract", () => {
  // The example of https://eips.ethereum.org/EIPS/eip-1167
  const minimal = `0x363d3d373d3d3d363d73${TARGET}5af43d82803e903d91602b57fd5bf3`;

  test("of a minimal proxy names what its calls go to", () => {
    expect(minimalProxyTarget(minimal)).toBe(`0x${TARGET}`);
    expect(minimalProxyTarget(minimal.replace("5af43d", "5af43e"))).toBeNull();
    expect(minimalProxyTarget(`0x60${minimal.slice(2)}`)).toBeNull();
  });

  test.each([
    ["0x", false],
    [`0xef0100${TARGET}`, false],
    [`0xef0100${TARGET}00`, true],
    ["0x00", true],
  ])("%s is of a contract: %s", (code, expected) => {
    expect(isContractCode(code)).toBe(expected);
  });

  test.each([
    ["nothing", "0x", false],
    ["DELEGATECALL", "0xf4", true],
    ["CALLCODE", "0xf2", true],
    ["a call of another contract in its own place", "0xf1", false],
    ["that byte, pushed", "0x60f4", false],
    ["32 of those bytes, pushed", `0x7f${"f4".repeat(32)}`, false],
    ["one more than was pushed", `0x7f${"f4".repeat(33)}`, true],
    ["a push that the code's end cuts off", "0x7ff4", false],
    ["PUSH0, which pushes no byte of the code", "0x5ff4", true],
    ["a minimal proxy", minimal, true],
  ])("with %s may run other code: %s %s", (_what, code, expected) => {
    expect(mayDelegate(code)).toBe(expected);
  });
});
