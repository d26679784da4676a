// Floor 3. An answer before the parts that all answers share, and the few ways in which it is put together.
import type { Recall, StaleReason } from "#schemas/analysis.ts";
import type { Answer, Intent, QuestionKind } from "#schemas/question.ts";
import { toIso, type UnixMs } from "#schemas/units.ts";
import type { DeskText } from "../desk-view.ts";
import type { TalkOutcome } from "../talk/talk.ts";
import type { AnswerDeps, Question } from "./answer-deps.ts";
import { SCRATCH_UNITS } from "./effort.ts";
import type { PreparedAnswer } from "./prepared.ts";
import { finishText, staleMark } from "./render.ts";
import { counted, timeLine } from "./render-text.ts";

type Shared =
  | "answer"
  | "path"
  | "model"
  | "asOfMs"
  | "analysisIds"
  | "facts"
  | "leftOut"
  | "topicIds"
  | "stale"
  | "intent";

export interface AnswerParts extends Pick<Answer, Shared> {
  /** Why what Khala held did not serve: counts by stale reason, and `missing`. */
  readonly misses: Readonly<Record<string, number>>;
  /** The question's budget would not have been enough. */
  readonly overBudget: boolean;
  /** See DeskText. */
  readonly throughSeq: number | null;
  /** What a model made of the question; null where none was asked. */
  readonly talk: TalkOutcome | null;
}

const NOTHING: AnswerParts = {
  answer: "",
  path: "declined",
  model: null,
  asOfMs: null,
  analysisIds: [],
  facts: [],
  leftOut: 0,
  topicIds: [],
  stale: false,
  intent: null,
  misses: {},
  overBudget: false,
  throughSeq: null,
  talk: null,
};

/** How an answer came about, and which time it is of. */
export interface ServedFrom {
  readonly path: Answer["path"];
  readonly asOfMs: UnixMs;
  readonly nowMs: UnixMs;
  readonly topicIds?: readonly string[];
  readonly staleReason?: StaleReason | null;
  readonly misses?: AnswerParts["misses"];
}

/** Kinds whose answer depends on what the desk holds at this moment. */
const ABOUT_HOLDING: ReadonlySet<QuestionKind> = new Set(["signal", "trigger"]);
/** Kinds whose answer says what may not be entered: the operator's word counts there beside the token's security. */
const ABOUT_BLOCKS: ReadonlySet<QuestionKind> = new Set(["security", "riskiest"]);

/** A prepared text, made ahead or now, as it is served: with what is held, and how old it is. */
export function served(
  { deskView }: Pick<AnswerDeps, "deskView">,
  { text, intent, analysisIds }: PreparedAnswer,
  { path, asOfMs, nowMs, topicIds = [], staleReason = null, misses = {} }: ServedFrom,
): AnswerParts {
  const { kind, symbol } = intent;
  const gap = text.includes("\n") ? "\n" : " ";
  const standing = symbol !== null && ABOUT_HOLDING.has(kind) ? ` ${deskView.standing(symbol)}` : "";
  const blocked = ABOUT_BLOCKS.has(kind) ? deskView.blocked(symbol) : "";
  return {
    ...NOTHING,
    answer: `${staleMark(staleReason)}${text}${standing}${blocked === "" ? "" : `${gap}${blocked}`}${gap}${timeLine(asOfMs, nowMs - asOfMs)}`,
    path,
    asOfMs,
    analysisIds: [...analysisIds],
    topicIds: [...topicIds],
    stale: staleReason !== null,
    intent,
    misses,
  };
}

type DeskParts = Omit<DeskText, "throughSeq"> & { readonly throughSeq?: number | null | undefined };

/** A text about the desk itself, with the time it is of. */
export const deskAnswer = (
  intent: Intent,
  { text, asOfMs, analysisIds, throughSeq = null }: DeskParts,
): AnswerParts => ({
  ...NOTHING,
  answer: asOfMs === null ? text : `${text}${text.includes("\n") ? "\n" : " "}As of ${toIso(asOfMs)}.`,
  path: "recalled",
  asOfMs,
  analysisIds: [...analysisIds],
  intent,
  throughSeq,
});

export const declined = (answer: string, intent: Intent | null): AnswerParts => ({ ...NOTHING, answer, intent });

/** Null where so many markets from scratch are within the question's budget; else what it would take, and the limit. */
export function beyondBudget({ questionUnits }: Pick<AnswerDeps, "questionUnits">, markets: number): string | null {
  const units = markets * SCRATCH_UNITS;
  if (units <= questionUnits) return null;
  return `It would take about ${units} work units (${counted(markets, "market")} from scratch, ${SCRATCH_UNITS} each); the limit of one question is ${questionUnits} (DEEPTRADER_QUESTION_UNITS).`;
}

/** The desk does not answer, since what it would take is beyond the limit. */
export const abstained = (reason: string, intent: Intent, misses: AnswerParts["misses"]): AnswerParts => ({
  ...declined(`Nothing fresh is there to answer from, and the desk abstains. ${reason}`, intent),
  misses,
  overBudget: true,
});

/** Records that were there, and what was not fresh by reason. */
export function tallyRecalls(
  { tally }: Pick<AnswerDeps, "tally">,
  recalls: readonly Recall[],
): Readonly<Record<string, number>> {
  const misses: Record<string, number> = {};
  let read = 0;
  for (const recall of recalls) {
    if (recall.status !== "missing") read += 1;
    if (recall.status === "fresh") continue;
    const why = recall.status === "missing" ? "missing" : recall.reason;
    misses[why] = (misses[why] ?? 0) + 1;
  }
  if (read > 0) tally.count({ recordsRead: read });
  return misses;
}

/**
 * The newest that there can be before the next close: fresh; or its source was asked after the close and had nothing newer;
 * or it covers the newest candle, and the price has left it since (freshness names `drifted` last of all reasons).
 */
export const isNewest = (recall: Recall): boolean =>
  recall.status === "fresh" ||
  (recall.status === "stale" && (recall.reason === "no-candle" || recall.reason === "drifted"));

export const pricesOf = ({ prices }: Pick<AnswerDeps, "prices">): Pick<AnswerDeps, "prices"> =>
  prices === undefined ? {} : { prices };

export const staleReasonOf = (recall: Exclude<Recall, { status: "missing" }>): StaleReason | null =>
  recall.status === "stale" ? recall.reason : null;

/** An answer, and what the ledger counts beside it. */
export interface ServedAnswer extends Pick<AnswerParts, "misses" | "overBudget" | "throughSeq" | "talk"> {
  readonly answer: Answer;
}

/** Puts around the parts what every answer has: the mark of the simulator, its age, its latency and its work. */
export function finishAnswer(
  deps: Pick<AnswerDeps, "simulated" | "monotonicMs" | "tally">,
  { nowMs }: Pick<Question, "nowMs">,
  startMs: number,
  { misses, overBudget, throughSeq, talk, ...parts }: AnswerParts,
): ServedAnswer {
  const answer: Answer = {
    ...parts,
    answer: finishText(parts.answer, deps.simulated),
    ageMs: parts.asOfMs === null ? null : nowMs - parts.asOfMs,
    simulated: deps.simulated,
    latencyMs: deps.monotonicMs() - startMs,
    work: deps.tally.total(),
  };
  return { answer, misses, overBudget, throughSeq, talk };
}
