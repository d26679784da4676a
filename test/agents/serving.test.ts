import { describe, expect, it } from "vitest";
import { distilAsset, distilMarket, type LeftOut, marketTopic } from "#agents/deep-trader-manager/answers/distil.ts";
import { fromScratchUnits, recalledUnits, SCRATCH_UNITS, scopeOf } from "#agents/deep-trader-manager/answers/effort.ts";
import { type PreparedAnswer, prepareAnswer } from "#agents/deep-trader-manager/answers/prepared.ts";
import { ProviderError, ProviderRefusedError, StoreError } from "#schemas/errors.ts";
import { BREADTH_KINDS, DESK_KINDS, type Intent, intentKey, MARKET_KINDS, QuestionKind } from "#schemas/question.ts";
import type { MarketView } from "#schemas/reading.ts";
import { unixMs } from "#schemas/units.ts";
import { NO_WORK } from "#schemas/work.ts";
import {
  BTC,
  createDesk,
  DESK_ID,
  type DeskOptions,
  ETH,
  NOW_MS,
  SYMBOLS,
  VENUE_ID,
  waveCandles,
} from "./desk-fixture.ts";

/** As the fixture's desk has them. */
const STRATEGIES = createDesk().hosts;
const EARLIER_MS = unixMs(NOW_MS - 3_600_000);
const MARKET_TOPIC = marketTopic({ timeframe: "5m", venueId: VENUE_ID }, STRATEGIES);

const intentOf = (kind: QuestionKind, over: Partial<Intent> = {}): Intent => ({
  kind,
  symbol: scopeOf(kind) === "market" || kind === "compare" ? BTC : null,
  other: kind === "compare" ? ETH : null,
  timeframe: "5m",
  side: null,
  negation: false,
  horizon: null,
  ...over,
});
const keyOf = (intent: Intent): string => intentKey(intent, { deskId: DESK_ID, venueId: VENUE_ID });
const ABOUT_MARKETS = [...MARKET_KINDS, "compare", ...BREADTH_KINDS] as const;

/** A desk after its sweep, which writes down every read. */
async function warmDesk(options: Omit<DeskOptions, "watch"> = {}, nowMs = NOW_MS) {
  const reads: string[] = [];
  const desk = createDesk({ ...options, watch: (read) => reads.push(read) });
  const records: MarketView[] = [];
  for (const symbol of SYMBOLS) {
    const outcome = await desk.warm(symbol, nowMs);
    if (outcome.status === "analysed") records.push(outcome.analysis);
  }
  const asked = desk.asked.length;
  return { ...desk, reads, records, providerCalls: () => desk.asked.length - asked };
}

const bodyOf = (intent: Intent, records: readonly MarketView[]): PreparedAnswer => {
  const prepared = prepareAnswer(intent, records, STRATEGIES);
  if (prepared === null) throw new Error(`nothing is prepared for ${intent.kind}`);
  return prepared;
};

