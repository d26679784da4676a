// Floor 4. Fresh briefs and the free-form questions that are expected about their subjects → answers, one call for several questions,
// where they pay; kept under the question's exact words and slots, valid while their brief is.
import {
  answerQuestions,
  type ExpectedQuestions,
  MOST_QUESTIONS,
  mostAnswerTokens,
} from "#agents/deep-trader-manager/ahead/answer-questions.ts";
import { wordsOf } from "#agents/deep-trader-manager/language/free-form.ts";
import { FactTable } from "#agents/deep-trader-manager/talk/fact-table.ts";
import { NEVER_ABORTED } from "#schemas/abort.ts";
import { AnswerAhead } from "#schemas/answer-ahead.ts";
import { briefName } from "#schemas/brief.ts";
import type { FreeForm } from "#schemas/free-form.ts";
import type { Author } from "#schemas/judgement.ts";
import type { Language } from "#schemas/language.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { unixMs } from "#schemas/units.ts";
import { checkRunOf } from "../answering/check-run.ts";
import { freeTopicOf } from "../answering/free-question.ts";
import { standingStatements } from "../answering/sources/base-facts.ts";
import type { Desk } from "../desk.ts";
import { formFor } from "../planning/free-asks.ts";
import { worthOf } from "../planning/value-gate.ts";
import { noteWorth } from "../planning/worth-noted.ts";
import { expiresAtMs } from "./brief-freshness.ts";
import { type BriefWish, standsMs } from "./brief-markets.ts";
import { briefFacts } from "./brief-shown.ts";
import { type BriefRecall, recallBrief } from "./brief-store.ts";
import { leftTokens, type PassRoom } from "./pass-room.ts";
import { ASSUMED_TOKENS } from "./token-means.ts";

/** Calls of one slot, at most. */
const MAX_CALLS = 8;

type Fresh = Extract<BriefRecall, { status: "fresh" }>;

interface Expected {
  readonly form: FreeForm;
  readonly expectedAsks: number;
}

/** What was made, and how many answers the tokens did not last for. */
export async function answerAhead(
  desk: Desk,
  wishes: readonly BriefWish[],
  room: PassRoom,
  options: CallOptions,
): Promise<{ readonly answers: number; readonly overBudget: number }> {
  let [answers, calls] = [0, 0];
  for (const { scope, subject } of wishes) {
    if (calls >= MAX_CALLS) break;
    const nowMs = desk.clock.now();
    const horizonMs = standsMs(desk);
    const likely = room.history.asks.likely(subject, { horizonMs, nowMs, timeframe: desk.config.timeframe });
    if (likely.length === 0) continue;
    const recall = await recallBrief(desk, scope, nowMs, options);
    if (recall.status !== "fresh") continue;
    const forms = likely.flatMap(({ words, expectedAsks }): Expected[] => {
      const form = formFor(words, subject);
      return form === null ? [] : [{ form, expectedAsks }];
    });
    for (const [language, ofLanguage] of Map.groupBy(forms, ({ form }) => form.language)) {
      const wanted = await withoutAnswer(
        desk,
        recall,
        ofLanguage.filter((each) => paysAlone(desk, each, room)),
        options,
      );
      if (wanted.length === 0 || calls >= MAX_CALLS) continue;
      const deadlineMs = await room.patience();
      if (deadlineMs === null) return { answers, overBudget: 0 };
      const asked = expected(desk, recall, wanted, language);
      const tokens = await mostAnswerTokens(asked);
      if (!paysTogether(desk, wanted, room, tokens)) continue;
      if (tokens > leftTokens(room)) return { answers, overBudget: wanted.length };
      calls += 1;
      answers += await make(desk, recall, { asked, wanted }, room, deadlineMs);
    }
  }
  return { answers, overBudget: 0 };
}

/** What one more question in a call is worth, against what its own words take. */
const paysAlone = ({ config }: Desk, { expectedAsks }: Expected, { means }: PassRoom): boolean =>
  worthOf(prospect(expectedAsks, means.question, 0), config.thinking.testTimeWeight) > ASSUMED_TOKENS.answer;

const paysTogether = ({ config }: Desk, wanted: readonly Expected[], { means }: PassRoom, tokens: number): boolean => {
  const asks = wanted.reduce((sum, { expectedAsks }) => sum + expectedAsks, 0);
  return worthOf(prospect(asks, means.question, 0), config.thinking.testTimeWeight) > tokens;
};

