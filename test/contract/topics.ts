// The contract of the TopicStore port, run as a part of the store's.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { InvariantError } from "#schemas/errors.ts";
import type { Store, TopicStore } from "#schemas/ports/memory.ts";
import type { TopicKind, TopicRecord } from "#schemas/topic.ts";
import { DeskId } from "#schemas/units.ts";
import { makeTopic, msAfter, options, STEP_MS, T0 } from "#test/memory/fixtures.ts";
import { createMemoryStore } from "#test/support/memory-store/store.ts";

export function topicContract(open: () => Store): void {
  describe("topics", () => {
    let serial = 0;
    const freshDesk = () => {
      serial += 1;
      return DeskId.parse(`topics-${serial}`);
    };
    const room = () => {
      const desk = freshDesk();
      return {
        desk,
        topics: open().topics(desk),
        make: (over: TopicParts = {}) => makeTopic({ deskId: desk, ...over }),
      };
    };
    const later = msAfter(1000 * STEP_MS);
    const idsOf = async (topics: TopicStore, topic: string, nowMs = later) =>
      (await topics.history("answer", { topic, nowMs, limit: 100 }, options)).map(({ record }) => record.id);

    it("gives back every field of a record as it was written", async () => {
      const { topics, make } = room();
      await fc.assert(
        fc.asyncProperty(
          fc.jsonValue({ noUnicodeString: false }),
          fc.string({ minLength: 1, maxLength: 20 }),
          async (body, name) => {
            serial += 1;
            // Parsed as topics are before they are written: keys named __proto__ are dropped by the schema.
            const parsed = z.json().parse(JSON.parse(JSON.stringify(body)));
            const record = make({ topic: `${name}\u0001"\\${serial}`, body: parsed });
            await topics.put([record], options);
            const [stored] = await topics.newest("answer", [record.topic], T0, options);
            expect(stored?.record).toEqual(record);
          },
        ),
        { numRuns: 50 },
      );
    });

    it("writes the same content twice as one record", async () => {
      const { topics, make } = room();
      await topics.put([make(), make()], options);
      await topics.put([make()], options);
      const history = await topics.history("answer", { topic: null, nowMs: T0, limit: 10 }, options);
      expect(history.map(({ revision }) => revision)).toEqual([1]);
    });

    it("keeps the newer record when an older one is written after it", async () => {
      const { topics, make } = room();
      const newer = make({ asOfMs: msAfter(STEP_MS) });
      await topics.put([newer], options);
      await topics.put([make()], options);
      expect((await topics.newest("answer", [newer.topic], later, options))[0]?.record.id).toBe(newer.id);
    });

    it("lets other content of the same asOf win, and a repeated write not undo it", async () => {
      const { topics, make } = room();
      const [first, second] = [make({ body: 1 }), make({ body: 2 })];
      await topics.put([first], options);
      await topics.put([second], options);
      await topics.put([first], options);
      expect(await idsOf(topics, first.topic)).toEqual([second.id, first.id]);
    });

    it("takes content that returns, made again later, as the newest word, with its own dates", async () => {
      const { topics, make } = room();
      await topics.put([make({ body: 1 }), make({ body: 2 })], options);
      const again = make({ body: 1, computedAtMs: msAfter(5), validUntilMs: msAfter(9) });
      await topics.put([again], options);
      expect((await topics.newest("answer", [again.topic], later, options))[0]?.record).toEqual(again);
    });

    it("answers many topics in their order, with gaps, and the same for a topic asked twice", async () => {
      const { topics, make } = room();
      await topics.put(
        ["a", "b"].map((topic) => make({ topic })),
        options,
      );
      const found = await topics.newest("answer", ["b", "none", "a", "b"], T0, options);
      expect(found.map((stored) => stored?.record.topic)).toEqual(["b", undefined, "a", "b"]);
      expect(await topics.newest("answer", [], T0, options)).toEqual([]);
    });

    it("shows nothing before its data time, nor before it was made (law 3)", async () => {
      const { topics, make } = room();
      await topics.put(
        [make({ computedAtMs: msAfter(10) }), make({ asOfMs: msAfter(20), computedAtMs: msAfter(20) })],
        options,
      );
      const at = async (ms: number) =>
        (await topics.newest("answer", ["topic"], msAfter(ms), options))[0]?.record.asOfMs;
      expect([await at(9), await at(10), await at(19), await at(20)]).toEqual([undefined, T0, T0, msAfter(20)]);
      expect(await topics.history("answer", { topic: null, nowMs: msAfter(9), limit: 9 }, options)).toEqual([]);
    });

    it("invalidates one topic, or all of a kind, and nothing else", async () => {
      const { desk, topics, make } = room();
      const others = open().topics(freshDesk());
      await topics.put([make({ topic: "a" }), make({ topic: "a", body: 2 }), make({ topic: "b" })], options);
      await topics.put([make({ kind: "question", topic: "a" })], options);
      const why = async (kind: TopicKind, topic: string) =>
        (await open().topics(desk).newest(kind, [topic], T0, options))[0]?.invalidated;
      expect(await others.invalidate("answer", null, "not mine", options)).toBe(0);
      expect(await topics.invalidate("answer", "a", "by hand", options)).toBe(2);
      expect([await why("answer", "a"), await why("answer", "b"), await why("question", "a")]).toEqual([
        "by hand",
        null,
        null,
      ]);
      expect(await topics.invalidate("answer", null, "all of them", options)).toBe(3);
      expect([await why("answer", "b"), await why("question", "a")]).toEqual(["all of them", null]);
    });

    it("clears an invalidation when the record is written again, even with the same content", async () => {
      const { topics, make } = room();
      await topics.put([make()], options);
      await topics.invalidate("answer", "topic", "by hand", options);
      await topics.put([make()], options);
      expect((await topics.newest("answer", ["topic"], T0, options))[0]?.invalidated).toBeNull();
    });

    it("reads the history of one topic or of a whole kind, newest first, so many and no more", async () => {
      const { topics, make } = room();
      const records = [0, 1, 2].flatMap((step) =>
        ["a", "b"].map((topic) => make({ topic, asOfMs: msAfter(2 * step + (topic === "a" ? 0 : 1)) })),
      );
      await topics.put(records, options);
      await topics.put([make({ kind: "question" })], options);
      const read = async (topic: string | null, limit: number) =>
        (await topics.history("answer", { topic, nowMs: later, limit }, options)).map(
          ({ record }) => record.asOfMs - T0,
        );
      expect(await read(null, 100)).toEqual([5, 4, 3, 2, 1, 0]);
      expect(await read("a", 2)).toEqual([4, 2]);
    });

    it("keeps the rooms of desks, and what is shared, apart under equal names", async () => {
      const { topics, make } = room();
      const shared = open().topics(null);
      const other = open().topics(freshDesk());
      const name = `shared ${serial}`;
      await topics.put([make({ topic: name })], options);
      await shared.put([makeTopic({ kind: "digest", deskId: null, topic: name })], options);
      for (const stranger of [shared, other]) {
        expect(await stranger.newest("answer", [name], T0, options)).toEqual([undefined]);
        expect(await stranger.history("answer", { topic: name, nowMs: T0, limit: 9 }, options)).toEqual([]);
      }
      expect(await topics.newest("digest", [name], T0, options)).toEqual([undefined]);
      expect((await shared.newest("digest", [name], T0, options))[0]?.record.deskId).toBeNull();
    });

    it("refuses a record of another desk, and writes nothing of that call", async () => {
      const { topics, make } = room();
      const strange = makeTopic({ deskId: freshDesk(), topic: "strange" });
      await expect(topics.put([make(), strange], options)).rejects.toThrow(InvariantError);
      await expect(open().topics(null).put([make()], options)).rejects.toThrow(InvariantError);
      expect(await idsOf(topics, "topic")).toEqual([]);
    });

    it("writes 500 records at once, and the same ones from two sides in opposite order", async () => {
      const { topics, make } = room();
      const records = Array.from({ length: 500 }, (_, i) => make({ topic: `t${i}` }));
      await Promise.all([topics.put(records, options), topics.put(records.toReversed(), options)]);
      expect(await topics.history("answer", { topic: null, nowMs: T0, limit: 1000 }, options)).toHaveLength(500);
    });

    it("does what the model in memory does, whatever is written and invalidated in whatever order", async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(arbitraryStep, { maxLength: 20 }), async (steps) => {
          const { desk, topics } = room();
          const model = createMemoryStore().topics(desk);
          for (const each of [topics, model]) for (const step of steps) await step(each, desk);
          for (const nowMs of [T0, msAfter(1), msAfter(2), later]) {
            const seen = async (each: TopicStore) => [
              ...(await each.newest("answer", ["a", "b"], nowMs, options)).map((stored) => [
                stored?.record,
                stored?.invalidated,
              ]),
              ...(await each.history("answer", { topic: "a", nowMs, limit: 99 }, options)).map(({ record }) => record),
            ];
            expect(await seen(topics)).toEqual(await seen(model));
          }
        }),
        { numRuns: 60 },
      );
    });
  });
}

type TopicParts = Partial<Omit<TopicRecord, "id">>;

const small = fc.integer({ min: 0, max: 2 });

type Step = (topics: TopicStore, deskId: DeskId) => Promise<unknown>;

const arbitraryPut: fc.Arbitrary<Step> = fc
  .record({ topic: fc.constantFrom("a", "b"), body: small, asOf: small, computedAfter: small, validFor: small })
  .map(({ topic, body, asOf, computedAfter, validFor }) => (topics: TopicStore, deskId: DeskId) => {
    const record = makeTopic({
      deskId,
      topic,
      body,
      asOfMs: msAfter(asOf),
      computedAtMs: msAfter(asOf + computedAfter),
      validUntilMs: msAfter(10 + validFor),
    });
    return topics.put([record], options);
  });

const arbitraryInvalidation: fc.Arbitrary<Step> = fc
  .constantFrom("a", "b", null)
  .map((topic) => (topics: TopicStore) => topics.invalidate("answer", topic, "by hand", options));

const arbitraryStep = fc.oneof({ weight: 3, arbitrary: arbitraryPut }, { weight: 1, arbitrary: arbitraryInvalidation });
