// Floor 3. The question walk: text → intent → pre-answer → fresh analysis → digest → delegation → answer. The text is
// rendered from records by code; models decide nothing in it but whether the work gets done.
import type { CallOptions } from "#schemas/ports/work.ts";
import type { Answer, Intent } from "#schemas/question.ts";
import type { UnixMs } from "#schemas/units.ts";
import { parseInConversation } from "../language/conversation.ts";
import { boundsOf } from "../language/intent-period.ts";
import type { AnswerDeps, Question } from "./answer-deps.ts";
import { type AnswerParts, declined, deskAnswer } from "./answer-parts.ts";
import { scopeOf } from "./effort.ts";
import { isHelp, refusal, WHAT_TO_ASK } from "./refusal.ts";
import { finishText } from "./render.ts";
import { aboutMarket } from "./serve-market.ts";
import { aboutAll, aboutTwo } from "./serve-markets.ts";
import { fromPreAnswer } from "./serve-prepared.ts";

/** An answer, and what the ledger counts beside it. */
export interface ServedAnswer extends Pick<AnswerParts, "misses" | "overBudget" | "throughSeq"> {
  readonly answer: Answer;
}

/**
 * @throws ModelRunError where nothing was there and no model's run brought it, or a recording failed; whatever the
 * analyst's source threw; the signal's reason when aborted
 */
export async function answerQuestion(deps: AnswerDeps, question: Question, options: CallOptions): Promise<Answer> {
  return (await serveQuestion(deps, question, options)).answer;
}

/** As `answerQuestion`, with what the ledger counts beside it. */
export async function serveQuestion(deps: AnswerDeps, question: Question, options: CallOptions): Promise<ServedAnswer> {
  const startMs = deps.monotonicMs();
  return finished(deps, question, startMs, await partsOf(deps, question, options));
}

/** As `serveQuestion`, for an intent that is parsed already. `question.text` is only quoted to the manager's model. */
export async function serveIntent(
  deps: AnswerDeps,
  intent: Intent,
  question: Question,
  options: CallOptions,
): Promise<ServedAnswer> {
  const startMs = deps.monotonicMs();
  return finished(deps, question, startMs, await partsOfIntent(deps, intent, question, options));
}

function finished(
  deps: Pick<AnswerDeps, "simulated" | "monotonicMs" | "tally">,
  { nowMs }: Question,
  startMs: number,
  { misses, overBudget, throughSeq, ...parts }: AnswerParts,
): ServedAnswer {
  const answer: Answer = {
    ...parts,
    answer: finishText(parts.answer, deps.simulated),
    ageMs: parts.asOfMs === null ? null : nowMs - parts.asOfMs,
    simulated: deps.simulated,
    latencyMs: deps.monotonicMs() - startMs,
    work: deps.tally.total(),
  };
  return { answer, misses, overBudget, throughSeq };
}

async function partsOf(deps: AnswerDeps, question: Question, options: CallOptions): Promise<AnswerParts> {
  options.signal.throwIfAborted();
  if (isHelp(question.text)) return declined(WHAT_TO_ASK, null);
  const symbols = await deps.symbols(options);
  const context = { symbols, quote: deps.quote, defaultTimeframe: deps.timeframe };
  const parsed = parseInConversation(question.text, question.previous ?? null, context);
  if (parsed.status === "ambiguous") return declined(parsed.question, null);
  if (parsed.status === "unparsed") return declined(refusal(question.text, parsed.reason), null);
  return partsOfIntent(deps, parsed.intent, question, options);
}

/** The order of the walk: what is dearer is asked only where everything before it has nothing that counts. */
async function partsOfIntent(
  deps: AnswerDeps,
  intent: Intent,
  question: Question,
  options: CallOptions,
): Promise<AnswerParts> {
  options.signal.throwIfAborted();
  return (
    (await aboutDesk(deps, intent, question.nowMs, options)) ??
    (await fromPreAnswer(deps, intent, question.nowMs, options)) ??
    (await aboutMarkets(deps, question, intent, options)) ??
    declined(refusal(question.text, "The question names no market."), intent)
  );
}

/** Null where the intent lacks a market that its kind needs; the grammar gives none such. */
async function aboutMarkets(
  deps: AnswerDeps,
  question: Question,
  intent: Intent,
  options: CallOptions,
): Promise<AnswerParts | null> {
  const { symbol, other, timeframe } = intent;
  switch (scopeOf(intent.kind)) {
    case "breadth":
      return aboutAll(deps, intent, question.nowMs, options);
    case "compare":
      return symbol === null || other === null
        ? null
        : aboutTwo(deps, intent, [symbol, other], question.nowMs, options);
    default:
      return symbol === null ? null : aboutMarket(deps, question, intent, { symbol, timeframe }, options);
  }
}

/** From the journal and the fold; never prepared, so that nothing of it can be old. Null for questions about markets. */
async function aboutDesk(
  { deskView, tally }: Pick<AnswerDeps, "deskView" | "tally">,
  intent: Intent,
  nowMs: UnixMs,
  options: CallOptions,
): Promise<AnswerParts | null> {
  const period = intent.period === undefined ? null : boundsOf(intent.period, nowMs);
  const about = { ...intent, period, nowMs };
  const text = await (() => {
    switch (intent.kind) {
      case "portfolio":
        return deskView.portfolioText(about, options);
      case "account":
        return deskView.account({ ...about, figure: intent.figure ?? "profit" }, options);
      case "stop-loss":
        return deskView.stopLoss(about, options);
      case "fees":
        return deskView.fees(about, options);
      case "benchmark":
        return deskView.benchmark(about, options);
      case "why":
        return deskView.why(about, options);
      case "since":
        return deskView.since(about, options);
      case "health":
        return deskView.health(about, options);
      default:
        return null;
    }
  })();
  if (text === null) return null;
  if (text.recordsRead !== undefined) tally.count({ recordsRead: text.recordsRead });
  return deskAnswer(intent, text);
}
