// Floor 6. What the schema objects to → one error that names every fault with the flag, variable or key that carries it, what it
// holds, and what was expected. Secrets are named, never shown.
import { inspect } from "node:util";
import type { z } from "zod";
import { ConfigError, UsageError } from "#schemas/errors.ts";
import { SETTINGS, type Setting } from "../settings.ts";
import type { ConfigFileValues } from "./read-config-file.ts";
import { isSecret } from "./secrets.ts";

/** Where a value came from; earlier goes before later. */
export type Origin = "flag" | "environment" | ".env" | "config file" | "learned" | "default";

/** Where a setting was given, and what. */
export interface Given {
  readonly setting: Setting;
  readonly from: Origin;
  /** As messages name the place: `--seed`, DEEPTRADER_SEED, `seed in deeptrader.config.ts`. */
  readonly by: string;
  /** As it was written; undefined: nothing was. */
  readonly said: unknown;
  /** As it was read. */
  readonly value: unknown;
}

/** The setting that a path of DeskConfig lies in; null: none, as with how settings agree. */
export const settingAt = (path: readonly PropertyKey[]): Setting | null =>
  SETTINGS.find(({ key }) => key !== null && `${path.join(".")}.`.startsWith(`${key}.`)) ?? null;

export function namedFaults(
  issues: readonly z.core.$ZodIssue[],
  otherFaults: readonly string[],
  given: ReadonlyMap<string, Given>,
  file: ConfigFileValues | null,
): ConfigError | UsageError {
  const faults = [...new Set([...otherFaults, ...issues.map((issue) => faultOf(issue, given))])];
  const isByFlag = otherFaults.length === 0 && issues.every((issue) => givenAt(issue, given)?.from === "flag");
  const kind = isByFlag ? UsageError : ConfigError;
  const where = file === null ? "--help and .env.example" : "--help, .env.example and docs/configuration.md";
  const [only = ""] = faults;
  if (faults.length === 1) return new kind({ was: `${only.replace(/\.$/, "")}.`, remedy: `See ${where}.` });
  return new kind({
    was: `The settings have ${faults.length} faults.`,
    remedy: `Correct them (see ${where}):\n${faults.map((fault) => `  - ${fault}`).join("\n")}`,
  });
}

const givenAt = ({ path }: z.core.$ZodIssue, given: ReadonlyMap<string, Given>): Given | undefined =>
  given.get(settingAt(path)?.env ?? "");

function faultOf(issue: z.core.$ZodIssue, given: ReadonlyMap<string, Given>): string {
  const place = givenAt(issue, given);
  // What does not begin so says by itself how two settings disagree.
  if (!issue.message.startsWith("expected")) return inPlacesOf(issue.message, given);
  if (place?.said === undefined) return issue.message;
  const { setting, by, said, from } = place;
  const inner = issue.path.slice(setting.key?.split(".").length);
  const held = isSecret(setting, said) ? "a secret that is not shown" : shown(valueIn(place, inner));
  // Where there is a flag, its --help says what it is.
  const help = setting.flag === undefined && from !== "config file" ? ` (${setting.help})` : "";
  return `${inner.length === 0 || from !== "config file" ? by : withPath(by, inner)} is ${held}: ${issue.message}${help}`;
}

/** `strategies[0].sharePct in deeptrader.config.ts` */
function withPath(by: string, inner: readonly PropertyKey[]): string {
  const path = inner.map((part) => (typeof part === "number" ? `[${part}]` : `.${String(part)}`)).join("");
  return by.replace(/^\S+/, (key) => key + path);
}

/** Of a text that was written as one, all; of the configuration file's value, the part that is meant. */
const valueIn = ({ from, said }: Given, inner: readonly PropertyKey[]): unknown =>
  from === "config file"
    ? inner.reduce((at: unknown, part) => (at as Readonly<Record<PropertyKey, unknown>> | undefined)?.[part], said)
    : said;

const shown = (value: unknown): string =>
  typeof value === "string"
    ? JSON.stringify(value)
    : inspect(value, { depth: 2, breakLength: Number.POSITIVE_INFINITY });

/** Sentences about several settings name variables; where one was set in the file, its key there. */
const inPlacesOf = (message: string, given: ReadonlyMap<string, Given>): string =>
  message.replaceAll(/\b[A-Z][A-Z0-9_]{5,}\b/g, (name) => {
    const place = given.get(name);
    return place?.from === "config file" ? place.by : name;
  });
