// Floor 4. What the desk made while nobody asked, newest first: what, why, what it cost, until when it stands, how often it was served.
// From topics, journal and the history of questions. The document of `asleep`.
import { z } from "zod";
import { PreparedAnswer } from "#agents/deep-trader-manager/answers/prepared.ts";
import { wordsOf } from "#agents/deep-trader-manager/language/free-form.ts";
import { AnswerAhead } from "#schemas/answer-ahead.ts";
import { Brief, briefName } from "#schemas/brief.ts";
import type { Debate } from "#schemas/debate.ts";
import { Edge, edgeText } from "#schemas/edge.ts";
import { RecordVersionError } from "#schemas/errors.ts";
import type { Author } from "#schemas/judgement.ts";
import { LessonList } from "#schemas/lesson.ts";
import { Decimal } from "#schemas/money.ts";
import type { JournalReader } from "#schemas/ports/trading.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import type { StoredTopic, TopicKind } from "#schemas/topic.ts";
import { MarketSymbol, UnixMs, unixMs } from "#schemas/units.ts";
import { NO_WORK, workUnits } from "#schemas/work.ts";
import { servedTopics } from "../answering/question-log.ts";
import type { Desk } from "../desk.ts";
import { type PlanView, planHistory } from "../judgement/plan-history.ts";
import { DEBATE_ROLES } from "../judgement/scores.ts";
import { worthOfPiece } from "../planning/worth-noted.ts";

const Worth = z.object({
  expectedAsks: z.number().describe("how often it was expected to be asked for while it stands"),
  saved: z.number().describe("what one such question would take less, in `unit`"),
  price: z.number().describe("what making it was expected to take, in `unit`"),
  unit: z.enum(["work-units", "tokens"]).describe("1 work unit is one record read from memory"),
});

const Piece = z.object({
  kind: z.enum(["digest", "answer", "answer-ahead", "brief", "debate", "plan", "lessons", "edge"]),
  id: z.string(),
  subject: z.string().describe("market, or what it is about"),
  symbol: MarketSymbol.nullable().describe("null: it is about several, or about the desk"),
  because: z.string().describe("why it was made, in words"),
  worth: Worth.nullable().describe("the value gate's figures; null: not weighed so, or made by another process"),
  model: z.string().nullable().describe("who wrote it; null: code"),
  tokens: z.int().nonnegative().describe("of models, in and out; of an answer made ahead those of its whole call"),
  units: z.number().nonnegative().nullable().describe("in work units; null: not known of this piece"),
  madeAtMs: UnixMs.describe("epoch ms"),
  standsUntilMs: UnixMs.nullable().describe("at most, if nothing changes, epoch ms; null: for good"),
  stands: z
    .boolean()
    .describe("not expired, not taken back; whether its sources still are as they were is judged when it is served"),
  served: z
    .int()
    .nonnegative()
    .nullable()
    .describe("questions it was served to, of the newest 1,000; null: it is no answer"),
  came: z
    .string()
    .nullable()
    .describe("verdict of a debate and what came of its entry, or how a plan ended; null: none of these"),
  saved: Decimal.nullable().describe("what heeding a debate saved, in quote, negative where it cost; null: not known"),
});
export type AsleepPiece = z.infer<typeof Piece>;

export const AsleepReport = z.object({
  run: z.string(),
  nowMs: UnixMs,
  found: z.int().nonnegative().describe("pieces looked through, the newest 200 of each kind at most"),
  pieces: z.array(Piece).readonly().describe("newest first"),
});
export type AsleepReport = z.infer<typeof AsleepReport>;

const MOST_OF_A_KIND = 200;
/** Newest rows of the journal that plans are looked for in. */
const MOST_ROWS = 5000;

/** @throws StoreError */
export async function asleepReportOf(
  desk: Desk,
  journal: JournalReader,
  limit: number,
  options: CallOptions,
): Promise<AsleepReport> {
  const nowMs = desk.clock.now();
  const served = await servedTopics(desk, nowMs, options);
  const of = async (kind: TopicKind, topic: string | null = null) => historyOf(desk, kind, topic, nowMs, options);
  const rows = await journal.read({ limit: MOST_ROWS }, options);
  const plans = planHistory(
    rows.map(({ event }) => event),
    nowMs,
  );
  const outcomes = new Map(desk.debates.settled.map(({ debate, outcome }) => [debate.debateId, outcome]));
  const topics = [
    ...(await of("digest")).filter(({ record }) => record.topic.includes(`@${desk.marketData.venueId}`)),
    ...(await of("answer")),
    ...(await of("brief")),
    ...(await of("lessons", desk.runId)),
    ...(await of("edge")),
  ].flatMap((stored) => topicPiece(desk, stored, nowMs, served.get(stored.record.id) ?? 0) ?? []);
  const debates = desk.debates.recent.map((debate) => debatePiece(debate, outcomes.get(debate.debateId), nowMs));
  const all = [...topics, ...debates, ...plans.slice(0, MOST_OF_A_KIND).map((plan) => planPiece(plan, nowMs))];
  const pieces = all.toSorted((a, b) => b.madeAtMs - a.madeAtMs || (a.id < b.id ? -1 : 1)).slice(0, limit);
  return { run: desk.runId, nowMs, found: all.length, pieces };
}

/** Records of another build are left out. */
async function historyOf(
  { topics }: Pick<Desk, "topics">,
  kind: TopicKind,
  topic: string | null,
  nowMs: UnixMs,
  options: CallOptions,
): Promise<readonly StoredTopic[]> {
  try {
    return await topics.history(kind, { topic, nowMs, limit: MOST_OF_A_KIND }, options);
  } catch (error) {
    if (error instanceof RecordVersionError) return [];
    throw error;
  }
}

