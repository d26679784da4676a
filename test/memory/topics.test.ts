import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createCandleWindows } from "#memory/candle-windows.ts";
import { createKhala, type Khala } from "#memory/khala.ts";
import { createTopics, judgeTopic, type TopicDraft, type Topics } from "#memory/topics.ts";
import type { Analysis, Recall } from "#schemas/analysis.ts";
import { InvariantError } from "#schemas/errors.ts";
import type { TopicStore } from "#schemas/ports/memory.ts";
import { type TopicKind, type TopicRecall, type TopicRecord, topicId } from "#schemas/topic.ts";
import { DeskId, MarketSymbol, timeframeMs } from "#schemas/units.ts";
import { createMemoryStore } from "#test/support/memory-store/store.ts";
import { readSeries } from "#test/support/read-series.ts";
import {
  BTC,
  clockAt,
  DESK,
  ETH,
  KEY,
  makeAnalysis,
  makeCandle,
  makeSeries,
  makeTopic,
  msAfter,
  options,
  STEP_MS,
  T0,
  VENUE,
} from "./fixtures.ts";

const OTHER = DeskId.parse("other");
const at = { nowMs: T0 };

function desk(store = createMemoryStore()) {
  const khala = createKhala({ store, clock: clockAt(T0), graceMs: 0, definitionId: "def-1", driftAtr: 2 });
  const topicsOf = (deskId = DESK, definitionId = "def-1") =>
    createTopics({ store, khala, deskId, definitionId: () => definitionId });
  return { store, khala, topicsOf, topics: topicsOf() };
}

const draft = (over: Partial<TopicDraft> = {}): TopicDraft => ({
  kind: "answer",
  topic: "rsi BTC/USDT 5m",
  body: { text: "RSI is 41.5" },
  sources: [],
  validUntilMs: msAfter(STEP_MS),
  ...over,
});

async function rememberAll(topics: Topics, drafts: readonly TopicDraft[]): Promise<readonly TopicRecord[]> {
  const records: TopicRecord[] = [];
  for (const each of drafts) records.push(await topics.remember(each, at, options));
  return records;
}

const reasonOf = (recall: TopicRecall) => (recall.status === "stale" ? recall.reason : recall.status);

describe("judgeTopic", () => {
  const analysis = makeAnalysis();
  const source = { key: KEY, analysisId: analysis.id };
  const fresh: Recall = { status: "fresh", record: analysis, ageMs: 0 };
  const judge = (over: Partial<Parameters<typeof judgeTopic>[0]> & { record?: Partial<TopicRecord> } = {}) => {
    const { record, ...rest } = over;
    const stored = { record: makeTopic({ sources: [source], ...record }), invalidated: null };
    return judgeTopic({ stored, nowMs: T0, definitionId: "def-1", sourceNow: () => fresh, ...rest });
  };
  const reason = (over: Parameters<typeof judge>[0]) => reasonOf(judge(over));

  it("is fresh until the millisecond before validUntil, and expired at it", () => {
    const record = { validUntilMs: msAfter(1000) };
    expect(reason({ record, nowMs: msAfter(999) })).toBe("fresh");
    expect(reason({ record, nowMs: msAfter(1000) })).toBe("expired");
    expect(reason({ record, nowMs: msAfter(1001) })).toBe("expired");
  });

  it("counts its age from data time", () => {
    expect(judge({ nowMs: msAfter(7), record: { computedAtMs: msAfter(5) } }).ageMs).toBe(7);
  });

  it.each<[string, Recall]>([
    ["another record is the newest", { ...fresh, record: makeAnalysis({ price: 101 }) }],
    ["it is stale itself, whatever the reason", { ...fresh, status: "stale", reason: "no-candle" }],
    ["it is gone", { status: "missing" }],
  ])("has a changed source when of one of several %s", (_, recall) => {
    const other = { key: { ...KEY, symbol: ETH }, analysisId: analysis.id };
    const sourceNow = ({ key }: { key: { symbol: MarketSymbol } }) => (key.symbol === ETH ? recall : fresh);
    expect(reason({ record: { sources: [source, other] }, sourceNow })).toBe("source-changed");
    expect(reason({ record: { sources: [source] }, sourceNow })).toBe("fresh");
  });

  it("names the reason that would remain were all that follow mended", () => {
    const record = { validUntilMs: T0 };
    const sourceNow = (): Recall => ({ status: "missing" });
    const invalidated = { record: makeTopic({ sources: [source], ...record }), invalidated: "by hand" };
    expect(reason({ stored: invalidated, definitionId: "def-2", sourceNow })).toBe("invalidated");
    expect(reason({ record, definitionId: "def-2", sourceNow })).toBe("definition-changed");
    expect(reason({ record, sourceNow })).toBe("source-changed");
    expect(reason({ record })).toBe("expired");
  });
});

