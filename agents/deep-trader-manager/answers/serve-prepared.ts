// Floor 3. What sleep has made → an answer, if it still stands: the pre-answer of exactly this intent, or the digest of all
// markets. Nothing here asks a provider or a model.
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
export type DigestDeps = Pick<AnswerDeps, "isQuarantined" | "venueId" | "topics" | "tally" | "prices" | "deskView">;

/** Null where there is none, it does not stand any more, or its kind is under quarantine. */
export async function fromPreAnswer(
  deps: DigestDeps & Pick<AnswerDeps, "deskId">,
  intent: Intent,
  nowMs: UnixMs,
  options: CallOptions,
): Promise<AnswerParts | null> {
  if (deps.isQuarantined(intent.kind)) return null;
  const topic = intentKey(intent, deps);
  const record = await freshTopic(deps, "answer", topic, nowMs, options);
  const prepared = record === null ? null : readPrepared(record);
  if (record === null || prepared === null) return null;
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
  const record = await freshTopic(deps, "digest", marketTopic(place), nowMs, options);
  const digest = record === null ? null : readDigest(record);
  if (record === null || digest === null || !isWhole(digest)) return null;
  if (digest.timeframe !== place.timeframe || digest.venueId !== place.venueId) return null;
  const prepared = prepareFromDigest(intent, digest);
  if (prepared === null) return null;
  return served(deps, prepared, { path: "distilled", asOfMs: record.asOfMs, nowMs, topicIds: [record.id] });
}

/** A body is checked once: records are frozen, and the same one is served again and again. */
function readOnce<T>(schema: {
  safeParse(body: unknown): { data?: T | undefined };
}): (record: TopicRecord) => T | null {
  const known = new WeakMap<TopicRecord, T | null>();
  return (record) => {
    const before = known.get(record);
    if (before !== undefined) return before;
    const read = schema.safeParse(record.body).data ?? null;
    known.set(record, read);
    return read;
  };
}

const readPrepared = readOnce<PreparedAnswer>(PreparedAnswer);
const readDigest = readOnce<MarketDigest>(MarketDigest);

/** What is prepared only spares work: where it cannot be read, the answer is made from the analyses. */
async function freshTopic(
  { topics, tally, ...deps }: Pick<AnswerDeps, "topics" | "tally" | "prices">,
  kind: TopicKind,
  topic: string,
  nowMs: UnixMs,
  options: CallOptions,
): Promise<TopicRecord | null> {
  try {
    const found = await topics.recall(kind, topic, { nowMs, ...pricesOf(deps) }, options);
    if (found.status !== "missing") tally.count({ recordsRead: 1 });
    return found.status === "fresh" ? found.record : null;
  } catch (error) {
    if (error instanceof RecordVersionError || error instanceof StoreError) return null;
    throw error;
  }
}
