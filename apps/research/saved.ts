// Floor 6. Results of the research bench as files of HOME/research: one JSON document each, by name. A file is written beside and
// renamed, so a killed process leaves the one before or none.
import { mkdir, readdir, readFile, rename, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { UnknownNameError, UsageError } from "#schemas/errors.ts";
import { isRecord } from "#schemas/is-record.ts";

export const RESEARCH_KINDS = [
  "backtest",
  "optimize",
  "walk-forward",
  "validate",
  "rule-prices",
  "compare",
  "freqtrade-compare",
] as const;
export type ResearchKind = (typeof RESEARCH_KINDS)[number];

/** A file as it stands: what was run, and what came of it. */
export interface SavedResult {
  readonly kind: ResearchKind;
  readonly name: string;
  readonly savedAtMs: number;
  /** As it was typed, from `deeptrader` on. */
  readonly command: string;
  readonly document: unknown;
}

/** `deeptrader backtest --rule 'two words'`: what was typed, from the program's name on, so that a shell takes it as it was. */
export const typedCommand = (argv: readonly string[]): string => ["deeptrader", ...argv.slice(2).map(quoted)].join(" ");

const quoted = (word: string): string => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$/;

export const researchFolder = (home: string): string => join(home, "research");

const fileOf = (home: string, kind: ResearchKind, name: string): string =>
  join(researchFolder(home), `${name}.${kind}.json`);

/** @throws UsageError for a name that cannot be a file's */
export function checkResultName(name: string): void {
  if (NAME.test(name)) return;
  throw new UsageError({
    was: `The name ${JSON.stringify(name)} cannot be a file's.`,
    expected: "1 to 80 letters, digits, dots, - and _, beginning with a letter or digit",
    remedy: "Choose another name.",
  });
}

/** Writes over a result of the same kind and name. @returns the file */
export async function saveResult(home: string, result: SavedResult): Promise<string> {
  checkResultName(result.name);
  await mkdir(researchFolder(home), { recursive: true });
  const file = fileOf(home, result.kind, result.name);
  const beside = `${file}.${process.pid}.tmp`;
  await writeFile(beside, `${JSON.stringify(result)}\n`);
  await rename(beside, file);
  return file;
}

export interface ResultFile {
  readonly kind: ResearchKind;
  readonly name: string;
  readonly file: string;
  readonly savedAtMs: number;
  readonly bytes: number;
}

/** Newest first; nothing where the folder is not there. Read from names and dates: no file is opened. */
export async function listResults(home: string): Promise<readonly ResultFile[]> {
  const folder = researchFolder(home);
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
  const found = names.flatMap((fileName) => {
    const kind = RESEARCH_KINDS.find((each) => fileName.endsWith(`.${each}.json`));
    return kind === undefined ? [] : [{ kind, name: fileName.slice(0, -`.${kind}.json`.length), fileName }];
  });
  const files = await Promise.all(
    found.map(async ({ kind, name, fileName }) => {
      const file = join(folder, fileName);
      const { mtimeMs, size } = await stat(file);
      return { kind, name, file, savedAtMs: Math.floor(mtimeMs), bytes: size };
    }),
  );
  return files.sort((a, b) => b.savedAtMs - a.savedAtMs || (a.name < b.name ? -1 : 1));
}

/** @throws UnknownNameError where there is none of that name; UsageError for a file that is no result */
export async function readResult(home: string, kind: ResearchKind, name: string): Promise<SavedResult> {
  checkResultName(name);
  const file = fileOf(home, kind, name);
  const text = await readFile(file, "utf8").catch(async (error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error;
    const known = (await listResults(home)).filter((each) => each.kind === kind).map((each) => each.name);
    throw new UnknownNameError({
      was: `There is no ${kind} ${JSON.stringify(name)} in ${researchFolder(home)}.`,
      expected: known.length === 0 ? "a saved one; there is none yet" : `one of ${known.slice(0, 12).join(", ")}`,
      remedy: "Correct the name, or run it again with --save NAME.",
    });
  });
  const saved = parsedOrNull(text);
  if (isRecord(saved) && saved["kind"] === kind && "document" in saved) return saved as unknown as SavedResult;
  throw new UsageError({
    was: `${file} is no ${kind} of this program.`,
    expected: "a file that it has saved",
    remedy: "Move it out of the folder, or run it again with --save NAME.",
  });
}

function parsedOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
