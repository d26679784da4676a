// The age of prices: what is held is valued at the last price there was, and every view says how old that is.
import { describe, expect, it } from "vitest";
import { positionsCommand, statusCommand } from "#apps/commands/status.ts";
import { triggersCommand } from "#apps/commands/triggers.ts";
import { type PortfolioView, viewPortfolio } from "#desk/documents/portfolio-view.ts";
import { MarketSymbol, unixMs } from "#schemas/units.ts";
import { patience } from "../support/desk.ts";
import { buy } from "../toolkits/portfolio/fixture.ts";
import { START_MS, simulatedDesk } from "./simulated-desk.ts";

const BTC = MarketSymbol.parse("BTC/USDT");
const DAY_MS = 86_400_000;

describe("a held market", () => {
  it("of this slot has a price without an age, and no old prices in the equity", async () => {
    const { append, run, runSlot } = await simulatedDesk();
    await append(buy("0.01", "60000", { symbol: BTC, atMs: START_MS }));
    await runSlot(1);
    const { document, text } = await run<PortfolioView>(positionsCommand);
    expect(document.positions).toMatchObject([{ priceAsOfMs: START_MS + 300_000, priceAgeMs: 0, isPriceOld: false }]);
    expect(document.valueAtOldPrices).toBe("0");
    expect(text).not.toMatch(/old/);
    expect((await run(statusCommand)).text).not.toMatch(/old/);
    expect((await run(triggersCommand)).text).not.toContain("held, no level known");
  });

  it("that has gone is shown with the age of its last price, which the equity names", async () => {
    const { append, run, runSlot, clock, markets } = await simulatedDesk();
    await append(buy("0.01", "60000", { symbol: BTC, atMs: START_MS }));
    await runSlot(1);
    markets.delete(BTC);
    clock.advanceTo(unixMs(START_MS + 300_000 + 3 * DAY_MS));
    const { document, text } = await run<PortfolioView>(positionsCommand);
    const [position] = document.positions;
    expect(position).toMatchObject({ priceAgeMs: 3 * DAY_MS, isListed: false, isPriceOld: true });
    expect(document.valueAtOldPrices).toBe(position?.value);
    const old = /last price [\d.,]+ \(of 2024-03-01 12:05, 3\.0 d old, market gone\)/;
    expect(text).toMatch(old);
    expect(text).toMatch(/equity [\d.,]+ USDT \(of it [\d.,]+ at old prices\), cash/);
    expect((await run(statusCommand)).text).toMatch(/equity +[\d.,]+ USDT \(of it [\d.,]+ at old prices\), cash/);
    const triggers = (await run(triggersCommand)).text;
    expect(triggers).toContain("held, no level known: BTC/USDT");
    expect(triggers).toMatch(old);
  });

  it("that was read at another timeframe only has the newest price of any, not its cost", async () => {
    const { desk, append, runSlot } = await simulatedDesk();
    await append(buy("0.01", "60000", { symbol: BTC, atMs: START_MS }));
    await runSlot(1);
    const asTraded = await viewPortfolio(desk, patience);
    const other = { ...desk, config: { ...desk.config, timeframe: "1h" as const } };
    const { positions, equity, valueAtOldPrices } = await viewPortfolio(other, patience);
    expect(positions).toMatchObject([{ price: asTraded.positions[0]?.price, priceAsOfMs: START_MS + 300_000 }]);
    expect([equity, valueAtOldPrices]).toEqual([asTraded.equity, "0"]);
  });

  it("without any price is valued at cost, as an old price", async () => {
    const { append, run } = await simulatedDesk();
    await append(buy("0.01", "60000", { symbol: BTC, atMs: START_MS }));
    const { document, text } = await run<PortfolioView>(positionsCommand);
    expect(document.valueAtOldPrices).toBe("600");
    expect(document.positions).toMatchObject([{ price: null, priceAsOfMs: null, priceAgeMs: null, isPriceOld: true }]);
    expect(text).toContain("price not known");
  });
});