type Typed = Pick<AsleepPiece, "kind" | "subject" | "symbol" | "because"> & { readonly author: Author | null };

function topicPiece(
  desk: Desk,
  { record, invalidated }: StoredTopic,
  nowMs: UnixMs,
  served: number,
): AsleepPiece | null {
  const typed = typedOf(record);
  if (typed === null) return null;
  const { author, ...said } = typed;
  const worth = worthOfPiece(desk, record.id);
  const isForGood = record.kind === "lessons" || record.kind === "edge";
  return {
    ...said,
    id: record.id,
    worth:
      worth === null
        ? null
        : { expectedAsks: worth.expectedAsks, saved: worth.savedUnits, price: worth.priceUnits, unit: worth.unit },
    ...costOf(author === null ? [] : [author]),
    ...(author === null ? { units: worth?.priceUnits ?? null } : {}),
    madeAtMs: record.computedAtMs,
    standsUntilMs: isForGood ? null : record.validUntilMs,
    stands: invalidated === null && record.validUntilMs > nowMs,
    served: isForGood ? null : served,
    came: record.kind === "edge" ? cameOfEdge(record) : null,
    saved: null,
  };
}

function typedOf({ kind, topic, body }: StoredTopic["record"]): Typed | null {
  if (kind === "digest") {
    const because = "questions about all markets were expected";
    return {
      kind,
      subject: `all markets ${/:(\w+)@/.exec(topic)?.[1] ?? ""}`.trim(),
      symbol: null,
      because,
      author: null,
    };
  }
  if (kind === "edge") {
    const edge = Edge.safeParse(body).data;
    if (edge === undefined) return null;
    const because = `${edge.strategyId} is tested again over the newest candles once a day`;
    return { kind, subject: edge.strategyId, symbol: null, because, author: null };
  }
  if (kind === "lessons") {
    const list = LessonList.safeParse(body).data;
    if (list === undefined) return null;
    const because = `${list.dated} closed trades, condensed once a week`;
    return { kind, subject: `version ${list.version}`, symbol: null, because, author: list.author };
  }
  if (kind === "brief") {
    const brief = Brief.safeParse(body).data;
    if (brief === undefined) return null;
    const { scope, author } = brief;
    const because = "held, near a level, or asked about";
    return { kind, subject: briefName(scope), symbol: scope.of === "market" ? scope.symbol : null, because, author };
  }
  const ahead = AnswerAhead.safeParse(body).data;
  if (ahead !== undefined) {
    const [symbol = null] = ahead.free.markets;
    const because = "such words were asked before";
    return { kind: "answer-ahead", subject: wordsOf(ahead.free), symbol, because, author: ahead.author };
  }
  const intent = PreparedAnswer.safeParse(body).data?.intent;
  if (intent === undefined) return null;
  const subject = [intent.kind, intent.symbol, intent.other, intent.timeframe]
    .filter((part) => part !== null)
    .join(" ");
  return { kind: "answer", subject, symbol: intent.symbol, because: "this question was expected", author: null };
}

function cameOfEdge({ body }: StoredTopic["record"]): string | null {
  const edge = Edge.safeParse(body).data;
  return edge === undefined ? null : edgeText(edge);
}

function costOf(authors: readonly Author[]): Pick<AsleepPiece, "model" | "tokens" | "units"> {
  const inputTokens = authors.reduce((sum, author) => sum + author.inputTokens, 0);
  const outputTokens = authors.reduce((sum, author) => sum + author.outputTokens, 0);
  const models = [...new Set(authors.map(({ model }) => model))];
  return {
    model: models.length === 0 ? null : models.join(", "),
    tokens: inputTokens + outputTokens,
    units: workUnits({ ...NO_WORK, modelCalls: authors.length, inputTokens, outputTokens }),
  };
}

function debatePiece(
  debate: Debate,
  outcome: Desk["debates"]["settled"][number]["outcome"] | undefined,
  nowMs: UnixMs,
): AsleepPiece {
  const { debateId: id, symbol, strategyId, verdict, madeAtMs, validUntilMs } = debate;
  const verdictText = verdict === "shrink" ? `shrink to ${debate.sizeRatio}` : verdict;
  return {
    kind: "debate",
    id,
    subject: `${symbol} for ${strategyId}`,
    symbol,
    because: "its next entry was near, or it was held",
    worth: null,
    ...costOf(DEBATE_ROLES.flatMap((role) => debate[role]?.author ?? [])),
    madeAtMs,
    standsUntilMs: validUntilMs,
    stands: validUntilMs >= nowMs,
    served: null,
    came:
      outcome === undefined
        ? verdictText
        : `${verdictText}; its entry was ${outcome.met}, and came to: ${outcome.outcome}`,
    saved: outcome?.saved ?? null,
  };
}

function planPiece({ plan, state, why }: PlanView, nowMs: UnixMs): AsleepPiece {
  return {
    kind: "plan",
    id: plan.planId,
    subject: plan.symbol,
    symbol: plan.symbol,
    because: "near a level or a band, or asked about",
    worth: null,
    ...costOf([plan.author]),
    madeAtMs: plan.madeAtMs,
    standsUntilMs: unixMs(plan.expiresAtMs),
    stands: state === "holds" && plan.expiresAtMs > nowMs,
    served: null,
    came: state === "holds" ? null : `${state}${why === "" ? "" : `: ${why}`}`,
    saved: null,
  };
}
