import { describe, expect, it } from "vitest";
import { analyseCommand } from "#apps/commands/analyse.ts";
import { statusCommand } from "#apps/commands/status.ts";
import { createIo } from "#apps/io.ts";
import { analysesTable, analysisText } from "#apps/text/analysis-text.ts";
import { type AnalysisDocument, analysisDocument } from "#desk/documents/analysis-document.ts";
import { pastViews } from "#desk/past-views.ts";
import type { DeskStrategy } from "#memory/said-of.ts";
import { patience } from "#test/support/desk.ts";
import { eager } from "#test/support/eager-strategy.ts";
import { broken } from "#test/support/faulty-strategies.ts";
import { shippedStrategy } from "#toolkits/strategies/registry.ts";
import { levelsOf, makeView, T0 } from "../memory/fixtures.ts";
import { START_MS, simulatedDesk } from "./simulated-desk.ts";

const { style } = createIo({ json: true, quiet: true });
const named = (id: string, fault: DeskStrategy["fault"] = null): DeskStrategy => ({
  info: { id, definitionId: `${id}.1`, timeframes: [] },
  fault,
});
const FAULT = { message: "broken.ts, enter: it threw." };

describe("an analysis as a document", () => {
  const view = makeView({ price: 100 }, [
    { signal: { action: "enter", strength: 0.5, reasons: ["because"] } },
    { strategyId: "ema-cross", levels: levelsOf([{ action: "enter", from: 101, to: null }]) },
  ]);

  it("has the first strategy's signal, and signals and levels of all by name; no values, no venue id", () => {
    const document = analysisDocument(view, [named("mean-reversion"), named("ema-cross")]);
    expect(document.signal).toEqual({ action: "enter", strength: 0.5, reasons: ["because"] });
    expect(document.signals.map(({ strategyId, action }) => [strategyId, action])).toEqual([
      ["mean-reversion", "enter"],
      ["ema-cross", "hold"],
    ]);
    expect(document.levels[1]).toEqual({
      strategyId: "ema-cross",
      status: "exact",
      note: "",
      searched: { from: 80, to: 120 },
      intervals: [{ action: "enter", from: 101, to: null }],
    });
    expect(document.silent).toEqual([]);
    expect(document).not.toHaveProperty("readings");
    expect(document).not.toHaveProperty("venueId");
  });

  it("says why where the first strategy says nothing: another one's signal does not stand in its place", () => {
    const document = analysisDocument(view, [named("broken", FAULT), named("ema-cross")]);
    expect(document.signal).toEqual({
      action: "hold",
      strength: 0,
      reasons: ["broken says nothing: it was ended: broken.ts, enter: it threw."],
    });
    expect(document.signals.map(({ strategyId }) => strategyId)).toEqual(["ema-cross"]);
    expect(document.silent).toEqual([{ strategyId: "broken", why: "it was ended: broken.ts, enter: it threw." }]);
  });

  it("is printed with each strategy's signal and next closes, and the silent one with its reason", () => {
    const document = analysisDocument(view, [named("mean-reversion"), named("ema-cross"), named("broken", FAULT)]);
    const lines = analysisText(document, style, T0).split("\n");
    expect(lines).toContain("signal     mean-reversion: enter 0.50: because");
    expect(lines).toContain(
      "next close mean-reversion: enters at or below 85 (−15.00 %); exits at or above 115 (+15.00 %)",
    );
    expect(lines).toContain("next close ema-cross: enters at or above 101 (+1.00 %); exits at none from 80 to 120");
    expect(lines).toContain("signal     broken says nothing: it was ended: broken.ts, enter: it threw.");
    const one = analysisText(analysisDocument(view, [named("mean-reversion")]), style, T0);
    expect(one).toContain("\nsignal     enter 0.50: because\nnext close enters at or below 85");
  });

  it("is printed as not worked out, with the reason, where it was not; and as conditional where it is", () => {
    const of = (levels: ReturnType<typeof levelsOf>) =>
      analysisText(analysisDocument(makeView({}, [{ levels }]), [named("mean-reversion")]), style, T0);
    const unknown = of(levelsOf([], { status: "not-worked-out", note: "too few candles", searched: null }));
    expect(unknown).toContain("next close not worked out (too few candles)");
    expect(unknown).not.toContain("at none");
    const conditional = of(
      levelsOf([{ action: "enter", from: 99, to: 101 }], { status: "conditional", note: "for a candle" }),
    );
    expect(conditional).toContain("enters between 99 and 101 (now) †; exits at none from 80 to 120 † (for a candle)");
  });

  it("stands in a table with one column a strategy, and a line for the one that is silent", () => {
    const strategies = [named("mean-reversion"), named("ema-cross"), named("broken", FAULT)];
    const [head, row, ...rest] = analysesTable([analysisDocument(view, strategies)], style).split("\n");
    expect(head).toMatch(/security +mean-reversion +ema-cross +broken$/);
    expect(row).toMatch(/enter 0\.50 +hold +–$/);
    expect(rest).toEqual(["broken says nothing: it was ended: broken.ts, enter: it threw."]);
  });
});

describe("a desk with a strategy that was ended", () => {
  it("names it in `analyse` and in `status`, and goes on with the other", async () => {
    const { desk, run, runSlot } = await simulatedDesk({ strategies: [broken, eager] });
    await runSlot(0);
    const [symbol = ""] = desk.markets.keys();
    const analysed = await run<AnalysisDocument>(analyseCommand, {}, [symbol]);
    expect(analysed.document.signals.map(({ strategyId }) => strategyId)).toEqual(["eager"]);
    expect(analysed.document.silent).toMatchObject([{ strategyId: "broken", why: expect.stringContaining("no luck") }]);
    expect(analysed.text).toMatch(/broken says nothing: it was ended: .*no luck/);
    const status = await run(statusCommand);
    expect(status.text).toMatch(/^ended +broken: .*no luck/m);
    expect(status.text).toContain("broken (50 % of equity, 0 open, ended)");
  });
});

describe("analyses of before", () => {
  it("come with what each strategy said of them then, the newest first", async () => {
    const { desk, clock, runSlot } = await simulatedDesk({ strategies: [shippedStrategy("mean-reversion"), eager] });
    for (const slot of [0, 1, 2]) await runSlot(slot);
    const [symbol] = desk.markets.keys();
    if (symbol === undefined) throw new Error("there are markets");
    const key = { venueId: desk.marketData.venueId, symbol, timeframe: "5m" } as const;
    const past = await pastViews(desk, key, { nowMs: clock.now(), limit: 10 }, patience);
    expect(past.map(({ record }) => record.asOfMs)).toEqual([2, 1, 0].map((slot) => START_MS + slot * 300_000));
    for (const { record } of past) {
      expect(record.readings.map(({ strategyId }) => strategyId)).toEqual(["mean-reversion", "eager"]);
      for (const reading of record.readings) expect(reading.analyses[0]?.analysisId).toBe(record.id);
    }
    const early = await pastViews(desk, key, { nowMs: START_MS, limit: 10 }, patience);
    expect(early).toHaveLength(1);
  });
});
