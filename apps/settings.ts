// Floor 6. Every setting, once: settings.json has flag, variable, default, unit and help. No import but that, so that --help
// costs nothing; options.ts checks the values. `--help` and .env.example say what stands there.
import type { Command } from "commander";
import rows from "./settings.json" with { type: "json" };

/** One setting: where it may be said, and how its text is read. */
export interface Setting {
  /** Path in DeskConfig; null: a secret that is read where it is used and stays out of the configuration. */
  readonly key: string | null;
  readonly env: string;
  /** Flag as commander writes it; settings without one are set by the environment only. */
  readonly flag?: string;
  /** What it is, with its unit. */
  readonly help: string;
  /** undefined: the default of the schema. */
  readonly fallback: unknown;
  readonly read: (text: string) => unknown;
}

const NUMBER = /^-?\d+(\.\d+)?(e-?\d+)?$/i;
// "" must not become 0, nor "5 %" become 5: the whole text must be a number.
const number = (text: string): unknown => (NUMBER.test(text.trim()) ? Number(text) : text);

const ISO = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?))?([zZ]|[+-]\d\d:?\d\d)?$/;

/** Epoch ms or ISO 8601; without a zone it is UTC. Epoch seconds are refused: as ms they would be a day in 1970. */
function moment(text: string): unknown {
  if (/^\d{12,}$/.test(text)) return Number(text);
  const [, day, clock = "00:00", zone = "Z"] = ISO.exec(text) ?? [];
  if (day === undefined) return text;
  const dayMs = Date.parse(`${day}T00:00Z`);
  // 31 February is read as 3 March rather than refused.
  const exists = !Number.isNaN(dayMs) && new Date(dayMs).toISOString().startsWith(day);
  const ms = Date.parse(`${day}T${clock}${zone.toUpperCase()}`);
  return exists && !Number.isNaN(ms) ? ms : text;
}

const READERS = { number, moment, text: (text: string): unknown => text };

export const SETTINGS: readonly Setting[] = rows.map(({ read, ...row }) => ({
  fallback: undefined,
  ...row,
  read: READERS[read as keyof typeof READERS],
}));

/** Adds the common flags to a command. Values are checked in options.ts, together with those of the environment. */
export function addCommonFlags(command: Command): Command {
  for (const { flag, help, fallback } of SETTINGS) {
    if (flag === undefined) continue;
    command.option(flag, fallback === null || fallback === undefined ? help : `${help} (default: ${fallback})`);
  }
  return command
    .option("--json", "print exactly one JSON document on stdout")
    .option("--quiet", "no progress and no notes on stderr");
}

/** The name commander stores a flag's value under: `--as-of` is `asOf`. */
export const flagName = (flag: string): string =>
  flag
    .split(" ")[0]
    ?.slice(2)
    .replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase()) ?? "";
