// Floor 6. HOME/paired.json: the chats that may command the desk and get its alerts. It is read anew each time, so that a chat that
// was removed from another terminal is out at once. In the home and not in the store: a store that is down takes no control away.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { DataFormatError } from "#schemas/errors.ts";
import { UnixMs } from "#schemas/units.ts";
import { writeWhole } from "../home-folder.ts";

export const PairedChat = z.object({
  /** Of Telegram; a group's is negative. No secret. */
  id: z.int(),
  isPrivate: z.boolean(),
  /** Of the person or the group when it was paired. */
  name: z.string(),
  /** Who gave the code. */
  by: z.string(),
  pairedAtMs: UnixMs,
});
export type PairedChat = z.infer<typeof PairedChat>;

const PairedFile = z.object({ chats: z.array(PairedChat) });

const pathOf = (home: string): string => join(home, "paired.json");

/** Oldest first; none where there is no file. @throws DataFormatError */
export async function pairedChats(home: string): Promise<readonly PairedChat[]> {
  let text: string;
  try {
    text = await readFile(pathOf(home), "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return [];
    throw error;
  }
  try {
    return PairedFile.parse(JSON.parse(text)).chats;
  } catch {
    throw new DataFormatError({
      where: pathOf(home),
      was: "this is no list of paired chats.",
      remedy: "Remove the file, and pair the chats anew with `deeptrader pair`.",
    });
  }
}

export async function addPairedChat(home: string, chat: PairedChat): Promise<void> {
  const others = (await pairedChats(home)).filter(({ id }) => id !== chat.id);
  await writeChats(home, [...others, chat]);
}

/** Null where it was not paired. */
export async function removePairedChat(home: string, id: number): Promise<PairedChat | null> {
  const chats = await pairedChats(home);
  const removed = chats.find((chat) => chat.id === id) ?? null;
  if (removed !== null)
    await writeChats(
      home,
      chats.filter((chat) => chat !== removed),
    );
  return removed;
}

const writeChats = (home: string, chats: readonly PairedChat[]): Promise<void> =>
  writeWhole(pathOf(home), `${JSON.stringify({ chats }, null, 2)}\n`);
