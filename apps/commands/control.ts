// Floor 6. `pause`, `resume`, `halt`: no model in the path, journaled. Halt and resume also set and remove HOME/halt, so
// that they hold when store, model and cache are down; the caller does that before anything else.
import { rm, writeFile } from "node:fs/promises";
import type { ControlState } from "#schemas/portfolio.ts";
import { deskCommand } from "../command.ts";
import { makeHomeFolder } from "../home-folder.ts";
import { haltFile } from "../wire.ts";

const WHAT_HOLDS: Record<ControlState, string> = {
  running: "Entries are allowed again, within the limits.",
  paused: "No entries; stops, targets and exits stay. `deeptrader resume` undoes it.",
  halted: "The desk sends nothing, not even exits; orders at the venue stay. `deeptrader resume` undoes it.",
};

const control = (action: "pause" | "resume" | "halt") =>
  deskCommand({
    name: action,
    // A slot under way carries the loss meter of before: a resume in its middle would be overwritten. Pause and halt wait for
    // nothing.
    exclusive: action === "resume",
    writes: true,
    execute: async ({ desk }, { flags }, options) => {
      const reason = typeof flags["reason"] === "string" ? flags["reason"] : "by the operator";
      const atMs = desk.clock.now();
      await desk.account.append([{ type: "control", atMs, action, reason }], options);
      return { action, control: desk.account.portfolio().control, reason, atMs };
    },
    render: (document) => `${document.control}: ${WHAT_HOLDS[document.control]}`,
  });

export const controlCommands = [control("pause"), control("resume"), control("halt")] as const;

/** Before the store is asked: the file alone already halts every desk on this home. */
export async function writeHaltFile(home: string, reason: string): Promise<void> {
  await makeHomeFolder(home);
  await writeFile(haltFile({ home }), `${reason}\n`);
}

/** False where there was none. */
export async function removeHaltFile(home: string): Promise<boolean> {
  try {
    await rm(haltFile({ home }));
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return false;
    throw error;
  }
}
