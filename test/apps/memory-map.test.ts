// One row a market: what `memory show` and `triggers` say of it, without a read for each.
import { describe, expect, it } from "vitest";
import { memoryCommands } from "#apps/commands/memory.ts";
import { memoryMapCommand } from "#apps/commands/memory-map.ts";
import { triggersCommand } from "#apps/commands/triggers.ts";
import type { AnalysisDocument } from "#desk/documents/analysis-document.ts";
import type { TriggerRow } from "#desk/documents/trigger-rows.ts";
import { type MemoryMap, MemoryMap as schema } from "#desk/overviews/memory-map.ts";
import { MarketSymbol } from "#schemas/units.ts";
import { buy } from "../toolkits/portfolio/fixture.ts";
import { START_MS, simulatedDesk } from "./simulated-desk.ts";

const BTC = MarketSymbol.parse("BTC/USDT");

const showCommand = memoryCommands.find(({ name }) => name === "memory show") ?? memoryMapCommand;

describe("the map of the memory", () => {
  it("has for every market what memory show and triggers have", async () => {
    const { run, runSlot } = await simulatedDesk();
    await runSlot(0);
    const { document, text } = await run<MemoryMap>(memoryMapCommand);
    expect(document).toMatchObject({ fresh: 12, stale: 0, missing: 0, timeframe: "5m" });
    const { triggers } = (await run<{ triggers: readonly TriggerRow[] }>(triggersCommand)).document;
    for (const row of document.markets) {
      const { record } = (await run<{ record: AnalysisDocument }>(showCommand, {}, [row.symbol])).document;
      const trigger = triggers.find(({ symbol }) => symbol === row.symbol);
      expect(row).toMatchObject({
        asOfMs: record.asOfMs,
        price: record.price,
        rsi: record.indicators.rsiWilder,
        percentB: record.indicators.bollinger?.percentB,
        security: record.security.verdict,
        levels: {
          strategyId: "mean-reversion",
          status: trigger?.status,
          enterDistancePct: trigger?.enterDistancePct,
          exitDistancePct: trigger?.exitDistancePct,
        },
        held: false,
        inUniverse: true,
        changePct24h: record.trend.changeDayPct,
        briefUntilMs: null,
      });
    }
    // The window of 5-minute candles holds more than a day of them.
    expect(document.markets.every((row) => row.changePct24h !== null)).toBe(true);
    expect(text).toMatch(/12 markets: 12 fresh, 0 stale, 0 missing/);
    expect(schema.parse(JSON.parse(JSON.stringify(document)))).toBeDefined();
  });

  it("shows what is held, blocked, stale and missing as such", async () => {
    const { run, runSlot, append, clock } = await simulatedDesk();
    expect((await run<MemoryMap>(memoryMapCommand)).document).toMatchObject({ missing: 12, fresh: 0 });
    await append(buy("0.01", "60000", { symbol: BTC, atMs: START_MS }), {
      type: "block",
      atMs: START_MS,
      what: "ETH",
      blocked: true,
      by: "anna",
      nth: 0,
      reason: "news",
    });
    await runSlot(0);
    clock.advanceTo((START_MS + 3 * 300_000) as typeof START_MS);
    const { document, text } = await run<MemoryMap>(memoryMapCommand);
    const row = (symbol: string) => document.markets.find((market) => market.symbol === symbol);
    expect(row("BTC/USDT")).toMatchObject({
      held: true,
      blocked: false,
      status: "stale",
      reason: "behind",
      ageMs: 900_000,
    });
    expect(row("ETH/USDT")).toMatchObject({ held: false, blocked: true });
    expect(text).toContain("blocked");
  });
});