describe("the order of the walk", () => {
  it.each(ABOUT_MARKETS)("%s: a pre-answer that stands is one read, and nothing else is asked", async (kind) => {
    const desk = await warmDesk();
    const intent = intentOf(kind);
    const stored = await desk.prepare(
      "answer",
      keyOf(intent),
      bodyOf(intent, desk.records),
      sourcesOf(intent, desk.records),
    );
    const { answer } = await desk.serve(intent);
    expect(answer).toMatchObject({
      path: "pre-answered",
      topicIds: [stored.id],
      asOfMs: NOW_MS,
      ageMs: 0,
      work: { ...NO_WORK, recordsRead: 1 },
    });
    expect([desk.reads, desk.providerCalls()]).toEqual([["answer"], 0]);
  });

  it("a market: pre-answer, then analysis, then the analyst", async () => {
    const desk = await warmDesk();
    await desk.serve(intentOf("rsi"));
    expect(desk.reads).toEqual(["answer", "analysis BTC/USDT 5m"]);
    desk.reads.length = 0;
    await desk.serve(intentOf("rsi", { timeframe: "1h" }));
    expect(desk.reads).toEqual(["answer", "analysis BTC/USDT 1h", "analyse BTC/USDT 1h", "analysis BTC/USDT 1h"]);
  });

  it("all markets: pre-answer, then digest, then the analyses of the universe, then the sweep of what is missing", async () => {
    const desk = await warmDesk();
    const { answer } = await desk.serve(intentOf("market"));
    expect(answer).toMatchObject({ path: "recalled", work: { ...NO_WORK, recordsRead: 3 } });
    expect(desk.reads).toEqual(["answer", "digest", "universe", "analyses 3"]);
    await desk.prepare(
      "digest",
      MARKET_TOPIC,
      distilMarket(desk.records.map((r) => distilAsset(r, STRATEGIES))),
      desk.records,
    );
    desk.reads.length = 0;
    const distilled = await desk.serve(intentOf("market"));
    expect(distilled.answer).toMatchObject({ path: "distilled", work: { ...NO_WORK, recordsRead: 1 } });
    expect(desk.reads).toEqual(["answer", "digest"]);
    desk.reads.length = 0;
    const hourly = await desk.serve(intentOf("market", { timeframe: "1h" }));
    expect(hourly.answer).toMatchObject({
      path: "delegated",
      work: { delegations: 3, providerCalls: 3, modelCalls: 0 },
    });
    expect(hourly.misses).toEqual({ missing: 3 });
    expect(desk.reads).toEqual(["answer", "digest", "universe", "analyses 3", "sweep BTC/USDT ETH/USDT LINK/USDT"]);
    expect((await desk.serve(intentOf("movers", { timeframe: "1h" }))).answer.path).toBe("recalled");
  });

  it("two markets: only the one that is missing is made", async () => {
    const desk = createDesk({ watch: () => {} });
    await desk.warm(BTC);
    const { answer } = await desk.serve(intentOf("compare"));
    expect(answer).toMatchObject({ path: "delegated", work: { providerCalls: 1, delegations: 1 } });
    expect(desk.asked.at(-1)).toEqual({ symbol: ETH, timeframe: "5m" });
    expect((await desk.serve(intentOf("compare"))).answer.path).toBe("recalled");
  });

  it.each(DESK_KINDS)("%s is told by the desk itself, from nothing prepared", async (kind) => {
    const desk = await warmDesk();
    const { answer } = await desk.serve(intentOf(kind));
    expect([answer.path, answer.topicIds, desk.reads]).toEqual(["recalled", [], []]);
  });
});

