// Floor 5. Flags and environment -> DeskConfig. The only reader of names such as DEEPTRADER_HOME; apps/wire.ts passes
// process.env in. A flag beats its variable; every fault is named with the variable or flag that carries it.
import { type Command, Option } from "commander";
import type { z } from "zod";
import { DeskConfig, SecurityPolicy } from "#schemas/config.ts";
import { ConfigError, UsageError } from "#schemas/errors.ts";
import { TIMEFRAMES } from "#schemas/units.ts";

type Raw = string | undefined;

/** One setting: where it may be said, and how its text is read. */
interface Setting {
  /** Path in DeskConfig. */
  readonly key: string;
  readonly env: string;
  /** Flag as commander writes it; settings without one are set by the environment only. */
  readonly flag?: string;
  readonly help: string;
  readonly fallback: unknown;
  readonly read: (text: string) => unknown;
  /** Values outside this list are a usage error. */
  readonly choices?: readonly string[];
}

const NUMBER = /^-?\d+(\.\d+)?(e-?\d+)?$/i;
// "" must not become 0, nor "5 %" become 5: only a whole number text counts.
const number = (text: string): unknown => (NUMBER.test(text.trim()) ? Number(text) : text);
const plain = (text: string): unknown => text;

/** Epoch ms or an ISO date; a date without a zone is read as UTC. */
function moment(text: string): unknown {
  if (/^\d{10,}$/.test(text)) return Number(text);
  const withZone = /([zZ]|[+-]\d\d:?\d\d)$/.test(text) || !text.includes("T") ? text : `${text}Z`;
  const ms = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(withZone) : Number.NaN;
  return Number.isNaN(ms) ? text : ms;
}

export const SETTINGS: readonly Setting[] = [
  setting("venue", "VENUE", "sim", plain, "--venue <id>", "sim, replay, or a ccxt exchange id such as binance"),
  setting("dataDir", "DATA", null, plain, "--data <dir>", "replay: folder of BASE-QUOTE-TIMEFRAME.csv files"),
  setting("seed", "SEED", 1, number, "--seed <n>", "sim: seed of the invented prices, a whole number"),
  setting("assets", "ASSETS", 50, number, "--assets <n>", "how many top assets are analysed"),
  {
    ...setting("timeframe", "TIMEFRAME", "5m", plain, "--timeframe <tf>", `candle length: ${TIMEFRAMES.join(", ")}`),
    choices: TIMEFRAMES,
  },
  setting("asOfMs", "AS_OF", null, moment, "--as-of <time>", "simulated moment, ISO 8601 (UTC) or epoch ms"),
  setting("speed", "SPEED", undefined, number, "--speed <n>", "sim and replay: market seconds per second (sim: 60)"),
  setting("cycles", "CYCLES", null, number, "--cycles <n>", "stop after this many slots (candle closes)"),
  setting("quote", "QUOTE", null, plain, "--quote <cur>", "settlement currency (USDT; replay: the folder's own)"),
  setting("cash", "CASH", null, plain, "--cash <n>", "paper cash in the settlement currency (10000, or 1 BTC)"),
  {
    ...setting(
      "securityPolicy",
      "SECURITY",
      "recorded",
      plain,
      "--security <policy>",
      "replay: recorded, assume-clear or skip",
    ),
    choices: SecurityPolicy.options,
  },
  setting("deskId", "DESK", "main", plain, "--desk <name>", "whose portfolio and journal (a-z, 0-9, -)"),
  setting("home", "HOME", ".deeptrader", plain, "--home <dir>", "folder of the desk's memory and lock"),
  setting("mode", "MODE", "paper", plain),
  setting("model", "MODEL", "rules", plain),
  setting("modelUrl", "MODEL_URL", null, plain),
  setting("modelTimeoutMs", "MODEL_TIMEOUT_MS", 30_000, number),
  setting("strategyId", "STRATEGY", "mean-reversion", plain),
  setting("driftAtr", "DRIFT_ATR", 2, number),
  setting("limits.entryPct", "ENTRY_PCT", undefined, number),
  setting("limits.maxOpenPositions", "MAX_OPEN_POSITIONS", undefined, number),
  setting("limits.maxExposurePct", "MAX_EXPOSURE_PCT", undefined, number),
  setting("limits.maxEntriesPerSlot", "MAX_ENTRIES_PER_SLOT", undefined, number),
  setting("limits.maxDayLossPct", "MAX_DAY_LOSS_PCT", undefined, number),
  setting("limits.maxDrawdownPct", "MAX_DRAWDOWN_PCT", undefined, number),
  setting("limits.cooldownCandles", "COOLDOWN_CANDLES", undefined, number),
  setting("limits.stopPct", "STOP_PCT", undefined, number),
  setting("limits.targetPct", "TARGET_PCT", undefined, number),
  setting("limits.maxQuoteDepegPct", "MAX_QUOTE_DEPEG_PCT", undefined, number),
  setting("costs.feeBps", "FEE_BPS", undefined, number),
  setting("costs.slippageBps", "SLIPPAGE_BPS", undefined, number),
  setting("costs.maxVolumeSharePct", "MAX_VOLUME_SHARE_PCT", undefined, number),
];

