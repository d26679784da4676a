// Floor 6. Flags, environment, configuration file and what was learned → DeskConfig, and where each value came from.
// apps/wire.ts passes process.env in. Every fault is named with the flag, variable or key that carries it.
import { resolve } from "node:path";
import type { z } from "zod";
import { DeskConfig } from "#schemas/config.ts";
import { strategyIdsText } from "#schemas/strategy-use.ts";
import type { ConfigFileValues } from "./config/read-config-file.ts";
import { type Given, namedFaults, type Origin, settingAt } from "./config/value-faults.ts";
import { flagName, SETTINGS, type Setting } from "./settings.ts";

type Raw = string | undefined;

export interface ParsedOptions {
  readonly config: DeskConfig;
  /** Settings that were given by flag, for the comparison with a running desk. */
  readonly explicit: ReadonlyMap<string, unknown>;
  /** By the setting's variable. */
  readonly origins: ReadonlyMap<string, Origin>;
  /** The configuration file; null: there is none. */
  readonly file: ConfigFileValues | null;
}

/** What there may be beside flags and variables. */
export interface Beside {
  /** Variables that stand in `.env`, and not in the environment itself. */
  readonly dotenv?: ReadonlySet<string>;
  readonly file?: ConfigFileValues | null;
  /** By variable; left out where no home is opened. */
  readonly learned?: Readonly<Record<string, Raw>>;
  /** The command is of no desk: in which mode one would trade, and on which account, is not looked at. */
  readonly isOfNoDesk?: boolean;
  /** What is wrong with the environment itself, told with the rest. */
  readonly faults?: readonly string[];
}

/**
 * A flag goes before its variable, that before the configuration file, and that before what was learned (HOME/learned.json) and
 * the default.
 * @throws UsageError for a flag value that can never be right; ConfigError naming every fault at once.
 */
export function parseOptions(
  flags: Readonly<Record<string, unknown>>,
  env: Readonly<Record<string, Raw>>,
  beside: Beside = {},
): ParsedOptions {
  const document: Record<string, unknown> = {
    limits: {},
    costs: {},
    retention: {},
    thinking: {},
    markets: {},
    http: {},
    sources: {},
    news: {},
    notifications: {},
  };
  const given = new Map<string, Given>(SETTINGS.map((setting) => [setting.env, givenTo(setting, flags, env, beside)]));
  for (const { env: name, key } of SETTINGS) {
    const value = given.get(name)?.value;
    if (key !== null && value !== undefined) assign(document, key, value);
  }
  if (beside.isOfNoDesk === true) Object.assign(document, { mode: "paper", liveAccount: null, sandbox: false });
  // The simulated market is watched, so it has a pace; replay runs as fast as the work is done unless told otherwise.
  document["speed"] ??= document["venue"] === "sim" ? 60 : null;
  const parsed = DeskConfig.safeParse(document);
  const faults = [...(beside.faults ?? []), ...(beside.file?.faults ?? [])];
  if (!parsed.success || faults.length > 0) {
    throw namedFaults(parsed.success ? [] : allIssues(parsed.error, document), faults, given, beside.file ?? null);
  }
  const config = Object.freeze(parsed.data);
  const origins = new Map([...given].map(([name, { from }]) => [name, from]));
  return { config, explicit: explicitOf(config, given), origins, file: beside.file ?? null };
}

function givenTo(
  setting: Setting,
  flags: Readonly<Record<string, unknown>>,
  env: Readonly<Record<string, Raw>>,
  beside: Beside,
): Given {
  const { env: name, flag, read, fallback } = setting;
  const flagged = flag === undefined ? undefined : (flags[flagName(flag)] as Raw);
  if (flagged !== undefined)
    return { setting, from: "flag", by: flagOf(setting), said: flagged, value: read.text(flagged) };
  const inEnv = env[name]?.trim() || undefined;
  if (inEnv !== undefined) {
    const from = beside.dotenv?.has(name) === true ? ".env" : "environment";
    return { setting, from, by: name, said: inEnv, value: read.text(inEnv) };
  }
  const { file, learned } = beside;
  if (file?.values.has(name) === true) {
    const value = file.values.get(name);
    return { setting, from: "config file", by: `${setting.file} in ${file.name}`, said: value, value };
  }
  const text = learned?.[name];
  if (text !== undefined)
    return { setting, from: "learned", by: `${name} in HOME/learned.json`, said: text, value: read.text(text) };
  return { setting, from: "default", by: name, said: undefined, value: fallback };
}

/** How the running desk and a command's flag name the same thing: a folder by its absolute path, strategies by one text. */
export function comparableSettings(config: DeskConfig): ReadonlyMap<string, string | number | null> {
  const { dataDir } = config;
  const own = SETTINGS.flatMap(({ key }) => {
    const value = key === null ? undefined : valueAt(config, key);
    return key !== null && (value === null || typeof value === "string" || typeof value === "number")
      ? [[key, value] as const]
      : [];
  });
  return new Map([
    ...own,
    ["dataDir", dataDir === null ? null : resolve(dataDir)],
    ["strategies", strategyIdsText(config)],
    ["markets.include", config.markets.include.join(",")],
  ]);
}

function explicitOf(config: DeskConfig, given: ReadonlyMap<string, Given>): ReadonlyMap<string, unknown> {
  const comparable = comparableSettings(config);
  const byFlag = [...given.values()].flatMap(({ from, setting: { key } }) =>
    from === "flag" && key !== null ? [[key, comparable.get(key)] as const] : [],
  );
  return new Map(byFlag);
}

/** `--as-of` of the setting `asOfMs`; the variable where there is no flag. */
export const flagOf = (setting: Pick<Setting, "flag" | "env">): string => setting.flag?.split(" ")[0] ?? setting.env;

/** The home alone, by the same order of precedence. */
export function homeOf(
  flags: Readonly<Record<string, unknown>>,
  env: Readonly<Record<string, Raw>>,
  file: ConfigFileValues | null = null,
): string {
  const home = SETTINGS.find(({ key }) => key === "home");
  const named = home === undefined ? undefined : givenTo(home, flags, env, { file }).value;
  return typeof named === "string" && named !== "" ? named : String(home?.fallback);
}

/** The value that a desk runs with. @param key of the setting: a path in DeskConfig */
export const valueAt = (config: DeskConfig, key: string): unknown =>
  key.split(".").reduce((at: unknown, part) => (at as Readonly<Record<string, unknown>>)[part], config);

function assign(document: Record<string, unknown>, path: string, value: unknown): void {
  const [group, key] = path.split(".");
  if (group === undefined) return;
  if (key === undefined) document[group] = value;
  else (document[group] as Record<string, unknown>)[key] = value;
}

/** zod asks how settings agree only once each is right by itself: the wrong ones are set back, and it is asked again. */
function allIssues(error: z.ZodError, document: Record<string, unknown>): readonly z.core.$ZodIssue[] {
  for (const { path } of error.issues) {
    const setting = settingAt(path);
    if (setting !== null) assign(document, setting.key ?? "", setting.fallback);
  }
  const again = DeskConfig.safeParse(document);
  const known = new Set(error.issues.map((issue) => issue.message));
  return [...error.issues, ...(again.error?.issues ?? []).filter((issue) => !known.has(issue.message))];
}