describe("topics", () => {
  it("recalls what was remembered, with the oldest asOf of its sources and the id of its content", async () => {
    const { khala, topics } = desk();
    const old = makeAnalysis({ symbol: ETH, asOfMs: T0, timeframe: "1h" });
    const young = makeAnalysis({ asOfMs: msAfter(STEP_MS) });
    await khala.rememberMany([old, young], options);
    const now = { nowMs: msAfter(STEP_MS) };
    const record = await topics.remember(
      draft({ sources: [young, old], validUntilMs: msAfter(STEP_MS + 1) }),
      now,
      options,
    );
    expect(record).toMatchObject({ asOfMs: T0, computedAtMs: now.nowMs, deskId: DESK, kind: "answer" });
    const { id, ...content } = record;
    expect(id).toBe(topicId(content));
    expect(await topics.recall("answer", record.topic, now, options)).toEqual({
      status: "fresh",
      record,
      ageMs: STEP_MS,
    });
    expect(await topics.recall("answer", "another topic", now, options)).toEqual({ status: "missing" });
  });

  it("does not renew asOf when it is made again, and takes the new validity", async () => {
    const { khala, topics } = desk();
    const hour = makeAnalysis({ timeframe: "1h" });
    await khala.remember(hour, options);
    const first = await topics.remember(draft({ sources: [hour] }), at, options);
    const nowMs = msAfter(STEP_MS);
    expect(reasonOf(await topics.recall("answer", first.topic, { nowMs }, options))).toBe("expired");
    const again = await topics.remember(
      draft({ sources: [hour], validUntilMs: msAfter(2 * STEP_MS) }),
      { nowMs },
      options,
    );
    expect(again).toMatchObject({ id: first.id, asOfMs: T0 });
    expect(await topics.recall("answer", first.topic, { nowMs }, options)).toEqual({
      status: "fresh",
      record: again,
      ageMs: STEP_MS,
    });
  });

  it("stands on the analyses of the topics it was made from, and no longer than those are valid", async () => {
    const { khala, topics } = desk();
    const [btc, eth] = [makeAnalysis(), makeAnalysis({ symbol: ETH })];
    await khala.rememberMany([btc, eth], options);
    const digests = await rememberAll(
      topics,
      [btc, eth].map((analysis, i) =>
        draft({ kind: "digest", topic: analysis.symbol, sources: [analysis], validUntilMs: msAfter(10 + i) }),
      ),
    );
    const answer = await topics.remember(draft({ sources: [...digests, btc] }), at, options);
    expect(answer).toMatchObject({
      validUntilMs: msAfter(10),
      sources: [{ analysisId: btc.id }, { analysisId: eth.id }],
    });
  });

  it("has one id whatever the order in which its sources are named", async () => {
    const { topics } = desk();
    const sources = [makeAnalysis(), makeAnalysis({ symbol: ETH })];
    const one = await topics.remember(draft({ sources }), at, options);
    const other = await topics.remember(draft({ sources: sources.toReversed() }), at, options);
    expect(other.id).toBe(one.id);
  });

  it("goes stale with its source's drift, where a price is at hand", async () => {
    const { khala, topics } = desk();
    const analysis = makeAnalysis();
    await khala.remember(analysis, options);
    await topics.remember(draft({ sources: [analysis] }), at, options);
    const seen = async (price: number) =>
      reasonOf(await topics.recall("answer", draft().topic, { ...at, prices: new Map([[BTC, price]]) }, options));
    expect([await seen(104), await seen(104.01)]).toEqual(["fresh", "source-changed"]);
  });

  it("shares digests between desks, and neither questions nor answers", async () => {
    const { topics, topicsOf } = desk();
    const kinds: TopicKind[] = ["digest", "question", "answer"];
    await rememberAll(
      topics,
      kinds.map((kind) => draft({ kind })),
    );
    const seen = kinds.map(async (kind) => reasonOf(await topicsOf(OTHER).recall(kind, draft().topic, at, options)));
    expect(await Promise.all(seen)).toEqual(["fresh", "missing", "missing"]);
    expect(await topicsOf(OTHER).history("answer", { topic: null, nowMs: T0, limit: 9 }, options)).toEqual([]);
  });

  it("calls what another definition made stale", async () => {
    const { topics, topicsOf } = desk();
    await topics.remember(draft(), at, options);
    expect(reasonOf(await topicsOf(DESK, "def-2").recall("answer", draft().topic, at, options))).toBe(
      "definition-changed",
    );
  });

  it("asks the store once, and Khala once for all sources", async () => {
    const { store, khala } = desk();
    const asked: string[] = [];
    const counting = {
      topics: (deskId: DeskId | null): TopicStore => {
        const room = store.topics(deskId);
        return {
          ...room,
          newest(...args) {
            asked.push("topics");
            return room.newest(...args);
          },
        };
      },
    };
    const countingKhala: Pick<Khala, "recallMany"> = {
      recallMany(keys, ...rest) {
        asked.push(`${keys.length} keys`);
        return khala.recallMany(keys, ...rest);
      },
    };
    const topics = createTopics({ store: counting, khala: countingKhala, deskId: DESK, definitionId: () => "def-1" });
    const sources = [makeAnalysis(), makeAnalysis({ symbol: ETH })];
    await khala.rememberMany(sources, options);
    await topics.remember(draft({ sources }), at, options);
    expect(reasonOf(await topics.recall("answer", draft().topic, at, options))).toBe("fresh");
    expect(asked).toEqual(["topics", "2 keys"]);
  });

  it("refuses what could not be read again", async () => {
    const { topics } = desk();
    await expect(topics.remember(draft({ topic: "x".repeat(301) }), at, options)).rejects.toThrow(InvariantError);
    await expect(topics.remember(draft({ topic: "" }), at, options)).rejects.toThrow(/could not be read again/);
  });

  it("is invalidated by hand until it is remembered again", async () => {
    const { topics } = desk();
    await topics.remember(draft(), at, options);
    expect(await topics.invalidate("answer", draft().topic, "wrong", options)).toBe(1);
    expect(reasonOf(await topics.recall("answer", draft().topic, at, options))).toBe("invalidated");
    await topics.remember(draft(), at, options);
    expect(reasonOf(await topics.recall("answer", draft().topic, at, options))).toBe("fresh");
  });
});

