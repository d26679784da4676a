// Free-form questions answered ahead from briefs: served for the very words and slots they were made for, without a model, while
// their brief stands; and never for anything near.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type AskedDesk, askDesk } from "#desk/answering/ask-desk.ts";
import { createBackgroundQueue } from "#desk/answering/background-queue.ts";
import { createConversations } from "#desk/answering/conversations.ts";
import { freeTopicOf } from "#desk/answering/free-question.ts";
import { answeredAhead, freeFormHere } from "#desk/answering/serve-ahead.ts";
import { afterBriefServed } from "#desk/judgement/brief-shadow.ts";
import { AnswerAhead } from "#schemas/answer-ahead.ts";
import { Brief } from "#schemas/brief.ts";
import { splitSymbol, unixMs } from "#schemas/units.ts";
import { WorkTally } from "#schemas/work.ts";
import { patience } from "#test/support/desk.ts";
import { awake, scriptedChoice } from "../../../bench/support/scripted-model.ts";
import { openBriefDesk, QUESTION } from "./brief-desk.ts";
import { tokensIn } from "./tokens-in.ts";

async function openAnswered(texts: readonly string[] = [QUESTION]) {
  const opened = await openBriefDesk({ thinking: { nearTriggerPct: 0.0001 } });
  const manager = scriptedChoice("scripted/awake", awake);
  const desk = { ...opened.desk, config: { ...opened.desk.config, model: "scripted/awake" } };
  const onProblem = (problem: string): never => {
    throw new Error(problem);
  };
  const open: AskedDesk = {
    desk,
    store: opened.store,
    managerModels: async () => [manager.choice],
    background: createBackgroundQueue(onProblem),
    conversations: createConversations(desk, onProblem),
  };
  for (const text of texts) await opened.asked(text, 20);
  await opened.sleepThrough(0);
  return {
    ...opened,
    desk,
    manager,
    async ask(text: string, conversation?: string) {
      const answer = await askDesk(open, text, { ...patience, conversation });
      await open.background.settled();
      return answer;
    },
    question: async () => (await desk.ledger.entries({}, patience)).findLast(({ job }) => job === "question"),
  };
}

describe("an answer made ahead", () => {
  it("is served for the same words, however they are written, without a model and with its time", async () => {
    const desk = await openAnswered();
    for (const text of [
      QUESTION,
      `  ${QUESTION.toLowerCase()} ?!`.replace("btc", "BTC"),
      QUESTION.replace("BTC", "bitcoin"),
    ]) {
      const answer = await desk.ask(text);
      expect(answer).toMatchObject({
        path: "pre-answered",
        model: null,
        work: { modelCalls: 0, inputTokens: 0, outputTokens: 0 },
      });
      expect(answer.answer).toMatch(/^SIMULATED – invented prices\./);
      expect(answer.answer).toMatch(
        /Answered ahead from the desk's brief\. As of 2026-09-14T00:05:00\.000Z, 0 s old\.$/,
      );
      expect(answer.facts.length).toBeGreaterThan(0);
      for (const { asOfMs } of answer.facts) expect(asOfMs).not.toBeNull();
    }
    expect((await desk.ask(QUESTION)).path).toBe("pre-answered");
    expect(desk.manager.billed.calls).toBe(0);
    const row = await desk.question();
    expect(row === undefined ? -1 : tokensIn(row)).toBe(0);
    expect(row?.uses).toEqual({ "answer-ahead": 1, brief: 1 });
  });

  it("counts what is served for the first time once", async () => {
    const desk = await openAnswered();
    await desk.ask(QUESTION);
    expect((await desk.question())?.uses).toEqual({
      "answer-ahead": 1,
      "first answer-ahead": 1,
      brief: 1,
      "first brief": 1,
    });
    await desk.ask(QUESTION);
    expect((await desk.question())?.uses).toEqual({ "answer-ahead": 1, brief: 1 });
  });

  it("is not served for another market; there a model is asked, and of the market with a brief it needs no tool", async () => {
    const desk = await openAnswered();
    const other = desk.symbols.find((symbol) => symbol !== desk.btc);
    const near = QUESTION.replace("BTC", splitSymbol(other ?? desk.btc).base);
    const answer = await desk.ask(near);
    expect([answer.path, desk.manager.billed.calls]).toEqual(["reasoned", 2]);
    const besides = await desk.ask("What speaks for BTC and what against?");
    // One call: the brief is among the facts at hand.
    expect([besides.path, desk.manager.billed.calls]).toEqual(["reasoned", 3]);
    expect(besides.topicIds).toHaveLength(1);
    expect((await desk.question())?.uses).toEqual({ brief: 1, "first brief": 1 });
  });

  it("is not served once its brief does not stand", async () => {
    const desk = await openAnswered();
    const key = { venueId: desk.desk.marketData.venueId, symbol: desk.btc, timeframe: "5m" as const };
    await desk.desk.khala.invalidate(key, { reason: "source-changed", detail: "a candle was corrected" }, patience);
    expect((await desk.ask(QUESTION)).path).not.toBe("pre-answered");
  });

  it("is not made for what hangs on what was said before", async () => {
    const follow = "And what is going on with BTC then, the same?";
    const desk = await openAnswered([follow]);
    expect((await desk.ask(follow)).path).not.toBe("pre-answered");
    const rows = await desk.desk.topics.history(
      "answer",
      { topic: null, nowMs: desk.clock.now(), limit: 50 },
      patience,
    );
    expect(rows.filter(({ record }) => AnswerAhead.safeParse(record.body).success)).toEqual([]);
  });

  it("leaves its facts out of the conversation, whose ids are its own", async () => {
    const desk = await openAnswered();
    await desk.ask(QUESTION, "c");
    const after = await desk.ask("What speaks for BTC and what against?", "c");
    expect(after.path).toBe("reasoned");
  });
});

