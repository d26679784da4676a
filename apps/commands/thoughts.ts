// Floor 6. `thoughts list | show`: how models came to their answers. It is the one door at which words of a model stand that did
// not pass the fact check: marked as such, and with every figure hidden (law 14).
import { z } from "zod";
import { findThought, type KeptThought, readThoughts } from "#desk/answering/thoughts.ts";
import { formatTime } from "#desk/documents/format.ts";
import { FactId } from "#schemas/fact.ts";
import type { ThoughtUse } from "#schemas/thought.ts";
import { Count, Timeframe, UnixMs } from "#schemas/units.ts";
import { maskFigures, printable } from "#toolkits/fact-check/mask-figures.ts";
import { deskCommand } from "../command.ts";
import { table } from "../text/table.ts";
import { ShownThought, TALK_ENDS, thoughtText } from "../text/thought-text.ts";
import { wholeNumber } from "./memory.ts";

const limitOf = (flags: Readonly<Record<string, unknown>>): number => wholeNumber(flags["limit"], "--limit", 20);

const ThoughtSummary = ShownThought.pick({
  id: true,
  atMs: true,
  question: true,
  conversation: true,
  status: true,
  model: true,
  modelCalls: true,
  inputTokens: true,
  outputTokens: true,
  estimatedTokens: true,
}).extend({
  reads: Count.describe("reads that its models asked for"),
  leftOut: Count.describe("sentences of its drafts that were not shown"),
});

const ThoughtsDocument = z.object({
  run: z.string().describe("id of the run"),
  nowMs: UnixMs,
  thoughts: z
    .array(ShownThought.partial().extend(ThoughtSummary.shape))
    .describe("newest first; what `thoughts show` has beside the summary is left out without --whole"),
});
export type ThoughtsDocument = Readonly<z.infer<typeof ThoughtsDocument>>;

const thoughtsList = deskCommand({
  name: "thoughts list",
  document: ThoughtsDocument,
  reads: true,
  exchange: "not-asked",
  check: ({ flags }) => void limitOf(flags),
  execute: async ({ desk }, { flags }, options) => {
    const nowMs = desk.clock.now();
    const kept = await readThoughts(desk, { nowMs, limit: limitOf(flags) }, options);
    const thoughts = kept.map((each) => ({ ...summaryOf(each), ...(flags["whole"] === true ? shownOf(each) : {}) }));
    return { run: desk.runId, nowMs, thoughts };
  },
  render: ({ thoughts }, style) =>
    thoughts.length === 0
      ? "No model was asked yet in this run."
      : [
          table(thoughts, [
            { title: "id", value: (t) => t.id },
            { title: "time (UTC)", value: (t) => formatTime(t.atMs) },
            { title: "asked", value: (t) => firstLine(t.question) },
            { title: "", value: (t) => TALK_ENDS[t.status] },
            { title: "by", value: (t) => t.model ?? "–" },
            { title: "reads", value: (t) => String(t.reads), align: "right" },
            { title: "left out", value: (t) => String(t.leftOut), align: "right" },
            { title: "calls", value: (t) => String(t.modelCalls), align: "right" },
            { title: "tokens in", value: (t) => count(t.inputTokens), align: "right" },
            { title: "out", value: (t) => count(t.outputTokens), align: "right" },
          ]),
          style.dim(`deeptrader thoughts show ${thoughts[0]?.id}`),
        ].join("\n"),
});

const thoughtsShow = deskCommand({
  name: "thoughts show",
  document: ShownThought,
  reads: true,
  exchange: "not-asked",
  execute: async ({ desk }, { args: [id] }, options) =>
    shownOf(await findThought(desk, { id: id ?? null, nowMs: desk.clock.now() }, options)),
  render: thoughtText,
});

export const thoughtsCommands = [thoughtsList, thoughtsShow] as const;

const count = (tokens: number): string => tokens.toLocaleString("en-US");

const firstLine = (text: string): string => {
  const line = text.split("\n", 1)[0] ?? "";
  return line.length <= 48 ? line : `${line.slice(0, 47)}…`;
};

function summaryOf({ id, thought }: KeptThought) {
  const { atMs, question, conversation, status, model, attempts } = thought;
  const { modelCalls, inputTokens, outputTokens, estimatedTokens } = thought;
  const reads = attempts.reduce((sum, { uses }) => sum + uses.length, 0);
  const leftOut = attempts.reduce((sum, { dropped }) => sum + dropped.length, 0);
  const work = { modelCalls, inputTokens, outputTokens, estimatedTokens };
  return { id, atMs, question: printable(question), conversation, status, model, reads, leftOut, ...work };
}

/** A thought as it may leave the desk: what a model wrote, with its figures hidden. */
function shownOf({ id, thought }: KeptThought): ShownThought {
  const { nth: _, ...shown } = thought;
  const { question, facts, attempts, language } = thought;
  return {
    ...shown,
    id,
    question: printable(question),
    facts: facts.map(printable),
    attempts: attempts.map(({ draft, uses, dropped, ...attempt }) => ({
      ...attempt,
      draft: maskFigures(draft, language),
      uses: uses.map(useShown),
      dropped: dropped.map(({ words, ...why }) => ({ ...why, words: maskFigures(words, language) })),
    })),
  };
}

const useShown = ({ tool, input, factIds, refusal }: ThoughtUse): ThoughtUse => ({
  tool,
  input: Object.fromEntries(Object.entries(input).map(([name, value]) => [name, inputShown(value)])),
  factIds,
  // Our own words, which may repeat a name that the model made up.
  refusal: refusal === null ? null : maskFigures(refusal, null),
});

/** Numbers are within the bounds of the tool's schema, as timeframes and ids of facts are; words may be anything. */
const inputShown = (value: ThoughtUse["input"][string]): ThoughtUse["input"][string] =>
  typeof value !== "string" || Timeframe.safeParse(value).success || FactId.safeParse(value).success
    ? value
    : maskFigures(value, null);
