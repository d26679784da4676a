import { describe, expect, it } from "vitest";
import type { TalkOutcome } from "#agents/deep-trader-manager/talk/talk.ts";
import { ProviderError } from "#schemas/errors.ts";
import { deskText } from "#schemas/fact.ts";
import { Answer } from "#schemas/question.ts";
import { unixMs } from "#schemas/units.ts";
import { NO_WORK } from "#schemas/work.ts";
import { BTC, createDesk, ETH, NOW_MS, waveCandles } from "./desk-fixture.ts";

/** One record of Khala was read, and that was all. */
const ONE_READ = { ...NO_WORK, recordsRead: 1 };
const EARLIER_MS = unixMs(NOW_MS - 3_600_000);

describe("a question that Khala can answer", () => {
  it("is answered from the record: no model, no provider, no delegation", async () => {
    const reason = () => expect.fail("a model was asked");
    const desk = createDesk({ reason });
    await desk.warm(BTC);
    const before = desk.asked.length;
    const found = await desk.recall(BTC);
    const answer = await desk.ask("What is the RSI of BTC?");
    const record = found.status === "fresh" ? found.record : null;
    expect(answer).toMatchObject({
      path: "recalled",
      asOfMs: NOW_MS,
      ageMs: 0,
      analysisIds: [record?.id],
      work: ONE_READ,
    });
    expect(answer.answer).toContain(record?.indicators.rsiWilder?.toFixed(2));
    expect(desk.asked).toHaveLength(before);
  });

  it("is not answered from another timeframe's record", async () => {
    const desk = createDesk();
    await desk.warm(BTC);
    const answer = await desk.ask("RSI of BTC on the 1h chart?");
    expect(answer).toMatchObject({ path: "delegated", intent: { timeframe: "1h" }, asOfMs: NOW_MS });
    expect(desk.asked.at(-1)).toEqual({ symbol: BTC, timeframe: "1h" });
  });
});

