// Floor 3. Patterns of the question grammar as they stand in JSON → regular expressions. `{NAME}` stands for a fragment. A list
// of alternatives matches whole words only; under `any` it matches as it stands. `why` tells why a pattern is as it is.
import { z } from "zod";
import { InvariantError } from "#schemas/errors.ts";
import shared from "./rules/fragments.json" with { type: "json" };

const Alternatives = z.union([z.string(), z.array(z.string())]);
export const PatternText = z.union([
  Alternatives,
  z.strictObject({ why: z.exactOptional(z.string()), any: Alternatives }),
  z.strictObject({ why: z.exactOptional(z.string()), words: Alternatives }),
]);
export type PatternText = z.infer<typeof PatternText>;

/** A list stands for any one of its texts. */
export type Fragments = Readonly<Record<string, string | readonly string[]>>;

const anyOf = (texts: string | readonly string[]): string => (typeof texts === "string" ? texts : texts.join("|"));

function sourceOf(text: PatternText): string {
  if (typeof text === "string") return text;
  if ("any" in text) return anyOf(text.any);
  return `\\b(?:${anyOf("words" in text ? text.words : text)})\\b`;
}

/** @throws InvariantError that names the pattern: a fragment that is not there, or no regular expression */
export function compilePattern(name: string, text: PatternText, flags = "", fragments: Fragments = shared): RegExp {
  const source = sourceOf(text).replace(/(?<!\\[pP])\{([A-Z][A-Z_]*)\}/g, (_all, fragment: string) => {
    const meant = fragments[fragment];
    if (meant === undefined) throw unreadable(name, `names the fragment {${fragment}}, which is not there`);
    return typeof meant === "string" ? meant : `(?:${anyOf(meant)})`;
  });
  try {
    return new RegExp(source, flags);
  } catch (cause) {
    throw unreadable(
      name,
      `is no regular expression: ${cause instanceof Error ? cause.message : String(cause)}`,
      cause,
    );
  }
}

const unreadable = (name: string, fault: string, cause?: unknown): InvariantError =>
  new InvariantError({
    was: `The pattern ${name} of the question grammar ${fault}.`,
    remedy: "Correct it in the grammar's JSON file.",
    cause,
  });
