// Floor 6. What Node threw while it imported a file of the user's → our own message: file, line where it is known, remedy.
// Codes and messages as of Node 26 (https://nodejs.org/api/errors.html, https://nodejs.org/api/typescript.html).
import { fileURLToPath } from "node:url";
import { ConfigError, DeepTraderError } from "#schemas/errors.ts";

/** @param path of the file that was imported; the fault may lie in one that it imports itself */
export function importFault(path: string, error: unknown): DeepTraderError {
  if (error instanceof DeepTraderError) return error;
  const { code, name, message, stack } = partsOf(error);
  const place = placeIn(`${stack}\n${message}`, path);
  const [was, remedy] = wordsFor(code, name, message);
  const from = place.file === path ? "" : ` (imported by ${path})`;
  return new ConfigError({
    was: `${place.file}${place.line === null ? "" : `:${place.line}`}${from} ${was}.`,
    remedy,
    cause: error,
  });
}

function partsOf(error: unknown) {
  if (!(error instanceof Error)) {
    return { code: "", name: "", message: JSON.stringify(error) ?? String(error), stack: "" };
  }
  const { code = "" } = error as NodeJS.ErrnoException;
  return { code, name: error.name, message: error.message, stack: error.stack ?? "" };
}

/** A file in the first line of a SyntaxError, in a frame, or in `imported from FILE`. */
const PLACE = /((?:file:\/\/)?(?:\/|[A-Za-z]:[\\/])[^\n"'()]*?\.[cm]?[jt]s)(?::(\d+))?(?=[:\s)]|$)/g;

/** The file itself where it is named, else the first file that is: one that it imports. */
function placeIn(text: string, path: string): { readonly file: string; readonly line: string | null } {
  const places = [...text.matchAll(PLACE)].map(([, file = "", line = null]) => ({ file: pathOf(file), line }));
  return places.find(({ file }) => file === path) ?? places[0] ?? { file: path, line: null };
}

const pathOf = (file: string): string => (file.startsWith("file:") && URL.canParse(file) ? fileURLToPath(file) : file);

type Words = readonly [was: string, remedy: string];

function wordsFor(code: string, name: string, message: string): Words {
  const plain = message.replace(/\.$/, "");
  switch (code) {
    case "ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX":
      return unsupported(plain);
    case "ERR_INVALID_TYPESCRIPT_SYNTAX":
      return [`is not valid TypeScript: ${plain}`, "Correct that line."];
    case "ERR_MODULE_NOT_FOUND":
    case "ERR_UNSUPPORTED_DIR_IMPORT":
      return notFound(plain);
    case "ERR_UNSUPPORTED_NODE_MODULES_TYPE_STRIPPING":
      return ["lies under node_modules, where Node runs no TypeScript", "Move it out of there, or write it as .js."];
    case "ERR_UNKNOWN_FILE_EXTENSION":
      return [plain, "Give it a name that ends in .ts, .mts, .js or .mjs."];
    default:
      return thrown(name, plain);
  }
}

/** What Node cannot run by leaving the types out. */
function unsupported(message: string): Words {
  const instead = /enum/.test(message)
    ? "`const Side = { buy: 1, sell: 2 } as const`"
    : /parameter property/.test(message)
      ? "a field, assigned in the constructor"
      : "plain TypeScript, of which only the types are left out";
  return [`uses what Node does not run: ${message}`, `Write ${instead} instead.`];
}

function notFound(message: string): Words {
  const [, kind, target = ""] = /Cannot find (module|package) '([^']+)'/.exec(message) ?? [];
  if (kind === "package")
    return [`imports ${target}, which is not installed`, `Run \`npm install ${target}\` beside it.`];
  if (target === "") return [plainImport(message), 'Name the file with its ending, such as "./helper.ts".'];
  const hasEnding = /\.[cm]?[jt]sx?$|\.json$/.test(target);
  return hasEnding
    ? [`imports ${target}, which is not there`, "Correct the path: it is meant from the file that imports it."]
    : [
        `imports ${target} without an ending`,
        `Write it with its ending, such as "${target.split(/[\\/]/).at(-1)}.ts".`,
      ];
}

const plainImport = (message: string): string => message.charAt(0).toLowerCase() + message.slice(1);

function thrown(name: string, message: string): Words {
  const [, type] = /does not provide an export named '([^']+)'/.exec(message) ?? [];
  if (type !== undefined) {
    const what = `imports ${type}, which is not there when it runs`;
    return [what, `If it is a type, write \`import { type ${type} }\`; else correct the name.`];
  }
  if (
    /\b(?:require|module|exports|__dirname|__filename) is not defined/.test(message) ||
    /outside a module/.test(message)
  ) {
    return [
      `is CommonJS: ${message}`,
      "Write `import` and `export default` instead of `require` and `module.exports`.",
    ];
  }
  if (name === "SyntaxError") return [`is not valid JavaScript: ${message}`, "Correct it."];
  return [`threw ${name === "" ? "" : `${name}: `}${message}`, "Correct the file."];
}
