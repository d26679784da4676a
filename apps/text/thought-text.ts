// Floor 6. A thought, for people: what was read, what it took, what was written and left out, what stood. What a model wrote comes
// here with its figures hidden already.
import { z } from "zod";
import { formatTime } from "#desk/documents/format.ts";
import { type RunSpan, Thought, ThoughtAttempt, type ThoughtDropped, type ThoughtUse } from "#schemas/thought.ts";
import type { Style } from "../io.ts";
import { table } from "./table.ts";

/** A thought as it may leave the desk, see apps/commands/thoughts.ts. */
export const ShownThought = Thought.omit({ nth: true }).extend({
  id: z.string(),
  attempts: z.array(
    ThoughtAttempt.extend({
      draft: z.string().describe("as the model wrote it, with `▯` in the place of every figure"),
    }),
  ),
});
export type ShownThought = Readonly<z.infer<typeof ShownThought>>;

/** How a talk ended, in a trader's words. */
export const TALK_ENDS: Readonly<Record<Thought["status"], string>> = {
  answered: "answered",
  failed: "no text of a model",
  "nothing-stands": "nothing stood up to the facts",
  spent: "tokens spent",
};

/** All of it. */
export const thoughtText = (shown: ShownThought, style: Style): string =>
  [
    headOf(shown, style),
    ...shown.attempts.flatMap((attempt, at) => ["", ...runText(attempt, at, style), ...draftText(attempt, style)]),
    ...endOf(shown, style),
  ].join("\n");

/** What was read, and what that took, for beneath an answer: nothing of what a model wrote. */
export const trailText = (shown: ShownThought, style: Style): string =>
  [callsText(shown), ...shown.attempts.flatMap((attempt, at) => runText(attempt, at, style))].join("\n");

function headOf(shown: ShownThought, style: Style): string {
  const { id, atMs, conversation, question, status, model, why, instructions, lexicon } = shown;
  const said = status === "answered" ? `by ${model}` : TALK_ENDS[status];
  return [
    `${style.bold(`thought ${id}`)}  ${formatTime(atMs)} UTC${conversation === null ? "" : `, conversation ${conversation}`}`,
    `asked         ${question}`,
    `answered      ${said}${why === null ? "" : ` (${why})`}`,
    `model calls   ${callsText(shown)}`,
    `instructions  ${instructions}, word lists ${lexicon === "" ? "not kept" : lexicon}`,
  ].join("\n");
}

export const callsText = ({ modelCalls, inputTokens, outputTokens, estimatedTokens }: ShownThought): string =>
  `${modelCalls}, ${count(inputTokens)} tokens in, ${count(outputTokens)} out${estimatedTokens === 0 ? "" : `, ${count(estimatedTokens)} of them estimated: the provider did not say`}`;

/** How a draft's run ended. */
export const endText = ({ ended, failure, dropped }: ThoughtAttempt): string =>
  `${ended}${failure === "" || dropped.length > 0 ? "" : `: ${failure}`}`;

const runText = (attempt: ThoughtAttempt, at: number, style: Style) => [
  `${style.bold(`draft ${at + 1} by ${attempt.model}`)}  ${endText(attempt)}`,
  attempt.uses.length === 0 ? "It read nothing." : usesTable(attempt.uses),
  ...(attempt.spans.length === 0 ? [] : [spansTable(attempt.spans)]),
];

const draftText = ({ draft, dropped }: ThoughtAttempt, style: Style): readonly string[] => [
  ...(draft === "" ? [] : [style.dim("The model wrote, figures hidden:"), quoted(draft)]),
  ...(dropped.length === 0 ? [] : [style.dim("Left out:"), ...dropped.map((one) => `  ${droppedText(one)}`)]),
];

/** `sentence 2: digit (figure), at the model's words "▯ soon"` */
export function droppedText({ sentence, rule, layer, words }: ThoughtDropped): string {
  const at = words === "" ? "" : `, at the model's words "${words}"`;
  return `sentence ${sentence}: ${rule.replaceAll("-", " ")} (${layer})${at}`;
}

const count = (tokens: number): string => tokens.toLocaleString("en-US");

const quoted = (text: string): string =>
  text
    .split("\n")
    .map((line) => `  > ${line}`)
    .join("\n");

const usesTable = (uses: readonly ThoughtUse[]): string =>
  table(uses, [
    { title: "read", value: (use) => use.tool },
    { title: "asked with", value: inputText },
    { title: "got", value: gotOf },
  ]);

/** `asset=BTC limit=5` */
export const inputText = ({ input }: ThoughtUse): string => Object.entries(input).map(pair).join(" ");

const pair = ([name, value]: readonly [string, ThoughtUse["input"][string]]): string =>
  `${name}=${typeof value === "string" ? value : JSON.stringify(value)}`;

/** The facts that a read gave, or why it gave none. */
export const gotOf = ({ factIds, refusal }: ThoughtUse): string => {
  if (refusal !== null) return `nothing: ${refusal}`;
  return factIds.length === 0 ? "nothing is known of it" : rangesOf(factIds);
};

/** `f3, f7 to f9`: a source gives facts that are known already under the ids that they have. */
function rangesOf(factIds: readonly string[]): string {
  const ranges: (readonly [first: number, last: number])[] = [];
  for (const id of factIds) {
    const number = Number(id.slice(1));
    const [first, last] = ranges.at(-1) ?? [];
    if (first !== undefined && last === number - 1) ranges[ranges.length - 1] = [first, number];
    else ranges.push([number, number]);
  }
  return ranges.map(([first, last]) => (first === last ? `f${first}` : `f${first} to f${last}`)).join(", ");
}

const spansTable = (spans: readonly RunSpan[]): string =>
  table(spans, [
    { title: "took", value: ({ kind, name, parent }) => `${parent === null ? "" : "  "}${spanName({ kind, name })}` },
    { title: "from ms", value: ({ startMs }) => startMs.toFixed(0), align: "right" },
    { title: "for ms", value: ({ durationMs }) => durationMs.toFixed(0), align: "right" },
    {
      title: "tokens in",
      value: ({ inputTokens }) => (inputTokens === null ? "" : count(inputTokens)),
      align: "right",
    },
    { title: "out", value: ({ outputTokens }) => (outputTokens === null ? "" : count(outputTokens)), align: "right" },
    { title: "", value: ({ failed }) => (failed ? "failed" : "") },
  ]);

const SPANS: Readonly<Record<RunSpan["kind"], (name: string) => string>> = {
  run: () => "the run",
  model: () => "model call",
  tool: (name) => name,
};

/** What a stretch of a run was. */
export const spanName = ({ kind, name }: Pick<RunSpan, "kind" | "name">): string => SPANS[kind](name);

const endOf = ({ stood, facts }: ShownThought, style: Style): readonly string[] => [
  `\n${style.bold("what stood up to the facts")}`,
  stood === "" ? "nothing" : stood,
  ...(facts.length === 0 ? [] : [`\n${style.bold("the facts at hand")}`, ...facts]),
];
