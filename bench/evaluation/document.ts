// Bench. Sections -> docs/evaluation.md and its charts.
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
    ...(head.summary.length > 0 ? [head.summary.map((text) => `- ${text}`).join("\n")] : []),
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
