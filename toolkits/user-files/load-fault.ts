// Floor 2. What Node says of a user's file that it cannot import → what was wrong, what was expected and what to do, in terms of
// that file.
import { existsSync, readFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { dirname, extname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { DeepTraderError } from "#schemas/errors.ts";
import { nearestNames } from "../market/nearest-names.ts";
import type { FailedImport } from "./imported-files.ts";
import { MODULE_NAME } from "./module-name.ts";
import { type FileFault, FileTooLargeError } from "./user-file.ts";

export interface LoadContext {
  /** Absolute path of the user's file. */
  readonly file: string;
  /** Files that were read for it, absolute. */
  readonly files: readonly string[];
  readonly failed: FailedImport | null;
  /** What `deeptrader` exports besides types. */
  readonly exported: readonly string[];
}

/** Syntax that Node does not strip, by what it calls it. */
const NOT_ERASABLE: readonly (readonly [phrase: string, was: string, remedy: string])[] = [
  [
    "enum",
    "an enum is used, which is more than a type",
    'Write a union of texts ("up" | "down") or an object `as const`.',
  ],
  [
    "parameter property",
    "a constructor declares a property among its parameters",
    "Declare the field, and assign it in the constructor.",
  ],
  ["namespace", "a namespace is used, which is more than a type", "Write a file of its own, or an object."],
];

/** @param error what importing the file threw */
export function loadFault(error: unknown, context: LoadContext): FileFault {
  if (error instanceof FileTooLargeError) {
    const { was } = error.fault;
    return { ...error.fault, was: `it imports ${shortPath(error.path, context.file)}: ${was}` };
  }
  if (error instanceof DeepTraderError) return { was: `${placeOf(error, context)}: ${error.message}`, remedy: "" };
  if (!(error instanceof Error)) return { was: `it threw ${String(error)}.`, remedy: "Correct the file." };
  const code = "code" in error ? error.code : undefined;
  const place = placeOf(error, context);
  switch (code) {
    case "ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX":
      return notErasable(error.message, place);
    case "ERR_INVALID_TYPESCRIPT_SYNTAX":
      return { was: `${place}: ${sentence(error.message)}`, remedy: "Correct the syntax." };
    case "ERR_MODULE_NOT_FOUND":
    case "ERR_UNSUPPORTED_DIR_IMPORT":
    case "MODULE_NOT_FOUND":
      return notFound(context);
    case "ERR_UNSUPPORTED_NODE_MODULES_TYPE_STRIPPING":
      return {
        was: "a TypeScript file lies under node_modules, where Node reads only JavaScript.",
        remedy: "Move it out of node_modules, or import the package's JavaScript.",
      };
    case "ERR_UNKNOWN_FILE_EXTENSION":
      return { was: `${sentence(error.message)}`, expected: ".ts, .mts, .js or .mjs", remedy: "Rename the file." };
    case "ERR_IMPORT_ATTRIBUTE_MISSING":
      return {
        was: "a JSON file is imported without saying so.",
        remedy: 'Write: import data from "./data.json" with { type: "json" }.',
      };
    case "ERR_PACKAGE_PATH_NOT_EXPORTED":
      return {
        was: `it imports ${JSON.stringify(context.failed?.specifier ?? "a part of a package")}, which is not there.`,
        remedy: `Import from "${MODULE_NAME}".`,
      };
  }
  if (error instanceof SyntaxError) return syntaxFault(error.message, place, context);
  return { was: `${place}: it threw ${error.name}: ${sentence(error.message)}`, remedy: "Correct the file." };
}

function notErasable(message: string, place: string): FileFault {
  const known = NOT_ERASABLE.find(([phrase]) => message.includes(phrase));
  const [, was, remedy] = known ?? ["", message, "Write it without."];
  return { was: `${place}: ${was}.`, expected: "TypeScript whose types can be taken away", remedy };
}

function notFound({ failed, file }: LoadContext): FileFault {
  if (failed === null) return { was: "a file that it imports is not there.", remedy: "Correct the import." };
  const { specifier, importer } = failed;
  const where = importer === file ? "" : ` (in ${shortPath(importer, file)})`;
  const was = `it imports ${JSON.stringify(specifier)}${where}, which is not there.`;
  if (!/^(\.|\/|file:)/.test(specifier)) {
    return {
      was,
      expected: `${MODULE_NAME}, a package that is installed, or a path`,
      remedy: `Install it with npm in ${dirname(importer)}, or write ./${specifier}.ts for a file.`,
    };
  }
  const path = specifier.startsWith("file:") ? fileURLToPath(specifier) : resolve(dirname(importer), specifier);
  const stem = path.slice(0, path.length - extname(specifier).length);
  const there = [".ts", ".mts", ".js", ".mjs", "/index.ts", "/index.js"].flatMap((ending) =>
    [path, stem].filter((beginning) => existsSync(beginning + ending)).map((beginning) => beginning + ending),
  );
  const [found] = there;
  if (found === undefined) return { was, remedy: "Correct the path." };
  const written = relative(dirname(importer), found);
  return {
    was,
    expected: "the name of a file with its ending",
    remedy: `Write ${written.startsWith(".") ? written : `./${written}`}.`,
  };
}

function syntaxFault(message: string, place: string, { exported }: LoadContext): FileFault {
  if (/^Cannot use import statement outside a module|^Unexpected token 'export'/.test(message)) {
    return {
      was: "the package.json above it says that .ts and .js files are CommonJS, and it is written with import and export.",
      remedy: 'Name it .mts, or write "type": "module" in that package.json.',
    };
  }
  const missing = /The requested module '([^']*)' does not provide an export named '([^']*)'/.exec(message);
  if (missing === null) return { was: `${place}: ${sentence(message)}`, remedy: "Correct the syntax." };
  const [, from = "", name = ""] = missing;
  const was = `${place}: it imports ${name} from ${JSON.stringify(from)}, which exports no such value.`;
  const asType = `write { type ${name} } in the import`;
  if (from !== MODULE_NAME) return { was, remedy: `If ${name} is a type, ${asType}; else correct the name.` };
  if (TYPES.includes(name))
    return { was, expected: "a type to be imported as one", remedy: `Since ${name} is a type, ${asType}.` };
  return {
    was,
    expected: `a name such as ${nearestNames(name, exported, 3).join(", ")}`,
    remedy: `Correct the name; if it is a type, ${asType}.`,
  };
}

/** Types that `deeptrader` exports: Node cannot tell that they are. A test compares them with the entry. */
export const TYPES: readonly string[] = [
  "At",
  "BracketWish",
  "Config",
  "HeldPosition",
  "IndicatorRef",
  "StrategyDefinition",
  "TestedCandle",
  "TestedStrategy",
  "Timeframe",
  "Verdict",
];

/** `my.ts:12`: file and line, as far as the error knows them. */
function placeOf(error: Error, context: LoadContext): string {
  const stack = error.stack ?? "";
  const named = context.files.map((path) => ({ path, line: lineIn(stack, path) })).find(({ line }) => line !== null);
  if (named !== undefined) return `${shortPath(named.path, context.file)}:${named.line}`;
  if (error instanceof SyntaxError) {
    const broken = context.files.map((path) => ({ path, line: brokenLineOf(path) })).find(({ line }) => line !== null);
    if (broken !== undefined) return `${shortPath(broken.path, context.file)}:${broken.line}`;
  }
  return shortPath(context.file, context.file);
}

/** Line of a file in a stack; null: it is not in it. */
function lineIn(stack: string, path: string): number | null {
  const at = stack.indexOf(`${path}:`);
  const line = at < 0 ? Number.NaN : Number.parseInt(stack.slice(at + path.length + 1), 10);
  return Number.isInteger(line) ? line : null;
}

/** The line at which a file of JavaScript cannot be parsed, which Node's own error does not say; null: it can. */
function brokenLineOf(path: string): number | null {
  try {
    stripTypeScriptTypes(readFileSync(path, "utf8"), { sourceUrl: path });
    return null;
  } catch (error) {
    return error instanceof Error ? lineIn(error.stack ?? "", path) : null;
  }
}

/** As seen from the folder of the user's file. */
const shortPath = (path: string, file: string): string => relative(join(file, ".."), path);

const sentence = (text: string): string => `${text.split("\n")[0]}${/[.!?]$/.test(text) ? "" : "."}`;
