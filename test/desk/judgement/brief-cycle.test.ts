// Briefs bought asleep: where nothing is asked nothing is bought, and what is bought is counted.
import { describe, expect, it } from "vitest";
import type { Rule } from "#agents/models/rule-model.ts";
import { briefDocument } from "#desk/judgement/brief-document.ts";
import { openBriefDesk, QUESTION } from "./brief-desk.ts";
import { tokensIn } from "./tokens-in.ts";

describe("the value gate of briefs", () => {
  it("calls no model where nobody asks and nothing is held or near", async () => {
    const desk = await openBriefDesk({ thinking: { nearTriggerPct: 0.0001 } });
    for (let n = 0; n < 4; n++) await desk.sleepThrough(n);
    expect(desk.model.billed.calls).toBe(0);
    expect(await desk.rows()).toEqual([]);
  });

  it("calls no model where the tokens are 0, however often it is asked", async () => {
    const desk = await openBriefDesk({ thinking: { briefDayTokens: 0, debateDayTokens: 1 } });
    await desk.asked(QUESTION, 50);
    expect(await desk.sleepThrough(0)).toBeNull();
    expect(desk.model.billed.calls).toBe(0);
  });

  it("calls no model for what is asked once in a while and saves less than it costs", async () => {
    const desk = await openBriefDesk({ thinking: { testTimeWeight: 0.01, nearTriggerPct: 0.0001 } });
    await desk.asked(QUESTION, 3);
    await desk.sleepThrough(0);
    expect(desk.model.billed.calls).toBe(0);
  });

  it("writes of what is asked about, and answers what is expected, once", async () => {
    const desk = await openBriefDesk({ thinking: { nearTriggerPct: 0.0001 } });
    await desk.asked(QUESTION, 20);
    const report = await desk.sleepThrough(0);
    expect(report).toMatchObject({ written: 1, answers: 1, overBudget: 0 });
    expect(report?.misses).toEqual({ missing: 1 });
    expect(desk.model.billed.calls).toBe(2);
    const recall = await desk.brief();
    expect(recall.status).toBe("fresh");
    const { brief } = briefDocument(desk.desk, desk.scope(desk.btc), recall);
    expect(brief?.text).toMatch(/^The price is [\d,.]+ USDT/);
    expect(brief?.author.model).toBe("scripted/asleep");
    // The next slot finds it fresh, and asks nothing.
    const calls = desk.model.billed.calls;
    const next = await desk.sleepThrough(1);
    if ((await desk.brief()).status === "fresh" && next?.written === 0) expect(desk.model.billed.calls).toBe(calls);
  });
});

describe("what briefs cost", () => {
  it("is in the ledger as the model's own server counts it", async () => {
    const desk = await openBriefDesk();
    await desk.asked(QUESTION, 20);
    for (let n = 0; n < 6; n++) await desk.sleepThrough(n);
    const rows = await desk.rows();
    expect(desk.model.billed.calls).toBeGreaterThan(2);
    expect(rows.reduce((sum, { work }) => sum + work.modelCalls, 0)).toBe(desk.model.billed.calls);
    const counted = rows.reduce((sum, row) => sum + tokensIn(row), 0);
    // Both round up once a text: no more than that lies between them.
    expect(Math.abs(counted - desk.model.billed.tokens)).toBeLessThanOrEqual(2 * desk.model.billed.calls);
  });

  it("stops at the day's tokens and says so", async () => {
    const desk = await openBriefDesk({ thinking: { briefDayTokens: 48_000 } });
    for (const market of desk.symbols) await desk.asked(QUESTION.replace("BTC", market.split("/")[0] ?? ""), 20);
    const report = await desk.sleepThrough(0);
    // A 24th of them is let out in the first hour.
    const spent = (await desk.rows()).reduce((sum, row) => sum + tokensIn(row), 0);
    expect(spent).toBeLessThanOrEqual(2_000);
    expect(report?.overBudget).toBeGreaterThan(0);
    const [row] = (await desk.rows()).filter(({ overBudget }) => overBudget !== undefined);
    expect(row?.overBudget?.["brief"]).toBe(report?.overBudget);
  });

  it("is counted of what comes to nothing too, which is not tried again at once", async () => {
    const invents: Rule = () => ({
      text: JSON.stringify({
        text: "The RSI is 12.34 and will double.",
        ...{ bull: [], bear: [], wouldChange: "", above: null, below: null, horizonCandles: 5, openQuestions: [] },
      }),
    });
    const desk = await openBriefDesk({ rule: invents, thinking: { nearTriggerPct: 0.0001 } });
    await desk.asked(QUESTION, 20);
    const report = await desk.sleepThrough(0);
    expect(report).toMatchObject({ written: 0, nothingStands: 1 });
    // Told why, and asked once more.
    expect(desk.model.billed.calls).toBe(2);
    expect((await desk.brief()).status).toBe("missing");
    await desk.sleepThrough(1);
    expect(desk.model.billed.calls).toBe(2);
    const [row] = await desk.rows();
    expect(row?.paths).toEqual({ "nothing-stands": 1 });
    expect(row === undefined ? 0 : tokensIn(row)).toBeGreaterThan(0);
  });

  it("is spent once for a slot, however often it is run", async () => {
    const desk = await openBriefDesk();
    await desk.asked(QUESTION, 20);
    await desk.sleepThrough(0);
    const { calls } = desk.model.billed;
    expect(await desk.sleepThrough(0)).toMatchObject({ repeated: true });
    expect(desk.model.billed.calls).toBe(calls);
  });
});
