// Floor 3. An answer that was made before it was asked → the parts of an answer: its text, and of when its data is. No model is asked.
import { toIso, type UnixMs } from "#schemas/units.ts";
import { lineOf } from "../talk/talk-lines.ts";
import type { AheadAnswer } from "./answer-deps.ts";
import type { AnswerParts } from "./answer-parts.ts";
import { duration } from "./render-text.ts";

/** @param nothing the parts of an answer without content */
export function aheadParts(
  nothing: AnswerParts,
  { text, facts, asOfMs, language, topicIds }: AheadAnswer,
  nowMs: UnixMs,
): AnswerParts {
  const line = lineOf("ahead", language, { time: toIso(asOfMs), age: duration(nowMs - asOfMs) });
  return {
    ...nothing,
    answer: `${text}\n${line}`,
    path: "pre-answered",
    asOfMs,
    facts: [...facts],
    topicIds: [...topicIds],
  };
}
