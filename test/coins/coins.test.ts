import { expect, it } from "vitest";
import { contractId } from "#schemas/chain.ts";
import { derivedKindOf } from "#toolkits/universe/derived-assets.ts";
import { LARGE_CAPS, TEST_COINS, testCoin } from "./coins.ts";
import { goPlusRecord } from "./goplus-record.ts";

it("the table has 100 large caps, no id of a ranking twice, and every contract in the one spelling", () => {
  expect(new Set(LARGE_CAPS.map(({ ticker }) => ticker)).size).toBe(100);
  for (const source of ["coingecko", "coinpaprika"] as const) {
    const ids = TEST_COINS.flatMap((coin) => coin[source] ?? []);
    expect(new Set(ids).size).toBe(ids.length);
  }
  const contracts = TEST_COINS.flatMap((coin) => coin.contracts);
  expect(contracts.map(({ chain, contract }) => contractId(chain, contract))).toEqual(contracts);
});

it("none of the 100 follows another asset, and each coin marked as following one does", () => {
  expect(LARGE_CAPS.filter(({ ticker }) => derivedKindOf(ticker) !== null)).toEqual([]);
  const derived = TEST_COINS.filter(({ kind }) => kind === "derived");
  expect(derived.length).toBeGreaterThan(14);
  expect(derived.filter(({ ticker }) => derivedKindOf(ticker) === null)).toEqual([]);
});

it("coins stand by market cap, and one without a contract is a chain's own", () => {
  const caps = TEST_COINS.map(({ marketCapUsd }) => marketCapUsd);
  expect(caps).toEqual(caps.toSorted((a, b) => b - a));
  expect(TEST_COINS.filter(({ contracts, nativeTo }) => contracts.length === 0 && nativeTo === null)).toEqual([]);
});

it("a local record says what is confirmed of a contract, and leaves the rest open", () => {
  expect(goPlusRecord(testCoin("LINK"))).toMatchObject({ is_open_source: "1", is_mintable: "0", sell_tax: "0" });
  expect(goPlusRecord(testCoin("FLOKI"))).not.toHaveProperty("sell_tax");
  expect(goPlusRecord(testCoin("OKB"))).toEqual({ token_name: "OKB", token_symbol: "OKB" });
  for (const { facts } of TEST_COINS)
    expect(facts?.can.filter((power) => facts.cannot.includes(power)) ?? []).toEqual([]);
});