describe("slots", () => {
  const templates = [
    (market: string, timeframe: string, side: string) =>
      `Would a careful person ${side} ${market} on the ${timeframe} chart`,
    (market: string, timeframe: string, side: string) => `Is there a good story to ${side} ${market} over ${timeframe}`,
    (market: string, timeframe: string, side: string) =>
      `Spricht etwas dafür, ${market} auf ${timeframe} zu ${side}, und was ist der Grund`,
    (market: string, timeframe: string, side: string) =>
      `Qué motivos hay para ${side} ${market} en ${timeframe} y cuáles son los riesgos`,
  ];
  const timeframes = ["1m", "5m", "15m", "1h", "4h", "1d"];
  const sides = ["buy", "sell", "kaufen", "verkaufen", "comprar", "vender", "long", "short"];

  it("two questions share a topic only where words, market, timeframe, side and language are all the same", async () => {
    const { desk, symbols } = await openBriefDesk();
    const one = fc.record({
      template: fc.integer({ min: 0, max: templates.length - 1 }),
      market: fc.constantFrom(...symbols.map((symbol) => splitSymbol(symbol).base)),
      timeframe: fc.constantFrom(...timeframes),
      side: fc.constantFrom(...sides),
    });
    const formOf = (q: { template: number; market: string; timeframe: string; side: string }) =>
      freeFormHere(desk, templates[q.template]?.(q.market, q.timeframe, q.side) ?? "", symbols);
    fc.assert(
      fc.property(one, one, (a, b) => {
        const [first, second] = [formOf(a), formOf(b)];
        if (first === null || second === null) return;
        const isSame = JSON.stringify(a) === JSON.stringify(b);
        expect(freeTopicOf(desk, first) === freeTopicOf(desk, second)).toBe(isSame);
        expect([first.markets.length, first.timeframes.length, first.sides.length]).toEqual([1, 1, 1]);
      }),
      { numRuns: 3_000 },
    );
    // The other way round: the same question is the same whatever its spelling.
    fc.assert(
      fc.property(one, (q) => {
        const text = templates[q.template]?.(q.market, q.timeframe, q.side) ?? "";
        const [plain, spelt] = [text, `${text} ??`].map((each) => freeFormHere(desk, each, symbols));
        expect(spelt == null ? null : freeTopicOf(desk, spelt)).toBe(plain == null ? null : freeTopicOf(desk, plain));
        expect(plain).not.toBeNull();
      }),
    );
  });

  it("what was made for one is given to no other, neither to another desk", async () => {
    const opened = await openAnswered();
    const { desk, symbols, clock } = opened;
    const near = [
      ...symbols
        .filter((symbol) => symbol !== opened.btc)
        .map((symbol) => QUESTION.replace("BTC", splitSymbol(symbol).base)),
      `${QUESTION} on the 1h chart`,
      QUESTION.replace("going on", "not going on"),
      QUESTION.replace("Tell me", "Do not tell me"),
      `${QUESTION}, long`,
      `${QUESTION}, short`,
      `${QUESTION} 2`,
      "Sag mir in einfachen Worten, was mit BTC los ist",
    ];
    const serve = async (text: string, on: typeof desk) => {
      const free = freeFormHere(on, text, symbols);
      if (free === null) return null;
      return answeredAhead(on, { free, nowMs: clock.now(), symbols, tally: new WorkTally() }, patience);
    };
    expect(await serve(QUESTION, desk)).not.toBeNull();
    for (const text of near) expect([text, await serve(text, desk)]).toEqual([text, null]);
    expect(await serve(QUESTION, { ...desk, deskId: "another" as never })).toBeNull();
  });
});