function setting(
  key: string,
  env: string,
  fallback: unknown,
  read: (text: string) => unknown,
  flag?: string,
  help = "",
): Setting {
  return { key, env: `DEEPTRADER_${env}`, fallback, read, help, ...(flag === undefined ? {} : { flag }) };
}

/** Adds the common flags to a command. */
export function addCommonFlags(command: Command): Command {
  for (const s of SETTINGS) {
    if (s.flag === undefined) continue;
    const shown = s.fallback === null || s.fallback === undefined ? "" : ` (default: ${s.fallback})`;
    const option = new Option(s.flag, s.help + shown);
    if (s.choices !== undefined) option.choices([...s.choices]);
    command.addOption(option);
  }
  return command
    .option("--json", "print exactly one JSON document on stdout")
    .option("--quiet", "no progress and no notes on stderr");
}

/** The name commander stores a flag's value under: `--as-of` is `asOf`. */
const flagName = (flag: string): string =>
  flag
    .split(" ")[0]
    ?.slice(2)
    .replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase()) ?? "";

export interface ParsedOptions {
  readonly config: DeskConfig;
  /** Settings that were said by flag, for the comparison with a running desk. */
  readonly explicit: ReadonlyMap<string, unknown>;
}

/**
 * @throws UsageError for a flag value that can never be right; ConfigError naming every fault at once.
 */
export function parseOptions(
  flags: Readonly<Record<string, unknown>>,
  env: Readonly<Record<string, Raw>>,
): ParsedOptions {
  const document: Record<string, unknown> = { limits: {}, costs: {} };
  const explicit = new Map<string, unknown>();
  const saidBy = new Map<string, string>();
  for (const s of SETTINGS) {
    const flagged = s.flag === undefined ? undefined : flags[flagName(s.flag)];
    const raw = (flagged as Raw) ?? (env[s.env]?.trim() || undefined);
    const value = raw === undefined ? s.fallback : s.read(raw);
    saidBy.set(s.key, flagged === undefined ? s.env : (s.flag?.split(" ")[0] ?? s.env));
    if (flagged !== undefined) explicit.set(s.key, value);
    if (value !== undefined) assign(document, s.key, value);
  }
  document["databaseUrl"] = env["DATABASE_URL"]?.trim() || null;
  // The simulated market is watched, so it has a pace; replay runs as fast as the work is done unless told otherwise.
  document["speed"] ??= document["venue"] === "sim" ? 60 : null;
  const parsed = DeskConfig.safeParse(document);
  if (parsed.success) return { config: Object.freeze(parsed.data), explicit };
  throw namedFaults(parsed.error, saidBy, explicit);
}

function assign(document: Record<string, unknown>, path: string, value: unknown): void {
  const [group, key] = path.split(".");
  if (group === undefined) return;
  if (key === undefined) document[group] = value;
  else (document[group] as Record<string, unknown>)[key] = value;
}

function namedFaults(
  error: z.ZodError,
  saidBy: ReadonlyMap<string, string>,
  explicit: ReadonlyMap<string, unknown>,
): ConfigError | UsageError {
  const faults = error.issues.map((issue) => {
    const path = issue.path.join(".");
    return path === "" ? issue.message : `${saidBy.get(path) ?? path}: ${issue.message}`;
  });
  const parts = {
    was: `The configuration has ${faults.length} ${faults.length === 1 ? "fault" : "faults"}:\n${faults.map((f) => `  - ${f}`).join("\n")}\n`,
    remedy: "Correct them (see --help and .env.example) and start again.",
  };
  const flagsOnly = error.issues.every((issue) => explicit.has(issue.path.join(".")));
  return flagsOnly && error.issues.length > 0 ? new UsageError(parts) : new ConfigError(parts);
}