describe("a question that Khala cannot answer", () => {
  it("is delegated exactly once by code, remembered, and recalled the next time", async () => {
    const desk = createDesk({ reason: () => expect.fail("a model was asked") });
    const first = await desk.ask("How is BTC?");
    const second = await desk.ask("What is the RSI of BTC?");
    expect(first).toMatchObject({
      path: "delegated",
      work: { delegations: 1, providerCalls: 1, indicatorEvaluations: 1 },
    });
    expect(first.work.modelCalls).toBe(0);
    expect([first.work.inputTokens, first.work.outputTokens]).toEqual([0, 0]);
    expect(second).toMatchObject({ path: "recalled", work: ONE_READ, analysisIds: first.analysisIds });
    const found = await desk.recall(BTC);
    expect(found.status === "fresh" && found.record.origin).toBe("test-time");
  });

  it("asks the source once for twenty operators who miss the same market at once", async () => {
    const desk = createDesk();
    const answers = await Promise.all(Array.from({ length: 20 }, () => desk.ask("What is the RSI of BTC?")));
    expect(desk.asked).toHaveLength(1);
    expect(new Set(answers.map((answer) => answer.answer))).toHaveLength(1);
    expect(answers.reduce((sum, answer) => sum + answer.work.indicatorEvaluations, 0)).toBe(1);
  });

  it("is delegated when the record is stale, and never answered from the stale one", async () => {
    const desk = createDesk();
    await desk.warm(BTC, EARLIER_MS);
    expect(await desk.recall(BTC)).toMatchObject({ status: "stale", reason: "behind" });
    const answer = await desk.ask("RSI of bitcoin");
    expect(answer).toMatchObject({ path: "delegated", asOfMs: NOW_MS, work: { delegations: 1 } });
  });

  it("keeps the work of questions asked at the same time apart", async () => {
    const desk = createDesk();
    const [btc, eth] = await Promise.all([desk.ask("RSI of BTC"), desk.ask("RSI of ETH")]);
    for (const answer of [btc, eth])
      expect(answer?.work).toMatchObject({ delegations: 1, providerCalls: 1, modelCalls: 0 });
    expect([btc?.answer.includes(BTC), eth?.answer.includes(ETH)]).toEqual([true, true]);
  });

  it("says so when the market has no candle at all", async () => {
    const desk = createDesk({
      candles: async (request) => empty(await waveCandles(request, { signal: AbortSignal.abort() })),
    });
    const answer = await desk.ask("RSI of BTC");
    expect(answer).toMatchObject({ path: "declined", asOfMs: null, analysisIds: [], work: { delegations: 1 } });
    expect(answer.answer).toMatch(/sim has no 5m candle up to .* for BTC\/USDT/);
  });

  it("shows the newest record marked stale when the market has been quiet since, and asks once a slot", async () => {
    const desk = createDesk({
      candles: async (request, call) => {
        const series = await waveCandles({ ...request, nowMs: EARLIER_MS }, call);
        return { ...series, checkedThroughMs: request.nowMs };
      },
    });
    await desk.warm(BTC, EARLIER_MS);
    const first = await desk.ask("RSI of BTC");
    const second = await desk.ask("RSI of BTC");
    expect(first).toMatchObject({ path: "delegated", asOfMs: EARLIER_MS, ageMs: 3_600_000 });
    expect(first.answer).toContain("STALE (no-candle)");
    expect(second).toMatchObject({ path: "recalled", work: ONE_READ, stale: true });
    expect(second.answer).toContain("STALE (no-candle)");
  });

  it("passes the source's own error on, with its remedy", async () => {
    const down = new ProviderError({ was: "sim did not answer.", remedy: "Try again." });
    const desk = createDesk({ candles: () => Promise.reject(down) });
    await expect(desk.ask("RSI of BTC")).rejects.toBe(down);
  });

  it("ends with the caller's reason when the caller gives up", async () => {
    const desk = createDesk();
    const reason = new Error("Ctrl-C");
    await expect(desk.ask("RSI of BTC", { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });
});

describe("a question in free form", () => {
  const common = { language: "en", attempts: [], dropped: [], nextFactId: 2, given: [] } as const;
  const answered: TalkOutcome = {
    ...common,
    status: "answered",
    model: "custom/m1",
    text: deskText("The RSI of BTC is 27.4."),
    facts: [],
    brokeOff: null,
    isForeign: false,
  };
  const ask = (outcome: TalkOutcome) => createDesk({ reason: async () => outcome }).ask("does BTC worry you");

  it("is declined without a model, with what is near", async () => {
    expect(await createDesk().ask("does BTC worry you")).toMatchObject({ path: "declined", model: null, facts: [] });
  });

  it("is answered in a model's words, as far as they stand", async () => {
    const answer = await ask(answered);
    expect(answer).toMatchObject({ path: "reasoned", model: "custom/m1", leftOut: 0, intent: null });
    expect(answer.answer).toBe("SIMULATED – invented prices. The RSI of BTC is 27.4.");
  });

  it("says how many sentences were left out, where a text broke off, and that it is in English for others", async () => {
    const dropped = [{ sentence: 2, rule: "forecast", layer: "claim", words: "will double" }] as const;
    expect((await ask({ ...answered, dropped: [...dropped] })).answer).toMatch(/\nOne sentence was left out/);
    expect((await ask({ ...answered, dropped: [...dropped, ...dropped] })).answer).toMatch(
      /\n2 sentences were left out/,
    );
    expect((await ask({ ...answered, brokeOff: "HTTP 503" })).answer).toMatch(
      /\nThe model broke off here: HTTP 503\.$/,
    );
    expect((await ask({ ...answered, isForeign: true })).answer).toMatch(/\nAnswered in English/);
  });

  it.each([
    ["failed", /The model gave no answer \(HTTP 503\); this is what the rules say\.$/],
    [
      "nothing-stands",
      /Nothing that the model wrote stood up to the facts \(HTTP 503\); this is what the rules say\.$/,
    ],
    ["spent", /No model was asked: HTTP 503; this is what the rules say\.$/],
  ] as const)("is answered as by rules, and one line more, where the model %s", async (status, line) => {
    const answer = await ask({ ...common, status, why: "HTTP 503", listed: deskText("") });
    const byRules = await createDesk().ask("does BTC worry you");
    expect(answer).toMatchObject({ path: "declined", model: null });
    expect(answer.answer.startsWith(byRules.answer)).toBe(true);
    expect(answer.answer).toMatch(line);
    expect(answer.answer.split("\n")).toHaveLength(byRules.answer.split("\n").length + 1);
  });
});

it("a free-form question of which nothing stands lists what was read behind that line", async () => {
  const listed = deskText("- BTC/USDT RSI (5m): 27.4");
  const outcome = {
    language: "en",
    attempts: [],
    dropped: [],
    nextFactId: 2,
    given: [],
    why: "digit",
    listed,
  } as const;
  const { answer } = await createDesk({ reason: async () => ({ ...outcome, status: "nothing-stands" }) }).ask(
    "does BTC worry you",
  );
  expect(answer).toMatch(/rules say\.\nWhat the model read, as the desk has it:\n- BTC\/USDT RSI \(5m\): 27\.4$/);
});

describe("every answer", () => {
  it.each([
    "RSI of BTC",
    "How is ETH?",
    "positions",
    "why did you buy BTC?",
    "sing a song",
    "BTC and ETH",
    "bands of LINK",
  ])("%s: has the answer's schema, says SIMULATED and carries its latency", async (text) => {
    const answer = await createDesk().ask(text);
    expect(Answer.parse(answer)).toEqual(answer);
    expect(answer.answer).toMatch(/^SIMULATED – invented prices\. /);
    expect([answer.simulated, answer.latencyMs]).toEqual([true, 3]);
  });

  it("about the desk comes from its journal, without a model", async () => {
    const desk = createDesk();
    expect(await desk.ask("how am I doing?")).toMatchObject({ path: "recalled", asOfMs: NOW_MS, work: NO_WORK });
    expect(await desk.ask("why did you sell BTC?")).toMatchObject({
      path: "recalled",
      asOfMs: null,
      analysisIds: ["abc"],
    });
  });

  it("that is declined says what can be asked", async () => {
    const answer = await createDesk().ask("RSI of FOOCOIN");
    expect(answer).toMatchObject({ path: "declined", asOfMs: null, ageMs: null, intent: null, work: NO_WORK });
    expect(answer.answer).toMatch(/FOOCOIN is not traded.*\nAsk, for example, .*`deeptrader --help`/);
  });
});

const empty = (series: Awaited<ReturnType<typeof waveCandles>>): typeof series => ({
  ...series,
  openMs: new Float64Array(),
  open: new Float64Array(),
  high: new Float64Array(),
  low: new Float64Array(),
  close: new Float64Array(),
  volume: new Float64Array(),
});
