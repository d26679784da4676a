// Floor 6. HOME/learned.json: what the operator has accepted of what the desk proposed, read at the next start as a layer
// between the defaults and the environment.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { ConfigError } from "#schemas/errors.ts";
import { LearnedSettings, NOTHING_LEARNED } from "#schemas/learned.ts";
import { writeWhole } from "./home-folder.ts";

export const learnedFile = (home: string): string => join(home, "learned.json");

/** Nothing learned where there is no file. @throws ConfigError for a file that cannot be read as one */
export async function readLearned(home: string): Promise<LearnedSettings> {
  const path = learnedFile(home);
  let fault: string;
  try {
    const parsed = LearnedSettings.safeParse(JSON.parse(await readFile(path, "utf8")));
    if (parsed.success) return parsed.data;
    const [issue] = parsed.error.issues;
    fault = `${issue?.path.join(".") || "the document"}: ${issue?.message}`;
  } catch (error) {
    // A home that is a file has no learned settings either; opening it says what is wrong with it.
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return NOTHING_LEARNED;
    fault = (error as Error).message;
  }
  throw new ConfigError({
    was: `${path} cannot be read: ${fault}.`,
    expected: '{"accepted": {"VARIABLE": "value"}, "rejected": ["id"]} with variables that may be learned',
    remedy: "Correct it, or delete it: the desk then runs on its defaults and forgets what was accepted.",
  });
}

export const writeLearned = (home: string, learned: LearnedSettings): Promise<void> =>
  writeWhole(learnedFile(home), `${JSON.stringify(learned, null, 2)}\n`);
