// Floor 3. Patterns of the question grammar as they stand in JSON -> regular expressions: `{NAME}` stands for a fragment.
import fragments from "./rules/fragments.json" with { type: "json" };

const FRAGMENTS: ReadonlyMap<string, string> = new Map(Object.entries(fragments));

export const compile = (pattern: string, flags = ""): RegExp =>
  new RegExp(
    pattern.replace(/\{([A-Z_]+)\}/g, (all, name) => FRAGMENTS.get(name) ?? all),
    flags,
  );

/** One of these. */
export const compileAny = (patterns: readonly string[], flags = ""): RegExp => compile(patterns.join("|"), flags);
