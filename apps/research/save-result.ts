// Floor 6. `--save NAME` of the commands of the research bench.
import { systemClock } from "#scheduler/clock.ts";
import type { CommandInput } from "../command.ts";
import type { Call } from "../own-command.ts";
import { commandLineOf } from "./command-line.ts";
import { checkResultName, type ResearchKind, saveResult } from "./saved.ts";

/** Null: nothing is to be saved. To be asked before the work. @throws UsageError for a name that cannot be a file's */
export function nameToSave({ flags }: CommandInput): string | null {
  const name = flags["save"];
  if (typeof name !== "string") return null;
  checkResultName(name);
  return name;
}

export interface ToSave {
  readonly kind: ResearchKind;
  /** As typed. */
  readonly command: string;
  readonly name: string | null;
  readonly document: unknown;
}

/** Writes over a result of that name, and says where. */
export async function saveAs({ input, options, io }: Call, { kind, command, name, document }: ToSave): Promise<void> {
  if (name === null) return;
  const savedAtMs = systemClock().now();
  const file = await saveResult(options.config.home, {
    kind,
    name,
    savedAtMs,
    command: commandLineOf(command, input),
    document,
  });
  io.note(`Saved as ${file}.`);
}
