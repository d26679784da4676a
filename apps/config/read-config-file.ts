// Floor 6. The default export of deeptrader.config.ts → the values of settings, and what is wrong with its keys: unknown ones
// with the nearest that is known, and secrets, whose values are printed nowhere. The values are checked in options.ts.
import { dirname } from "node:path";
import { nearestNames } from "#toolkits/market/nearest-names.ts";
import { SETTINGS, type Setting } from "../settings.ts";
import { type LoadedConfigFile, nameOf } from "./config-file.ts";
import { isSecret, namesSecret } from "./secrets.ts";

export interface ConfigFileValues {
  /** As messages name the file. */
  readonly name: string;
  /** Absolute. */
  readonly path: string;
  /** What is set, by the setting's variable, as schemas/config.ts takes it. */
  readonly values: ReadonlyMap<string, unknown>;
  /** What is wrong with keys, one line each. */
  readonly faults: readonly string[];
}

const SETTING_OF: ReadonlyMap<string, Setting> = new Map(
  SETTINGS.flatMap((s) => (s.file === null ? [] : [[s.file, s]])),
);
const KEYS: readonly string[] = [...SETTING_OF.keys()];
const GROUPS: ReadonlySet<string> = new Set(
  KEYS.flatMap((key) => (key.includes(".") ? [key.split(".")[0] ?? ""] : [])),
);

/** @param workingFolder names of files in it are short */
export function readConfigFile({ path, content }: LoadedConfigFile, workingFolder: string): ConfigFileValues {
  const name = nameOf(path, workingFolder);
  const values = new Map<string, unknown>();
  const faults: string[] = [];
  for (const [key, value] of leavesOf(content as object)) {
    if (value === undefined) continue;
    const setting = SETTING_OF.get(key);
    const fault = setting === undefined ? unknownKey(key, value) : secretFault(setting, value);
    if (fault !== null) faults.push(`${key} in ${name} ${fault}`);
    else if (setting !== undefined) values.set(setting.env, setting.read.file(value, dirname(path)));
  }
  return { name, path, values, faults };
}

/** Members by path; a group is looked into, everything else is a value. */
const leavesOf = (content: object): readonly (readonly [string, unknown])[] =>
  Object.entries(content).flatMap(([key, value]: [string, unknown]) =>
    GROUPS.has(key) && isPlainObject(value)
      ? Object.entries(value).map(([member, inner]) => [`${key}.${member}`, inner] as const)
      : [[key, value] as const],
  );

const isPlainObject = (value: unknown): value is object =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function secretFault(setting: Setting, value: unknown): string | null {
  if (!isSecret(setting, value)) return null;
  return `is a secret, which does not stand in this file: set ${setting.env} in the environment or in .env instead`;
}

function unknownKey(key: string, value: unknown): string {
  if (GROUPS.has(key)) {
    const example = KEYS.find((known) => known.startsWith(`${key}.`)) ?? key;
    return `holds no settings: expected an object such as { ${lastOf(example)}: … }, not ${kindOf(value)}`;
  }
  const variable = SETTINGS.find(({ env }) => env === key);
  if (variable?.file) return `is the name of a variable: write ${variable.file}`;
  if (namesSecret(lastOf(key))) {
    const example = /^[A-Z][A-Z0-9_]+$/.test(lastOf(key))
      ? lastOf(key)
      : "the provider's own variable, such as OPENAI_API_KEY,";
    return `is a secret, which does not stand in this file: set ${example} in the environment or in .env instead`;
  }
  return `is no setting: the nearest is ${nearestKey(key)}`;
}

/** By the last word first: `entryPct` and `limit.entryPct` are both meant for `limits.entryPct`. */
function nearestKey(key: string): string {
  const last = lastOf(key);
  const same = KEYS.filter((known) => lastOf(known).toLowerCase() === last.toLowerCase());
  const internal = SETTINGS.find((s) => s.key === key || s.key === last)?.file;
  return nearestNames(key, same, 1)[0] ?? internal ?? nearestNames(key, [...KEYS, ...GROUPS], 1)[0] ?? "";
}

const lastOf = (key: string): string => key.split(".").at(-1) ?? key;
const kindOf = (value: unknown): string =>
  Array.isArray(value) ? "a list" : value === null ? "null" : `a ${typeof value}`;