describe("a pre-answer and a digest", () => {
  it.each(ABOUT_MARKETS)("%s: say what is said live, field by field", async (kind) => {
    for (const side of [null, "buy", "sell"] as const) {
      const desk = await warmDesk();
      const intent = intentOf(kind, { side });
      const live = (await desk.serve(intent)).answer;
      await desk.prepare(
        "digest",
        MARKET_TOPIC,
        distilMarket(desk.records.map((r) => distilAsset(r, STRATEGIES))),
        desk.records,
      );
      const distilled = (await desk.serve(intent)).answer;
      await desk.prepare("answer", keyOf(intent), bodyOf(intent, desk.records), sourcesOf(intent, desk.records));
      const prepared = (await desk.serve(intent)).answer;
      const said = ({ answer, asOfMs, ageMs, analysisIds, stale, intent: of, simulated, model }: typeof live) => ({
        ...{ answer, asOfMs, ageMs, analysisIds, stale, of, simulated, model },
      });
      expect(said(prepared)).toEqual(said(live));
      expect(said(distilled)).toEqual(said(live));
      expect([live.path, prepared.path]).toEqual(["recalled", "pre-answered"]);
      expect(distilled.path).toBe(scopeOf(kind) === "breadth" ? "distilled" : "recalled");
    }
  });

  it("are not served once one of their analyses was superseded, corrected or taken back", async () => {
    for (const kind of ["rsi", "compare", "market"] as const) {
      const desk = await warmDesk();
      const intent = intentOf(kind);
      await desk.prepare("answer", keyOf(intent), bodyOf(intent, desk.records), sourcesOf(intent, desk.records));
      await desk.prepare(
        "digest",
        MARKET_TOPIC,
        distilMarket(desk.records.map((r) => distilAsset(r, STRATEGIES))),
        desk.records,
      );
      await desk.khala.invalidate({ symbol: BTC }, { reason: "source-changed", detail: "a candle" }, call);
      const { answer } = await desk.serve(intent);
      expect([kind, answer.path, answer.topicIds, answer.stale]).toEqual([kind, "delegated", [], false]);
      expect(desk.asked.at(-1)?.symbol).toBe(BTC);
    }
  });

  it("are not served once a price at hand is far from one of their analyses; the newest is shown, marked", async () => {
    for (const kind of ["rsi", "compare", "market"] as const) {
      const desk = await warmDesk({ prices: new Map([[BTC, 1_000]]) });
      const intent = intentOf(kind);
      await desk.prepare("answer", keyOf(intent), bodyOf(intent, desk.records), sourcesOf(intent, desk.records));
      await desk.prepare(
        "digest",
        MARKET_TOPIC,
        distilMarket(desk.records.map((r) => distilAsset(r, STRATEGIES))),
        desk.records,
      );
      const { answer } = await desk.serve(intent);
      // From scratch it would be the same: the newest closed candle is in it.
      expect([kind, answer.path, answer.topicIds, desk.providerCalls()]).toEqual([kind, "recalled", [], 0]);
      expect(answer.answer).toMatch(kind === "market" ? /Left out.*BTC\/USDT \(drifted\)/s : /STALE \(drifted\): /);
      expect(answer.stale).toBe(kind !== "market");
    }
  });

  it("are not served after the moment they were good for", async () => {
    const desk = await warmDesk();
    const intent = intentOf("rsi");
    await desk.prepare("answer", keyOf(intent), bodyOf(intent, desk.records), sourcesOf(intent, desk.records), NOW_MS);
    expect((await desk.serve(intent)).answer).toMatchObject({ path: "recalled", work: { recordsRead: 2 } });
  });

  it("are not served for a kind under quarantine, and others still are", async () => {
    const desk = await warmDesk({ quarantined: ["rsi", "market"] });
    for (const kind of ["rsi", "atr", "market", "movers"] as const) {
      const intent = intentOf(kind);
      await desk.prepare("answer", keyOf(intent), bodyOf(intent, desk.records), sourcesOf(intent, desk.records));
    }
    await desk.prepare(
      "digest",
      MARKET_TOPIC,
      distilMarket(desk.records.map((r) => distilAsset(r, STRATEGIES))),
      desk.records,
    );
    const paths = await Promise.all(
      (["rsi", "atr", "market", "movers"] as const).map(async (kind) => (await desk.serve(intentOf(kind))).answer.path),
    );
    expect(paths).toEqual(["recalled", "pre-answered", "recalled", "pre-answered"]);
  });

  it("stored under the key of another intent are served to nobody", async () => {
    const asked = intentOf("rsi");
    for (const wrong of [
      intentOf("rsi", { symbol: ETH }),
      intentOf("rsi", { timeframe: "1h" }),
      intentOf("rsi", { side: "sell" }),
      intentOf("rsi", { negation: true }),
      intentOf("rsi", { horizon: "today" }),
      intentOf("atr"),
    ]) {
      const desk = await warmDesk();
      const body = { ...bodyOf(intentOf("rsi"), desk.records), intent: wrong };
      await desk.prepare("answer", keyOf(asked), body, desk.records);
      expect((await desk.serve(asked)).answer.path).toBe("recalled");
    }
  });

  it("that cannot be read are as good as none", async () => {
    const desk = await warmDesk();
    const intent = intentOf("market");
    await desk.prepare("answer", keyOf(intent), { text: 7 }, desk.records);
    await desk.prepare("digest", MARKET_TOPIC, ["no digest"], desk.records);
    expect((await desk.serve(intent)).answer.path).toBe("recalled");
    const error = new StoreError({ was: "The store is down.", remedy: "Start it." });
    desk.topics.recall = () => Promise.reject(error);
    expect((await desk.serve(intent)).answer.path).toBe("recalled");
    desk.topics.recall = () => Promise.reject(new TypeError("a bug"));
    await expect(desk.serve(intent)).rejects.toThrow("a bug");
  });

  it("of all markets that lack one which could be read are not served: it is read", async () => {
    const desk = await warmDesk();
    const two = desk.records.filter(({ symbol }) => symbol !== ETH);
    const digestWithout = (reason: LeftOut["reason"]) =>
      distilMarket(
        two.map((r) => distilAsset(r, STRATEGIES)),
        [{ symbol: ETH, reason }],
      );
    await desk.prepare("digest", MARKET_TOPIC, digestWithout("behind"), two);
    expect((await desk.serve(intentOf("market"))).answer).toMatchObject({ path: "recalled", topicIds: [] });
    await desk.prepare("digest", MARKET_TOPIC, digestWithout("no-candle"), two);
    const { answer } = await desk.serve(intentOf("market"));
    expect([answer.path, answer.answer.includes("ETH/USDT (no-candle)")]).toEqual(["distilled", true]);
  });
});

