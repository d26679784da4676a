// Floor 1. Thoughts: how models came to an answer, kept for looking at: what they read, what they wrote, what was left out of it
// and by which rule, and what it took. Their times are of this machine; nothing that the desk decides or answers reads them.
import { z } from "zod";
import { Json } from "./json.ts";
import { Language } from "./language.ts";
import { Count, DurationMs, UnixMs } from "./units.ts";

/** `run`: the agent's, whole · `model`: one call of its model, retries included · `tool`: one read. */
export const SpanKind = z.enum(["run", "model", "tool"]);
export type SpanKind = z.infer<typeof SpanKind>;

/** One stretch of an agent's run. */
export const RunSpan = z.object({
  kind: SpanKind,
  name: z.string().describe("of a tool its id; of the others what they are"),
  parent: Count.nullable().describe("place of the span above it in the list of spans; null: it has none"),
  startMs: z.number().nonnegative().describe("from the beginning of the run, ms of real time"),
  durationMs: DurationMs,
  inputTokens: Count.nullable().describe(
    "as the provider counted them; null where it did not say, and of what is no model call",
  ),
  outputTokens: Count.nullable().describe("likewise"),
  failed: z.boolean().describe("it ended in an error, or was ended from outside"),
});
export type RunSpan = Readonly<z.infer<typeof RunSpan>>;

/** A read that a model asked for. */
export const ThoughtUse = z.object({
  tool: z.string(),
  input: z.record(z.string(), Json).describe("as the tool's schema took it"),
  factIds: z.array(z.string()).describe("of the facts that it gave"),
  refusal: z.string().nullable().describe("what the model was told instead; null where it got facts"),
});
export type ThoughtUse = z.infer<typeof ThoughtUse>;

/** A sentence that was not shown. */
export const ThoughtDropped = z.object({
  sentence: Count.describe("its number in the draft, from 1"),
  rule: z.string(),
  layer: z.string().describe("of the fact check: `figure`, `fact` or `claim`"),
  words: z.string().describe("the words that broke the rule, unchecked"),
});
export type ThoughtDropped = z.infer<typeof ThoughtDropped>;

/** One draft of one model. */
export const ThoughtAttempt = z.object({
  model: z.string().describe("as the setting names it"),
  ended: z.string().describe("how its run ended: `completed`, or why not"),
  failure: z.string().describe("why nothing more of it was shown; empty where all of it was"),
  draft: z.string().describe("as the model wrote it, unchecked: no door shows it"),
  uses: z.array(ThoughtUse),
  dropped: z.array(ThoughtDropped),
  spans: z.array(RunSpan),
});
export type ThoughtAttempt = z.infer<typeof ThoughtAttempt>;

export const TalkStatus = z.enum(["answered", "failed", "nothing-stands", "spent"]);

/** Body of a topic of kind `thought`. */
export const Thought = z.object({
  question: z.string(),
  conversation: z.string().nullable().describe("name of the conversation; null: the question was asked on its own"),
  atMs: UnixMs.describe("the desk's clock"),
  language: Language,
  status: TalkStatus.describe(
    "`failed`: no model gave a text · `nothing-stands`: none of their texts did · `spent`: none was asked",
  ),
  model: z.string().nullable().describe("the model whose draft was shown, as the setting names it; null: none"),
  why: z.string().nullable().describe("why there is no answer of a model, or why it broke off; null: neither"),
  instructions: z.string().describe("digest of the instructions that the models were given"),
  lexicon: z
    .string()
    .default("")
    .describe("version of the word lists that the drafts were checked with; empty in a thought of before they had one"),
  stood: z.string().describe("what of the last draft stood up to the facts; empty: nothing"),
  facts: z.array(z.string()).describe("the facts at hand, as the models read them: one line each, their ids first"),
  attempts: z.array(ThoughtAttempt),
  modelCalls: Count.describe("of the whole question, as its entry of the ledger counts them"),
  inputTokens: Count,
  outputTokens: Count,
  estimatedTokens: Count.describe(
    "how many of the tokens were estimated from the texts, because the provider did not say",
  ),
  nth: Count.default(0).describe("how many before it were asked at the same moment: a simulated clock stands still"),
});
export type Thought = z.infer<typeof Thought>;
