// Floor 6. Every setting, once: settings.json has key, variable, flag, default, unit, example and help. No import but that and
// how a value is read, so that --help costs nothing; options.ts checks the values. `--help`, .env.example, the type of the
// configuration file and docs/configuration.md say what stands there.
import type { Command } from "commander";
import { VALUE_READERS, type ValueReader } from "./setting-values.ts";
import rows from "./settings.json" with { type: "json" };

/** One setting: where it may be said, and how it is read. */
export interface Setting {
  /** Path in DeskConfig; null: read where it is used, and no part of the configuration. */
  readonly key: string | null;
  /** Path in the configuration file; null: it cannot stand there. */
  readonly file: string | null;
  readonly env: string;
  /** Flag as commander writes it; left out: there is none. */
  readonly flag?: string;
  /** What it is, with its unit. */
  readonly help: string;
  /** Of its number, in short; left out: it has none. */
  readonly unit?: string;
  /** A value as the configuration file would have it. */
  readonly example?: unknown;
  /** When its value is a secret; left out: never. See config/secrets.ts. */
  readonly secret?: "password" | "elsewhere" | "always";
  /** undefined: the default of the schema. */
  readonly fallback: unknown;
  readonly kind: keyof typeof VALUE_READERS;
  readonly read: ValueReader;
}

export const SETTINGS: readonly Setting[] = rows.map(({ read, ...row }) => ({
  fallback: undefined,
  file: row.key,
  ...(row as Omit<Setting, "file" | "fallback" | "kind" | "read">),
  kind: read as Setting["kind"],
  read: VALUE_READERS[read as Setting["kind"]],
}));

/**
 * Adds the common flags to a command, but those that it has in a meaning of its own. Values are checked in options.ts, together with those of the environment.
 * @param shown those that its help names; all are taken
 */
export function addCommonFlags(command: Command, shown?: readonly string[]): Command {
  const own = new Set(command.options.map((option) => option.long));
  for (const { flag, help, fallback } of SETTINGS) {
    if (flag === undefined || own.has(longOf(flag))) continue;
    const text = fallback === null || fallback === undefined ? help : `${help} (default: ${fallback})`;
    const option = command.createOption(flag, text);
    command.addOption(shown?.includes(longOf(flag)) === false ? option.hideHelp() : option);
  }
  return command
    .option("--json", "print exactly one JSON document on stdout")
    .option("--quiet", "no progress and no notes on stderr");
}

/** The name commander stores a flag's value under: `--as-of` is `asOf`. */
export const flagName = (flag: string): string =>
  longOf(flag)
    .slice(2)
    .replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());

const longOf = (flag: string): string => flag.split(" ")[0] ?? "";
