// Beside the floors. A built folder → what its files name. Of its JavaScript: files of the folder, whether they are there, and
// packages, whether package.json has them. Of its declarations: which of them the entry's stand on. What is named by a computed
// text is a pattern: `./${name}.txt` wants at least one file.
import { existsSync, globSync, readFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { dirname, join } from "node:path";

/** Imports, static and dynamic, and `import … from` alone. */
const IMPORTED =
  /(?:^|\n)\s*(?:import|export)\s[^;"'`]*?from\s*["']([^"']+)["']|import\(\s*["']([^"']+)["']|(?:^|\n)\s*import\s+["']([^"']+)["']/g;
/** `new URL("./x", import.meta.url)`, `import.meta.resolve("x")`, `createRequire(import.meta.url).resolve("x")`. */
const NAMED =
  /new URL\(\s*(["'`][^"'`]+["'`]),\s*import\.meta\.url|(?:import\.meta|createRequire\(import\.meta\.url\)|require)\.resolve\(\s*(["'][^"']+["'])\s*\)/g;

export interface ReadByCode {
  /** `FILE: NAME` of each that is not there. */
  readonly missing: readonly string[];
  /** Files and patterns that the code names and that are no modules, from the folder. */
  readonly files: readonly string[];
}

export function readByCode(folder: string): ReadByCode {
  const { dependencies = {}, imports = {} } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as {
    readonly dependencies?: Readonly<Record<string, string>>;
    readonly imports?: Readonly<Record<string, string>>;
  };
  const missing: string[] = [];
  const files = new Set<string>();
  const takeFile = (from: string, name: string, path = join(dirname(from), name)): void => {
    const pattern = path.replaceAll(/\$\{[^}]*\}/g, "*");
    // Where npm puts what the package stands on, and where compiled code is kept: nothing of the package.
    if (pattern.startsWith("node_modules")) return;
    if (!pattern.endsWith(".js")) files.add(pattern);
    const isThere = pattern.includes("*")
      ? globSync(pattern, { cwd: folder }).length > 0
      : existsSync(join(folder, pattern));
    if (!isThere) missing.push(`${from}: ${name}`);
  };
  for (const from of globSync("**/*.js", { cwd: folder, exclude: ["node_modules/**", "docs/**"] })) {
    const text = readFileSync(join(folder, from), "utf8").replaceAll(/\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$/gm, "");
    for (const name of namesIn(text)) {
      // What a browser asks the desk for.
      if (name.startsWith("/")) continue;
      if (name.startsWith(".")) takeFile(from, name);
      else if (name.startsWith("#")) takeFile(from, name, mapped(name, imports) ?? name);
      else if (!isNodes(name) && !(packageOf(name) in dependencies)) missing.push(`${from}: ${name} is no dependency`);
    }
  }
  return { missing: missing.sort(), files: [...files].sort() };
}

/** Declarations that the entry's name, directly or not, from the folder; the entry among them. */
export function declarationsOf(folder: string): ReadonlySet<string> {
  const reached = new Set(["index.d.ts"]);
  // A set goes on over what is added while it is walked.
  for (const file of reached) {
    for (const name of namesIn(readFileSync(join(folder, file), "utf8"))) {
      const target = name.startsWith("#") ? name.slice(1) : name.startsWith(".") ? join(dirname(file), name) : null;
      if (target?.endsWith(".ts")) reached.add(target.replace(/\.ts$/, ".d.ts"));
    }
  }
  return reached;
}

const namesIn = (text: string): readonly string[] => [
  ...[...text.matchAll(IMPORTED)].map((match) => match[1] ?? match[2] ?? match[3] ?? ""),
  ...[...text.matchAll(NAMED)].map((match) => (match[1] ?? match[2] ?? "").slice(1, -1)),
];

/** `#floor/x.ts` as `imports` maps it; null: nothing does. */
function mapped(name: string, imports: Readonly<Record<string, string>>): string | null {
  for (const [key, target] of Object.entries(imports)) {
    const [begin = "", end = ""] = key.split("*");
    if (name.startsWith(begin) && name.endsWith(end)) {
      return target.replace("*", name.slice(begin.length, name.length - end.length));
    }
  }
  return null;
}

const isNodes = (name: string): boolean => name.startsWith("node:") || builtinModules.includes(name);
const packageOf = (name: string): string => name.split("/", name.startsWith("@") ? 2 : 1).join("/");
