// Floor 6. The words of every command, from command-words.json: name, arguments, flags, examples. No import but that, so that
// --help costs nothing.
import table from "./command-words.json" with { type: "json" };

export interface CommandWords {
  /** As typed, for example `memory list`. */
  readonly name: string;
  readonly summary: string;
  /** What the first word alone does; left out: it shows its help. */
  readonly isDefault?: boolean;
  /** Of the flags that all commands take, those that it reads and so shows; left out: all. */
  readonly common?: readonly string[];
  readonly args: readonly (readonly [name: string, help: string])[];
  readonly flags: readonly (readonly [flag: string, help: string])[];
  readonly examples: readonly string[];
}

/** What commands of two words have in common, by their first. */
export const GROUPS: Readonly<Record<string, string>> = table.groups;

export const COMMANDS = table.commands.map((words) => ({ args: [], flags: [], ...words })) as readonly CommandWords[];
