// Floor 2. Nouns of a sentence that say what a value is: "stop", "upper band", "win rate".
import type { FactKind } from "#schemas/fact.ts";
import type { Reading } from "./reading.ts";

export interface Noun {
  readonly from: number;
  /** Behind its last word. */
  readonly to: number;
  /** What a value that it names may be. */
  readonly kinds: readonly FactKind[];
}

export const nounsOf = ({ meanings }: Reading): readonly Noun[] =>
  meanings.flatMap(({ from, to, value }) => (value.about === "kind" ? [{ from, to, kinds: value.kinds }] : []));

/** Kinds that stand on the scale of a market's price. */
export const LEVELS: ReadonlySet<FactKind> = new Set([
  "price",
  "band-upper",
  "band-middle",
  "band-lower",
  "level-enter",
  "level-exit",
  "stop",
  "target",
  "entry",
  "exit",
  "high",
  "low",
]);

export const isAnd = (word: string): boolean => ["and", "und", "y", "e", "or", "oder", "o"].includes(word);
