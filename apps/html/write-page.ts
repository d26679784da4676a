// Floor 6. The file that --html names, and the page that is written there.
import { writeFile } from "node:fs/promises";
import { UsageError } from "#schemas/errors.ts";

/** Of `--html`; null: it was not given. @throws UsageError for an empty name */
export function pageFile(value: unknown): string | null {
  if (value === undefined) return null;
  if (typeof value === "string" && value.trim() !== "") return value;
  throw new UsageError({
    was: `--html was ${JSON.stringify(value)}.`,
    expected: "the name of a file to write",
    remedy: "Correct it, for example --html report.html.",
  });
}

/** @returns a note for people. @throws UsageError where it cannot be written */
export async function writePage(file: string, page: string): Promise<string> {
  try {
    await writeFile(file, page);
  } catch (error) {
    throw new UsageError({
      was: `The page could not be written to ${file}: ${(error as Error).message}.`,
      expected: "a file in a folder that this user may write to",
      remedy: "Name another one with --html.",
      cause: error,
    });
  }
  return `the page is in ${file}`;
}
