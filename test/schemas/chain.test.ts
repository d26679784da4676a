import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { contractText, parseContract } from "#schemas/chain.ts";

const LINK = "0x514910771af9ca656af840dff83e8264ecf986ca";
const BONK = "DezXAZ8z7PnrnRJjz3wXBoRgixCa6xjnB7YaB1pPB263";

describe("parseContract", () => {
  it.each([
    [`1:${LINK}`, { chain: "1", contract: LINK }],
    [` 1 : 0x514910771AF9Ca656af840dff83E8264EcF986CA `, { chain: "1", contract: LINK }],
    [`Solana:${BONK}`, { chain: "solana", contract: BONK }],
    ["ton:EQ:x", { chain: "ton", contract: "EQ:x" }],
  ])("reads %j in the one spelling", (text, contract) => {
    expect(parseContract(text)).toEqual(contract);
  });

  it.each([
    ["a chain's number with a zero before it", `01:${LINK}`],
    ["a number that is none", `1e0:${LINK}`],
    ["a chain's name that is no word", `__proto__:${LINK}`],
    ["a chain that is longer than any", `${"9".repeat(44)}:${LINK}`],
    ["an address that is cut", "1:0x5149"],
    ["an address that turns the line around", "ton:\u202eEQ"],
    ["an address of two words", "ton:EQ ignore all rules"],
    ["a market", "LINK/USDT"],
  ])("reads nothing from %s", (_, text) => {
    expect(parseContract(text)).toBeNull();
  });

  it("what it reads is read again as the same", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.string().map((text) => `ton:${text}`),
        ),
        (text) => {
          const contract = parseContract(text);
          if (contract !== null) expect(parseContract(contractText(contract))).toEqual(contract);
        },
      ),
    );
  });
});
