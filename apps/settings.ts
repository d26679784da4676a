// Floor 6. Every setting, once: flag, variable, default, unit, help. No import but the types of the command line, so that
// --help costs nothing; options.ts checks the values. `--help` and .env.example say what stands here.
import type { Command } from "commander";

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
  flag("venue", "VENUE", "sim", plain, "--venue <id>", "sim, replay, or a ccxt exchange id such as binance"),
  flag("dataDir", "DATA", null, plain, "--data <dir>", "replay: folder of BASE-QUOTE-TIMEFRAME.csv files"),
  flag("seed", "SEED", 1, number, "--seed <n>", "sim: seed of the invented prices, a whole number"),
  flag("assets", "ASSETS", 50, number, "--assets <n>", "how many top assets are analysed"),
  flag("timeframe", "TIMEFRAME", "5m", plain, "--timeframe <tf>", "candle length: 1m, 5m, 15m, 1h, 4h or 1d"),
  flag("asOfMs", "AS_OF", null, moment, "--as-of <time>", "simulated moment, ISO 8601 (UTC) or epoch ms"),
  flag("speed", "SPEED", undefined, number, "--speed <n>", "sim and replay: market seconds per second (sim: 60)"),
  flag("cycles", "CYCLES", null, number, "--cycles <n>", "stop after this many slots (candle closes)"),
  flag("quote", "QUOTE", null, plain, "--quote <cur>", "settlement currency (USDT; replay: the folder's own)"),
  flag("cash", "CASH", null, plain, "--cash <n>", "paper cash in the settlement currency (10000, or 1 BTC)"),
  flag(
    "securityPolicy",
    "SECURITY",
    "recorded",
    plain,
    "--security <policy>",
    "replay and backtest: recorded, assume-clear or skip",
  ),
  flag(
    "deskId",
    "DESK",
    "main",
    plain,
    "--desk <name>",
    "account and journal of its own in the same store (a-z, 0-9, -)",
  ),
  flag("home", "HOME", ".deeptrader", plain, "--home <dir>", "folder of the desk's memory and lock"),
  setting(
    "exchangeUrl",
    "EXCHANGE_URL",
    null,
    plain,
    "other origin of the exchange's API: a gateway of your own, or a test server",
  ),
  setting("mode", "MODE", "paper", plain, "paper is the only mode that is built"),
  setting("strategyId", "STRATEGY", "mean-reversion", plain, "strategy by its id"),
  setting("limits.entryPct", "ENTRY_PCT", undefined, number, "size of one entry, percent of equity"),
  setting("limits.maxOpenPositions", "MAX_OPEN_POSITIONS", undefined, number, "positions open at once"),
  setting(
    "limits.maxExposurePct",
    "MAX_EXPOSURE_PCT",
    undefined,
    number,
    "all positions and working entries together, percent of equity",
  ),
  setting("limits.maxEntriesPerSlot", "MAX_ENTRIES_PER_SLOT", undefined, number, "entries in one slot (candle close)"),
  setting(
    "limits.maxDayLossPct",
    "MAX_DAY_LOSS_PCT",
    undefined,
    number,
    "loss since 00:00 UTC at which entries stop for the day, percent of equity",
  ),
  setting(
    "limits.maxDrawdownPct",
    "MAX_DRAWDOWN_PCT",
    undefined,
    number,
    "loss from the 30-day peak at which entries stop until resume, percent",
  ),
  setting(
    "limits.cooldownCandles",
    "COOLDOWN_CANDLES",
    undefined,
    number,
    "candles after an exit in which the market is not entered again",
  ),
  setting("limits.stopPct", "STOP_PCT", undefined, number, "stop-loss below the entry price, percent"),
  setting("limits.targetPct", "TARGET_PCT", undefined, number, "take-profit above the entry price, percent"),
  setting(
    "limits.maxQuoteDepegPct",
    "MAX_QUOTE_DEPEG_PCT",
    undefined,
    number,
    "a settlement stablecoin further off par stops entries, percent",
  ),
  setting(
    "limits.maxEntriesPerCluster",
    "MAX_ENTRIES_PER_CLUSTER",
    undefined,
    number,
    "positions and working entries in one group of correlated markets",
  ),
  setting(
    "limits.leaderFallSigmas",
    "LEADER_FALL_SIGMAS",
    undefined,
    number,
    "no entries while the most liquid market has fallen further than so many of its daily standard deviations",
  ),
  setting(
    "entryStyle",
    "ENTRY_STYLE",
    null,
    plain,
    "how entries are sent: next-open, or limit-at-quote (the default on a real venue)",
  ),
  setting("costs.feeBps", "FEE_BPS", undefined, number, "fee a side where the market states none, basis points"),
  setting("costs.slippageBps", "SLIPPAGE_BPS", undefined, number, "slippage a side, basis points"),
  setting(
    "costs.maxVolumeSharePct",
    "MAX_VOLUME_SHARE_PCT",
    undefined,
    number,
    "share of a candle's volume that one order may take, percent",
  ),
  setting(
    "driftAtr",
    "DRIFT_ATR",
    2,
    number,
    "an analysis is stale once the price at hand is so many ATR from its own",
  ),
  {
    key: "databaseUrl",
    env: "DATABASE_URL",
    fallback: null,
    read: plain,
    help: "PostgreSQL instead of the embedded store; several desks and commands may share it",
  },
  {
    key: "redisUrl",
    env: "REDIS_URL",
    fallback: null,
    read: plain,
    help: "Redis beside PostgreSQL: shared cache and bus",
  },
  setting("redisProtocol", "REDIS_PROTOCOL", 3, number, "Redis protocol: 3, or 2 for old servers and some proxies"),
  setting("retention.allForDays", "KEEP_ALL_DAYS", undefined, number, "all history is kept so many days"),
  setting(
    "retention.hourlyForDays",
    "KEEP_HOURLY_DAYS",
    undefined,
    number,
    "then the last of each hour until so many days, then of each day",
  ),
  setting(
    "model",
    "MODEL",
    "rules",
    plain,
    "model of questions: rules (no provider, no key), or provider/model such as openai/gpt-5",
  ),
  setting(
    "modelUrl",
    "MODEL_URL",
    null,
    plain,
    "base URL of an OpenAI-compatible server, for example http://127.0.0.1:11434/v1",
  ),
  setting(
    "modelFallback",
    "MODEL_FALLBACK",
    null,
    plain,
    "models that stand in, in order, comma-separated: provider/model or provider/model@URL; rules may be last",
  ),
  setting("modelRecordDir", "MODEL_RECORD", null, plain, "folder in which model calls are kept, and made only once"),
  setting("modelReplayDir", "MODEL_REPLAY", null, plain, "folder from which model calls are answered, and never made"),
  setting(
    "modelTimeoutMs",
    "MODEL_TIMEOUT_MS",
    30_000,
    number,
    "deadline of one question's model runs, all models together, milliseconds",
  ),
  setting("sleepModel", "SLEEP_MODEL", null, plain, "model of what is thought ahead; default: the one of questions"),
  setting("sleepModelUrl", "SLEEP_MODEL_URL", null, plain, "base URL of its server"),
  setting(
    "opinion",
    "OPINION",
    undefined,
    plain,
    "veto: a model's second opinion, bought ahead, may refuse or shrink entries; off",
  ),
  setting(
    "modelCutoffMs",
    "MODEL_CUTOFF",
    null,
    moment,
    "end of the model's training data, ISO 8601: a backtest says how much of its range lies before it",
  ),
  {
    key: null,
    env: "DEEPTRADER_WEBHOOK_URL",
    fallback: null,
    read: plain,
    help: "alerts are posted there as JSON; https, or http on this machine",
  },
  {
    key: null,
    env: "DEEPTRADER_HEARTBEAT_URL",
    fallback: null,
    read: plain,
    help: "called (GET) after each finished slot; https, or http on this machine",
  },
  setting(
    "thinking.level",
    "SLEEP_LEVEL",
    undefined,
    number,
    "thought ahead beside the analyses: 0 to 2 nothing, 3 single markets, 4 and digests of all, 5 and pre-answers",
  ),
  setting(
    "thinking.idleAfterMs",
    "IDLE_AFTER_MS",
    undefined,
    number,
    "without a question for so long the desk thinks ahead, milliseconds",
  ),
  setting(
    "thinking.testTimeWeight",
    "TEST_TIME_WEIGHT",
    undefined,
    number,
    "how many times dearer a work unit is while an answer is waited for",
  ),
  setting(
    "thinking.passUnits",
    "SLEEP_PASS_UNITS",
    undefined,
    number,
    "budget of a slot's thinking ahead, work units (1 = one record read; a provider call is 100)",
  ),
  setting("thinking.dayUnits", "SLEEP_DAY_UNITS", undefined, number, "budget of a day's thinking ahead, work units"),
  setting(
    "thinking.passTokens",
    "SLEEP_PASS_TOKENS",
    undefined,
    number,
    "budget of a slot's thinking ahead, model tokens",
  ),
  setting(
    "thinking.dayTokens",
    "SLEEP_DAY_TOKENS",
    undefined,
    number,
    "budget of a day's thinking ahead, model tokens",
  ),
  setting(
    "thinking.questionUnits",
    "QUESTION_UNITS",
    undefined,
    number,
    "limit of one question, work units; above it the desk abstains and says so",
  ),
  setting("thinking.questionTokens", "QUESTION_TOKENS", undefined, number, "limit of one question, model tokens"),
  setting(
    "thinking.dayQuestionTokens",
    "QUESTION_DAY_TOKENS",
    undefined,
    number,
    "limit of a day's questions, model tokens; above it rules answer and say so",
  ),
  setting(
    "thinking.shadowEvery",
    "SHADOW_EVERY",
    undefined,
    number,
    "one stored answer in so many is computed again when it is served",
  ),
  setting(
    "thinking.nearTriggerPct",
    "NEAR_TRIGGER_PCT",
    undefined,
    number,
    "a market this close to its trigger price counts as near, percent",
  ),
];

function setting(key: string, env: string, fallback: unknown, read: Setting["read"], help: string): Setting {
  return { key, env: `DEEPTRADER_${env}`, fallback, read, help };
}

function flag(
  ...[key, env, fallback, read, flag, help]: [string, string, unknown, Setting["read"], string, string]
): Setting {
  return { ...setting(key, env, fallback, read, help), flag };
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
