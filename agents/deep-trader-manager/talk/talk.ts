// Floor 3. One free-form question → the manager's model, its reads, and what of its words stands up to the facts, sentence by
// sentence as they come. A model that fails or talks nonsense passes the question to the next; after the last, the rules answer.
import type { Agent } from "@mastra/core/agent";
import { ModelRunError, TokenBudgetError } from "#schemas/errors.ts";
import { deskText, type Fact, type ModelText, modelText, type ShownText, uncheckedWords } from "#schemas/fact.ts";
import type { Language } from "#schemas/language.ts";
import type { RunSpan } from "#schemas/thought.ts";
import type { UnixMs } from "#schemas/units.ts";
import type { WorkTally } from "#schemas/work.ts";
import { createDraftStream, type DraftStream } from "#toolkits/fact-check/check-draft.ts";
import type { CheckRun, Dropped } from "#toolkits/fact-check/check-run.ts";
import { listFacts } from "#toolkits/fact-check/list-facts.ts";
import { retryNote } from "#toolkits/fact-check/retry-note.ts";
import { type Message, type RunResult, streamAgent } from "../../run.ts";
import { MAX_STEPS } from "../agent.ts";
import { type FactTable, factLines } from "./fact-table.ts";
import { TalkRun, type ToolUse } from "./talk-run.ts";

/** The manager on one of the desk's models. */
export interface ManagerOnModel {
  /** As the setting names it. */
  readonly model: string;
  readonly manager: Agent;
}

export interface TalkRequest {
  readonly question: string;
  /** Its name; null: the question stands alone. */
  readonly conversation: string | null;
  /** What was said before, oldest first, bounded by the caller. */
  readonly history: readonly Message[];
  /** Holds `opening`, and the facts of earlier turns. */
  readonly table: FactTable;
  /** Facts that the model is given with the question. */
  readonly opening: readonly Fact[];
  readonly check: CheckRun;
  /** The operator's language is not one of the desk's: he is answered in English. */
  readonly isForeign: boolean;
  readonly nowMs: UnixMs;
  readonly tally: WorkTally;
  /** Model tokens that the day has left for questions by now; left out: no limit. */
  readonly dayLeft?: (() => number) | undefined;
}

export interface TalkLimits {
  /** Of a whole question, in real time, all models together. */
  readonly deadlineMs: number;
  /** Model tokens of a whole question, all models together. */
  readonly maxTokens: number;
  readonly monotonicMs: () => number;
}

export interface TalkOptions {
  readonly signal: AbortSignal;
  /** Each piece as soon as it stands; nothing of it is ever taken back. */
  readonly onShown?: ((piece: ShownText) => void) | undefined;
  /** Once for each attempt, in order: what its run did. Its times are of this machine, so it is no part of the outcome (law 2). */
  readonly onSpans?: ((spans: readonly RunSpan[]) => void) | undefined;
}

/** A draft of a model and what became of it: for `thoughts`, never for a door. */
export interface Attempt {
  readonly model: string;
  readonly draft: ModelText;
  readonly uses: readonly ToolUse[];
  readonly dropped: readonly Dropped[];
  readonly ended: RunResult["status"];
  /** Why nothing more of it is shown: how its run ended, or which rules its sentences broke. */
  readonly failure: string;
}

interface Common {
  readonly language: Language;
  readonly attempts: readonly Attempt[];
  readonly dropped: readonly Dropped[];
  /** All that the models could refer to; none where none was asked. */
  readonly given: readonly Fact[];
  /** The number of the conversation's next fact. */
  readonly nextFactId: number;
}

/** What came of the draft that is shown. */
interface Answer {
  readonly status: "answered";
  readonly model: string;
  readonly text: ShownText;
  /** Those that the text refers to. */
  readonly facts: readonly Fact[];
  readonly dropped: readonly Dropped[];
  /** Why the text ends before its end; null where it does not. */
  readonly brokeOff: string | null;
}
type Answered = Common & Answer & { readonly isForeign: boolean };

export type TalkOutcome =
  | Answered
  /** `failed`: no model gave a text · `nothing-stands`: none of their texts did · `spent`: none was asked. */
  | (Common & {
      readonly status: "failed" | "nothing-stands" | "spent";
      readonly why: string;
      /** Facts that were read, listed by code where nothing of the words about them stands; else empty. */
      readonly listed: ShownText;
    });

/** @throws ModelRunError where a recording failed; the signal's reason when aborted */
export async function talk(
  managers: readonly ManagerOnModel[],
  request: TalkRequest,
  limits: TalkLimits,
  options: TalkOptions,
): Promise<TalkOutcome> {
  const { language } = request.check;
  const endMs = limits.monotonicMs() + limits.deadlineMs;
  const attempts: Attempt[] = [];
  const failures: string[] = [];
  for (const [index, onModel] of managers.entries()) {
    // Each gets an equal share of the time that those before it left.
    const leftMs = endMs - limits.monotonicMs();
    const own = { ...limits, deadlineMs: leftMs / (managers.length - index) };
    const { tried, answer } = await tryModel(onModel, request, own, options);
    attempts.push(...tried);
    const { table, isForeign } = request;
    if (answer !== null)
      return { ...answer, language, attempts, given: table.all(), nextFactId: table.nextId, isForeign };
    failures.push(...tried.map(({ failure }) => failure));
  }
  // Of a model that wrote what could not stand, more is to be said than of one that was not there.
  const spoke = attempts.some(({ ended }) => ended === "completed");
  return {
    status: spoke ? "nothing-stands" : "failed",
    why: [...new Set(failures)].join("; "),
    listed: spoke ? listFacts(meantBy(attempts, request.table), request.check) : deskText(""),
    language,
    attempts,
    dropped: attempts.flatMap(({ dropped }) => dropped),
    given: request.table.all(),
    nextFactId: request.table.nextId,
  };
}

