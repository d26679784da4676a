import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Attempt, TalkOutcome } from "#agents/deep-trader-manager/talk/talk.ts";
import { openPgliteInMemory } from "#bench/support/pglite-in-memory.ts";
import { createDatabase, whyNoPostgres } from "#bench/support/postgres-place.ts";
import { findThought, keepThought, readThoughts, type Talked } from "#desk/answering/thoughts.ts";
import { consolidate } from "#memory/consolidate.ts";
import { openPostgresStore } from "#memory/stores/postgres.ts";
import { createTopics } from "#memory/topics.ts";
import { UnknownNameError } from "#schemas/errors.ts";
import { deskText, type Fact, modelText } from "#schemas/fact.ts";
import type { Store } from "#schemas/ports/memory.ts";
import type { RunSpan } from "#schemas/thought.ts";
import { DAY_MS, DeskId, RunId, unixMs } from "#schemas/units.ts";
import { NO_WORK } from "#schemas/work.ts";
import { options } from "#test/memory/fixtures.ts";
import { createMemoryStore } from "#test/support/memory-store/store.ts";
import { lexiconVersion } from "#toolkits/fact-check/lexicon.ts";

const MAIN = DeskId.parse("main");
const OTHER = DeskId.parse("other");
const NOW = unixMs(1_735_689_600_000);

const fact = (n: number): Fact => ({
  id: `f${n}`,
  kind: "rsi",
  value: 27.4,
  unit: "index",
  currency: null,
  market: null,
  timeframe: "1h",
  window: null,
  asOfMs: NOW,
  recordId: null,
  strategyId: null,
  rank: null,
  quoted: false,
  label: "RSI (Wilder, 14)",
});

type Over = Omit<Partial<Attempt>, "draft"> & { readonly draft?: string };
const attempt = ({ draft = "RSI is {{f1}}. It will be 99.9.", ...over }: Over = {}): Attempt =>
  ({
    model: "custom/m1",
    draft: modelText(draft),
    uses: [{ tool: "analysis", input: { asset: "BTC" }, factIds: ["f1"], refusal: null }],
    dropped: [{ sentence: 2, rule: "digit", layer: "figure", words: "99.9" }],
    ended: "completed",
    failure: "digit",
    ...over,
  }) as Attempt;

const SPANS: readonly RunSpan[] = [
  {
    kind: "run",
    name: "run",
    parent: null,
    startMs: 0,
    durationMs: 12,
    inputTokens: null,
    outputTokens: null,
    failed: false,
  },
];

const talked = (n: number, over: { readonly atMs?: number; readonly talk?: Partial<TalkOutcome> } = {}): Talked => ({
  question: `question ${n}`,
  conversation: "me",
  atMs: unixMs(over.atMs ?? NOW),
  answer: {
    model: "custom/m1",
    work: { ...NO_WORK, modelCalls: 2, inputTokens: 900, outputTokens: 90, estimatedTokens: 30 },
  },
  talk: {
    status: "answered",
    model: "custom/m1",
    text: deskText("RSI is 27.4."),
    facts: [fact(1)],
    dropped: [],
    brokeOff: null,
    language: "en",
    attempts: [attempt()],
    given: [fact(1)],
    nextFactId: 2,
    isForeign: false,
    ...over.talk,
  } as TalkOutcome,
  traces: [SPANS],
  instructions: "0123456789ab",
});

/** As a desk that has just been started on the store. */
function restarted(store: Store, over: Partial<{ deskId: DeskId; runId: string; nowMs: number }> = {}) {
  const { deskId = MAIN, runId = "live", nowMs = NOW } = over;
  const khala = { recallMany: async () => [] };
  const desk = {
    runId: RunId.parse(runId),
    topics: createTopics({ store, khala, deskId, definitionId: () => "none" }),
  };
  const now = unixMs(nowMs);
  return {
    keep: (each: Talked) => keepThought(desk, each),
    all: async (limit = 20) => readThoughts(desk, { nowMs: now, limit }, options),
    questions: async () =>
      (await readThoughts(desk, { nowMs: now, limit: 20 }, options)).map((t) => t.thought.question),
    find: (id: string | null) => findThought(desk, { id, nowMs: now }, options),
  };
}

