// Floor 6. The text of a flag or variable, or a value of the configuration file → the value that schemas/config.ts checks. What
// cannot be read goes on as it is, so that the schema says what was expected. Loaded by --help: no import but of Node.
import { isAbsolute, resolve, win32 } from "node:path";
import { fileURLToPath } from "node:url";

export interface ValueReader {
  /** What a flag or variable holds. */
  text(text: string): unknown;
  /** What the configuration file holds; `folder` is the file's own, which its relative paths are meant from. */
  file(value: unknown, folder: string): unknown;
}

const NUMBER = /^-?\d+(\.\d+)?(e-?\d+)?$/i;
// "" must not become 0, nor "5 %" become 5: the whole text must be a number.
const numberOf = (text: string): unknown => (NUMBER.test(text.trim()) ? Number(text) : text);

const ISO = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?))?([zZ]|[+-]\d\d:?\d\d)?$/;

/** Epoch ms or ISO 8601; without a zone it is UTC. Epoch seconds are refused: as ms they would be a day in 1970. */
function momentOf(text: string): unknown {
  if (/^\d{12,}$/.test(text)) return Number(text);
  const [, day, clock = "00:00", zone = "Z"] = ISO.exec(text) ?? [];
  if (day === undefined) return text;
  const dayMs = Date.parse(`${day}T00:00Z`);
  // 31 February is read as 3 March rather than refused.
  const exists = !Number.isNaN(dayMs) && new Date(dayMs).toISOString().startsWith(day);
  const ms = Date.parse(`${day}T${clock}${zone.toUpperCase()}`);
  return exists && !Number.isNaN(ms) ? ms : text;
}

const listOf = (text: string): readonly string[] => text.split(",").map((part) => part.trim());

/** True for `./mine.ts`, `..\mine.ts`, `/a/mine.ts`, `C:\a\mine.ts`, a file: URL and `mine.ts`; false for an id. */
export const isFileName = (use: string): boolean => /[\\/]|\.[cm]?[jt]s$/i.test(use);

/** The absolute path of a strategy's file, or the id as it is. A path written on Windows means the same elsewhere. */
function strategyFile(use: string, folder: string): string {
  if (!isFileName(use)) return use;
  if (use.startsWith("file:")) return URL.canParse(use) ? fileURLToPath(use) : use;
  return win32.isAbsolute(use) && !isAbsolute(use) ? use : resolve(folder, use.replaceAll("\\", "/"));
}

/** Strategies of the file: their paths become absolute; what is none is left to the schema. */
const strategiesOf = (value: unknown, folder: string): unknown =>
  Array.isArray(value) ? value.map((entry: unknown) => withAbsolutePath(entry, folder)) : value;

function withAbsolutePath(entry: unknown, folder: string): unknown {
  if (typeof entry !== "object" || entry === null || !("use" in entry) || typeof entry.use !== "string") return entry;
  return { ...entry, use: strategyFile(entry.use, folder) };
}

const asIs = (value: unknown): unknown => value;

/** By the word that settings.json has under `read`. */
export const VALUE_READERS = {
  text: { text: asIs, file: asIs },
  number: { text: numberOf, file: asIs },
  /** An amount of money is a decimal text; a plain number of the file is one too. */
  amount: { text: asIs, file: (value) => (typeof value === "number" ? String(value) : value) },
  moment: {
    text: momentOf,
    file: (value) => (value instanceof Date ? value.getTime() : typeof value === "string" ? momentOf(value) : value),
  },
  path: {
    text: asIs,
    file: (value, folder) => (typeof value === "string" && value !== "" ? resolve(folder, value) : value),
  },
  list: { text: listOf, file: asIs },
  /** `true` or `false`. */
  flag: { text: (text) => (text === "true" ? true : text === "false" ? false : text), file: asIs },
  models: { text: asIs, file: (value) => (Array.isArray(value) ? value.join(",") : value) },
  strategies: {
    text: (text) => listOf(text).map((use) => ({ use: strategyFile(use, process.cwd()) })),
    file: strategiesOf,
  },
} as const satisfies Record<string, ValueReader>;
