// Floor 2. Analyses → what is made from them (digests, questions, answers, conversations, thoughts), remembered, and judged by whether they still
// stand. A topic follows its sources by construction: it need not be told that one of them was corrected.
import type { Analysis, AnalysisKey, Recall } from "#schemas/analysis.ts";
import { InvariantError } from "#schemas/errors.ts";
import type { Store } from "#schemas/ports/memory.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import {
  isShared,
  type StoredTopic,
  TOPIC_SCHEMA_VERSION,
  type TopicKind,
  type TopicRecall,
  TopicRecord,
  type TopicSource,
  type TopicStaleReason,
  topicId,
} from "#schemas/topic.ts";
import { type DeskId, type MarketSymbol, type UnixMs, unixMs } from "#schemas/units.ts";
import { deepFreeze } from "./deep-freeze.ts";
import type { Khala } from "./khala.ts";

export interface TopicsParts {
  readonly store: Pick<Store, "topics">;
  readonly khala: Pick<Khala, "recallMany">;
  /** Whose questions, answers, conversations and thoughts; digests are everybody's. */
  readonly deskId: DeskId;
  /** The definitions in force of whatever makes topics; what another one made is stale. Asked anew at each call. */
  readonly definitionId: () => string;
}

/** What is to be remembered. */
export interface TopicDraft {
  readonly kind: TopicKind;
  readonly topic: string;
  readonly body: TopicRecord["body"];
  /** What it was made from. A topic stands for the analyses it was made from itself, and for no longer than it is valid. */
  readonly sources: readonly (Analysis | TopicRecord)[];
  /** From this moment on it is expired, whatever its sources say. */
  readonly validUntilMs: UnixMs;
}

/** Prices that are already at hand, so that a source that has drifted counts as changed. */
export interface TopicMoment {
  readonly nowMs: UnixMs;
  readonly prices?: ReadonlyMap<MarketSymbol, number>;
}

/** Digests, questions, answers, conversations and thoughts as one desk sees them. */
export interface Topics {
  /** Resolves once it is durable, with the record as written, frozen. @throws StoreError */
  remember(draft: TopicDraft, at: { readonly nowMs: UnixMs }, options: CallOptions): Promise<TopicRecord>;
  /** The newest record at `nowMs`, judged: one query for it, one recall for all its sources. @throws RecordVersionError; FutureRecordError as Khala does */
  recall(kind: TopicKind, topic: string, at: TopicMoment, options: CallOptions): Promise<TopicRecall>;
  /** Newest first, nothing later than `nowMs`; topic null: all of the kind. */
  history(
    kind: TopicKind,
    range: { readonly topic: string | null; readonly nowMs: UnixMs; readonly limit: number },
    options: CallOptions,
  ): Promise<readonly StoredTopic[]>;
  /** By hand; topic null: all of the kind. Returns how many records were touched. */
  invalidate(kind: TopicKind, topic: string | null, detail: string, options: CallOptions): Promise<number>;
}

export function createTopics({ store, khala, deskId, definitionId }: TopicsParts): Topics {
  const shared = store.topics(null);
  const own = store.topics(deskId);
  const roomOf = (kind: TopicKind) => (isShared(kind) ? shared : own);

  return {
    async remember(draft, { nowMs }, options) {
      const record = toRecord(draft, isShared(draft.kind) ? null : deskId, definitionId(), nowMs);
      await roomOf(draft.kind).put([record], options);
      return record;
    },
    async recall(kind, topic, at, options) {
      const [stored] = await roomOf(kind).newest(kind, [topic], at.nowMs, options);
      if (stored === undefined) return MISSING;
      const keys = new Map(stored.record.sources.map(({ key }) => [keyText(key), key]));
      const recalls = await khala.recallMany([...keys.values()], at, options);
      const byKey = new Map([...keys.keys()].map((text, index) => [text, recalls[index] ?? MISSING]));
      const sourceNow = (source: TopicSource) => byKey.get(keyText(source.key)) ?? MISSING;
      return judgeTopic({ stored, nowMs: at.nowMs, definitionId: definitionId(), sourceNow });
    },
    history: (kind, range, options) => roomOf(kind).history(kind, range, options),
    invalidate: (kind, topic, detail, options) => roomOf(kind).invalidate(kind, topic, detail, options),
  };
}

