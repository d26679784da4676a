// One market on one page: its figures are those of the analysis, of triggers, of positions and of the journal.
import { describe, expect, it } from "vitest";
import { marketCommand } from "#apps/commands/market.ts";
import { memoryCommands } from "#apps/commands/memory.ts";
import { positionsCommand } from "#apps/commands/status.ts";
import { triggersCommand } from "#apps/commands/triggers.ts";
import type { AnalysisDocument } from "#desk/documents/analysis-document.ts";
import type { PortfolioView } from "#desk/documents/portfolio-view.ts";
import type { TriggerRow } from "#desk/documents/trigger-rows.ts";
import { type MarketReport, MarketReport as schema } from "#desk/overviews/market-report.ts";
import { MarketSymbol, unixMs } from "#schemas/units.ts";
import { eager } from "#test/support/eager-strategy.ts";
import { candleValues } from "#toolkits/indicators/candle-values.ts";
import { patience } from "../support/desk.ts";
import { START_MS, simulatedDesk } from "./simulated-desk.ts";

const SLOT_MS = 300_000;
const showCommand = memoryCommands.find(({ name }) => name === "memory show") ?? marketCommand;

describe("market", () => {
  it("has at every candle the values that the analysis of that close had, to the bit", async () => {
    const { run, runSlot, desk } = await simulatedDesk();
    const seen = new Map<number, AnalysisDocument>();
    for (const slot of [0, 1, 199, 200, 250]) {
      await runSlot(slot);
      const { record } = (await run<{ record: AnalysisDocument }>(showCommand, {}, ["BTC"])).document;
      seen.set(record.asOfMs, record);
    }
    const { document, text } = await run<MarketReport>(marketCommand, {}, ["BTC"]);
    expect(document.candles).toMatchObject({ asked: 300, fewer: null, holes: [], corrections: [] });
    expect(document.candles.candles).toHaveLength(300);
    expect(document.candles.candles.at(-1)?.openMs).toBe(START_MS + 249 * SLOT_MS);
    for (const [asOfMs, { indicators, price }] of seen) {
      const candle = document.candles.candles.find(({ openMs }) => openMs === asOfMs - SLOT_MS);
      expect(candle).toMatchObject({
        close: price,
        rsi: indicators.rsiWilder,
        upper: indicators.bollinger?.upper,
        middle: indicators.bollinger?.middle,
        lower: indicators.bollinger?.lower,
      });
    }
    expect(document.record).toEqual(seen.get(START_MS + 250 * SLOT_MS));
    expect(document.candles.candles.every(({ rsi, lower }) => rsi !== null && lower !== null)).toBe(true);
    expect(text).toContain("300 candles and 0 fills");
    expect(schema.parse(JSON.parse(JSON.stringify(document)))).toBeDefined();
    expect(desk.config.timeframe).toBe(document.timeframe);
  });

  it("has the levels of triggers, the positions of positions, and every fill of the market", async () => {
    const { run, runSlot, events } = await simulatedDesk({ strategies: [eager] });
    for (let slot = 0; slot < 8; slot++) await runSlot(slot);
    const all = await events();
    const fills = all.flatMap((event) => (event.type === "fill" ? [event.fill] : []));
    const positions = (await run<PortfolioView>(positionsCommand)).document.positions;
    const symbol = positions[0]?.symbol ?? MarketSymbol.parse("BTC/USDT");
    const { document, text } = await run<MarketReport>(marketCommand, {}, [symbol]);
    expect(document.positions).toEqual(positions.filter((position) => position.symbol === symbol));
    expect(document.fills.map(({ price, side, atMs }) => ({ price, side, atMs }))).toEqual(
      fills.filter((fill) => fill.symbol === symbol).map(({ price, side, atMs }) => ({ price, side, atMs })),
    );
    const { triggers } = (await run<{ triggers: readonly TriggerRow[] }>(triggersCommand, { limit: 100 })).document;
    const rows = triggers.filter((row) => row.symbol === symbol);
    expect(document.levels.length).toBe(1);
    for (const [i, row] of document.levels.entries()) expect(rows[i]).toMatchObject(row);
    const [bracket] = document.brackets;
    expect(bracket).toMatchObject({
      strategyId: "eager",
      stopPrice: document.positions[0]?.stopPrice,
      targetPrice: document.positions[0]?.targetPrice,
    });
    expect(bracket?.stopPrice).not.toBeNull();
    expect(document.orders.map(({ role }) => role)).toContain("stop-loss");
    expect(text).toContain("held by eager: bought at");
  });

  it("shows no value where the candles before it are not known", async () => {
    const { desk } = await simulatedDesk();
    const key = { symbol: MarketSymbol.parse("BTC/USDT"), timeframe: "5m" } as const;
    const series = await desk.marketData.candles(
      { ...key, nowMs: START_MS, fromMs: unixMs(START_MS - 650 * SLOT_MS) },
      patience,
    );
    const values = candleValues(series, 300);
    const known = values.filter(({ rsiWilder }) => rsiWilder !== null).length;
    expect(known).toBeGreaterThan(0);
    expect(known).toBeLessThan(300);
    expect(values[0]).toEqual({ rsiWilder: null, bollinger: null });
    expect(values.at(-1)?.bollinger).not.toBeNull();
  });

  it("leaves out a candle in doubt, names it, and says why there are fewer", async () => {
    const { run, runSlot, store, desk } = await simulatedDesk();
    await runSlot(0);
    const symbol = MarketSymbol.parse("BTC/USDT");
    const openMs = START_MS - 10 * SLOT_MS;
    await store.candles.putVerdicts(
      { venueId: desk.marketData.venueId, symbol, timeframe: "5m" },
      [{ openMs, verdict: "hole", knownMs: START_MS }],
      patience,
    );
    const { candles } = (await run<MarketReport>(marketCommand, { candles: "50" }, ["BTC"])).document;
    expect(candles.candles.map((candle) => candle.openMs)).not.toContain(openMs);
    expect(candles.holes).toEqual([{ fromMs: openMs, candles: 1 }]);
    expect(candles.notes).toContainEqual(expect.objectContaining({ kind: "implausible", atMs: openMs }));
    expect(candles.fewer).toContain("49 of 50 5m candles: some were left out as in doubt");
  });

  it("refuses a market that the venue has not, and more candles than a chart has", async () => {
    const { run } = await simulatedDesk();
    await expect(run(marketCommand, {}, ["NOPE"])).rejects.toThrow("NOPE/USDT");
    await expect(run(marketCommand, { candles: "3001" }, ["BTC"])).rejects.toThrow("1 to 3000");
  });
});
