// Bench. Sections → docs/evaluation.md and its charts.
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
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
    ...sections.map(sectionText),
    "",
  ].join("\n\n");

/** Returns the files written. */
export async function writeDocument(head: DocumentHead, sections: readonly Section[]): Promise<readonly string[]> {
  const charts = sections.flatMap((section) => section.charts);
  await mkdir(join(DOCS, "evaluation"), { recursive: true });
  await writeFile(join(DOCS, "evaluation.md"), documentText(head, sections));
  for (const { name, svg } of charts) await writeFile(join(DOCS, "evaluation", `${name}.svg`), svg);
  return ["docs/evaluation.md", ...charts.map(({ name }) => `docs/evaluation/${name}.svg`)];
}
