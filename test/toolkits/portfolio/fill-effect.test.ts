import { describe, expect, it } from "vitest";
import { InvariantError } from "#schemas/errors.ts";
import { effectOfFill } from "#toolkits/portfolio/fill-effect.ts";
import { buy, sell } from "./fixture.ts";

const inQuote = { fee: "0.2", feeCurrency: "USDT" };
const inCoins = { fee: "0.01", feeCurrency: "BTC" };
const inThirdCoin = { fee: "0.001", feeCurrency: "BNB" };

describe("the effect of a fill", () => {
  it.each([
    ["a buy", buy("2", "100", inQuote), { cash: "-200.2", coins: "2", feeValue: "0.2" }],
    ["a sale", sell("2", "100", inQuote), { cash: "199.8", coins: "-2", feeValue: "0.2" }],
    ["a buy with the fee in coins", buy("2", "100", inCoins), { cash: "-200", coins: "1.99", feeValue: "1" }],
    ["a sale with the fee in coins", sell("2", "100", inCoins), { cash: "200", coins: "-2.01", feeValue: "1" }],
    ["a buy with the fee in a third coin", buy("2", "100", inThirdCoin), { cash: "-200", coins: "2", feeValue: null }],
    ["a sale with it", sell("2", "100", inThirdCoin), { cash: "200", coins: "-2", feeValue: null }],
  ])("of %s", (_name, { fill }, effect) => {
    expect(effectOfFill(fill, "USDT")).toEqual(effect);
  });

  it("is none on an account in another currency", () => {
    expect(() => effectOfFill(buy("2", "100").fill, "BTC")).toThrow(InvariantError);
    expect(() => effectOfFill(buy("2", "100").fill, "EUR")).toThrow(/account's EUR/);
  });
});
