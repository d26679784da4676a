// Floor 6. HOME/telegram.json: which updates of the bot were taken, and which of them are not finished. It is written before anything
// is done, so that a desk that was killed does nothing twice, and knows what it cannot know.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { DataFormatError } from "#schemas/errors.ts";
import { UnixMs } from "#schemas/units.ts";
import { writeWhole } from "../home-folder.ts";

/** More than the server hands over again: it keeps updates for a day. */
const REMEMBERED = 1_000;

const Taken = z.object({
  updateId: z.int(),
  chatId: z.int(),
  /** The line, or what the button would do; the beginning of it. */
  words: z.string(),
  /** True where it may have changed something. */
  acts: z.boolean(),
  atMs: UnixMs,
});
export type Taken = z.infer<typeof Taken>;

const TakenFile = z.object({
  /** Ids of another bot mean nothing here. */
  botId: z.string(),
  /** Oldest first. */
  taken: z.array(z.int()),
  unfinished: z.array(Taken),
});
type TakenFile = z.infer<typeof TakenFile>;

export interface TakenUpdates {
  has(updateId: number): boolean;
  /** Resolves once it is on disk; then it may be done. @throws where it cannot be written: then nothing is done */
  take(update: Taken): Promise<void>;
  /** It was done, and answered as far as it goes. */
  finish(updateId: number): Promise<void>;
  /** Of the process before this one. */
  readonly left: readonly Taken[];
}

/** @throws DataFormatError where the file is there and says nothing: what was done is not known then */
export async function openTakenUpdates(home: string, botId: string): Promise<TakenUpdates> {
  const path = join(home, "telegram.json");
  const file = await readTaken(path);
  const isSameBot = file?.botId === botId;
  let taken = isSameBot ? file.taken : [];
  let unfinished: readonly Taken[] = isSameBot ? file.unfinished : [];
  const left = unfinished;
  let writing: Promise<void> = Promise.resolve();
  const write = (): Promise<void> => {
    const content: TakenFile = { botId, taken, unfinished: [...unfinished] };
    const next = writing.catch(() => {}).then(() => writeWhole(path, `${JSON.stringify(content)}\n`));
    writing = next;
    return next;
  };
  return {
    left,
    has: (updateId) => taken.includes(updateId),
    take: async (update) => {
      const before = { taken, unfinished };
      taken = [...taken, update.updateId].slice(-REMEMBERED);
      unfinished = [...unfinished, update];
      try {
        await write();
      } catch (error) {
        ({ taken, unfinished } = before);
        throw error;
      }
    },
    finish: async (updateId) => {
      unfinished = unfinished.filter((one) => one.updateId !== updateId);
      await write();
    },
  };
}

async function readTaken(path: string): Promise<TakenFile | null> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
  try {
    return TakenFile.parse(JSON.parse(text));
  } catch {
    throw new DataFormatError({
      where: path,
      was: "this is not what the desk has written, so it is not known which messages were acted on.",
      remedy: "Remove the file; messages of the last day may then be taken a second time.",
    });
  }
}
