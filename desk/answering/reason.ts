// Floor 4. A free-form question on this desk: its conversation, its facts at hand, the models of the setting, within the day's
// tokens for questions. Everything that a model is told comes from here; Mastra is loaded at the first such question.
import type { Question } from "#agents/deep-trader-manager/answers/answer-deps.ts";
import type { FactSource, NewFact } from "#agents/deep-trader-manager/talk/fact-source.ts";
import { FactTable } from "#agents/deep-trader-manager/talk/fact-table.ts";
import type { ManagerOnModel, TalkOptions, TalkOutcome } from "#agents/deep-trader-manager/talk/talk.ts";
import { lineOf } from "#agents/deep-trader-manager/talk/talk-lines.ts";
import type { Message } from "#agents/run.ts";
import { deskText } from "#schemas/fact.ts";
import type { Language } from "#schemas/language.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import type { MarketSymbol } from "#schemas/units.ts";
import type { WorkTally } from "#schemas/work.ts";
import { languageOf } from "#toolkits/fact-check/operator-language.ts";
import type { Desk } from "../desk.ts";
import { checkRunOf } from "./check-run.ts";
import type { Exchange } from "./conversations.ts";
import { baseFacts } from "./sources/base-facts.ts";
import { operatorFacts } from "./sources/operator-facts.ts";

/** Exchanges of a conversation that a model is shown, and how much of each text. */
const SHOWN_EXCHANGES = 6;
const SHOWN_CHARACTERS = 1200;

export interface ReasonParts {
  readonly desk: Desk;
  readonly managers: () => Promise<readonly ManagerOnModel[]>;
  readonly sources: readonly FactSource[];
  readonly symbols: readonly MarketSymbol[];
  readonly tally: WorkTally;
  /** Its name; null: the question stands alone. */
  readonly conversation: string | null;
  /** What there is of a brief of the market that is asked about. */
  readonly brief: (text: string, language: Language, options: CallOptions) => Promise<readonly NewFact[]>;
  /** Of the conversation, oldest first; empty where there is none. */
  readonly recent: (count: number) => Promise<readonly Exchange[]>;
}

/** @throws ConfigError for models that cannot be used; StoreError; the signal's reason when aborted */
export async function reasonAbout(
  parts: ReasonParts,
  { text, nowMs }: Question,
  options: TalkOptions,
): Promise<TalkOutcome> {
  const { desk, tally, conversation } = parts;
  const { planner, config } = desk;
  const { language, isForeign } = languageOf(text);
  const { spentToday } = await planner.budget.openQuestion(tally, nowMs, options);
  const dayLeft = (): number => config.thinking.dayQuestionTokens - spentToday();
  if (dayLeft() <= 0) {
    const why = lineOf("day-spent", language, { tokens: String(config.thinking.dayQuestionTokens) });
    return {
      status: "spent",
      why,
      listed: deskText(""),
      language,
      attempts: [],
      dropped: [],
      given: [],
      nextFactId: 1,
    };
  }
  const exchanges = await parts.recent(SHOWN_EXCHANGES);
  const table = new FactTable(
    exchanges.flatMap(({ facts }) => facts),
    nextIdOf(exchanges),
  );
  const opening = [
    ...table.all(),
    ...table.add([
      ...baseFacts({ desk }, { nowMs, language, tally, question: text, conversation, known: (id) => table.get(id) }),
      ...operatorFacts(text, language),
      // With a brief of its market at hand the model needs no read.
      ...(await parts.brief(text, language, options)),
    ]),
  ];
  const { talk } = await import("#agents/deep-trader-manager/talk/talk.ts");
  const limits = {
    deadlineMs: config.modelTimeoutMs,
    maxTokens: config.thinking.questionTokens,
    monotonicMs: desk.monotonicMs,
  };
  const check = checkRunOf(desk, { language, nowMs, symbols: parts.symbols });
  const request = {
    question: text,
    conversation,
    history: exchanges.flatMap(messagesOf),
    table,
    opening,
    check,
    isForeign,
  };
  return talk(await parts.managers(), { ...request, nowMs, tally, dayLeft }, limits, options);
}

const messagesOf = ({ question, answer }: Exchange): readonly Message[] => [
  { role: "user", content: question.slice(0, SHOWN_CHARACTERS) },
  { role: "assistant", content: answer.slice(0, SHOWN_CHARACTERS) },
];

const nextIdOf = (exchanges: readonly Exchange[]): number =>
  exchanges.reduce((next, { nextFactId }) => Math.max(next, nextFactId ?? 1), 1);
