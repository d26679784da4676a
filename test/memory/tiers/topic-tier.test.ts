import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { withTopicTier } from "#memory/tiers/topic-tier.ts";
import { RecordVersionError } from "#schemas/errors.ts";
import type { Store, TopicStore } from "#schemas/ports/memory.ts";
import type { TopicKind } from "#schemas/topic.ts";
import { DeskId } from "#schemas/units.ts";
import { storeContract } from "#test/contract/store.ts";
import { createMemoryStore } from "#test/support/memory-store/store.ts";
import { DESK, makeTopic, msAfter, options, T0 } from "../fixtures.ts";

// Whatever a store must do, it does with the tier in front.
const open = async () => withTopicTier(createMemoryStore({ monotonicMs: () => 0 }));
storeContract("in memory, topics in front", async () => ({ open, remove: async () => {} }), { survivesClose: false });

const OTHER = DeskId.parse("other");

/** Reads of topics are counted, and may be held up. */
function watched() {
  const store = createMemoryStore();
  const seen = { reads: 0, gate: Promise.resolve() };
  const rooms: Store["topics"] = (deskId) => {
    const room = store.topics(deskId);
    const newest: TopicStore["newest"] = async (...args) => {
      seen.reads += 1;
      const { gate } = seen;
      const found = await room.newest(...args);
      await gate;
      return found;
    };
    return { ...room, newest };
  };
  return { seen, store: withTopicTier({ ...store, topics: rooms }) };
}

const newestOf = async (room: TopicStore, nowMs = T0) =>
  (await room.newest("answer", ["topic"], nowMs, options))[0]?.record.body;

describe("topics in front of a store", () => {
  it("answers what it has written, and what is known not to be there, without a read", async () => {
    const { store, seen } = watched();
    const room = store.topics(DESK);
    expect(await newestOf(room)).toBeUndefined();
    await room.put([makeTopic({ body: "one" })], options);
    seen.reads = 0;
    expect(await newestOf(room)).toBe("one");
    expect(await store.topics(DESK).newest("answer", ["topic", "topic"], T0, options)).toHaveLength(2);
    await room.newest("answer", ["nothing"], T0, options);
    await room.newest("answer", ["nothing"], T0, options);
    expect(seen.reads).toBe(1);
  });

  it("does not show at an earlier moment what was made after it", async () => {
    const { store } = watched();
    const room = store.topics(DESK);
    await room.put([makeTopic({ body: "one" })], options);
    await room.put([makeTopic({ body: "two", asOfMs: T0, computedAtMs: msAfter(5) })], options);
    expect(await newestOf(room, msAfter(5))).toBe("two");
    expect(await newestOf(room, msAfter(4))).toBe("one");
    expect(await newestOf(room, msAfter(-1))).toBeUndefined();
  });

  it("does not keep what a read brings that began before a write", async () => {
    const { store, seen } = watched();
    const room = store.topics(DESK);
    const { promise, resolve } = Promise.withResolvers<void>();
    seen.gate = promise;
    const early = newestOf(room);
    await Promise.resolve();
    seen.gate = Promise.resolve();
    await room.put([makeTopic({ body: "one" })], options);
    resolve();
    expect(await early).toBeUndefined();
    expect(await newestOf(room)).toBe("one");
  });

  it("forgets a desk that is purged, and what history's thinning may have taken", async () => {
    const { store } = watched();
    const room = store.topics(DESK);
    await room.put([makeTopic()], options);
    await store.purge(DESK, options);
    expect(await newestOf(room)).toBeUndefined();
  });

  it("reads the moment asked for where a later record is of another build", async () => {
    const store = createMemoryStore();
    const rooms: Store["topics"] = (deskId) => {
      const room = store.topics(deskId);
      const newest: TopicStore["newest"] = async (kind, topics, nowMs, rest) => {
        if (nowMs > msAfter(10)) throw new RecordVersionError({ was: "It is of version 9.", remedy: "Upgrade." });
        return room.newest(kind, topics, nowMs, rest);
      };
      return { ...room, newest };
    };
    const room = withTopicTier({ ...store, topics: rooms }).topics(DESK);
    await room.put([makeTopic({ body: "one" })], options);
    expect(await newestOf(room)).toBe("one");
    await expect(newestOf(room, msAfter(11))).rejects.toThrow(RecordVersionError);
  });

  it("says at every moment what the store itself says, whatever was written, taken back and purged before", async () => {
    const moment = fc.nat({ max: 6 }).map(msAfter);
    const name = fc.constantFrom("a", "b", "c", "d");
    const kind = fc.constantFrom<TopicKind>("answer", "digest");
    const desk = fc.constantFrom(DESK, OTHER);
    const op = fc.oneof(
      {
        weight: 4,
        arbitrary: fc.record({
          op: fc.constant("put"),
          kind,
          desk,
          name,
          at: moment,
          made: moment,
          body: fc.nat({ max: 2 }),
        }),
      },
      {
        weight: 6,
        arbitrary: fc.record({
          op: fc.constant("newest"),
          kind,
          desk,
          names: fc.array(name, { maxLength: 5 }),
          at: moment,
        }),
      },
      { weight: 1, arbitrary: fc.record({ op: fc.constant("invalidate"), kind, desk, topic: fc.option(name) }) },
      { weight: 1, arbitrary: fc.record({ op: fc.constant("purge"), desk }) },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(op, { maxLength: 40 }), fc.integer({ min: 1, max: 4 }), async (ops, bound) => {
        const [plain, tiered] = [createMemoryStore(), withTopicTier(createMemoryStore(), bound)];
        for (const each of ops) {
          const answers = [plain, tiered].map(async (store) => {
            const roomOf = (of: TopicKind, deskId: DeskId) => store.topics(of === "digest" ? null : deskId);
            switch (each.op) {
              case "put": {
                const { kind: of, desk: deskId, name: topic, at, made, body } = each;
                const record = makeTopic({
                  kind: of,
                  deskId: of === "digest" ? null : deskId,
                  topic,
                  asOfMs: at,
                  computedAtMs: made,
                  body,
                });
                return roomOf(of, deskId).put([record], options);
              }
              case "newest":
                return roomOf(each.kind, each.desk).newest(each.kind, each.names, each.at, options);
              case "invalidate":
                return roomOf(each.kind, each.desk).invalidate(each.kind, each.topic, "by hand", options);
              default:
                return store.purge(each.desk, options);
            }
          });
          const [expected, actual] = await Promise.all(answers);
          expect(actual).toEqual(expected);
        }
      }),
      { numRuns: 500 },
    );
  });
});
