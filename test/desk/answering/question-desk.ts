// A desk that has traded for some hours, asked questions in three ways: with a scripted model on a local server, with a server that
// has gone, and by rules.
import { managerModels } from "#apps/models.ts";
import { type AskedDesk, askDesk } from "#desk/answering/ask-desk.ts";
import { createBackgroundQueue } from "#desk/answering/background-queue.ts";
import { createConversations } from "#desk/answering/conversations.ts";
import type { Answer } from "#schemas/question.ts";
import { competentModel } from "#test/support/competent-model.ts";
import { patience, type TestDesk } from "#test/support/desk.ts";
import { eager } from "#test/support/eager-strategy.ts";
import { startOpenAiServer } from "#test/support/openai-server.ts";
import { languageOf } from "#toolkits/fact-check/operator-language.ts";
import { shippedStrategy } from "#toolkits/strategies/registry.ts";
import { openTraded } from "./sources/asked-desk.ts";
import type { AskedQuestion } from "./thirty-questions.ts";

export interface QuestionDesk extends AsyncDisposable {
  readonly test: TestDesk;
  readonly withModel: (question: AskedQuestion) => Promise<Answer>;
  /** The server is there no more. */
  readonly withDeadModel: (question: AskedQuestion) => Promise<Answer>;
  readonly byRules: (question: AskedQuestion) => Promise<Answer>;
  /** Once what is written after an answer is written. */
  readonly settled: () => Promise<void>;
  /** What the script missed, and what went wrong after an answer, since last asked. */
  readonly faults: () => readonly string[];
}

const HOURS_OF_5M = 60;

/** On `test`: its desk with another model of the setting. */
export function askedWith(
  test: TestDesk,
  {
    model,
    modelUrl = null,
    modelTimeoutMs = 60_000,
  }: { model: string; modelUrl?: string | null; modelTimeoutMs?: number },
  onProblem: (text: string) => void,
): AskedDesk {
  const config = { ...test.desk.config, model, modelUrl, modelTimeoutMs };
  const desk = { ...test.desk, config };
  return {
    desk,
    store: test.store,
    managerModels: managerModels(config, {}),
    background: createBackgroundQueue(onProblem),
    conversations: createConversations(desk, onProblem),
  };
}

export async function openQuestionDesk(questions: readonly AskedQuestion[]): Promise<QuestionDesk> {
  const test = await openTraded(HOURS_OF_5M, { strategies: [eager, shippedStrategy("mean-reversion")] });
  const faults: string[] = [];
  const note = (fault: string): void => void faults.push(fault);
  const script = (asked: string) => {
    const found = questions.find(({ ask }) => ask === asked);
    if (found === undefined) throw new Error(`no script for ${asked}`);
    return found;
  };
  const server = await startOpenAiServer(competentModel(script, note));
  const gone = await startOpenAiServer(() => ({ hang: true }));
  await gone[Symbol.asyncDispose]();
  const asking =
    (open: AskedDesk) =>
    (question: AskedQuestion): Promise<Answer> =>
      askDesk(open, question.ask, { ...patience, ...(question.follows ? { conversation: "follow" } : {}) });
  const live = askedWith(test, { model: "custom/m1", modelUrl: server.url }, note);
  return {
    test,
    withModel: asking(live),
    withDeadModel: asking(askedWith(test, { model: "custom/m1", modelUrl: gone.url }, note)),
    byRules: asking(askedWith(test, { model: "rules" }, note)),
    settled: () => live.background.settled(),
    faults: () => faults.splice(0),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

/** Why an answer is not right; empty where it is. */
export const wrongIn = (question: AskedQuestion, answer: Answer): readonly string[] => [...faultsOf(question, answer)];

function* faultsOf({ language, needs, shows, isExact }: AskedQuestion, answer: Answer): Iterable<string> {
  const text = answer.answer;
  if (!text.startsWith("SIMULATED – invented prices.")) yield "SIMULATED is not at its head";
  for (const shown of shows) if (!shown.test(text)) yield `${shown} is not in it`;
  if (isExact) {
    if (answer.work.modelCalls > 0 || answer.path === "reasoned") yield "a model was asked";
    return;
  }
  if (answer.path !== "reasoned") yield `path ${answer.path}`;
  if (answer.leftOut > 0) yield `${answer.leftOut} left out`;
  const spoken = languageOf(text.replace(/^SIMULATED – invented prices\.\s*/, "")).language;
  if (spoken !== language) yield `it is ${spoken}`;
  for (const need of needs) {
    const [kind, of] = need.split(" ");
    const isThere = answer.facts.some(
      (fact) => fact.kind === kind && (of === undefined || fact.market === `${of}/USDT`),
    );
    if (!isThere) yield `no fact ${need}`;
  }
}
