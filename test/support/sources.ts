// The source files of this repository as data: their imports, their circles, their lines of code.
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";

export const ROOT = join(import.meta.dirname, "../..");
/** The floors of the product, from the ground up. */
export const PRODUCT = ["schemas", "memory", "toolkits", "agents", "desk", "scheduler", "apps"] as const;

export interface Import {
  readonly file: string;
  readonly specifier: string;
  /** The file it names, from the root of the repository; null for a package. */
  readonly target: string | null;
}

export const filesOf = (folder: string): readonly string[] =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => join(folder, name));

const textOf = (file: string): string => readFileSync(join(ROOT, file), "utf8");

/** A file without its comments. */
export const codeOf = (file: string): string => textOf(file).replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, "");

/** Lines of a file that are neither blank nor a comment only. */
export const codeLinesOf = (file: string): number =>
  textOf(file)
    .replace(/^\s*\/\*[\s\S]*?\*\/\s*$/gm, "")
    .split("\n")
    .filter((line) => !/^\s*(?:\/\/.*)?$/.test(line)).length;

/** Lines of a file, comments and blanks included. */
export const linesOf = (file: string): number => textOf(file).trimEnd().split("\n").length;

const IMPORT =
  /(?:^|\n)\s*(?:import|export)\s[^;]*?from\s*"([^"]+)"|import\(\s*"([^"]+)"\s*\)|(?:^|\n)\s*import\s+"([^"]+)"/g;

/** Type imports included. */
export const importsOf = (file: string): readonly Import[] =>
  [...textOf(file).matchAll(IMPORT)].map((match) => {
    const specifier = match[1] ?? match[2] ?? match[3] ?? "";
    return { file, specifier, target: targetOf(file, specifier) };
  });

export function targetOf(file: string, specifier: string): string | null {
  if (specifier.startsWith("#")) return specifier.slice(1);
  return specifier.startsWith(".") ? relative(ROOT, join(ROOT, file, "..", specifier)) : null;
}

export type Graph = ReadonlyMap<string, readonly string[]>;

/** Which file imports which. */
export const graphOf = (files: readonly string[]): Graph =>
  new Map(files.map((file) => [file, importsOf(file).flatMap(({ target }) => (target === null ? [] : [target]))]));

/** Groups of nodes that reach each other (Tarjan 1972), and nodes that name themselves. */
export function circlesOf(graph: Graph): readonly (readonly string[])[] {
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const circles: string[][] = [];
  const lower = (node: string, value: number) => low.set(node, Math.min(low.get(node) ?? value, value));
  const visit = (node: string): void => {
    index.set(node, index.size);
    lower(node, index.size - 1);
    stack.push(node);
    for (const next of graph.get(node) ?? []) {
      if (!graph.has(next)) continue;
      if (!index.has(next)) visit(next);
      if (stack.includes(next)) lower(node, low.get(next) ?? 0);
    }
    if (low.get(node) !== index.get(node)) return;
    const circle = stack.splice(stack.indexOf(node));
    if (circle.length > 1 || graph.get(node)?.includes(node) === true) circles.push(circle.sort());
  };
  for (const node of graph.keys()) if (!index.has(node)) visit(node);
  return circles;
}