/** One model; where nothing of its text stands, it is told why and asked once more. */
async function tryModel(
  onModel: ManagerOnModel,
  request: TalkRequest,
  limits: TalkLimits,
  options: TalkOptions,
): Promise<{ readonly tried: readonly Attempt[]; readonly answer: Pick<Answered, keyof Answer> | null }> {
  const endMs = limits.monotonicMs() + limits.deadlineMs;
  const tried: Attempt[] = [];
  let note: string | null = null;
  do {
    const deadlineMs = Math.max(1, Math.ceil(endMs - limits.monotonicMs()));
    const { attempt, answer } = await tryOnce(onModel, request, { ...limits, deadlineMs }, { ...options, note });
    options.signal.throwIfAborted();
    tried.push(attempt);
    if (answer !== null) return { tried, answer };
    const mayMend: boolean = note === null && attempt.ended === "completed" && attempt.dropped.length > 0;
    note = mayMend ? retryNote(attempt.dropped, request.table.all()) : null;
  } while (note !== null);
  return { tried, answer: null };
}

async function tryOnce(
  { model, manager }: ManagerOnModel,
  request: TalkRequest,
  limits: TalkLimits,
  { signal, onShown = () => {}, onSpans, note }: TalkOptions & { readonly note: string | null },
): Promise<{ readonly attempt: Attempt; readonly answer: Answer | null }> {
  const { table, check, question, conversation, nowMs, tally, dayLeft } = request;
  const { language } = check;
  const { maxTokens } = limits;
  const run = new TalkRun({ nowMs, tally, maxTokens, dayLeft, table, language, question, conversation });
  const begin = (): DraftStream => createDraftStream(() => table.all(), check);
  let stream = begin();
  let draft = "";
  let hasShown = false;
  const show = (piece: ShownText): void => {
    if (piece === "") return;
    hasShown = true;
    onShown(piece);
  };
  const result = await streamAgent(
    manager,
    messagesOf(request, note),
    { run, deadlineMs: limits.deadlineMs, maxSteps: MAX_STEPS, signal },
    {
      onText: (piece) => {
        draft += uncheckedWords(piece);
        show(stream.push(piece));
      },
      // What it says before it reads is no answer, unless it was shown already.
      onToolCall: () => {
        if (!hasShown) stream = begin();
      },
      onSpans,
    },
  );
  // A replay that misses a call is no replay, whatever else could be said.
  if (run.failure instanceof ModelRunError && !(run.failure instanceof TokenBudgetError)) throw run.failure;
  // A text that broke off ends behind its last whole sentence.
  const { shown, result: checked } = result.status === "completed" ? stream.end() : stream.breakOff();
  show(shown);
  const { dropped } = checked;
  const failure = result.status === "completed" ? rulesOf(dropped, draft) : run.overBudget ? SPENT : result.detail;
  const attempt = { model, draft: modelText(draft), uses: run.uses, dropped, ended: result.status, failure };
  const stands = checked.status === "stands" ? checked : { text: deskText(""), factIds: [] as readonly string[] };
  // What was proposed is shown in the desk's words, whatever the model has made of it.
  const unsaid = run.proposed.filter(({ id }) => !stands.factIds.includes(id)).map(({ value }) => String(value));
  const proposed = deskText(`${stands.text !== "" && unsaid.length > 0 ? "\n" : ""}${unsaid.join("\n")}`);
  show(proposed);
  const text = deskText(`${stands.text}${proposed}`);
  if (text === "") return { attempt, answer: null };
  const facts = [...stands.factIds.flatMap((id) => table.get(id) ?? []), ...run.proposed];
  const brokeOff = result.status === "completed" ? null : failure;
  return { attempt, answer: { status: "answered", model, text, facts, dropped, brokeOff } };
}

/** Facts that are listed where no sentence stands. */
const MOST_LISTED = 12;

/** What the drafts refer to; where they refer to nothing, what was read for them. */
function meantBy(attempts: readonly Attempt[], table: FactTable): readonly Fact[] {
  const referred = attempts.flatMap(({ draft }) =>
    [...uncheckedWords(draft).matchAll(/\{\{(f\d+)/g)].map(([, id = ""]) => id),
  );
  const read = attempts.flatMap(({ uses }) => uses.flatMap(({ factIds }) => factIds));
  const known = (ids: readonly string[]) =>
    [...new Set(ids)].flatMap((id) => table.get(id) ?? []).filter(({ kind }) => kind !== "name");
  const [meant, all] = [known(referred), known(read)];
  return (meant.length > 0 ? meant : all).slice(0, MOST_LISTED);
}

const SPENT = "the question's model tokens are spent";

/** `bare figure, unknown id`: at most three, in the order met. */
const rulesOf = (dropped: readonly Dropped[], draft: string): string =>
  [...new Set(dropped.map(({ rule }) => rule.replaceAll("-", " ")))].slice(0, 3).join(", ") ||
  (draft.trim() === "" ? "it said nothing" : "it referred to no fact");

const LANGUAGE_NAMES: Readonly<Record<Language, string>> = { en: "English", de: "German", es: "Spanish" };

function messagesOf({ question, history, opening, check }: TalkRequest, note: string | null): readonly Message[] {
  const parts = [
    `Facts at hand:\n${factLines(opening)}`,
    `Answer in ${LANGUAGE_NAMES[check.language]}. The operator asks:\n${question}`,
    ...(note === null ? [] : [`Your last answer could not be shown. Write it anew:\n${note}`]),
  ];
  return [...history, { role: "user", content: parts.join("\n\n") }];
}
