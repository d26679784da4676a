// Floor 3. The question walk: text → intent → pre-answer → fresh analysis → digest → delegation → answer. The text is
// rendered from records by code; models decide nothing in it but whether the work gets done.
import type { CallOptions } from "#schemas/ports/work.ts";
import { parseInConversation } from "../language/conversation.ts";
import type { AnswerDeps, Question } from "./answer-deps.ts";
import { type AnswerParts, declined, finishAnswer, type ServedAnswer } from "./answer-parts.ts";
import { isHelp, refusal, WHAT_TO_ASK } from "./refusal.ts";
import { partsOfIntent } from "./serve-intent.ts";

/**
 * @throws ModelRunError where nothing was there and no model's run brought it, or a recording failed; whatever the
 * analyst's source threw; the signal's reason when aborted
 */
export async function serveQuestion(deps: AnswerDeps, question: Question, options: CallOptions): Promise<ServedAnswer> {
  const startMs = deps.monotonicMs();
  return finishAnswer(deps, question, startMs, await partsOf(deps, question, options));
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
