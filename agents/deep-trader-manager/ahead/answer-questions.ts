// Floor 3. The facts of a brief and questions that are expected → one call of a model → what of its answers the facts bear out. No
// tools: what the facts do not answer is answered when it is asked.
import { readFile } from "node:fs/promises";
import { z } from "zod";
import { type Fact, modelText } from "#schemas/fact.ts";
import type { Author } from "#schemas/judgement.ts";
import type { Language } from "#schemas/language.ts";
import { checkDraft } from "#toolkits/fact-check/check-draft.ts";
import type { CheckRun } from "#toolkits/fact-check/check-run.ts";
import type { ModelChoice } from "../../models/select.ts";
import { askForObject, mostTokensOf, type TypedFailure, type TypedSpend } from "../../typed-call.ts";
import { factLines } from "../talk/fact-table.ts";

/** Questions of one call. */
export const MOST_QUESTIONS = 10;
const OUTPUT_TOKENS_A_QUESTION = 160;
const OUTPUT_TOKENS_BESIDE = 512;
const MAX_TEXT = 1_600;

const Reply = z.object({
  answers: z.array(
    z.object({
      number: z.number().describe("Of the question."),
      text: z.string().describe("One to five sentences with references; empty where the facts do not answer it."),
    }),
  ),
});

export interface ExpectedQuestions {
  /** For the model. */
  readonly subject: string;
  readonly facts: readonly Fact[];
  /** In the words in which they are asked; at most MOST_QUESTIONS. */
  readonly questions: readonly string[];
  readonly language: Language;
  /** Of strictness `chat`, in that language. */
  readonly check: CheckRun;
}

/** An answer that stands, as a draft with references. */
export interface AnswerDraft {
  /** Of its question, from 0. */
  readonly index: number;
  readonly text: string;
  readonly facts: readonly Fact[];
}

export type AnswersGiven =
  | {
      readonly status: "given";
      readonly answers: readonly AnswerDraft[];
      readonly author: Author;
      readonly failed: readonly string[];
    }
  | { readonly status: TypedFailure; readonly failed: readonly string[] };

const LANGUAGES: Readonly<Record<Language, string>> = { en: "English", de: "German", es: "Spanish" };

/** @throws ModelRunError where a replay misses the call */
export async function answerQuestions(
  models: readonly ModelChoice[],
  asked: ExpectedQuestions,
  spend: TypedSpend,
): Promise<AnswersGiven> {
  const request = {
    system: await instructions(),
    user: userText(asked),
    reply: Reply,
    maxOutputTokens: roomFor(asked),
  };
  const answer = await askForObject(models, request, spend);
  if (answer.status !== "given") return answer;
  const { author, failed, reply } = answer;
  const answers = new Map<number, AnswerDraft>();
  for (const { number, text } of reply.answers) {
    const index = number - 1;
    if (asked.questions[index] === undefined || answers.has(index)) continue;
    const draft = standing(index, text.slice(0, MAX_TEXT), asked);
    if (draft !== null) answers.set(index, draft);
  }
  return { status: "given", answers: [...answers.values()], author, failed };
}

/** The most tokens that the call takes, as estimated before it is made. */
export const mostAnswerTokens = async (asked: ExpectedQuestions): Promise<number> =>
  mostTokensOf({ system: await instructions(), user: userText(asked), maxOutputTokens: roomFor(asked) });

const roomFor = ({ questions }: Pick<ExpectedQuestions, "questions">): number =>
  OUTPUT_TOKENS_BESIDE + questions.length * OUTPUT_TOKENS_A_QUESTION;

const userText = ({ subject, facts, questions, language }: ExpectedQuestions): string =>
  [
    `Subject: ${subject}`,
    `Facts:\n${factLines(facts)}`,
    `Questions, answered in ${LANGUAGES[language]}:\n${questions.map((text, index) => `${index + 1}. ${text}`).join("\n")}`,
  ].join("\n\n");

const REFERENCE = /\{\{(f[1-9]\d{0,5})/g;

/** Whole or not at all: what lost a sentence is better answered when it is asked. */
function standing(index: number, text: string, { facts, check }: ExpectedQuestions): AnswerDraft | null {
  const named = new Set([...text.matchAll(REFERENCE)].map(([, id]) => id));
  const kept = facts.filter(({ id }) => named.has(id));
  const result = checkDraft(modelText(text), kept, check);
  const stands = result.status === "stands" && result.dropped.length === 0 && result.factIds.length > 0;
  return stands ? { index, text, facts: kept } : null;
}

let loaded: Promise<string> | undefined;

function instructions(): Promise<string> {
  loaded ??= readFile(new URL("./instructions.md", import.meta.url), "utf8");
  return loaded;
}
