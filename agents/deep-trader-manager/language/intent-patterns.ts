// Floor 3. Patterns of the question grammar as they stand in JSON → regular expressions. `{NAME}` stands for a fragment. A list
// of alternatives matches whole words only; under `any` it matches as it stands.
import { z } from "zod";
import { InvariantError } from "#schemas/errors.ts";
import table from "./intent-patterns.json" with { type: "json" };
import shared from "./rules/fragments.json" with { type: "json" };

export const PatternText = z.union([
  z.string(),
  z.array(z.string()),
  z.strictObject({
    any: z.array(z.string()),
    flags: z.exactOptional(z.string()),
    /** Why it is as it is, or an example. */
    why: z.exactOptional(z.string()),
  }),
]);
export type PatternText = z.infer<typeof PatternText>;

function sourceOf(text: PatternText): { readonly source: string; readonly flags?: string } {
  if (typeof text === "string") return { source: text };
  return "any" in text ? { ...text, source: text.any.join("|") } : { source: `\\b(?:${text.join("|")})\\b` };
}

/** @throws InvariantError that names the pattern: a fragment that is not there, or no regular expression */
export function compilePattern(
  name: string,
  text: PatternText,
  fragments: Readonly<Record<string, string>> = shared,
): RegExp {
  const { source: written, flags } = sourceOf(text);
  const source = written.replace(/(?<!\\[pP])\{([A-Z][A-Z_]*)\}/g, (all, fragment: string) => {
    const meant = fragments[fragment];
    if (meant === undefined) throw unreadable(name, `names the fragment ${all}, which is not there`);
    return meant;
  });
  try {
    return new RegExp(source, flags);
  } catch (cause) {
    throw unreadable(name, `is no regular expression (${source})`, cause);
  }
}

const unreadable = (name: string, fault: string, cause?: unknown): InvariantError =>
  new InvariantError({
    was: `The pattern ${name} of the question grammar ${fault}.`,
    remedy: "Correct it in the grammar's JSON file.",
    cause,
  });

/** The patterns of intent-patterns.json, by name. */
export const PATTERNS = Object.fromEntries(
  Object.entries(table).map(([name, text]) => [name, compilePattern(name, PatternText.parse(text))]),
) as Readonly<Record<keyof typeof table, RegExp>>;
