// Briefs where they are read: as a command, as facts, in the report; of a market, of all and of what is held.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { briefCommands } from "#apps/commands/brief.ts";
import { createIo } from "#apps/io.ts";
import { briefsSection } from "#apps/text/judgement-section.ts";
import { judgementReportOf } from "#desk/documents/judgement-report.ts";
import { boundsFor } from "#desk/judgement/brief-bounds.ts";
import { runBriefCycle } from "#desk/judgement/brief-cycle.ts";
import { keepBrief, recallBrief } from "#desk/judgement/brief-store.ts";
import { runLiveSlot } from "#desk/run-slot/live-slot.ts";
import { Brief, type BriefScope } from "#schemas/brief.ts";
import { isWithin } from "#schemas/judgement.ts";
import { timeframeMs, unixMs } from "#schemas/units.ts";
import { patience } from "#test/support/desk.ts";
import { asleep, scriptedChoice } from "../../../bench/support/scripted-model.ts";
import { asked, openTraded } from "../answering/sources/asked-desk.ts";
import { openBriefDesk, QUESTION } from "./brief-desk.ts";

const { style } = createIo({ json: true, quiet: true });
const [show, lift] = briefCommands;

async function openWritten() {
  const opened = await openBriefDesk({ thinking: { nearTriggerPct: 0.0001 } });
  await opened.asked(QUESTION, 20);
  await opened.sleepThrough(0);
  const run = async (command: typeof show, args: readonly string[] = []) => {
    const document = await command.execute(
      { desk: opened.desk, store: opened.store } as never,
      { args, flags: {} },
      patience,
    );
    return { document, text: command.render(document, style) };
  };
  return { ...opened, run };
}

describe("the command brief", () => {
  it("shows one whole: text by code, until when and for which prices it stands, who wrote it, how old it is", async () => {
    const { run } = await openWritten();
    const { text, document } = await run(show, ["BTC"]);
    expect(text).toMatch(/BTC\/USDT 5m {2}stands/);
    expect(text).toMatch(/The price is [\d,.]+ USDT \(BTC\)\. The RSI is \d+(\.\d)? \(BTC\)\./);
    expect(text).toMatch(/It stands for prices of BTC\/USDT from [\d,.]+ to [\d,.]+\./);
    expect(text).toMatch(
      /By scripted\/asleep, 2026-09-14 00:05 UTC, [\d,]+ tokens\. As of 2026-09-14 00:05 UTC, 0 s old\./,
    );
    expect(text).not.toContain("{{");
    expect(document).toMatchObject({
      simulated: true,
      briefs: [{ subject: "BTC/USDT", status: "fresh", reason: null }],
    });
  });

  it("says why one does not stand, and that there is none", async () => {
    const { run, desk, btc, clock } = await openWritten();
    const key = { venueId: desk.marketData.venueId, symbol: btc, timeframe: "5m" as const };
    await desk.khala.invalidate(key, { reason: "invalidated", detail: "by hand" }, patience);
    expect((await run(show, ["BTC"])).text).toContain("stale: invalidated");
    clock.advanceTo(unixMs(clock.now() + 49 * timeframeMs("5m")));
    expect((await run(show)).text).toMatch(/BTC\/USDT .* stale: invalidated/);
    expect((await run(show, ["book"])).text).toMatch(/There is no brief of the book\. .*DEEPTRADER_BRIEF_DAY_TOKENS/);
  });

  it("lifts a quarantine, once", async () => {
    const { run, desk, clock } = await openWritten();
    const begun = { type: "quarantine", atMs: clock.now(), kind: "brief", state: "begun", detail: "x" } as const;
    await desk.account.append([begun], patience);
    expect((await run(show)).text).toContain("Under quarantine");
    clock.advanceTo(unixMs(clock.now() + 1));
    expect((await run(lift)).document).toMatchObject({ lifted: true });
    expect(desk.quarantine.has("brief")).toBe(false);
    expect((await run(lift)).document).toMatchObject({ lifted: false });
  });
});

