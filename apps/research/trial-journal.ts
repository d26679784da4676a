// Floor 6. The journal of a search: HOME/research/NAME.optimize/trials.jsonl, its definition in the first line, a trial in each other. Lines
// are only added, and are on the disk before the search goes on; what a killed process left of a line is dropped.
import { mkdir, open, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { DataFormatError, UsageError } from "#schemas/errors.ts";
import { SearchDefinition, Trial } from "#schemas/optimize.ts";
import { lockFolder } from "#toolkits/market/history/data-folder.ts";
import { checkResultName, researchFolder } from "./saved.ts";

export interface TrialJournal extends AsyncDisposable {
  readonly file: string;
  /** What an earlier run has kept; null: this one is the first. */
  readonly definition: SearchDefinition | null;
  readonly trials: readonly Trial[];
  /** Before the first trial. */
  begin(definition: SearchDefinition): Promise<void>;
  append(trials: readonly Trial[]): Promise<void>;
}

/**
 * @param restart what is there is thrown away
 * @throws UsageError for a name that is none; DataFolderError where another process is at it; DataFormatError for lines of another make
 */
export async function openTrialJournal(home: string, name: string, restart: boolean): Promise<TrialJournal> {
  checkResultName(name);
  const folder = join(researchFolder(home), `${name}.optimize`);
  const file = join(folder, "trials.jsonl");
  await mkdir(folder, { recursive: true });
  const lock = await lockFolder(folder);
  try {
    if (restart) await rm(file, { force: true });
    const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return "";
      throw error;
    });
    const whole = text.slice(0, text.lastIndexOf("\n") + 1);
    const [head, ...lines] = whole.split("\n").slice(0, -1);
    const handle = await open(file, "a");
    await handle.truncate(Buffer.byteLength(whole));
    const write = async (rows: readonly unknown[]): Promise<void> => {
      await handle.appendFile(rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
      await handle.sync();
    };
    return {
      file,
      definition: head === undefined ? null : parsed(SearchDefinition, head, `${file}:1`),
      trials: lines.map((line, i) => parsed(Trial, line, `${file}:${i + 2}`)),
      begin: (definition) => write([definition]),
      append: write,
      [Symbol.asyncDispose]: async () => {
        await handle.close();
        await lock[Symbol.asyncDispose]();
      },
    };
  } catch (error) {
    await lock[Symbol.asyncDispose]();
    throw error;
  }
}

interface Parser<T> {
  safeParse(value: unknown): { readonly success: true; readonly data: T } | { readonly success: false };
}

function parsed<T>(schema: Parser<T>, line: string, where: string): T {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    value = undefined;
  }
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new DataFormatError({
    where,
    was: "it is no line of this program.",
    remedy: "Choose another --name, or begin again with --restart.",
  });
}

/** @throws UsageError naming what differs: trials of two searches in one file would be of none */
export function requireSameSearch(name: string, before: SearchDefinition, now: SearchDefinition): void {
  const differing = (Object.keys(now) as (keyof SearchDefinition)[]).filter(
    (field) => JSON.stringify(before[field]) !== JSON.stringify(now[field]),
  );
  if (differing.length === 0) return;
  const told = differing.map((field) => `${WORDS[field]} (${shown(before[field])}, now ${shown(now[field])})`);
  throw new UsageError({
    was: `The search ${JSON.stringify(name)} is another: it differs in ${told.join(", ")}.`,
    expected: "the same search, to go on with it",
    remedy: "Choose another --name, or begin again with --restart, which throws its trials away.",
  });
}

const shown = (value: unknown): string => {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
};

const WORDS: Readonly<Record<keyof SearchDefinition, string>> = {
  strategy: "the strategy",
  strategyDigest: "the code or the configured parameters of the strategy",
  venue: "the candles",
  settings: "costs, limits, markets or another setting of the account",
  timeframe: "the timeframe",
  firstSlotMs: "the first close",
  lastSlotMs: "the last close",
  search: "the way of searching",
  seed: "the seed",
  space: "the parameters that are searched",
  objective: "the objective",
  minTrades: "--min-trades",
};