/** A desk's memory as a graph: which analyses each digest, and which analyses and digests each answer was made from. */
const arbitraryGraph = fc.integer({ min: 1, max: 5 }).chain((markets) => {
  const some = (count: number) => fc.uniqueArray(fc.nat({ max: count - 1 }), { minLength: 1, maxLength: 3 });
  return fc.record({
    markets: fc.constant(markets),
    digests: fc.array(some(markets), { minLength: 1, maxLength: 5 }),
    answers: fc.array(
      fc.record({
        desk: fc.boolean(),
        analyses: some(markets),
        digests: fc.array(fc.nat({ max: 4 }), { maxLength: 2 }),
      }),
      {
        maxLength: 8,
      },
    ),
    corrected: fc.nat({ max: markets - 1 }),
  });
});

const marketsOf = (
  answer: { readonly analyses: readonly number[]; readonly digests: readonly number[] },
  digests: readonly (readonly number[])[],
): readonly number[] => [...answer.analyses, ...answer.digests.flatMap((d) => digests[d] ?? [])];

describe("one corrected candle", () => {
  it("voids the analysis of its market, every digest and answer made from it, and nothing else", async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryGraph, async (graph) => {
        const { store, khala, topicsOf } = desk();
        const windows = createCandleWindows({ store, khala, venueId: VENUE });
        const analyses = Array.from({ length: graph.markets }, (_, i) =>
          makeAnalysis({ symbol: MarketSymbol.parse(`M${i}/USDT`) }),
        );
        const series = (analysis: Analysis, close: number) =>
          makeSeries([makeCandle(-2), makeCandle(-1, { close })], { symbol: analysis.symbol });
        for (const analysis of analyses) await readSeries(windows, series(analysis, 100), options);
        await khala.rememberMany(analyses, options);
        const picked = (indexes: readonly number[]) =>
          indexes.map((i) => analyses[i]).filter((each) => each !== undefined);

        const digests = await rememberAll(
          topicsOf(),
          graph.digests.map((of, i) => draft({ kind: "digest", topic: `digest ${i}`, sources: picked(of) })),
        );
        const made = [...digests];
        for (const [i, answer] of graph.answers.entries()) {
          const from = answer.digests.flatMap((d) => digests[d] ?? []);
          const topics = topicsOf(answer.desk ? DESK : OTHER);
          made.push(
            await topics.remember(
              draft({ topic: `answer ${i}`, sources: [...picked(answer.analyses), ...from] }),
              at,
              options,
            ),
          );
        }
        const isFresh = async (record: TopicRecord) =>
          (await topicsOf(record.deskId ?? DESK).recall(record.kind, record.topic, at, options)).status === "fresh";
        expect(await Promise.all(made.map(isFresh))).toEqual(made.map(() => true));

        const [wrong] = picked([graph.corrected]);
        if (wrong === undefined) throw new Error("no market");
        const { corrected } = await readSeries(windows, series(wrong, 101), options);
        expect(corrected).toEqual([T0 - timeframeMs("5m")]);
        expect(await Promise.all(made.map(isFresh))).toEqual(
          // Known from the graph, not from what the records say of their sources.
          [...graph.digests, ...graph.answers.map((answer) => marketsOf(answer, graph.digests))].map(
            (markets) => !markets.includes(graph.corrected),
          ),
        );
        const recalls = await khala.recallMany(analyses, at, options);
        expect(recalls.map(({ status }) => status)).toEqual(
          analyses.map((analysis) => (analysis === wrong ? "stale" : "fresh")),
        );
      }),
      { numRuns: 200 },
    );
  });
});
