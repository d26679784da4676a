// Floor 6. The process environment and the text of `.env` → the variables of this run, and every name or line that would be
// lost without a word. Values are never printed: a key may stand among them.
import { parseEnv } from "node:util";
import { nearestNames } from "#toolkits/market/nearest-names.ts";
import { SETTINGS } from "./settings.ts";

type Variables = Readonly<Record<string, string | undefined>>;

export interface Environment {
  readonly values: Variables;
  /** Names whose value is that of `.env`. */
  readonly dotenv: ReadonlySet<string>;
  /** What parseOptions refuses together with wrong values, one line each. */
  readonly faults: readonly string[];
}

const KNOWN: ReadonlySet<string> = new Set(SETTINGS.map(({ env }) => env));
/** Settings of earlier versions, and what does their work now. */
const RETIRED: ReadonlyMap<string, string> = new Map([
  ["DEEPTRADER_OPINION", "debates are bought where DEEPTRADER_DEBATE_DAY_TOKENS is above 0"],
  ["DEEPTRADER_SLEEP_DAY_TOKENS", "set the tokens of each kind, such as DEEPTRADER_DEBATE_DAY_TOKENS"],
  ["DEEPTRADER_SLEEP_PASS_TOKENS", "set the tokens of each kind, such as DEEPTRADER_DEBATE_DAY_TOKENS"],
]);
/** Read by tests and measurements only; set in a developer's shell, they are no mistake. */
const DEVELOPERS =
  /^DEEPTRADER_(REAL_DATA|ORACLES|LONG_FOLLOWS|SOAK_MINUTES|TEST_(COUNTS|SEED|POSTGRES|DATABASE_URL|REDIS_URL))$/;

/** The environment goes before `.env`, as with every dotenv reader. */
export function composeEnvironment(environment: Variables, dotenvText: string | null): Environment {
  const text = dotenvText?.replace(/^\uFEFF/, "") ?? "";
  const inFile: Variables = parseEnv(text);
  const { lineOf, faults } = scanDotenv(text);
  const ofFile = Object.keys(inFile).flatMap((name) => nameFault(name, `.env, line ${lineOf.get(name) ?? "?"}`));
  const ofEnvironment = Object.keys(environment)
    .filter((name) => /^deeptrader_/i.test(name))
    .flatMap((name) => nameFault(name, "the environment"));
  const dotenv = new Set(Object.keys(inFile).filter((name) => environment[name] === undefined));
  return { values: { ...inFile, ...environment }, dotenv, faults: [...ofEnvironment, ...ofFile, ...faults] };
}

/** An unknown name that looks like one of ours: DEEPTRADER_STOPP_PCT, deeptrader_seed, DEEPTADER_SEED, database_url. */
function nameFault(name: string, where: string): readonly string[] {
  const capitals = name.toUpperCase().replaceAll(/[.-]/g, "_");
  if (KNOWN.has(name) || DEVELOPERS.test(name)) return [];
  if (KNOWN.has(capitals)) return [`${name} (${where}) is not read: write ${capitals}`];
  const instead = RETIRED.get(capitals);
  if (instead !== undefined) return [`${name} (${where}) is no setting any more: ${instead}`];
  const isOurs = /^DEEP_?TR?A?D?E?R?_/.test(capitals);
  const [nearest] = nearestNames(capitals, [...KNOWN], 1);
  return isOurs ? [`${name} (${where}) is no setting: the nearest is ${nearest}`] : [];
}

/** One entry, its value in quotes perhaps of several lines; or one line that is none. */
const ENTRY =
  /[ \t]*(?:export[ \t]+)?([\w.-]+)[ \t]*=[ \t]*(?:"[^"]*"|'[^']*'|`[^`]*`)?[^\r\n]*(?:\r?\n|$)|([^\r\n]*)(?:\r?\n|$)/y;

/** Where each name stands, and the lines that a dotenv reader passes over although they are no comment. */
function scanDotenv(text: string): {
  readonly lineOf: ReadonlyMap<string, number>;
  readonly faults: readonly string[];
} {
  const lineOf = new Map<string, number>();
  const faults: string[] = [];
  let line = 1;
  for (let at = 0; at < text.length; at = ENTRY.lastIndex) {
    ENTRY.lastIndex = at;
    const [whole = "", name, other = ""] = ENTRY.exec(text) ?? [];
    if (name !== undefined) lineOf.set(name, line);
    else if (!/^\s*(#|$)/.test(other)) faults.push(lineFault(other, line));
    line += whole.split("\n").length - 1;
  }
  return { lineOf, faults };
}

/** Only a word before a colon, or one of ours, is named: any other may be a piece of a key. */
function lineFault(text: string, line: number): string {
  const name = /^\s*(?:export\s+)?(?:([A-Za-z_]\w*)\s*:|(DEEPTRADER_\w*))/i.exec(text)?.slice(1).find(Boolean);
  const remedy =
    name === undefined ? "correct it" : `write ${KNOWN.has(name.toUpperCase()) ? name.toUpperCase() : name}=value`;
  return `.env, line ${line}${name === undefined ? "" : ` (${name})`} is not NAME=value: ${remedy}, or begin it with #`;
}