const tokensOf = ({ inputTokens, outputTokens }: Author): number => inputTokens + outputTokens;

const prospect = (expectedAsks: number, savedUnits: number, priceUnits: number) => ({
  expectedAsks,
  savedUnits,
  priceUnits,
});

/** Those that this very brief has not answered yet, the likeliest. What a model left unanswered is not asked again of it. */
async function withoutAnswer(
  desk: Desk,
  { id }: Fresh,
  forms: readonly Expected[],
  options: CallOptions,
): Promise<readonly Expected[]> {
  const asked = askedOf(desk, id);
  const open: Expected[] = [];
  for (const each of forms) {
    if (open.length >= MOST_QUESTIONS) break;
    const topic = freeTopicOf(desk, each.form);
    if (asked.has(topic)) continue;
    const [newest] = await desk.topics.history("answer", { topic, nowMs: desk.clock.now(), limit: 1 }, options);
    if (AnswerAhead.safeParse(newest?.record.body).data?.briefId !== id) open.push(each);
  }
  return open;
}

/** Questions asked of each brief, in this process: a restart asks once more what had no answer. */
const asked = new WeakMap<Desk["planner"], { briefs: Map<string, Set<string>> }>();
const MOST_BRIEFS = 500;

function askedOf({ planner }: Desk, briefId: string): Set<string> {
  const known = asked.get(planner) ?? { briefs: new Map<string, Set<string>>() };
  asked.set(planner, known);
  const topics = known.briefs.get(briefId) ?? new Set<string>();
  known.briefs.set(briefId, topics);
  const [oldest] = known.briefs.keys();
  if (known.briefs.size > MOST_BRIEFS && oldest !== undefined) known.briefs.delete(oldest);
  return topics;
}

/** The brief's facts under their own ids, then its sentences, and what the desk says of itself whatever it is asked. */
function expected(desk: Desk, recall: Fresh, wanted: readonly Expected[], language: Language): ExpectedQuestions {
  const { brief } = recall;
  const table = new FactTable(brief.facts);
  table.add(briefFacts(desk, recall));
  table.add([...standingStatements(desk, language)]);
  const symbols = [...desk.markets.keys()];
  return {
    subject: briefName(brief.scope),
    facts: table.all(),
    questions: wanted.map(({ form }) => wordsOf(form)),
    language,
    check: checkRunOf(desk, { language, nowMs: desk.clock.now(), symbols }),
  };
}

async function make(
  desk: Desk,
  { id, brief }: Fresh,
  { asked, wanted }: { readonly asked: ExpectedQuestions; readonly wanted: readonly Expected[] },
  room: PassRoom,
  deadlineMs: number,
): Promise<number> {
  const nowMs = desk.clock.now();
  const models = room.models.filter((model) => !room.down.has(model.id));
  const spend = { ...room, deadlineMs, monotonicMs: desk.monotonicMs, nowMs };
  const given = await answerQuestions(models, asked, spend);
  for (const model of given.failed) room.down.add(model);
  if (given.status !== "given") return 0;
  const done = askedOf(desk, id);
  for (const { form } of wanted) done.add(freeTopicOf(desk, form));
  let kept = 0;
  for (const { index, text, facts } of given.answers) {
    const { form, expectedAsks } = wanted[index] ?? {};
    if (form === undefined || expectedAsks === undefined) continue;
    const { author } = given;
    const { scope, asOfMs } = brief;
    const body = AnswerAhead.parse({ free: form, text, facts, briefId: id, scope, author, asOfMs, madeAtMs: nowMs });
    const draft = { kind: "answer", topic: freeTopicOf(desk, form), body, sources: [] } as const;
    const validUntilMs = unixMs(expiresAtMs(brief));
    // What is paid for is kept, also when the operator ends the desk meanwhile.
    const record = await desk.topics.remember({ ...draft, validUntilMs }, { nowMs }, NEVER_ABORTED);
    const worth = prospect(expectedAsks, room.means.question, tokensOf(author) / given.answers.length);
    noteWorth(desk, record.id, { ...worth, unit: "tokens" });
    kept += 1;
  }
  return kept;
}
