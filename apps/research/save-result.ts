// Floor 6. `--save NAME` of the commands of the research bench.
import { systemClock } from "#scheduler/clock.ts";
import type { CommandInput } from "../command.ts";
import type { Call } from "../own-command.ts";
import { checkResultName, type SavedResult, saveResult, typedCommand } from "./saved.ts";

/** Null: nothing is to be saved. To be asked before the work. @throws UsageError for a name that cannot be a file's */
export function nameToSave({ flags }: CommandInput): string | null {
  const name = flags["save"];
  if (typeof name !== "string") return null;
  checkResultName(name);
  return name;
}

export interface ToSave extends Pick<SavedResult, "kind" | "document"> {
  /** Null: it is not to be saved. */
  readonly name: string | null;
}

/** Writes over a result of that name, and says where. */
export async function saveAs({ options, io }: Call, { kind, name, document }: ToSave): Promise<void> {
  if (name === null) return;
  const command = typedCommand(process.argv);
  const savedAtMs = systemClock().now();
  const file = await saveResult(options.config.home, { kind, name, savedAtMs, command, document });
  io.note(`saved in ${file}`);
}
