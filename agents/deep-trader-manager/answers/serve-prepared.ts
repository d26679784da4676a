// Floor 3. What sleep has made → an answer, if it still stands: the pre-answer of exactly this intent, or the digest of all
// markets. Nothing here asks a provider or a model.
import type { z } from "zod";
import { RecordVersionError, StoreError } from "#schemas/errors.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { type Intent, intentKey } from "#schemas/question.ts";
import type { TopicKind, TopicRecord } from "#schemas/topic.ts";
import type { UnixMs } from "#schemas/units.ts";
import type { AnswerDeps } from "./answer-deps.ts";
import { type AnswerParts, pricesOf, served } from "./answer-parts.ts";
import { MarketDigest, marketTopic } from "./distil.ts";
import { isWhole, PreparedAnswer, prepareFromDigest } from "./prepared.ts";

/** What it takes to serve a prepared record. */
export type DigestDeps = Pick<
  AnswerDeps,
  "isQuarantined" | "venueId" | "strategies" | "topics" | "tally" | "prices" | "deskView"
>;

/** Null where there is none, it does not stand any more, or its kind is under quarantine. */
export async function fromPreAnswer(
  deps: DigestDeps & Pick<AnswerDeps, "deskId">,
  intent: Intent,
  nowMs: UnixMs,
  options: CallOptions,
): Promise<AnswerParts | null> {
  if (deps.isQuarantined(intent.kind)) return null;
  const topic = intentKey(intent, deps);
  const found = await freshTopic(deps, { kind: "answer", topic, schema: PreparedAnswer }, nowMs, options);
  if (found === null) return null;
  const { record, body: prepared } = found;
  // Whatever it is stored under, a text is served for the intent that it was made for and no other.
  if (intentKey(prepared.intent, deps) !== topic) return null;
  return served(deps, prepared, { path: "pre-answered", asOfMs: record.asOfMs, nowMs, topicIds: [record.id] });
}

/** As above, for questions about all markets. */
export async function fromDigest(
  deps: DigestDeps,
  intent: Intent,
  nowMs: UnixMs,
  options: CallOptions,
): Promise<AnswerParts | null> {
  if (deps.isQuarantined(intent.kind)) return null;
  const place = { timeframe: intent.timeframe, venueId: deps.venueId };
  const about = { kind: "digest", topic: marketTopic(place, deps.strategies), schema: MarketDigest } as const;
  const found = await freshTopic(deps, about, nowMs, options);
  if (found === null || !isWhole(found.body)) return null;
  const { record, body: digest } = found;
  if (digest.timeframe !== place.timeframe || digest.venueId !== place.venueId) return null;
  const prepared = prepareFromDigest(intent, digest);
  if (prepared === null) return null;
  return served(deps, prepared, { path: "distilled", asOfMs: record.asOfMs, nowMs, topicIds: [record.id] });
}

/** Bodies that were read; null: not readable. Records are frozen, and the same one is served again and again. */
const BODIES = new WeakMap<TopicRecord, unknown>();

/** What is prepared only spares work: where it cannot be read, the answer is made from the analyses. */
async function freshTopic<T>(
  { topics, tally, ...deps }: Pick<AnswerDeps, "topics" | "tally" | "prices">,
  { kind, topic, schema }: { readonly kind: TopicKind; readonly topic: string; readonly schema: z.ZodType<T> },
  nowMs: UnixMs,
  options: CallOptions,
): Promise<{ readonly record: TopicRecord; readonly body: T } | null> {
  try {
    const found = await topics.recall(kind, topic, { nowMs, ...pricesOf(deps) }, options);
    if (found.status !== "missing") tally.count({ recordsRead: 1 });
    if (found.status !== "fresh") return null;
    const { record } = found;
    const body = BODIES.has(record) ? (BODIES.get(record) as T | null) : (schema.safeParse(record.body).data ?? null);
    BODIES.set(record, body);
    return body === null ? null : { record, body };
  } catch (error) {
    if (error instanceof RecordVersionError || error instanceof StoreError) return null;
    throw error;
  }
}
