// Floor 2. A store that no other process writes → the same store with the newest record of each topic in a map in front.
// Exact: every write of this process goes through it, and what is not known to be the newest is asked of the store.
import { LRUCache } from "lru-cache";
import { RecordVersionError } from "#schemas/errors.ts";
import type { Store, TopicStore } from "#schemas/ports/memory.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import type { StoredTopic, TopicKind, TopicRecord } from "#schemas/topic.ts";
import { type DeskId, type UnixMs, unixMs } from "#schemas/units.ts";
import { deepFreeze } from "../deep-freeze.ts";

/** Names held, of all kinds and desks; an answer that stands on 50 markets is about 10 kB. */
const MAX_TOPICS = 10_000;
const END_OF_TIME = unixMs(Number.MAX_SAFE_INTEGER);

const isVisible = ({ record }: StoredTopic, nowMs: UnixMs): boolean =>
  record.asOfMs <= nowMs && record.computedAtMs <= nowMs;

/**
 * `newest` of topics answered from memory where that is certain: the record held is the newest there is, and it is visible
 * at the moment asked for, so none that is visible comes after it. Under a clock that goes back it may not be visible; then
 * the store is asked for that moment. Digests, readings and answers are read back when they are written, so that the first to ask
 * does not wait for the database. Only for a store of kind `memory` or `pglite`: others may be written elsewhere.
 */
export function withTopicTier(store: Store, maxTopics: number = MAX_TOPICS): Store {
  /** What the store holds under a name: its newest record of all times, or (null) nothing. */
  const held = new LRUCache<string, { readonly stored: StoredTopic | null }>({ max: maxTopics });
  // Raised by every write: a read that began before it must not fill the map.
  let generation = 0;
  let closed = false;

  const forget = (names: readonly string[] | null): void => {
    generation += 1;
    if (names === null) held.clear();
    else for (const name of names) held.delete(name);
  };

  /** Around a write whose end may not be known: before and after it nothing of it is served from here. */
  const writing = async <T>(names: readonly string[] | null, write: () => Promise<T>): Promise<T> => {
    forget(names);
    try {
      return await write();
    } finally {
      forget(names);
    }
  };

  const roomOf = (deskId: DeskId | null): TopicStore => {
    const room = store.topics(deskId);
    const nameOf = (kind: TopicKind, topic: string): string => `${deskId ?? ""} ${kind} ${topic}`;
    const namesOf = (records: readonly TopicRecord[]) => records.map(({ kind, topic }) => nameOf(kind, topic));

    /** The newest of all times, into the map; undefined where one of them is of another build, which may be a later one. */
    const fill = async (kind: TopicKind, topics: readonly string[], options: CallOptions) => {
      const startedIn = generation;
      const found = await room.newest(kind, topics, END_OF_TIME, options).catch((error: unknown) => {
        if (error instanceof RecordVersionError) return undefined;
        throw error;
      });
      if (found === undefined) return undefined;
      if (startedIn === generation && !closed) {
        topics.forEach((topic, index) => {
          const stored = found[index];
          held.set(nameOf(kind, topic), { stored: stored === undefined ? null : deepFreeze(stored) });
        });
      }
      return found;
    };

    const newest: TopicStore["newest"] = async (kind, topics, nowMs, options) => {
      options.signal.throwIfAborted();
      const answers = topics.map((topic) => held.get(nameOf(kind, topic)));
      const unknown = [...new Set(topics.filter((_, index) => answers[index] === undefined))];
      const read = unknown.length === 0 ? [] : await fill(kind, unknown, options);
      if (read === undefined) return room.newest(kind, topics, nowMs, options);
      const readNow = new Map(unknown.map((topic, index) => [topic, read[index] ?? null]));
      const last = topics.map((topic, index) => answers[index]?.stored ?? readNow.get(topic) ?? null);
      const later = topics.filter((_, index) => last[index] && !isVisible(last[index], nowMs));
      const before = later.length === 0 ? [] : await room.newest(kind, later, nowMs, options);
      const visibleBefore = new Map(later.map((topic, index) => [topic, before[index]]));
      return topics.map((topic, index) =>
        visibleBefore.has(topic) ? visibleBefore.get(topic) : (last[index] ?? undefined),
      );
    };

    return {
      ...room,
      newest,
      async put(records, options) {
        await writing(namesOf(records), () => room.put(records, options));
        for (const kind of ["digest", "reading", "answer"] as const) {
          const topics = [...new Set(records.filter((record) => record.kind === kind).map(({ topic }) => topic))];
          // It is written, whatever becomes of reading it back.
          if (topics.length > 0) await fill(kind, topics, options).catch(() => undefined);
        }
      },
      invalidate: (kind, topic, detail, options) =>
        writing(topic === null ? null : [nameOf(kind, topic)], () => room.invalidate(kind, topic, detail, options)),
    };
  };

  return {
    ...store,
    topics: roomOf,
    purge: (deskId, options) => writing(null, () => store.purge(deskId, options)),
    consolidate: (cuts, options) => writing(null, () => store.consolidate(cuts, options)),
    async close() {
      closed = true;
      forget(null);
      await store.close();
    },
  };
}