export interface TopicQuestion {
  readonly stored: Pick<StoredTopic, "record" | "invalidated">;
  readonly nowMs: number;
  readonly definitionId: string;
  /** What recall says now of the key of one source. */
  readonly sourceNow: (source: TopicSource) => Recall;
}

/**
 * Judges one topic. Fresh iff no reason applies; where several do, the first of this order is named: `invalidated` ·
 * `definition-changed` · `source-changed` (a source is not the newest of its key any more, or not fresh) · `expired`.
 */
export function judgeTopic(question: TopicQuestion): Exclude<TopicRecall, { status: "missing" }> {
  const { record } = question.stored;
  const ageMs = question.nowMs - record.asOfMs;
  const reason = staleReason(question);
  return reason === null ? { status: "fresh", record, ageMs } : { status: "stale", record, ageMs, reason };
}

function staleReason({ stored, nowMs, definitionId, sourceNow }: TopicQuestion): TopicStaleReason | null {
  const { record } = stored;
  if (stored.invalidated !== null) return "invalidated";
  if (record.definitionId !== definitionId) return "definition-changed";
  if (!record.sources.every((source) => stillStands(source, sourceNow(source)))) return "source-changed";
  return nowMs >= record.validUntilMs ? "expired" : null;
}

const stillStands = (source: TopicSource, recall: Recall): boolean =>
  recall.status === "fresh" && recall.record.id === source.analysisId;

function toRecord(draft: TopicDraft, deskId: DeskId | null, definitionId: string, nowMs: UnixMs): TopicRecord {
  const { kind, topic, body, sources } = draft;
  const content = {
    kind,
    deskId,
    topic,
    schemaVersion: TOPIC_SCHEMA_VERSION,
    definitionId,
    asOfMs: unixMs(Math.min(...sources.map(({ asOfMs }) => asOfMs), ...(sources.length === 0 ? [nowMs] : []))),
    computedAtMs: nowMs,
    validUntilMs: unixMs(Math.min(draft.validUntilMs, ...sources.flatMap((s) => (isTopic(s) ? [s.validUntilMs] : [])))),
    sources: distinct(sources.flatMap(sourcesOf)),
    body,
  } as const;
  const parsed = TopicRecord.safeParse({ ...content, id: topicId(content) });
  if (parsed.success) return deepFreeze(parsed.data);
  // Better here than at a later read.
  throw new InvariantError({
    was: `The ${kind} "${topic.slice(0, 80)}" has a form that could not be read again: ${parsed.error.issues[0]?.message}.`,
    remedy: "This is a bug; please report it with the command that led here.",
  });
}

const isTopic = (source: Analysis | TopicRecord): source is TopicRecord => "kind" in source;

const sourcesOf = (source: Analysis | TopicRecord): readonly TopicSource[] => {
  if (isTopic(source)) return source.sources;
  const { venueId, symbol, timeframe, id } = source;
  return [{ key: { venueId, symbol, timeframe }, analysisId: id }];
};

const keyText = ({ venueId, symbol, timeframe }: AnalysisKey): string => `${timeframe} ${symbol} ${venueId}`;

/** In an order of their own, so that the same sources make the same id. */
function distinct(sources: readonly TopicSource[]): TopicSource[] {
  const byName = new Map(sources.map((source) => [`${keyText(source.key)} ${source.analysisId}`, source]));
  return [...byName].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, source]) => source);
}

const MISSING: { readonly status: "missing" } = Object.freeze({ status: "missing" });