/** Every place where thoughts may lie keeps the same promises. */
function thoughts(where: string, open: () => Promise<{ readonly store: Store; readonly close: () => Promise<void> }>) {
  describe(`thoughts ${where}`, () => {
    let place: Awaited<ReturnType<typeof open>>;
    beforeAll(async () => {
      place = await open();
    });
    afterAll(() => place.close());

    it("come back after a restart, newest first, each under its id, with what was read, written, left out and spent", async () => {
      await restarted(place.store).keep(talked(1, { atMs: NOW - 1 }));
      await restarted(place.store).keep(talked(2));
      const [newest, before] = await restarted(place.store).all();
      expect([newest?.thought.question, before?.thought.question]).toEqual(["question 2", "question 1"]);
      expect(newest?.thought).toEqual({
        question: "question 2",
        conversation: "me",
        atMs: NOW,
        language: "en",
        status: "answered",
        model: "custom/m1",
        why: null,
        instructions: "0123456789ab",
        lexicon: lexiconVersion("en"),
        stood: "RSI is 27.4.",
        facts: ["f1 = 27.4 · RSI (Wilder, 14) · 1h · 2025-01-01T00:00Z"],
        attempts: [{ ...attempt(), spans: SPANS }],
        modelCalls: 2,
        inputTokens: 900,
        outputTokens: 90,
        estimatedTokens: 30,
        nth: 0,
      });
      expect(newest?.id).toMatch(/^[0-9a-f]{8}$/);
      expect(await restarted(place.store).find(newest?.id.toUpperCase() ?? "")).toEqual(newest);
      expect(await restarted(place.store).find(null)).toEqual(newest);
      await expect(restarted(place.store, { runId: "none" }).find(null)).rejects.toThrow(UnknownNameError);
      await expect(restarted(place.store).find("ffffffff")).rejects.toThrow(UnknownNameError);
      expect(await restarted(place.store).all(1)).toHaveLength(1);
    });

    it("are kept apart where the same is asked twice at one moment of a clock that stands still", async () => {
      const still = restarted(place.store, { runId: "still" });
      for (let n = 0; n < 3; n += 1) await still.keep(talked(1));
      const all = await still.all();
      expect(new Set(all.map(({ id }) => id)).size).toBe(3);
    });

    it("are of their run and desk, and go with what is private to the desk", async () => {
      await restarted(place.store, { deskId: OTHER }).keep(talked(7));
      expect(await restarted(place.store, { runId: "r-1" }).all()).toEqual([]);
      expect(await restarted(place.store, { deskId: OTHER }).questions()).toEqual(["question 7"]);
      await place.store.purge(MAIN, options);
      expect(await restarted(place.store).all()).toEqual([]);
      expect(await restarted(place.store, { runId: "still" }).all()).toEqual([]);
      expect(await restarted(place.store, { deskId: OTHER }).questions()).toEqual(["question 7"]);
    });

    it("go with the questions when they are old", async () => {
      const nowMs = NOW + 31 * DAY_MS;
      await restarted(place.store).keep(talked(1));
      await restarted(place.store).keep(talked(2, { atMs: nowMs }));
      const { removed } = await consolidate(place.store, { nowMs: unixMs(nowMs) }, options);
      expect(removed.questions).toBeGreaterThanOrEqual(1);
      expect(await restarted(place.store, { nowMs }).questions()).toEqual(["question 2"]);
    });

    it("are bounded, whatever a model wrote and asked for", async () => {
      const long = "x".repeat(100_000);
      const use = { tool: "analysis", input: { asset: long, limit: 3, days: [long] }, factIds: ["f1"], refusal: long };
      const flood = attempt({
        draft: long,
        failure: long,
        uses: Array(1_000).fill(use),
        dropped: Array(1_000).fill({ sentence: 1, rule: "digit", layer: "figure", words: long }),
      });
      const given = Array.from({ length: 5_000 }, (_, n) => ({ ...fact(n + 1), label: long }));
      const big = { given, attempts: Array(100).fill(flood), text: deskText(long) };
      await restarted(place.store, { runId: "big" }).keep({
        ...talked(1, { talk: big }),
        question: long,
        traces: Array(100).fill(Array(1_000).fill(SPANS[0])),
      });
      const [kept] = await restarted(place.store, { runId: "big" }).all();
      const [first] = kept?.thought.attempts ?? [];
      expect(first?.draft).toHaveLength(8_000);
      expect(first?.spans).toHaveLength(80);
      expect(first?.uses[0]?.input).toMatchObject({ limit: 3 });
      expect(kept?.thought.facts).toHaveLength(300);
      expect(kept?.thought.facts.at(-1)).toMatch(/^f5000 = /);
      expect(JSON.stringify(kept).length).toBeLessThan(600_000);
    });
  });
}

thoughts("in memory", async () => {
  const store = createMemoryStore();
  return { store, close: () => store.close() };
});
thoughts("on PGlite", async () => {
  const store = await openPgliteInMemory("test");
  return { store, close: () => store.close() };
});

if ((await whyNoPostgres()) === null) {
  thoughts("on PostgreSQL", async () => {
    const database = await createDatabase();
    const store = await openPostgresStore(database.url, "test", options);
    return {
      store,
      close: async () => {
        await store.close();
        await database.drop();
      },
    };
  });
}
