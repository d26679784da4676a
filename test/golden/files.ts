// The kept journals: one canonical line an event, no record ids.
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

const fileOf = (name: string): string => join(import.meta.dirname, `${name}.txt`);

/** Empty where there is no file yet. */
export async function readGolden(name: string): Promise<readonly string[]> {
  try {
    return (await readFile(fileOf(name), "utf8")).trimEnd().split("\n");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

export const writeGolden = (name: string, lines: readonly string[]): Promise<void> =>
  writeFile(fileOf(name), `${lines.join("\n")}\n`);

export interface GoldenChange {
  /** `decision`, `refusal`, `order-list`, `order`, `fill`. */
  readonly kind: string;
  readonly gone: readonly string[];
  readonly come: readonly string[];
}

const kindOf = (line: string): string => String((JSON.parse(line) as readonly unknown[])[0]);

/** Lines that are in one of the two only, by kind. */
export function changesOf(before: readonly string[], after: readonly string[]): readonly GoldenChange[] {
  const gone = without(before, after);
  const come = without(after, before);
  const kinds = new Set([...gone, ...come].map(kindOf));
  const of = (kind: string, lines: readonly string[]) => lines.filter((line) => kindOf(line) === kind);
  return [...kinds].sort().map((kind) => ({ kind, gone: of(kind, gone), come: of(kind, come) }));
}

/** What is left of `lines` where each line of `others` takes one equal line away. */
function without(lines: readonly string[], others: readonly string[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const line of others) counts.set(line, (counts.get(line) ?? 0) + 1);
  return lines.filter((line) => {
    const left = counts.get(line) ?? 0;
    counts.set(line, left - 1);
    return left <= 0;
  });
}
