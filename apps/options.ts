// Floor 6. Flags and environment → DeskConfig. apps/wire.ts passes process.env in. A flag beats its variable; every fault
// is named with the variable or flag that carries it.
import { resolve } from "node:path";
import type { z } from "zod";
import { DeskConfig } from "#schemas/config.ts";
import { ConfigError, UsageError } from "#schemas/errors.ts";
import { flagName, SETTINGS, type Setting } from "./settings.ts";

type Raw = string | undefined;

export interface ParsedOptions {
  readonly config: DeskConfig;
  /** Settings that were given by flag, for the comparison with a running desk. */
  readonly explicit: ReadonlyMap<string, unknown>;
}

/** Where a setting was given, and its text. */
interface Given {
  readonly by: string;
  readonly text: Raw;
  /** What it is, with its unit, in parentheses; empty where there is a flag, whose --help says so. */
  readonly help: string;
}

/**
 * A flag goes before its variable, and that before what was learned (HOME/learned.json) and the default.
 * @param learned by variable; left out where no home is opened
 * @param faults what is wrong with the environment itself, told with the rest
 * @throws UsageError for a flag value that can never be right; ConfigError naming every fault at once.
 */
export function parseOptions(
  flags: Readonly<Record<string, unknown>>,
  env: Readonly<Record<string, Raw>>,
  learned: Readonly<Record<string, Raw>> = {},
  faults: readonly string[] = [],
): ParsedOptions {
  const document: Record<string, unknown> = { limits: {}, costs: {}, retention: {}, thinking: {} };
  const explicit = new Map<string, unknown>();
  const given = new Map<string, Given>();
  for (const s of SETTINGS) {
    if (s.key === null) continue;
    const flagged = s.flag === undefined ? undefined : (flags[flagName(s.flag)] as Raw);
    const inEnv = env[s.env]?.trim() || undefined;
    const text = flagged ?? inEnv ?? learned[s.env];
    const value = text === undefined ? s.fallback : s.read(text);
    const byEnv = inEnv === undefined && text !== undefined ? `${s.env} in HOME/learned.json` : s.env;
    given.set(s.key, {
      by: flagged === undefined ? byEnv : flagOf(s),
      text,
      help: s.flag === undefined ? ` (${s.help})` : "",
    });
    if (flagged !== undefined) explicit.set(s.key, comparable(s.key, value));
    if (value !== undefined) assign(document, s.key, value);
  }
  // The simulated market is watched, so it has a pace; replay runs as fast as the work is done unless told otherwise.
  document["speed"] ??= document["venue"] === "sim" ? 60 : null;
  const parsed = DeskConfig.safeParse(document);
  if (parsed.success && faults.length === 0) return { config: Object.freeze(parsed.data), explicit };
  const issues = parsed.success ? [] : allIssues(parsed.error, document);
  throw namedFaults(issues, faults, given, explicit);
}

/** The home alone, by the same order of precedence. */
export function homeOf(flags: Readonly<Record<string, unknown>>, env: Readonly<Record<string, Raw>>): string {
  const home = SETTINGS.find(({ key }) => key === "home");
  const flagged = flags["home"];
  return (typeof flagged === "string" && flagged) || env[home?.env ?? ""]?.trim() || String(home?.fallback);
}

/** How the running desk and a command's flag name the same thing: a folder by its absolute path. */
export const comparable = (key: string, value: unknown): unknown =>
  key === "dataDir" && typeof value === "string" ? resolve(value) : value;

/** `--as-of` of the setting `asOfMs`; the variable where there is no flag. */
export const flagOf = (setting: Pick<Setting, "flag" | "env">): string => setting.flag?.split(" ")[0] ?? setting.env;

function assign(document: Record<string, unknown>, path: string, value: unknown): void {
  const [group, key] = path.split(".");
  if (group === undefined) return;
  if (key === undefined) document[group] = value;
  else (document[group] as Record<string, unknown>)[key] = value;
}

/** zod asks how settings agree only once each is right by itself: the wrong ones are set back, and it is asked again. */
function allIssues(error: z.ZodError, document: Record<string, unknown>): readonly z.core.$ZodIssue[] {
  for (const { path } of error.issues) {
    const key = path.join(".");
    const fallback = SETTINGS.find((s) => s.key === key)?.fallback;
    if (key !== "") assign(document, key, fallback);
  }
  const again = DeskConfig.safeParse(document);
  const known = new Set(error.issues.map((issue) => issue.message));
  return [...error.issues, ...(again.error?.issues ?? []).filter((issue) => !known.has(issue.message))];
}

function namedFaults(
  issues: readonly z.core.$ZodIssue[],
  environmentFaults: readonly string[],
  given: ReadonlyMap<string, Given>,
  explicit: ReadonlyMap<string, unknown>,
): ConfigError | UsageError {
  const ofValues = issues.map((issue) => {
    const setting = given.get(issue.path.join("."));
    // What does not begin so says by itself how two settings disagree.
    if (setting?.text === undefined || !issue.message.startsWith("expected")) return issue.message;
    return `${setting.by} is ${JSON.stringify(setting.text)}: ${issue.message}${setting.help}`;
  });
  const faults = [...new Set([...environmentFaults, ...ofValues])];
  const isByFlag = environmentFaults.length === 0 && issues.every((issue) => explicit.has(issue.path.join(".")));
  const kind = isByFlag ? UsageError : ConfigError;
  const [only = ""] = faults;
  if (faults.length === 1)
    return new kind({ was: `${only.replace(/\.$/, "")}.`, remedy: "See --help and .env.example." });
  return new kind({
    was: `The settings have ${faults.length} faults.`,
    remedy: `Correct them (see --help and .env.example):\n${faults.map((fault) => `  - ${fault}`).join("\n")}`,
  });
}
