// Floor 3. What no exact intent covers → the answer of the manager's model, as far as the fact check let it stand; else what the
// rules say, and one line on why there is no more.
import type { CallOptions } from "#schemas/ports/work.ts";
import { unixMs } from "#schemas/units.ts";
import type { TalkOutcome } from "../talk/talk.ts";
import { lineOf, type TalkLine } from "../talk/talk-lines.ts";
import type { AnswerDeps, Question } from "./answer-deps.ts";
import type { AnswerParts } from "./answer-parts.ts";

/** @param byRules what is said where no model is, or none is of use */
export async function reasoned(
  { reason }: Pick<AnswerDeps, "reason">,
  question: Question,
  byRules: AnswerParts,
  options: CallOptions,
): Promise<AnswerParts> {
  if (reason === null) return byRules;
  const outcome = await reason(question, options);
  options.signal.throwIfAborted();
  if (outcome.status !== "answered") {
    const { language, why, listed } = outcome;
    const lines = [byRules.answer, lineOf(whyNot(outcome), language, { why })];
    if (listed !== "") lines.push(lineOf("listed", language, {}), listed);
    return { ...byRules, answer: lines.join("\n"), leftOut: outcome.dropped.length, talk: outcome };
  }
  const { text, facts, dropped, model, brokeOff, language, isForeign } = outcome;
  const lines = [
    dropped.length === 0
      ? null
      : lineOf(dropped.length === 1 ? "one-left-out" : "left-out", language, { count: String(dropped.length) }),
    brokeOff === null ? null : lineOf("broke-off", language, { why: brokeOff }),
    isForeign ? lineOf("foreign", language, {}) : null,
  ].filter((line) => line !== null);
  const times = facts.flatMap(({ asOfMs }) => (asOfMs === null ? [] : [asOfMs]));
  return {
    ...byRules,
    answer: [text, ...lines].join("\n"),
    path: "reasoned",
    model,
    asOfMs: times.length === 0 ? question.nowMs : unixMs(Math.min(...times)),
    analysisIds: [],
    facts: [...facts],
    leftOut: dropped.length,
    talk: outcome,
  };
}

const whyNot = ({ status }: Exclude<TalkOutcome, { status: "answered" }>): TalkLine =>
  status === "spent" ? "spent" : status === "failed" ? "failed" : "nothing-stands";