describe("what the desk holds", () => {
  it("is added when the answer is served, and is not in what is stored", async () => {
    const desk = await warmDesk();
    for (const kind of ["signal", "trigger"] as const) {
      const intent = intentOf(kind);
      const body = bodyOf(intent, desk.records);
      expect(JSON.stringify(body)).not.toContain("not held");
      await desk.prepare("answer", keyOf(intent), body, sourcesOf(intent, desk.records));
      const { answer } = await desk.serve(intent);
      expect([answer.path, answer.answer.includes(" BTC/USDT is not held. As of ")]).toEqual(["pre-answered", true]);
    }
    expect((await desk.serve(intentOf("rsi"))).answer.answer).not.toContain("not held");
  });
});

describe("a question that would take more than its budget", () => {
  it("about all markets is not answered: it says what that would take, and the limit", async () => {
    const desk = await warmDesk({ questionUnits: 2 * SCRATCH_UNITS });
    const { answer, overBudget } = await desk.serve(intentOf("oversold", { timeframe: "1h" }));
    expect(answer).toMatchObject({ path: "declined", asOfMs: null, stale: false });
    expect(answer.answer).toContain(
      "about 480 work units (3 markets from scratch, 160 each); the limit of one question is 320",
    );
    expect([overBudget, desk.providerCalls()]).toEqual([true, 0]);
    // Two of the three are within it.
    await desk.warm(BTC, NOW_MS, "1h");
    expect((await desk.serve(intentOf("oversold", { timeframe: "1h" }))).answer.path).toBe("delegated");
  });

  it("about one market that was never analysed is not answered either", async () => {
    const desk = createDesk({ questionUnits: SCRATCH_UNITS - 1 });
    const { answer, overBudget } = await desk.serve(intentOf("rsi"));
    expect([answer.path, overBudget, desk.asked.length]).toEqual(["declined", true, 0]);
  });

  it("about a market that was, asked once, is declined", async () => {
    const desk = await warmDesk({ questionUnits: 1 }, EARLIER_MS);
    const { answer, overBudget } = await desk.serve(intentOf("rsi"));
    expect([answer.path, answer.stale, overBudget, desk.providerCalls()]).toEqual(["declined", false, true, 0]);
  });

  it("about a market that was, in a chat, shows it stale, marked so, and a refresh is queued once", async () => {
    const queued: unknown[] = [];
    const desk = await warmDesk({ questionUnits: 1, refresh: (key) => queued.push(key) }, EARLIER_MS);
    const { answer, overBudget, misses } = await desk.serve(intentOf("rsi"));
    expect(answer).toMatchObject({ path: "recalled", stale: true, asOfMs: EARLIER_MS, ageMs: 3_600_000 });
    expect(answer.answer).toMatch(/STALE \(behind\): The RSI.*limit of one question is 1 .*A refresh is under way\.$/);
    expect([overBudget, misses, desk.providerCalls()]).toEqual([true, { behind: 1 }, 0]);
    expect(queued).toEqual([{ venueId: VENUE_ID, symbol: BTC, timeframe: "5m" }]);
  });
});

