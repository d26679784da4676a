// Floor 6. `thoughts list | show`: how models came to their answers. It is the one door at which words of a model stand that did
// not pass the fact check: marked as such, and with every figure hidden (law 14).

import { findThought, type KeptThought, readThoughts } from "#desk/answering/thoughts.ts";
import { formatTime } from "#desk/documents/format.ts";
import { FactId } from "#schemas/fact.ts";
import type { RunSpan, ThoughtAttempt, ThoughtUse } from "#schemas/thought.ts";
import { Timeframe } from "#schemas/units.ts";
import { maskFigures, printable } from "#toolkits/fact-check/mask-figures.ts";
import { deskCommand } from "../command.ts";
import type { Style } from "../io.ts";
import { table } from "../text/table.ts";
import { wholeNumber } from "./memory.ts";

const limitOf = (flags: Readonly<Record<string, unknown>>): number => wholeNumber(flags["limit"], "--limit", 20);

const thoughtsList = deskCommand({
  name: "thoughts list",
  check: ({ flags }) => void limitOf(flags),
  execute: async ({ desk }, { flags }, options) => {
    const nowMs = desk.clock.now();
    const kept = await readThoughts(desk, { nowMs, limit: limitOf(flags) }, options);
    return { run: desk.runId, nowMs, thoughts: kept.map(summaryOf) };
  },
  render: ({ thoughts }, style) =>
    thoughts.length === 0
      ? "No model was asked yet in this run."
      : [
          table(thoughts, [
            { title: "id", value: (t) => t.id },
            { title: "time (UTC)", value: (t) => formatTime(t.atMs) },
            { title: "asked", value: (t) => firstLine(t.question) },
            { title: "", value: (t) => STATUS[t.status] },
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
  execute: async ({ desk }, { args }, options) =>
    shownOf(await findThought(desk, { id: args[0] ?? "", nowMs: desk.clock.now() }, options)),
  render: (shown, style) =>
    [
      headOf(shown, style),
      ...shown.attempts.flatMap((one, i) => attemptText(one, i, style)),
      ...endOf(shown, style),
    ].join("\n"),
});

export const thoughtsCommands = [thoughtsList, thoughtsShow] as const;

const STATUS: Readonly<Record<KeptThought["thought"]["status"], string>> = {
  answered: "answered",
  failed: "no text of a model",
  "nothing-stands": "nothing stood up to the facts",
  spent: "tokens spent",
};

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
const shownOf = ({ id, thought: { question, facts, attempts, ...thought } }: KeptThought) => ({
  id,
  question: printable(question),
  ...thought,
  facts: facts.map(printable),
  attempts: attempts.map(({ draft, uses, dropped, ...attempt }) => ({
    ...attempt,
    /** With `▯` in the place of every figure. */
    draft: maskFigures(draft),
    uses: uses.map(({ tool, input, factIds, refusal }) => ({
      tool,
      input: Object.fromEntries(Object.entries(input).map(([name, value]) => [name, inputShown(value)])),
      factIds,
      refusal: refusal === null ? null : maskFigures(refusal),
    })),
    dropped: dropped.map(({ words, ...why }) => ({ ...why, words: maskFigures(words) })),
  })),
});

/** Numbers are within the bounds of the tool's schema, as timeframes and ids of facts are; words may be anything. */
const inputShown = (value: ThoughtUse["input"][string]): ThoughtUse["input"][string] =>
  typeof value !== "string" || Timeframe.safeParse(value).success || FactId.safeParse(value).success
    ? value
    : maskFigures(value);

type Shown = ReturnType<typeof shownOf>;

function headOf(shown: Shown, style: Style): string {
  const { id, atMs, conversation, question, status, model, why, instructions, estimatedTokens } = shown;
  const said = status === "answered" ? `by ${model}` : STATUS[status];
  const tokens = `${count(shown.inputTokens)} tokens in, ${count(shown.outputTokens)} out`;
  const estimated =
    estimatedTokens === 0 ? "" : `, ${count(estimatedTokens)} of them estimated: the provider did not say`;
  return [
    `${style.bold(`thought ${id}`)}  ${formatTime(atMs)} UTC${conversation === null ? "" : `, conversation ${conversation}`}`,
    `asked         ${question}`,
    `answered      ${said}${why === null ? "" : ` (${why})`}`,
    `model calls   ${shown.modelCalls}, ${tokens}${estimated}`,
    `instructions  ${instructions}`,
  ].join("\n");
}

function attemptText({ model, ended, failure, draft, uses, dropped, spans }: ThoughtAttempt, at: number, style: Style) {
  return [
    `\n${style.bold(`draft ${at + 1} by ${model}`)}  ${ended}${failure === "" || dropped.length > 0 ? "" : `: ${failure}`}`,
    ...(uses.length === 0 ? ["It read nothing."] : [usesTable(uses)]),
    ...(spans.length === 0 ? [] : [spansTable(spans)]),
    ...(draft === "" ? [] : [style.dim("The model wrote, figures hidden:"), quoted(draft)]),
    ...(dropped.length === 0
      ? []
      : [
          style.dim("Left out:"),
          ...dropped.map(({ sentence, rule, layer, words }) => {
            const at = words === "" ? "" : `, at the model's words "${words}"`;
            return `  sentence ${sentence}: ${rule.replaceAll("-", " ")} (${layer})${at}`;
          }),
        ]),
  ];
}

const quoted = (text: string): string =>
  text
    .split("\n")
    .map((line) => `  > ${line}`)
    .join("\n");

const usesTable = (uses: readonly ThoughtUse[]): string =>
  table(uses, [
    { title: "read", value: (use) => use.tool },
    { title: "asked with", value: (use) => Object.entries(use.input).map(pair).join(" ") },
    { title: "got", value: gotOf },
  ]);

const pair = ([name, value]: readonly [string, ThoughtUse["input"][string]]): string =>
  `${name}=${typeof value === "string" ? value : JSON.stringify(value)}`;

const gotOf = ({ factIds, refusal }: ThoughtUse): string => {
  if (refusal !== null) return `nothing: ${refusal}`;
  const [first] = factIds;
  const last = factIds.at(-1);
  if (first === undefined) return "nothing is known of it";
  return factIds.length === 1 ? first : `${factIds.length} facts, ${first} to ${last}`;
};

const spansTable = (spans: readonly RunSpan[]): string =>
  table(spans, [
    { title: "took", value: ({ kind, name, parent }) => `${parent === null ? "" : "  "}${SPANS[kind](name)}` },
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

const endOf = ({ stood, facts }: Shown, style: Style): readonly string[] => [
  `\n${style.bold("what stood up to the facts")}`,
  stood === "" ? "nothing" : stood,
  ...(facts.length === 0 ? [] : [`\n${style.bold("the facts at hand")}`, ...facts]),
];
