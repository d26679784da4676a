// Floor 6. The words of every setting: where it may be said, and how its text is read. No import but the types of the
// command line, so that --help costs nothing; options.ts checks the values.
import type { Command } from "commander";

/** One setting: where it may be said, and how its text is read. */
export interface Setting {
  /** Path in DeskConfig. */
  readonly key: string;
  readonly env: string;
  /** Flag as commander writes it; settings without one are set by the environment only. */
  readonly flag?: string;
  readonly help: string;
  readonly fallback: unknown;
  readonly read: (text: string) => unknown;
}

const NUMBER = /^-?\d+(\.\d+)?(e-?\d+)?$/i;
// "" must not become 0, nor "5 %" become 5: the whole text must be a number.
const number = (text: string): unknown => (NUMBER.test(text.trim()) ? Number(text) : text);
const plain = (text: string): unknown => text;

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

export const SETTINGS: readonly Setting[] = [
  setting("venue", "VENUE", "sim", plain, "--venue <id>", "sim, replay, or a ccxt exchange id such as binance"),
  setting("dataDir", "DATA", null, plain, "--data <dir>", "replay: folder of BASE-QUOTE-TIMEFRAME.csv files"),
  setting("seed", "SEED", 1, number, "--seed <n>", "sim: seed of the invented prices, a whole number"),
  setting("assets", "ASSETS", 50, number, "--assets <n>", "how many top assets are analysed"),
  setting("timeframe", "TIMEFRAME", "5m", plain, "--timeframe <tf>", "candle length: 1m, 5m, 15m, 1h, 4h or 1d"),
  setting("asOfMs", "AS_OF", null, moment, "--as-of <time>", "simulated moment, ISO 8601 (UTC) or epoch ms"),
  setting("speed", "SPEED", undefined, number, "--speed <n>", "sim and replay: market seconds per second (sim: 60)"),
  setting("cycles", "CYCLES", null, number, "--cycles <n>", "stop after this many slots (candle closes)"),
  setting("quote", "QUOTE", null, plain, "--quote <cur>", "settlement currency (USDT; replay: the folder's own)"),
  setting("cash", "CASH", null, plain, "--cash <n>", "paper cash in the settlement currency (10000, or 1 BTC)"),
  setting(
    "securityPolicy",
    "SECURITY",
    "recorded",
    plain,
    "--security <policy>",
    "replay and backtest: recorded, assume-clear or skip",
  ),
  setting("deskId", "DESK", "main", plain, "--desk <name>", "whose portfolio and journal (a-z, 0-9, -)"),
  setting("home", "HOME", ".deeptrader", plain, "--home <dir>", "folder of the desk's memory and lock"),
  setting("exchangeUrl", "EXCHANGE_URL", null, plain),
  setting("mode", "MODE", "paper", plain),
  setting("model", "MODEL", "rules", plain),
  setting("modelUrl", "MODEL_URL", null, plain),
  setting("modelFallback", "MODEL_FALLBACK", null, plain),
  setting("modelRecordDir", "MODEL_RECORD", null, plain),
  setting("modelReplayDir", "MODEL_REPLAY", null, plain),
  setting("modelTimeoutMs", "MODEL_TIMEOUT_MS", 30_000, number),
  setting("sleepModel", "SLEEP_MODEL", null, plain),
  setting("sleepModelUrl", "SLEEP_MODEL_URL", null, plain),
  setting("opinion", "OPINION", undefined, plain),
  setting("modelCutoffMs", "MODEL_CUTOFF", null, moment),
  setting("thinking.level", "SLEEP_LEVEL", undefined, number),
  setting("thinking.idleAfterMs", "IDLE_AFTER_MS", undefined, number),
  setting("thinking.testTimeWeight", "TEST_TIME_WEIGHT", undefined, number),
  setting("thinking.passUnits", "SLEEP_PASS_UNITS", undefined, number),
  setting("thinking.dayUnits", "SLEEP_DAY_UNITS", undefined, number),
  setting("thinking.passTokens", "SLEEP_PASS_TOKENS", undefined, number),
  setting("thinking.dayTokens", "SLEEP_DAY_TOKENS", undefined, number),
  setting("thinking.questionUnits", "QUESTION_UNITS", undefined, number),
  setting("thinking.questionTokens", "QUESTION_TOKENS", undefined, number),
  setting("thinking.shadowEvery", "SHADOW_EVERY", undefined, number),
  setting("thinking.nearTriggerPct", "NEAR_TRIGGER_PCT", undefined, number),
  setting("strategyId", "STRATEGY", "mean-reversion", plain),
  setting("driftAtr", "DRIFT_ATR", 2, number),
  setting("redisProtocol", "REDIS_PROTOCOL", 3, number),
  setting("retention.allForDays", "KEEP_ALL_DAYS", undefined, number),
  setting("retention.hourlyForDays", "KEEP_HOURLY_DAYS", undefined, number),
  setting("limits.entryPct", "ENTRY_PCT", undefined, number),
  setting("limits.maxOpenPositions", "MAX_OPEN_POSITIONS", undefined, number),
  setting("limits.maxExposurePct", "MAX_EXPOSURE_PCT", undefined, number),
  setting("limits.maxEntriesPerSlot", "MAX_ENTRIES_PER_SLOT", undefined, number),
  setting("limits.maxDayLossPct", "MAX_DAY_LOSS_PCT", undefined, number),
  setting("limits.maxDrawdownPct", "MAX_DRAWDOWN_PCT", undefined, number),
  setting("limits.cooldownCandles", "COOLDOWN_CANDLES", undefined, number),
  setting("limits.maxEntriesPerCluster", "MAX_ENTRIES_PER_CLUSTER", undefined, number),
  setting("limits.leaderFallSigmas", "LEADER_FALL_SIGMAS", undefined, number),
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
