// Floor 1. Thoughts: how models came to an answer, kept for looking at: what they read, what they wrote, what was left out of it
// and by which rule, and what it took. Their times are of this machine; nothing that the desk decides or answers reads them.
import { z } from "zod";
import { Language } from "./language.ts";
import { UnixMs } from "./units.ts";

/** `run`: the agent's, whole · `model`: one call of its model, retries included · `tool`: one read. */
export const SpanKind = z.enum(["run", "model", "tool"]);
export type SpanKind = z.infer<typeof SpanKind>;

const count = z.int().nonnegative();

/** One stretch of an agent's run. */
export const RunSpan = z.object({
  kind: SpanKind,
  /** Of a tool its id; of the others what they are. */
  name: z.string(),
  /** Place of the span above it in the list of spans; null: it has none. */
  parent: count.nullable(),
  /** From the beginning of the run, ms of real time. */
  startMs: z.number().nonnegative(),
  durationMs: z.number().nonnegative(),
  /** As the provider counted them; null where it did not say, and of what is no model call. */
  inputTokens: count.nullable(),
  outputTokens: count.nullable(),
  /** It ended in an error, or was ended from outside. */
  failed: z.boolean(),
});
export type RunSpan = Readonly<z.infer<typeof RunSpan>>;

/** A read that a model asked for. */
export const ThoughtUse = z.object({
  tool: z.string(),
  /** As the tool's schema took it. */
  input: z.record(z.string(), z.json()),
  /** Of the facts that it gave. */
  factIds: z.array(z.string()),
  /** What the model was told instead; null where it got facts. */
  refusal: z.string().nullable(),
});
export type ThoughtUse = z.infer<typeof ThoughtUse>;

/** A sentence that was not shown. */
export const ThoughtDropped = z.object({
  /** Its number in the draft, from 1. */
  sentence: count,
  rule: z.string(),
  /** Of the fact check: `figure`, `fact` or `claim`. */
  layer: z.string(),
  /** The words that broke the rule, unchecked. */
  words: z.string(),
});
export type ThoughtDropped = z.infer<typeof ThoughtDropped>;

/** One draft of one model. */
export const ThoughtAttempt = z.object({
  /** As the setting names it. */
  model: z.string(),
  /** How its run ended: `completed`, or why not. */
  ended: z.string(),
  /** Why nothing more of it was shown; empty where all of it was. */
  failure: z.string(),
  /** As the model wrote it, unchecked: no door shows it. */
  draft: z.string(),
  uses: z.array(ThoughtUse),
  dropped: z.array(ThoughtDropped),
  spans: z.array(RunSpan),
});
export type ThoughtAttempt = z.infer<typeof ThoughtAttempt>;

export const TalkStatus = z.enum(["answered", "failed", "nothing-stands", "spent"]);

/** Body of a topic of kind `thought`. */
export const Thought = z.object({
  question: z.string(),
  /** Name of the conversation; null: the question was asked on its own. */
  conversation: z.string().nullable(),
  /** The desk's clock. */
  atMs: UnixMs,
  language: Language,
  /** `failed`: no model gave a text · `nothing-stands`: none of their texts did · `spent`: none was asked. */
  status: TalkStatus,
  /** The model whose draft was shown, as the setting names it; null: none. */
  model: z.string().nullable(),
  /** Why there is no answer of a model, or why it broke off; null: neither. */
  why: z.string().nullable(),
  /** Digest of the instructions that the models were given. */
  instructions: z.string(),
  /** Version of the word lists that the drafts were checked with; empty in a thought of before they had one. */
  lexicon: z.string().default(""),
  /** What of the last draft stood up to the facts; empty: nothing. */
  stood: z.string(),
  /** The facts at hand, as the models read them: one line each, their ids first. */
  facts: z.array(z.string()),
  attempts: z.array(ThoughtAttempt),
  /** Of the whole question, as its entry of the ledger counts them. */
  modelCalls: count,
  inputTokens: count,
  outputTokens: count,
  /** How many of the tokens were estimated from the texts, because the provider did not say. */
  estimatedTokens: count,
  /** How many before it were asked at the same moment: a simulated clock stands still. */
  nth: count.default(0),
});
export type Thought = z.infer<typeof Thought>;
