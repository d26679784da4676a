// Floor 6. HOME/pair-code.json: the code that pairs one chat, once, within ten minutes. The file has its digest only.
import { createHash, randomBytes } from "node:crypto";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { UnixMs, unixMs } from "#schemas/units.ts";
import { makeHomeFolder, writeWhole } from "../home-folder.ts";

export const CODE_LIFE_MS = 10 * 60_000;
/** Without the letters and digits that look like another. 32 of them: each is five random bits. */
const LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
const CODE_LENGTH = 8;

const CodeFile = z.object({ digest: z.string(), untilMs: UnixMs });

const pathOf = (home: string): string => join(home, "pair-code.json");
const digestOf = (code: string): string =>
  createHash("sha256").update(code.toUpperCase().replaceAll(/[\s-]/g, "")).digest("hex");

/** A new code such as `K7QM-2XWD`; the one before is void. */
export async function makePairCode(
  home: string,
  nowMs: UnixMs,
): Promise<{ readonly code: string; readonly untilMs: UnixMs }> {
  const letters = [...randomBytes(CODE_LENGTH)].map((byte) => LETTERS[byte % LETTERS.length]).join("");
  const untilMs = unixMs(nowMs + CODE_LIFE_MS);
  await makeHomeFolder(home);
  await writeWhole(pathOf(home), `${JSON.stringify({ digest: digestOf(letters), untilMs })}\n`);
  return { code: `${letters.slice(0, 4)}-${letters.slice(4)}`, untilMs };
}

/** True once for the right code within its time: then it is spent. */
export async function spendPairCode(home: string, code: string, nowMs: number): Promise<boolean> {
  const text = await readFile(pathOf(home), "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return null;
    throw error;
  });
  if (text === null) return false;
  const { digest, untilMs } = CodeFile.parse(JSON.parse(text));
  if (nowMs >= untilMs || digest !== digestOf(code)) return false;
  await rm(pathOf(home));
  return true;
}
