// Floor 6. `config`: what holds, with units, and where each value came from. Secrets are masked.
import type { DeskConfig } from "#schemas/config.ts";
import { toIso, unixMs } from "#schemas/units.ts";
import { HIDDEN, isSecret } from "../config/secrets.ts";
import type { Origin } from "../config/value-faults.ts";
import type { Style } from "../io.ts";
import { type ParsedOptions, valueAt } from "../options.ts";
import { SETTINGS, type Setting } from "../settings.ts";
import { table } from "../text/table.ts";

interface SettingRow {
  /** As the configuration file has it; of what cannot stand there, the variable. */
  readonly key: string;
  /** What the desk runs with; a secret is `***`. */
  readonly value: unknown;
  readonly unit: string | null;
  readonly from: Origin;
  readonly variable: string;
  readonly flag: string | null;
}

export interface ConfigDocument {
  /** The configuration file, absolute; null: there is none. */
  readonly file: string | null;
  readonly settings: readonly SettingRow[];
}

export function describeConfig(
  { config, origins, file }: Pick<ParsedOptions, "config" | "origins" | "file">,
  env: Readonly<Record<string, string | undefined>>,
): ConfigDocument {
  const settings = SETTINGS.filter((setting) => setting.file !== null).map((setting) => ({
    key: setting.file ?? setting.env,
    value: shownValue(setting, config, env),
    unit: setting.unit ?? null,
    from: origins.get(setting.env) ?? ("default" as const),
    variable: setting.env,
    flag: setting.flag?.split(" ")[0] ?? null,
  }));
  return { file: file?.path ?? null, settings };
}

function shownValue(setting: Setting, config: DeskConfig, env: Readonly<Record<string, string | undefined>>): unknown {
  const value = setting.key === null ? env[setting.env]?.trim() || null : valueAt(config, setting.key);
  return isSecret(setting, value) ? HIDDEN : value;
}

export function renderConfig({ file, settings }: ConfigDocument, style: Style): string {
  const groups = Map.groupBy(settings, ({ key }) => (key.includes(".") ? (key.split(".")[0] ?? "") : "desk"));
  // One table, so that all groups are aligned; a group's name stands above its first row.
  const lines = table(settings, [
    { title: "setting", value: ({ key }) => `  ${key}` },
    { title: "value", value: (row) => textOf(row) },
    { title: "unit", value: ({ unit }) => unit ?? "" },
    { title: "from", value: ({ from }) => (from === "default" ? style.dim(from) : from) },
    { title: "variable", value: ({ variable, flag }) => style.dim(flag === null ? variable : `${flag}, ${variable}`) },
  ]).split("\n");
  const [head = "", ...rows] = lines;
  const rowOf = new Map(settings.map((row, at) => [row, rows[at] ?? ""]));
  const parts = [...groups].map(([name, group]) => [style.bold(name), ...group.map((row) => rowOf.get(row) ?? "")]);
  return [`Configuration file: ${file ?? "none"}`, head, ...parts.flat()].join("\n");
}

/** Moments as people read them, lists and strategies as one line; what is not set, empty. */
function textOf({ value, unit }: SettingRow): string {
  if (value === null) return "";
  if (unit === "UTC" && typeof value === "number") return toIso(unixMs(value));
  if (Array.isArray(value)) return value.map(entryText).join(", ");
  return String(value);
}

function entryText(entry: string | DeskConfig["strategies"][number]): string {
  if (typeof entry === "string") return entry;
  const { use, sharePct, parameters } = entry;
  const set = Object.entries(parameters).map(([name, value]) => `${name} ${value}`);
  return [`${use} ${Number(sharePct.toFixed(2))} %`, ...(set.length === 0 ? [] : [`(${set.join(", ")})`])].join(" ");
}