describe("corruption", () => {
  it("one altered fact in a stored brief is found within what sampling implies, and its kind stops", async () => {
    for (const seed of [1, 2, 3]) {
      const { desk, clock, btc, brief, sleepThrough, events, asked, stepMs, model } = await openAnswered();
      const recall = await brief();
      if (recall.status === "missing") throw new Error("it was written");
      const numbers = recall.brief.facts.filter(({ value }) => typeof value === "number");
      const altered = numbers[seed % numbers.length];
      const facts = recall.brief.facts.map((fact) =>
        fact === altered ? { ...fact, value: Number(fact.value) * (1 + seed / 100) } : fact,
      );
      const body = Brief.parse({ ...recall.brief, facts });
      const topic = `market ${btc} 5m ${desk.marketData.venueId}`;
      const validUntilMs = unixMs(clock.now() + 48 * stepMs);
      const record = await desk.topics.remember(
        { kind: "brief", topic, body, sources: [], validUntilMs },
        { nowMs: clock.now() },
        patience,
      );
      let served = 0;
      while (!desk.quarantine.has("brief") && served <= desk.config.thinking.shadowEvery) {
        await afterBriefServed(desk, [record.id]);
        served += 1;
      }
      expect(served).toBeLessThanOrEqual(desk.config.thinking.shadowEvery);
      expect([...desk.quarantine]).toEqual(["brief"]);
      expect((await events()).filter(({ type }) => type === "quarantine")).toMatchObject([
        { kind: "brief", state: "begun" },
      ]);
      // Neither served nor bought, until it is lifted.
      await asked(QUESTION, 20);
      const { calls } = model.billed;
      expect(await sleepThrough(1)).toBeNull();
      expect(model.billed.calls).toBe(calls);
      expect((await brief()).status).toBe("stale");
      const lifted = { type: "quarantine", atMs: clock.now(), kind: "brief", state: "lifted", detail: "" } as const;
      await desk.account.append([lifted], patience);
      expect((await sleepThrough(2))?.written).toBeGreaterThan(0);
    }
  });

  it("one altered fact in a stored answer is found too, and no answer made ahead is served from then on", async () => {
    const { desk, clock, ask, symbols } = await openAnswered();
    expect((await ask(QUESTION)).path).toBe("pre-answered");
    const free = freeFormHere(desk, QUESTION, symbols);
    if (free === null) throw new Error("it was remembered");
    const topic = freeTopicOf(desk, free);
    const [stored] = await desk.topics.history("answer", { topic, nowMs: clock.now(), limit: 1 }, patience);
    const right = AnswerAhead.parse(stored?.record.body);
    const altered = right.facts.find(({ value }) => typeof value === "number");
    const facts = right.facts.map((fact) => (fact === altered ? { ...fact, value: Number(fact.value) * 1.01 } : fact));
    const body = { ...right, facts };
    const validUntilMs = unixMs(clock.now() + 300_000);
    const draft = { kind: "answer", topic, body, sources: [], validUntilMs } as const;
    await desk.topics.remember(draft, { nowMs: clock.now() }, patience);
    let served = 0;
    while (!desk.quarantine.has("brief") && served <= desk.config.thinking.shadowEvery) {
      await ask(QUESTION);
      served += 1;
    }
    expect(served).toBeLessThanOrEqual(desk.config.thinking.shadowEvery);
    expect((await ask(QUESTION)).path).not.toBe("pre-answered");
  });

  it("a brief that is right is never stopped, however often it is served", async () => {
    const { desk, brief } = await openAnswered();
    const recall = await brief();
    if (recall.status === "missing") throw new Error("it was written");
    for (let served = 0; served < 60; served++) await afterBriefServed(desk, [recall.id]);
    expect(desk.quarantine.size).toBe(0);
    const checks = (await desk.ledger.entries({}, patience)).filter(
      ({ job, kinds }) => job === "shadow" && kinds?.["brief"] === 1,
    );
    expect(checks.map(({ paths }) => paths)).toEqual([{ agreed: 1 }, { agreed: 1 }, { agreed: 1 }]);
  });
});

describe("the close", () => {
  it("waits for no model: none is called between a close and its orders", async () => {
    const opened = await openBriefDesk();
    await opened.asked(QUESTION, 40);
    for (let n = 0; n < 4; n++) {
      const before = opened.model.billed.calls;
      await opened.tick(n);
      expect(opened.model.billed.calls).toBe(before);
      await opened.sleepThrough(n);
    }
    expect(opened.model.billed.calls).toBeGreaterThan(0);
  });
});
