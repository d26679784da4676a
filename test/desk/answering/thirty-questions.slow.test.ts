// Thirty questions of operators to a desk that has traded for some hours: with a model that reads carefully, with one that is not
// there, and by rules alone.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openProposals } from "#desk/acts/propose.ts";
import { openQuestionDesk, type QuestionDesk, wrongIn } from "./question-desk.ts";
import { type AskedQuestion, THIRTY_QUESTIONS } from "./thirty-questions.ts";

let asked: QuestionDesk;

beforeAll(async () => {
  asked = await openQuestionDesk(THIRTY_QUESTIONS);
  const { statistics, portfolio } = asked.test.desk.account;
  expect(portfolio().positions.size).toBeGreaterThan(4);
  expect(
    statistics()
      .trades()
      .some(({ pnl }) => Number(pnl) < 0),
  ).toBe(true);
});
afterAll(() => asked[Symbol.asyncDispose]());

describe.each(THIRTY_QUESTIONS)("question $n: $ask", (question) => {
  it("is answered with the facts that it needs, by a model that reads carefully", async () => {
    const before = openProposals(asked.test.desk).length;
    const answer = await asked.withModel(question);
    expect(asked.faults(), answer.answer).toEqual([]);
    expect(wrongIn(question, answer), answer.answer).toEqual([]);
    const made = openProposals(asked.test.desk).slice(before);
    expect(made).toHaveLength(question.proposes ? 1 : 0);
    for (const line of made.flatMap(({ lines }) => lines)) expect(answer.answer).toContain(line);
  });
});

describe("a model that is not there", () => {
  const follows = THIRTY_QUESTIONS.filter((question) => question.follows);
  const others = THIRTY_QUESTIONS.filter((question) => !question.follows);

  it("leaves what rules say, and one line on why", async () => {
    await Promise.all(others.map(check));
    for (const question of follows) await check(question);
    expect(asked.faults()).toEqual([]);
  });

  async function check(question: AskedQuestion): Promise<void> {
    const [byRules, answer] = [await asked.byRules(question), await asked.withDeadModel(question)];
    expect(byRules.work.modelCalls).toBe(0);
    const line = question.isExact ? "" : `\n${WHY[question.language]}`;
    expect(answer.answer.replace(/\([^()]*(?:\([^()]*\))?[^()]*\)(?=[;,] [^;,]*\.$)/, "(…)")).toBe(
      `${byRules.answer}${line}`,
    );
    expect({ ...answer, answer: "", latencyMs: 0, work: null }).toEqual({
      ...byRules,
      answer: "",
      latencyMs: 0,
      work: null,
    });
  }
});

const WHY = {
  en: "The model gave no answer (…); this is what the rules say.",
  de: "Das Modell gab keine Antwort (…); das sagen die Regeln.",
  es: "El modelo no dio respuesta (…); esto es lo que dicen las reglas.",
};
