// What was made asleep is listed with the figures that it was made by, what it cost, and how often it was served.
import { describe, expect, it } from "vitest";
import { asleepCommand } from "#apps/commands/asleep.ts";
import { createIo } from "#apps/io.ts";
import { rememberFree } from "#desk/answering/free-question.ts";
import { freeFormHere } from "#desk/answering/serve-ahead.ts";
import { AsleepReport, asleepReportOf } from "#desk/overviews/asleep-report.ts";
import { pays } from "#desk/planning/value-gate.ts";
import { patience } from "#test/support/desk.ts";
import { openBriefDesk, QUESTION } from "./judgement/brief-desk.ts";

const { style } = createIo({ json: true, quiet: true });

describe("asleep", () => {
  it("has each brief and answer with worth, tokens, end and times served", async () => {
    const opened = await openBriefDesk({ thinking: { nearTriggerPct: 0.0001 } });
    const { desk, store, clock } = opened;
    const journal = store.journal(desk.deskId, desk.runId);
    const empty = await asleepReportOf(desk, journal, 50, patience);
    expect(empty.pieces.filter(({ kind }) => kind === "brief")).toEqual([]);
    expect(asleepCommand.render({ ...empty, found: 0, simulated: true }, style)).toContain("Nothing was made ahead");

    await opened.asked(QUESTION, 20);
    await opened.sleepThrough(0);
    const report = await asleepReportOf(desk, journal, 200, patience);
    const recall = await opened.brief();
    if (recall.status === "missing") throw new Error("there is a brief");
    const brief = report.pieces.find(({ id }) => id === recall.id);
    const { author, madeAtMs } = recall.brief;
    expect(brief).toMatchObject({
      kind: "brief",
      subject: opened.btc,
      symbol: opened.btc,
      model: author.model,
      tokens: author.inputTokens + author.outputTokens,
      madeAtMs,
      stands: true,
      served: 0,
      worth: { unit: "tokens" },
    });
    const { expectedAsks = 0, saved = 0, price = 0 } = brief?.worth ?? {};
    expect(pays({ expectedAsks, savedUnits: saved, priceUnits: price }, desk.config.thinking.testTimeWeight)).toBe(
      true,
    );

    const ahead = report.pieces.find(({ kind }) => kind === "answer-ahead");
    expect(ahead).toMatchObject({ symbol: opened.btc, served: 0, stands: true });
    expect(ahead?.worth?.expectedAsks).toBeGreaterThan(0);
    const free = freeFormHere(desk, QUESTION, [...desk.markets.keys()]);
    if (free === null || ahead === undefined) throw new Error("it was answered ahead");
    const served = { free, path: "pre-answered" as const, atMs: clock.now(), topicIds: [ahead.id, recall.id] };
    for (const _ of [1, 2]) await rememberFree(desk, served);
    const after = await asleepReportOf(desk, journal, 200, patience);
    expect(after.pieces.find(({ id }) => id === ahead.id)?.served).toBe(2);
    expect(after.pieces.find(({ id }) => id === recall.id)?.served).toBe(2);
    expect(AsleepReport.parse(JSON.parse(JSON.stringify(after)))).toBeDefined();

    const { pieces, found } = await asleepReportOf(desk, journal, 1, patience);
    expect([pieces.length, found]).toEqual([1, after.found]);
    const text = asleepCommand.render({ ...after, simulated: true }, style);
    expect(text).toMatch(
      /brief +BTC\/USDT +held, near a level, or asked about: [\d.]+ asks expected, each saves [\d,]+ tokens/,
    );
  });
});
