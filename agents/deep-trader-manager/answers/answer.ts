// Floor 3. The question walk: text → exact intent → pre-answer → fresh analysis → digest → delegation → answer, rendered from
// records by code; what is no exact intent goes to the manager's model, if there is one, and else is declined with what is near.
import type { CallOptions } from "#schemas/ports/work.ts";
import { parseInConversation } from "../language/conversation.ts";
import { aheadParts } from "./ahead.ts";
import type { AnswerDeps, Question } from "./answer-deps.ts";
import { type AnswerParts, declined, finishAnswer, type ServedAnswer } from "./answer-parts.ts";
import { reasoned } from "./reasoned.ts";
import { isHelp, refusal, WHAT_TO_ASK } from "./refusal.ts";
import { partsOfIntent } from "./serve-intent.ts";

/** @throws whatever the analyst's source threw, where nothing was there; the signal's reason when aborted */
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
  if (parsed.status === "parsed") return partsOfIntent(deps, parsed.intent, question, options);
  const byRules = parsed.status === "ambiguous" ? parsed.question : refusal(question.text, parsed.reason);
  const nothing = declined(byRules, null);
  const ahead = await deps.answeredAhead?.(question, options);
  return ahead == null ? reasoned(deps, question, nothing, options) : aheadParts(nothing, ahead, question.nowMs);
}
