// Floor 3. The desk's own lines around a model's words, in the operator's language.
import type { Language } from "#schemas/language.ts";
import lines from "./talk-lines.json" with { type: "json" };

export type TalkLine = keyof typeof lines;

/** @param filled what stands in its {braces} */
export const lineOf = (line: TalkLine, language: Language, filled: Readonly<Record<string, string>>): string =>
  lines[line][language].replace(/\{(\w+)\}/g, (hole, name: string) => filled[name] ?? hole);