describe("a desk that holds something", () => {
  it("has its book and the market as a whole written about, and reads them as facts of their own times", async () => {
    const model = scriptedChoice("scripted/asleep", asleep);
    const test = await openTraded(40, {
      sleepModels: async () => [model.choice],
      sleepModel: "scripted/asleep",
      thinking: { briefDayTokens: 10_000_000, testTimeWeight: 50 },
    });
    const { desk, clock } = test;
    const pass = () => runBriefCycle(desk, clock.now(), patience);
    expect(await pass()).toMatchObject({ overBudget: 0, nothingStands: 0, failed: 0, written: 8 });
    // What was left is written in the next slots.
    for (let n = 0; n < 3; n++) {
      clock.advanceTo(unixMs(clock.now() + timeframeMs("5m")));
      await runLiveSlot(desk, clock.now(), patience);
      await pass();
    }
    const at = { venueId: desk.marketData.venueId, timeframe: desk.config.timeframe };
    const scopes: readonly BriefScope[] = [
      { of: "all", ...at },
      { of: "book", ...at, runId: desk.runId },
    ];
    const sources = asked(test);
    for (const scope of scopes) {
      const recall = await recallBrief(desk, scope, clock.now(), patience);
      expect([scope.of, recall.status]).toEqual([scope.of, "fresh"]);
      const facts = await sources.read("brief", { about: scope.of });
      expect(facts.filter(({ label }) => label.startsWith("brief of ")).length).toBeGreaterThan(0);
      for (const fact of facts)
        if (fact.unit !== "sentence" && fact.unit !== "text") expect(fact.recordId).not.toBeNull();
    }
    const book = await recallBrief(desk, scopes[1] as BriefScope, clock.now(), patience);
    if (book.status !== "fresh") throw new Error("it was written");
    expect(book.brief.conditions).toMatchObject({ countsQuantity: true });
    expect(book.brief.conditions.held.length).toBeGreaterThan(0);
    // One that is stale is named with its reason, and nothing of it is given.
    const expired = Brief.parse({ ...book.brief, horizonCandles: 1, madeAtMs: clock.now() });
    await keepBrief(desk, expired, patience);
    clock.advanceTo(unixMs(clock.now() + timeframeMs("5m")));
    const stale = await asked(test).read("brief", { about: "book" });
    expect(stale.map(({ label }) => label)).toEqual(["brief stale expired", "that brief was written at"]);
    expect(stale[0]?.value).toBe("The brief of the book does not stand any more: its time is over.");
  });
});

describe("bounds", () => {
  it("lie on both sides of the price, within 5 ATR and 10 %, whatever the model wrote", () => {
    const any = fc.oneof(
      fc.double(),
      fc.constant(null),
      fc.double({ min: 0.5, max: 1.5 }).map((ratio) => 100 * ratio),
    );
    fc.assert(
      fc.property(
        any,
        any,
        fc.oneof(fc.constant(null), fc.double({ min: 0, max: 50, noNaN: true })),
        (above, below, atr) => {
          const bounds = boundsFor({ price: 100, atr }, { above, below });
          // A basis point is always left.
          const most = Math.max(0.01, Math.min(10, atr === null || atr === 0 ? 10 : 5 * atr)) + 1e-9;
          expect(isWithin(bounds, 100)).toBe(true);
          expect(100 - (bounds.above ?? 0)).toBeLessThanOrEqual(most);
          expect((bounds.below ?? 0) - 100).toBeLessThanOrEqual(most);
        },
      ),
    );
  });
});

describe("the report", () => {
  it("has what briefs cost, why they were written, how often they served and what never did, from the ledger alone", async () => {
    const opened = await openBriefDesk();
    await opened.asked(QUESTION, 20);
    for (let n = 0; n < 8; n++) await opened.sleepThrough(n);
    const entries = await opened.desk.ledger.entries({}, patience);
    const report = judgementReportOf(entries);
    const { briefs } = report;
    expect(briefs.written).toBeGreaterThan(1);
    expect(Object.values(briefs.because).reduce((sum, count) => sum + count, 0)).toBe(briefs.written);
    expect([briefs.served, briefs.used, briefs.unusedAtLeast]).toEqual([0, 0, briefs.written]);
    expect(briefs.tokens).toBeGreaterThan(0);
    const section = briefsSection(report);
    expect(section.rows[0]?.[0]).toBe("briefs");
    expect(section.notes.join(" ")).toMatch(/Written because: .*They took [\d,]+ tokens asleep/);
  });

  it("has no such section where nothing was bought", () => {
    expect(briefsSection(judgementReportOf([])).rows).toEqual([]);
  });
});
