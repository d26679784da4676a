// Floor 4. What a model made of a question → a thought, kept as a topic of the desk, and read again. Everything in it is bounded:
// a model may write and ask for as much as its tokens last.
import { z } from "zod";
import { factLines } from "#agents/deep-trader-manager/talk/fact-table.ts";
import type { Attempt, TalkOutcome } from "#agents/deep-trader-manager/talk/talk.ts";
import type { ToolUse } from "#agents/deep-trader-manager/talk/talk-run.ts";
import { NEVER_ABORTED } from "#schemas/abort.ts";
import { UnknownNameError } from "#schemas/errors.ts";
import { uncheckedWords } from "#schemas/fact.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import type { Answer } from "#schemas/question.ts";
import { type RunSpan, Thought, type ThoughtAttempt, type ThoughtUse } from "#schemas/thought.ts";
import { DAY_MS, type UnixMs, unixMs } from "#schemas/units.ts";
import { lexiconVersion } from "#toolkits/fact-check/lexicon.ts";
import type { Desk } from "../desk.ts";

/** A question that a model was asked, or would have been. */
export interface Talked {
  readonly question: string;
  /** Name of its conversation; null: it has none. */
  readonly conversation: string | null;
  readonly atMs: UnixMs;
  readonly answer: Pick<Answer, "model" | "work">;
  readonly talk: TalkOutcome;
  /** What the run of each of its attempts did, in order. */
  readonly traces: readonly (readonly RunSpan[])[];
  /** Digest of the models' instructions. */
  readonly instructions: string;
}

/** A thought under the name by which it is asked for. */
export interface KeptThought {
  /** The first 8 hex digits of its record's id. */
  readonly id: string;
  readonly thought: Thought;
}

type ThoughtDesk = Pick<Desk, "runId" | "topics">;

const VALID_MS = 30 * DAY_MS;
const ID_LENGTH = 8;
/** Thoughts that `show` looks through, newest first. */
const LOOKED_THROUGH = 2_000;

/** Most of each that is kept. */
const MOST = { attempts: 8, uses: 24, dropped: 60, spans: 80, facts: 300 } as const;
const CHARACTERS = { draft: 8_000, question: 2_000, line: 300, input: 200 } as const;

const cut = (text: string, characters: number): string =>
  text.length <= characters ? text : `${text.slice(0, characters - 1)}…`;

/** Resolves once it is durable. @throws StoreError */
export async function keepThought({ runId, topics }: ThoughtDesk, talked: Talked): Promise<void> {
  const { atMs } = talked;
  const [last] = await topics.history("thought", { topic: runId, nowMs: atMs, limit: 1 }, NEVER_ABORTED);
  const before = Thought.safeParse(last?.record.body).data;
  const nth = before?.atMs === atMs ? before.nth + 1 : 0;
  const body = { ...thoughtOf(talked), nth };
  const draft = { kind: "thought", topic: runId, body, sources: [], validUntilMs: unixMs(atMs + VALID_MS) } as const;
  await topics.remember(draft, { nowMs: atMs }, NEVER_ABORTED);
}

/** The run's thoughts, newest first, at most `limit`; what an earlier version kept in another form is left out. */
export async function readThoughts(
  { runId, topics }: ThoughtDesk,
  { nowMs, limit }: { readonly nowMs: UnixMs; readonly limit: number },
  options: CallOptions,
): Promise<readonly KeptThought[]> {
  const rows = await topics.history("thought", { topic: runId, nowMs, limit }, options);
  return rows.flatMap(({ record }) => {
    const { data } = Thought.safeParse(record.body);
    return data === undefined ? [] : [{ id: record.id.slice(0, ID_LENGTH), thought: data }];
  });
}

/** @param id null: the newest. @throws UnknownNameError for an id that no thought of the run has */
export async function findThought(
  desk: ThoughtDesk,
  { id, nowMs }: { readonly id: string | null; readonly nowMs: UnixMs },
  options: CallOptions,
): Promise<KeptThought> {
  const all = await readThoughts(desk, { nowMs, limit: id === null ? 1 : LOOKED_THROUGH }, options);
  const found = all.find((kept) => id === null || kept.id === id.toLowerCase());
  if (found !== undefined) return found;
  throw new UnknownNameError(
    all.length === 0
      ? {
          was: "No model was asked yet in this run.",
          expected: "a free-form question",
          remedy: "Ask one, with a model set in DEEPTRADER_MODEL; see docs/agents.md.",
        }
      : {
          was: `No thought of this run has the id ${JSON.stringify(id?.slice(0, 40))}.`,
          expected: "an id as `deeptrader thoughts` shows it",
          remedy: "See `deeptrader thoughts`; they stay 30 days.",
        },
  );
}

function thoughtOf({ question, conversation, atMs, answer, talk, traces, instructions }: Talked): Thought {
  const { modelCalls, inputTokens, outputTokens, estimatedTokens } = answer.work;
  const { status, language, given, attempts } = talk;
  return {
    question: cut(question, CHARACTERS.question),
    conversation,
    atMs,
    language,
    status,
    model: answer.model,
    why: status === "answered" ? talk.brokeOff : talk.why,
    instructions,
    lexicon: lexiconVersion(talk.language),
    stood: status === "answered" ? cut(talk.text, CHARACTERS.draft) : "",
    // The newest: those of earlier turns come first.
    facts: given.slice(-MOST.facts).map((fact) => cut(factLines([fact]), CHARACTERS.line)),
    attempts: attempts.map((attempt, at) => attemptOf(attempt, traces[at] ?? [])).slice(-MOST.attempts),
    modelCalls,
    inputTokens,
    outputTokens,
    estimatedTokens,
    nth: 0,
  };
}

const attemptOf = (
  { model, ended, failure, draft, uses, dropped }: Attempt,
  spans: readonly RunSpan[],
): ThoughtAttempt => ({
  model,
  ended,
  failure: cut(failure, CHARACTERS.line),
  draft: cut(uncheckedWords(draft), CHARACTERS.draft),
  uses: uses.slice(0, MOST.uses).map(useOf),
  dropped: dropped
    .slice(0, MOST.dropped)
    .map(({ sentence, rule, layer, words }) => ({ sentence, rule, layer, words: cut(words, CHARACTERS.line) })),
  spans: spans.slice(0, MOST.spans),
});

const Input = z.record(z.string(), z.json());

const useOf = ({ tool, input, factIds, refusal }: ToolUse): ThoughtUse => ({
  tool,
  input: shortened(Input.safeParse(input).data ?? {}),
  factIds: [...factIds],
  refusal: refusal === null ? null : cut(refusal, CHARACTERS.line),
});

type Input = ThoughtUse["input"];

const shortened = (input: Input): Input =>
  Object.fromEntries(
    Object.entries(input).map(([name, value]) => [
      name,
      typeof value === "string" || (typeof value === "object" && value !== null)
        ? cut(typeof value === "string" ? value : JSON.stringify(value), CHARACTERS.input)
        : value,
    ]),
  );
