// Floor 6. An answer, for people.
import { counted } from "#agents/deep-trader-manager/answers/render-text.ts";
import { formatAge } from "#desk/documents/format.ts";
import type { Answer } from "#schemas/question.ts";
import type { Style } from "../io.ts";

/** The answer, and beneath it how it came about. */
export function answerText(answer: Answer, style: Style): string {
  const { work } = answer;
  const age = answer.ageMs === null ? "" : `, data ${formatAge(answer.ageMs)} old`;
  const calls = [
    counted(work.providerCalls, "provider call"),
    counted(work.modelCalls, "model call"),
    counted(work.delegations, "delegation"),
  ];
  const effort = calls.filter((call) => !call.startsWith("0 ")).join(", ") || "no provider or model call";
  const by = answer.model === null ? "" : ` by ${answer.model}`;
  return `${answer.answer}\n${style.dim(`${answer.path}${by}${age}, ${effort}, ${answer.latencyMs.toFixed(1)} ms`)}`;
}
