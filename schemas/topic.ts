// Floor 1. Topics: what is made from analyses. Digests and readings are shared; questions, answers, conversations, thoughts, briefs,
// lessons, the first prices of a run and what was found of a strategy's edge belong to a desk.
import { z } from "zod";
import { AnalysisKey } from "./analysis.ts";
import { hashOf } from "./hash.ts";
import { DeskId, UnixMs } from "./units.ts";

/** Raised whenever the stored shape changes; a record of another version is refused by name, never misread. */
export const TOPIC_SCHEMA_VERSION = 1;

export const TopicKind = z.enum([
  "digest",
  "reading",
  "question",
  "answer",
  "conversation",
  "thought",
  "first-prices",
  "brief",
  "lesson",
  "lessons",
  "edge",
]);
export type TopicKind = z.infer<typeof TopicKind>;

/** True of what belongs to no desk. */
export const isShared = (kind: TopicKind): boolean => kind === "digest" || kind === "reading";

/** One analysis that a topic stands on. The topic is fresh only while this very record is the newest of its key. */
export const TopicSource = z.object({ key: AnalysisKey, analysisId: z.string() });
export type TopicSource = z.infer<typeof TopicSource>;

export const TopicRecord = z
  .object({
    kind: TopicKind,
    /** Null for what is shared; the owner's for all others. */
    deskId: DeskId.nullable(),
    /** Digest: its topic, for example `asset:BTC/USDT:5m`. Reading: definition, timeframe, market, venue. Question and answer: the canonical intent, or `free` and a hash of the words. Conversation: a hash of run and name. Thought, first prices and list of lessons: the run. Brief: what it is about. Lesson: its trade's entry. Edge: strategy, venue, and of a simulated run its id. */
    topic: z.string().min(1).max(300),
    /** Content address, see `topicId`. */
    id: z.string(),
    schemaVersion: z.literal(TOPIC_SCHEMA_VERSION),
    definitionId: z.string(),
    /** Market time: the oldest asOf among its sources (without any: when it was made), never renewed. */
    asOfMs: UnixMs,
    computedAtMs: UnixMs,
    /** From this moment on it is expired. */
    validUntilMs: UnixMs,
    sources: z.array(TopicSource),
    /** Typed by the writer of the kind; JSON. */
    body: z.json(),
  })
  .refine(({ kind, deskId }) => isShared(kind) === (deskId === null), {
    error: "expected a desk on questions, answers, conversations and thoughts, and none on digests and readings",
    path: ["deskId"],
  });
export type TopicRecord = z.infer<typeof TopicRecord>;

/** Hash (32 hex digits) of kind, desk, topic, definition, asOf, sources and body; not of computedAt or validity. */
export const topicId = (topic: Omit<TopicRecord, "id">): string =>
  hashOf([topic.kind, topic.deskId, topic.topic, topic.definitionId, topic.asOfMs, topic.sources, topic.body]);

/** A topic as the store holds it. */
export interface StoredTopic {
  readonly record: TopicRecord;
  readonly revision: number;
  readonly invalidated: string | null;
}

/**
 * Why a topic that exists does not count as fresh. `source-changed`: an analysis it stands on is no longer the newest of
 * its key, or no longer fresh itself.
 */
export type TopicStaleReason = "source-changed" | "expired" | "definition-changed" | "invalidated";

/** The answer of a topic's `recall`. `ageMs` counts from data time (asOfMs). */
export type TopicRecall =
  | { readonly status: "fresh"; readonly record: TopicRecord; readonly ageMs: number }
  | {
      readonly status: "stale";
      readonly record: TopicRecord;
      readonly ageMs: number;
      readonly reason: TopicStaleReason;
    }
  | { readonly status: "missing" };
