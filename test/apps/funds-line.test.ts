// What a desk at a venue says of its money as it opens.
import { expect, it } from "vitest";
import { fundsLine } from "#apps/text/funds-line.ts";
import type { Money } from "#schemas/money.ts";
import type { MarketSymbol } from "#schemas/units.ts";
import { testConfig } from "#test/support/desk.ts";
import { testMarket } from "#test/support/market.ts";

const config = { ...testConfig({}), venue: "binance" };
const market = (symbol: string, minNotional: string) =>
  ({ ...testMarket(symbol as MarketSymbol), minNotional }) as never;

it("names equity, entry and the smallest that the venue takes, and below what nothing is entered", () => {
  const markets = [market("ETH/USDT", "10"), market("BTC/USDT", "5"), market("BTC/EUR", "1")];
  const line = fundsLine({ equity: "1000" as Money, quote: "USDT", markets }, config);
  expect(line).toMatch(/^1,000 USDT of this account are the desk's; an entry is 2 % of that, 20 USDT\. The smallest/);
  expect(line).toMatch(/is 5\.\d+ USDT \(BTC\/USDT\): below 2\d\d USDT every entry is refused for its size\.$/);
});

it("says what an entry is where the venue has no minimum", () => {
  const line = fundsLine({ equity: "50" as Money, quote: "USDT", markets: [market("BTC/USDT", "0")] }, config);
  expect(line).toBe("50 USDT of this account are the desk's; an entry is 2 % of that, 1 USDT.");
});
