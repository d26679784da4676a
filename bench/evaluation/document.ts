// Bench. Sections → docs/evaluation.md and its charts.
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { PART_FILE, withPart } from "./stockbench/page.ts";
import { markdownTable, type Section } from "./tables.ts";

export interface DocumentHead {
  readonly command: string;
  /** `2026-11-20`. */
  readonly date: string;
  readonly lines: readonly string[];
  readonly summary: readonly string[];
}

const WHAT_IT_IS_NOT = [
  "None of this is an edge. At 5 minutes a faster decision is worth about nothing in P&L, and the simulator has no edge to find.",
  "What sleep is worth to a trader is not in a ratio of units: every market judged at every close under the venue's rate limits, one truth",
  "for loop and chat, work that goes on while a source is down, and answers at once. What it is not worth is total work: read the losing",
  "rows, they are marked. The oracle of every comparison is the from-scratch answer of the same rules at the same moment; that shows that",
  "memory says what work would have said, not that either is wise.",
].join("\n");

/** What asks a model, and so is not in this page unless somebody had a key. */
const WITH_A_KEY = [
  "## With a model of your own",
  "Part M is made with scripted models: their tokens are characters through 4, and what they say is of no worth. With a key the same rows are a real model's, counted by its provider:",
  ["```", "OPENAI_API_KEY=… npm run eval -- --only M --model openai/gpt-5-mini", "```"].join("\n"),
  "That is one seed, and millions of tokens: whole days with and without what is bought asleep, and twelve calls a debate. `--model-url` names an OpenAI-compatible server instead, a local one too.",
  "The paper's own problems (Stateful GSM-Symbolic P2 of arXiv 2504.13171) are run from a folder of yours. Their licence (CC BY-NC-ND 4.0) keeps them out of this repository, and the answers too, which repeat them: both stay in that folder.",
  [
    "```",
    "git clone https://github.com/apple/ml-gsm-symbolic ~/ml-gsm-symbolic",
    "OPENAI_API_KEY=… npm run eval -- --paper ~/ml-gsm-symbolic/generated_data --model openai/gpt-4o-mini --limit 50",
    "```",
  ].join("\n"),
  [
    "- Each problem is split at run time as in the paper: the last sentence is the question, what stands before it the context. The rule cuts at every full stop, so a decimal is cut in two; the paper's figures have that too, and so have these.",
    "- Asleep the model reads the context alone and writes what could be asked: `--sleep 0,1,2,5,10` inferences, 0 being no sleep. Awake it reads context, notes and question at five verbosities (`--verbosity 0,1,2,3,4`). So a problem is 10 calls asleep and 25 awake; fewer levels, fewer calls.",
    "- `--limit 50` takes one problem of each of the 50 templates. Intervals are Wilson's, and by templates, whose problems differ in names and numbers alone.",
    "- Every answer is kept as it comes. A run that was ended (Ctrl-C, a model that is down) goes on from there with the same command.",
    "- Printed: right answers, tokens awake and asleep, cost at t = 1, 2, 5, 10 with sleep shared by the questions of its context, and what as many right answers take with sleep and without. Rows that lose are printed too.",
  ].join("\n"),
].join("\n\n");

const DOCS = new URL("../../docs/", import.meta.url).pathname;

export const sectionText = (section: Section): string =>
  [
    `## ${section.id}. ${section.title}`,
    ...section.intro,
    ...section.tables.map(markdownTable),
    ...section.charts.map(({ name, alt }) => `![${alt}](evaluation/${name}.svg)`),
    ...(section.findings.length > 0
      ? ["**What it says**", section.findings.map((text) => `- ${text}`).join("\n")]
      : []),
  ].join("\n\n");

export const documentText = (head: DocumentHead, sections: readonly Section[]): string =>
  [
    "# What it is worth, and what it is not",
    "This page is written by the command below; do not edit it by hand.",
    ["```", head.command, "```"].join("\n"),
    head.lines.join("\n"),
    "## In short",
    head.summary.map((text) => `- ${text}`).join("\n"),
    WHAT_IT_IS_NOT,
    WITH_A_KEY,
    ...sections.map(sectionText),
    "",
  ].join("\n\n");

/** Returns the files written. */
export async function writeDocument(head: DocumentHead, sections: readonly Section[]): Promise<readonly string[]> {
  const charts = sections.flatMap((section) => section.charts);
  await mkdir(join(DOCS, "evaluation"), { recursive: true });
  const stockbench = (await readFile(PART_FILE, "utf8").catch(() => "")).trim();
  const page = documentText(head, sections);
  await writeFile(join(DOCS, "evaluation.md"), stockbench === "" ? page : withPart(page, stockbench));
  for (const { name, svg } of charts) await writeFile(join(DOCS, "evaluation", `${name}.svg`), svg);
  return ["docs/evaluation.md", ...charts.map(({ name }) => `docs/evaluation/${name}.svg`)];
}
