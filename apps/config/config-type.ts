// Floor 6. The type of deeptrader.config.ts, for editors. Written from settings.json by `npm run docs`; do not edit.
import type { z } from "zod";
import type { DeskConfig } from "#schemas/config.ts";

type Values = z.input<typeof DeskConfig>;
type Group<Name extends keyof Values> = NonNullable<Values[Name]>;

/** Every setting of the desk. Relative paths are meant from the file's own folder. */
export interface Config {
  /** sim, replay, or a ccxt exchange id such as binance. Default: `"sim"`. --venue, DEEPTRADER_VENUE. */
  readonly venue?: Values["venue"] | undefined;
  /** replay: folder of candle files (CSV, Feather, Parquet). --data, DEEPTRADER_DATA. */
  readonly data?: Values["dataDir"] | undefined;
  /** sim: seed of the invented prices, a whole number. Default: `1`. --seed, DEEPTRADER_SEED. */
  readonly seed?: Values["seed"] | undefined;
  /** sim: what happens there, comma-separated names of `deeptrader --help`. --scenario, DEEPTRADER_SCENARIO. */
  readonly scenario?: Values["scenario"] | undefined;
  /** how many top assets are analysed. Default: `50`. --assets, DEEPTRADER_ASSETS. */
  readonly assets?: Values["assets"] | undefined;
  /** candle length: 1m, 5m, 15m, 1h, 4h or 1d. Default: `"5m"`. --timeframe, DEEPTRADER_TIMEFRAME. */
  readonly timeframe?: Values["timeframe"] | undefined;
  /** simulated moment, ISO 8601 (UTC) or epoch ms. --as-of, DEEPTRADER_AS_OF. */
  readonly asOf?: Date | number | string | undefined;
  /** sim and replay: market seconds per second (sim: 60). Default: 60 with sim; else as fast as it goes. --speed, DEEPTRADER_SPEED. */
  readonly speed?: Values["speed"] | undefined;
  /** stop after this many slots (candle closes). --cycles, DEEPTRADER_CYCLES. */
  readonly cycles?: Values["cycles"] | undefined;
  /** settlement currency (USDT; replay: the folder's own). --quote, DEEPTRADER_QUOTE. */
  readonly quote?: Values["quote"] | undefined;
  /** paper cash in the settlement currency (10000, or 1 BTC). --cash, DEEPTRADER_CASH. */
  readonly cash?: number | string | undefined;
  /** replay and backtest: recorded, assume-clear or skip. Default: `"recorded"`. --security, DEEPTRADER_SECURITY. */
  readonly security?: Values["securityPolicy"] | undefined;
  /** strategies by id or file, comma-separated, with equal shares of equity (mean-reversion). Default: `[{ use: "mean-reversion", parameters: {}, sharePct: 100 }]`. --strategy, DEEPTRADER_STRATEGY. */
  readonly strategies?: readonly Group<"strategies">[number][] | undefined;
  /** account and journal of its own in the same store (a-z, 0-9, -). Default: `"main"`. --desk, DEEPTRADER_DESK. */
  readonly desk?: Values["deskId"] | undefined;
  /** folder of the desk's memory and lock. Default: `".deeptrader"`. --home, DEEPTRADER_HOME. */
  readonly home?: Values["home"] | undefined;
  /** other origin of the exchange's API: a gateway of your own, or a test server. DEEPTRADER_EXCHANGE_URL. */
  readonly exchangeUrl?: Values["exchangeUrl"] | undefined;
  /** paper, or live: orders go to the venue, with money unless --sandbox is there. Default: `"paper"`. DEEPTRADER_MODE. */
  readonly mode?: Values["mode"] | undefined;
  /** live: the account, as the venue names it, that orders may go to. --live-account, DEEPTRADER_LIVE_ACCOUNT. */
  readonly liveAccount?: Values["liveAccount"] | undefined;
  /** live: orders and prices of the venue's place without money. Default: `false`. --sandbox, DEEPTRADER_SANDBOX. */
  readonly sandbox?: Values["sandbox"] | undefined;
  /** how entries are sent: next-open, or limit-at-quote (the default on a real venue). --entry-style, DEEPTRADER_ENTRY_STYLE. */
  readonly entryStyle?: Values["entryStyle"] | undefined;
  /** none, or entries: each entry waits for the operator's word, 20 % of its candle, at most 60 s. Default: `"none"`. DEEPTRADER_APPROVE. */
  readonly approve?: Values["approve"] | undefined;
  /** Markets. */
  readonly markets?:
    | {
        /** markets that may be entered, comma-separated: BTC/USDT, or patterns such as *\/USDT; * is any letters, ? one. Default: `["*"]`. --markets, DEEPTRADER_MARKETS_INCLUDE. */
        readonly include?: readonly string[] | undefined;
        /** of those, markets that are left out, comma-separated patterns; what is held may still be left. DEEPTRADER_MARKETS_EXCLUDE. */
        readonly exclude?: readonly string[] | undefined;
      }
    | undefined;
  /** Limits of the risk gate. */
  readonly limits?:
    | {
        /** size of one entry, percent of equity. Default: `2`. DEEPTRADER_ENTRY_PCT. */
        readonly entryPct?: Group<"limits">["entryPct"] | undefined;
        /** positions open at once. Default: `10`. DEEPTRADER_MAX_OPEN_POSITIONS. */
        readonly maxOpenPositions?: Group<"limits">["maxOpenPositions"] | undefined;
        /** all positions and working entries together, percent of equity. Default: `20`. DEEPTRADER_MAX_EXPOSURE_PCT. */
        readonly maxExposurePct?: Group<"limits">["maxExposurePct"] | undefined;
        /** entries in one slot (candle close). Default: `2`. DEEPTRADER_MAX_ENTRIES_PER_SLOT. */
        readonly maxEntriesPerSlot?: Group<"limits">["maxEntriesPerSlot"] | undefined;
        /** loss since 00:00 UTC at which entries stop for the day, percent of equity. Default: `2`. DEEPTRADER_MAX_DAY_LOSS_PCT. */
        readonly maxDayLossPct?: Group<"limits">["maxDayLossPct"] | undefined;
        /** loss from the 30-day peak at which entries stop until resume, percent. Default: `10`. DEEPTRADER_MAX_DRAWDOWN_PCT. */
        readonly maxDrawdownPct?: Group<"limits">["maxDrawdownPct"] | undefined;
        /** candles after an exit in which the market is not entered again. Default: `3`. DEEPTRADER_COOLDOWN_CANDLES. */
        readonly cooldownCandles?: Group<"limits">["cooldownCandles"] | undefined;
        /** stop-loss below the entry price, percent. Default: `10`. DEEPTRADER_STOP_PCT. */
        readonly stopPct?: Group<"limits">["stopPct"] | undefined;
        /** take-profit above the entry price, percent. Default: `20`. DEEPTRADER_TARGET_PCT. */
        readonly targetPct?: Group<"limits">["targetPct"] | undefined;
        /** a settlement stablecoin further off par stops entries, percent. Default: `2`. DEEPTRADER_MAX_QUOTE_DEPEG_PCT. */
        readonly maxQuoteDepegPct?: Group<"limits">["maxQuoteDepegPct"] | undefined;
        /** positions and working entries in one group of correlated markets. Default: `3`. DEEPTRADER_MAX_ENTRIES_PER_CLUSTER. */
        readonly maxEntriesPerCluster?: Group<"limits">["maxEntriesPerCluster"] | undefined;
        /** no entries while the most liquid market has fallen further than so many of its daily standard deviations. Default: `3`. DEEPTRADER_LEADER_FALL_SIGMAS. */
        readonly leaderFallSigmas?: Group<"limits">["leaderFallSigmas"] | undefined;
      }
    | undefined;
  /** Costs that paper and backtest assume. */
  readonly costs?:
    | {
        /** fee a side where the market states none, basis points. Default: `10`. --fee, DEEPTRADER_FEE_BPS. */
        readonly feeBps?: Group<"costs">["feeBps"] | undefined;
        /** slippage a side where the market states none, basis points. Default: `5`. --slippage, DEEPTRADER_SLIPPAGE_BPS. */
        readonly slippageBps?: Group<"costs">["slippageBps"] | undefined;
        /** share of a candle's volume that one order may take, percent. Default: `10`. DEEPTRADER_MAX_VOLUME_SHARE_PCT. */
        readonly maxVolumeSharePct?: Group<"costs">["maxVolumeSharePct"] | undefined;
      }
    | undefined;
  /** Memory. */
  readonly memory?:
    | {
        /** an analysis is stale once the price at hand is so many ATR from its own. Default: `2`. DEEPTRADER_DRIFT_ATR. */
        readonly driftAtr?: Values["driftAtr"] | undefined;
        /** PostgreSQL instead of the embedded store; several desks and commands may share it. DATABASE_URL. */
        readonly databaseUrl?: Values["databaseUrl"] | undefined;
        /** Redis: beside PostgreSQL shared cache and bus; alone what may be asked of an exchange. REDIS_URL. */
        readonly redisUrl?: Values["redisUrl"] | undefined;
        /** Redis protocol: 3, or 2 for old servers and some proxies. Default: `3`. DEEPTRADER_REDIS_PROTOCOL. */
        readonly redisProtocol?: Values["redisProtocol"] | undefined;
        /** all history is kept so many days. Default: `1`. DEEPTRADER_KEEP_ALL_DAYS. */
        readonly keepAllDays?: Group<"retention">["allForDays"] | undefined;
        /** then the last of each hour until so many days, then of each day. Default: `30`. DEEPTRADER_KEEP_HOURLY_DAYS. */
        readonly keepHourlyDays?: Group<"retention">["hourlyForDays"] | undefined;
      }
    | undefined;
  /** Page and API. */
  readonly http?:
    | {
        /** port of the page and the API (7373, or a free one where that is taken; 0: any free one). --port, DEEPTRADER_HTTP_PORT. */
        readonly port?: Group<"http">["port"] | undefined;
        /** address of the page and the API; beyond this machine it needs a certificate, or http.plain. Default: `"127.0.0.1"`. DEEPTRADER_HTTP_HOST. */
        readonly host?: Group<"http">["host"] | undefined;
        /** host names under which it is asked for, comma-separated, besides localhost and addresses. DEEPTRADER_HTTP_NAMES. */
        readonly names?: readonly string[] | undefined;
        /** certificate (PEM file) of the page and the API. DEEPTRADER_HTTP_TLS_CERT. */
        readonly tlsCert?: Group<"http">["tlsCertFile"] | undefined;
        /** private key (PEM file) of that certificate. DEEPTRADER_HTTP_TLS_KEY. */
        readonly tlsKey?: Group<"http">["tlsKeyFile"] | undefined;
        /** true: others may reach it unencrypted, since a proxy or a container stands in front. Default: `false`. DEEPTRADER_HTTP_PLAIN. */
        readonly plain?: Group<"http">["plain"] | undefined;
      }
    | undefined;
  /** Who is asked about coins and tokens. */
  readonly sources?:
    | {
        /** ranking by market cap that is asked first. Default: `"https://api.coingecko.com"`. DEEPTRADER_COINGECKO_URL. */
        readonly coingeckoUrl?: Group<"sources">["coingeckoUrl"] | undefined;
        /** ranking that is asked where the first does not answer. Default: `"https://api.coinpaprika.com"`. DEEPTRADER_COINPAPRIKA_URL. */
        readonly coinpaprikaUrl?: Group<"sources">["coinpaprikaUrl"] | undefined;
        /** token security of EVM chains and Solana. Default: `"https://api.gopluslabs.io"`. DEEPTRADER_GOPLUS_URL. */
        readonly goplusUrl?: Group<"sources">["goplusUrl"] | undefined;
        /** requests to GoPlus, of all processes that share a store. Default: `20`. DEEPTRADER_GOPLUS_PER_MINUTE. */
        readonly goplusPerMinute?: Group<"sources">["goplusPerMinute"] | undefined;
        /** honeypot.is: simulated sales on three EVM chains. Default: `"https://api.honeypot.is"`. DEEPTRADER_HONEYPOT_URL. */
        readonly honeypotUrl?: Group<"sources">["honeypotUrl"] | undefined;
        /** RugCheck: reports of Solana tokens. Default: `"https://api.rugcheck.xyz"`. DEEPTRADER_RUGCHECK_URL. */
        readonly rugcheckUrl?: Group<"sources">["rugcheckUrl"] | undefined;
        /** Sourcify: published source code. Default: `"https://sourcify.dev"`. DEEPTRADER_SOURCIFY_URL. */
        readonly sourcifyUrl?: Group<"sources">["sourcifyUrl"] | undefined;
        /** nodes asked for code and storage of contracts, comma-separated CHAIN=URL; with keys in them better kept in .env. Default: `["1=https://ethereum-rpc.publicnode.com", "56=https://bsc-rpc.publicnode.com", "137=https://polygon-bor-rpc.publicnode.com", "42161=https://arbitrum-one-rpc.publicnode.com", "10=https://optimism-rpc.publicnode.com", "8453=https://base-rpc.publicnode.com", "43114=https://avalanche-c-chain-rpc.publicnode.com"]`. DEEPTRADER_RPC_URLS. */
        readonly rpcUrls?: readonly string[] | undefined;
      }
    | undefined;
  /** News. */
  readonly news?:
    | {
        /** feeds of news that are read asleep, comma-separated URLs of RSS or Atom. DEEPTRADER_NEWS_FEEDS. */
        readonly feeds?: readonly string[] | undefined;
        /** time between two reads of one feed, milliseconds. Default: `900000`. DEEPTRADER_NEWS_EVERY_MS. */
        readonly everyMs?: Group<"news">["everyMs"] | undefined;
      }
    | undefined;
  /** Models. */
  readonly models?:
    | {
        /** model of questions: rules (no provider, no key), or provider/model such as openai/gpt-5. Default: `"rules"`. DEEPTRADER_MODEL. */
        readonly questions?: Values["model"] | undefined;
        /** base URL of an OpenAI-compatible server, for example http://127.0.0.1:11434/v1. DEEPTRADER_MODEL_URL. */
        readonly questionsUrl?: Values["modelUrl"] | undefined;
        /** models that stand in, in order, comma-separated: provider/model or provider/model@URL; rules may be last. DEEPTRADER_MODEL_FALLBACK. */
        readonly fallback?: string | readonly string[] | undefined;
        /** folder in which model calls are kept, and made only once. DEEPTRADER_MODEL_RECORD. */
        readonly recordDir?: Values["modelRecordDir"] | undefined;
        /** folder from which model calls are answered, and never made. DEEPTRADER_MODEL_REPLAY. */
        readonly replayDir?: Values["modelReplayDir"] | undefined;
        /** price of the model of questions, USD per million tokens as in/out; default: the dated table of doctor. DEEPTRADER_MODEL_PRICE. */
        readonly price?: Values["modelPrice"] | undefined;
        /** deadline of one question's model runs, all models together, milliseconds. Default: `30000`. DEEPTRADER_MODEL_TIMEOUT_MS. */
        readonly timeoutMs?: Values["modelTimeoutMs"] | undefined;
        /** model of what is thought ahead; default: the one of questions. DEEPTRADER_SLEEP_MODEL. */
        readonly sleep?: Values["sleepModel"] | undefined;
        /** base URL of its server. DEEPTRADER_SLEEP_MODEL_URL. */
        readonly sleepUrl?: Values["sleepModelUrl"] | undefined;
        /** end of the model's training data, ISO 8601: a backtest says how much of its range lies before it. DEEPTRADER_MODEL_CUTOFF. */
        readonly trainingCutoff?: Date | number | string | undefined;
      }
    | undefined;
  /** Notifications. */
  readonly notifications?:
    | {
        /** alerts are posted there as JSON; https, or http on this machine. DEEPTRADER_WEBHOOK_URL. */
        readonly webhookUrl?: string | undefined;
        /** called (GET) after each finished slot; https, or http on this machine. DEEPTRADER_HEARTBEAT_URL. */
        readonly heartbeatUrl?: string | undefined;
        /** alerts are posted to this webhook of a Discord channel; https, or http on this machine. DEEPTRADER_DISCORD_URL. */
        readonly discordUrl?: string | undefined;
        /** alerts are posted to this webhook of a Slack channel; https, or http on this machine. DEEPTRADER_SLACK_URL. */
        readonly slackUrl?: string | undefined;
        /** Telegram: another Bot API server; https, or http on this machine. DEEPTRADER_TELEGRAM_URL. */
        readonly telegramUrl?: string | undefined;
        /** least severity of alerts that are pushed (webhooks, Telegram): info, warning or critical. Default: `"info"`. DEEPTRADER_ALERT_SEVERITY. */
        readonly leastSeverity?: Group<"notifications">["leastSeverity"] | undefined;
        /** hours in which only critical alerts are pushed, in UTC or with a zone behind; the others come together at their end. DEEPTRADER_QUIET_HOURS. */
        readonly quietHours?: Group<"notifications">["quietHours"] | undefined;
      }
    | undefined;
  /** Log and traces. */
  readonly telemetry?:
    | {
        /** log of JSON lines, one an event: stderr, or a file that is appended to; left out: none. DEEPTRADER_LOG. */
        readonly log?: string | undefined;
        /** least that is logged: debug, info (unless set), warn or error. DEEPTRADER_LOG_LEVEL. */
        readonly logLevel?: string | undefined;
        /** OpenTelemetry collector that slots, questions and model calls are sent to as spans; https, or http on this machine. OTEL_EXPORTER_OTLP_ENDPOINT. */
        readonly otlpEndpoint?: string | undefined;
      }
    | undefined;
  /** Thinking ahead. */
  readonly thinking?:
    | {
        /** thought ahead beside the analyses: 0 to 2 nothing, 3 single markets, 4 and digests of all, 5 and pre-answers. Default: `5`. DEEPTRADER_SLEEP_LEVEL. */
        readonly level?: Group<"thinking">["level"] | undefined;
        /** without a question for so long the desk thinks ahead, milliseconds. Default: `5000`. DEEPTRADER_IDLE_AFTER_MS. */
        readonly idleAfterMs?: Group<"thinking">["idleAfterMs"] | undefined;
        /** how many times dearer a work unit is while an answer is waited for. Default: `2`. DEEPTRADER_TEST_TIME_WEIGHT. */
        readonly testTimeWeight?: Group<"thinking">["testTimeWeight"] | undefined;
        /** budget of a slot's thinking ahead, work units (1 = one record read; a provider call is 100). Default: `5000`. DEEPTRADER_SLEEP_PASS_UNITS. */
        readonly passUnits?: Group<"thinking">["passUnits"] | undefined;
        /** budget of a day's thinking ahead, work units. Default: `500000`. DEEPTRADER_SLEEP_DAY_UNITS. */
        readonly dayUnits?: Group<"thinking">["dayUnits"] | undefined;
        /** of a day's thinking ahead, for testing the strategies again over the newest candles; 0: they are not. Default: `30000`. DEEPTRADER_REVALIDATION_DAY_UNITS. */
        readonly revalidationDayUnits?: Group<"thinking">["revalidationDayUnits"] | undefined;
        /** model tokens of a day for briefs and for answers made ahead from them; 0: none are made. Default: `0`. DEEPTRADER_BRIEF_DAY_TOKENS. */
        readonly briefDayTokens?: Group<"thinking">["briefDayTokens"] | undefined;
        /** model tokens of a day for debates made asleep; 0: none are made. Default: `0`. DEEPTRADER_DEBATE_DAY_TOKENS. */
        readonly debateDayTokens?: Group<"thinking">["debateDayTokens"] | undefined;
        /** model tokens of a day for plans made asleep, for the strategy planned; 0: none are made. Default: `0`. DEEPTRADER_PLAN_DAY_TOKENS. */
        readonly planDayTokens?: Group<"thinking">["planDayTokens"] | undefined;
        /** model tokens of a week for condensing lessons of closed trades; 0: none are condensed. Default: `0`. DEEPTRADER_LESSON_WEEK_TOKENS. */
        readonly lessonWeekTokens?: Group<"thinking">["lessonWeekTokens"] | undefined;
        /** limit of one question, work units; above it the desk abstains and says so. Default: `50000`. DEEPTRADER_QUESTION_UNITS. */
        readonly questionUnits?: Group<"thinking">["questionUnits"] | undefined;
        /** limit of one question, model tokens. Default: `60000`. DEEPTRADER_QUESTION_TOKENS. */
        readonly questionTokens?: Group<"thinking">["questionTokens"] | undefined;
        /** limit of a day's questions, model tokens; above it rules answer and say so. Default: `500000`. DEEPTRADER_QUESTION_DAY_TOKENS. */
        readonly dayQuestionTokens?: Group<"thinking">["dayQuestionTokens"] | undefined;
        /** one stored answer in so many is computed again when it is served. Default: `20`. DEEPTRADER_SHADOW_EVERY. */
        readonly shadowEvery?: Group<"thinking">["shadowEvery"] | undefined;
        /** a market this close to its trigger price counts as near, percent. Default: `1`. DEEPTRADER_NEAR_TRIGGER_PCT. */
        readonly nearTriggerPct?: Group<"thinking">["nearTriggerPct"] | undefined;
      }
    | undefined;
}