describe("a source that does not answer", () => {
  const silent =
    (error: Error): NonNullable<DeskOptions["candles"]> =>
    async (request, options) =>
      request.nowMs === NOW_MS ? Promise.reject(error) : waveCandles(request, options);
  const down = new ProviderError({ was: "sim did not answer.", remedy: "Try again." });

  it("leaves a chat with what is stale, marked so, and whoever asks once with the source's error", async () => {
    for (const error of [down, new ProviderRefusedError({ was: "sim refused the key.", remedy: "Renew it." })]) {
      const once = await warmDesk({ candles: silent(error) }, EARLIER_MS);
      await expect(once.serve(intentOf("price"))).rejects.toBe(error);
      const desk = await warmDesk({ candles: silent(error), refresh: () => {} }, EARLIER_MS);
      const { answer } = await desk.serve(intentOf("price"));
      expect(answer).toMatchObject({ path: "recalled", stale: true, asOfMs: EARLIER_MS });
      expect(answer.answer).toContain("STALE (behind): ");
      expect(answer.answer).toContain(`It could not be renewed: ${error.message}`);
      expect(answer.answer).toMatch(/A refresh is under way\.$/);
    }
  });

  it("leaves what concerns the desk itself an error", async () => {
    const error = new StoreError({ was: "The store is down.", remedy: "Start it." });
    const desk = await warmDesk({ candles: silent(error), refresh: () => {} }, EARLIER_MS);
    await expect(desk.serve(intentOf("price"))).rejects.toBe(error);
  });

  it("leaves a comparison stale in a chat; else, and without any analysis, it is declined with the reason", async () => {
    const once = (await (await warmDesk({ candles: silent(down) }, EARLIER_MS)).serve(intentOf("compare"))).answer;
    expect([once.path, once.answer.includes("could not be renewed: sim did not answer")]).toEqual(["declined", true]);
    const queued: unknown[] = [];
    const desk = await warmDesk({ candles: silent(down), refresh: ({ symbol }) => queued.push(symbol) }, EARLIER_MS);
    const { answer } = await desk.serve(intentOf("compare"));
    expect(answer).toMatchObject({ path: "recalled", stale: true });
    expect(answer.answer).toMatch(/^SIMULATED[^:]*STALE \(behind\): .*It could not be renewed: sim did not answer/s);
    expect(queued).toEqual([BTC, ETH]);
    const empty = createDesk({ candles: () => Promise.reject(down) });
    const declined = (await empty.serve(intentOf("compare"))).answer;
    expect([declined.path, declined.stale]).toEqual(["declined", false]);
    expect(declined.answer).toContain("There is no analysis of BTC/USDT and ETH/USDT to compare. sim did not answer");
  });

  it("for some markets leaves them out of an answer about all, and says so; for all of them there is no answer", async () => {
    const some = await warmDesk({
      candles: (request, options) =>
        request.symbol === ETH && request.timeframe === "1h" ? Promise.reject(down) : waveCandles(request, options),
    });
    const { answer } = await some.serve(intentOf("market", { timeframe: "1h" }));
    expect([answer.path, answer.analysisIds.length]).toEqual(["delegated", 2]);
    expect(answer.answer).toContain("Left out, without a fresh analysis: ETH/USDT (unread).");
    const none = await warmDesk({ candles: silent(down) }, EARLIER_MS);
    const declined = (await none.serve(intentOf("market"))).answer;
    expect([declined.path, declined.asOfMs]).toEqual(["declined", null]);
    expect(declined.answer).toContain("sim did not answer");
  });
});

describe("the effort of a kind", () => {
  it("is by the markets that it stands on, from scratch, recalled or none", () => {
    expect(QuestionKind.options.map((kind) => [kind, fromScratchUnits(kind, 50), recalledUnits(kind, 50)])).toEqual([
      ...MARKET_KINDS.map((kind) => [kind, 160, 1]),
      ["compare", 320, 2],
      ...BREADTH_KINDS.map((kind) => [kind, 8000, 50]),
      ...DESK_KINDS.map((kind) => [kind, 0, 0]),
    ]);
  });
});

const call = { signal: new AbortController().signal };

/** The analyses that a stored answer names as its sources. */
const sourcesOf = ({ symbol, other }: Intent, records: readonly MarketView[]): readonly MarketView[] =>
  symbol === null ? records : records.filter((record) => record.symbol === symbol || record.symbol === other);
