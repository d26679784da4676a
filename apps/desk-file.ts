// Floor 6. HOME/desk.json: where a running desk is found. Mode 0600: a reader of it may command the desk.
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { writeWhole } from "./home-folder.ts";

export const DeskFile = z.object({
  pid: z.int().positive(),
  /** On 127.0.0.1. */
  port: z.int().positive(),
  /** Address of the page. */
  page: z.string(),
  token: z.string().min(32),
  /** What the desk was started with, for the comparison with a command's own flags. */
  settings: z.record(z.string(), z.union([z.string(), z.number(), z.null()])),
});
export type DeskFile = z.infer<typeof DeskFile>;

const pathOf = (home: string): string => join(home, "desk.json");

export const writeDeskFile = (home: string, content: DeskFile): Promise<void> =>
  writeWhole(pathOf(home), JSON.stringify(content));

/** Null where no desk has left word, or what is there cannot be read. */
export async function readDeskFile(home: string): Promise<DeskFile | null> {
  try {
    const parsed = DeskFile.safeParse(JSON.parse(await readFile(pathOf(home), "utf8")));
    return parsed.success ? parsed.data : null;
  } catch (error) {
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}

/** Removes the file if it is still this process's own. */
export async function removeDeskFile(home: string): Promise<void> {
  if ((await readDeskFile(home))?.pid === process.pid) await rm(pathOf(home), { force: true });
}
