// Floor 1. The desk's configuration, parsed once by apps/wire.ts and frozen. Secrets are not in it.
import { z } from "zod";
import { AlertSeverity } from "./alert.ts";
import { MarketPatterns } from "./market-patterns.ts";
import { compare, isPositive, Money } from "./money.ts";
import { QuietHours } from "./quiet-hours.ts";
import { RetentionPolicy } from "./retention.ts";
import { simScenarioFault, simScenariosOf } from "./sim-scenario.ts";
import { StrategyUses } from "./strategy-use.ts";
import { DeskId, HOUR_MS, Timeframe } from "./units.ts";

/** Whole, from `min` to `max`; whatever is wrong with it is said in the same words. */
const whole = (min: number, max: number) => {
  const expected = `expected a whole number from ${min.toLocaleString("en-US")} to ${max.toLocaleString("en-US")}`;
  return z.int(expected).min(min, expected).max(max, expected);
};
const upTo = (max: number) => {
  const expected = `expected a number from 0 to ${max.toLocaleString("en-US")}`;
  return z.number(expected).min(0, expected).max(max, expected);
};
const above0 = (max: number) => {
  const expected = `expected a number above 0, at most ${max.toLocaleString("en-US")}`;
  return z.number(expected).gt(0, expected).max(max, expected);
};
const oneOf = <const Values extends readonly string[]>(values: Values) =>
  z.enum(values, `expected ${values.length === 1 ? "" : "one of "}${values.join(", ")}`);
const text = (expected: string) => z.string(expected).min(1, expected);
const url = z.url({ protocol: /^https?$/, error: "expected an http:// or https:// URL" });
/** Moments a desk may stand at; what lies outside was meant otherwise (epoch seconds, a typing error). */
const MOMENT = "expected ISO 8601 such as 2018-01-16T12:05:00Z, or epoch milliseconds, from 2009 to 2100";
const moment = z.int(MOMENT).min(Date.UTC(2009), MOMENT).lt(Date.UTC(2101), MOMENT).brand<"UnixMs">();

const pct = above0(100);
/** More than any desk has: money above it was meant otherwise. */
const MOST_CASH = "1000000000000";
/** Counts that no desk comes near. */
const MANY = 1_000_000;
/** Most that a fee or slippage may be, basis points a side: more is a mistake of units. */
export const MAX_FEE_BPS = 1_000;
export const MAX_SLIPPAGE_BPS = 1_000;
const UNITS = 1_000_000_000;

/** The gate's limits. Percentages are 0-100; equity is mark-to-market in the settlement currency. */
export const RiskLimits = z.object({
  /** Notional of one entry, percent of equity. This is size, not risk: with a 10 % stop, 2 % risks 0.2 %. */
  entryPct: pct.default(2),
  maxOpenPositions: whole(1, 10_000).default(10),
  /** Market value of all positions and working entries, percent of equity. */
  maxExposurePct: pct.default(20),
  maxEntriesPerSlot: whole(1, 10_000).default(2),
  /** Mark-to-market loss since 00:00 UTC at which entries stop for the day. */
  maxDayLossPct: pct.default(2),
  /** Loss from the 30-day equity peak at which entries stop until `resume`. */
  maxDrawdownPct: pct.default(10),
  /** Candles after an exit during which the market is not entered again. */
  cooldownCandles: whole(0, MANY).default(3),
  stopPct: above0(99).default(10),
  targetPct: above0(10_000).default(20),
  /** Open positions and working entries in one correlation cluster. */
  maxEntriesPerCluster: whole(1, 10_000).default(3),
  /** No entries while the most liquid market fell by more daily standard deviations within an hour (on 4h and 1d: a candle). */
  leaderFallSigmas: above0(100).default(3),
  /** Settlement stablecoins further off par than this stop entries, percent. */
  maxQuoteDepegPct: pct.default(2),
});
export type RiskLimits = z.infer<typeof RiskLimits>;

/** How an entry is sent: at the next open, or as a limit no worse than the asOf price by min(0.25 ATR, 30 bps). */
export const EntryStyle = z.enum(["next-open", "limit-at-quote"]);
export type EntryStyle = z.infer<typeof EntryStyle>;

/** Costs that paper execution and backtest assume, unless the market says otherwise. */
export const Costs = z.object({
  feeBps: upTo(MAX_FEE_BPS).default(10),
  slippageBps: upTo(MAX_SLIPPAGE_BPS).default(5),
  /** Largest share of a candle's volume that one order may take, percent. */
  maxVolumeSharePct: pct.default(10),
});
export type Costs = z.infer<typeof Costs>;

/** Which alerts are pushed to people elsewhere, and when. The terminal and the journal have them all. */
export const NotificationPolicy = z.object({
  leastSeverity: AlertSeverity.default("info"),
  /** Only critical alerts are pushed then; the others wait and come as one message at the end. Null: none. */
  quietHours: QuietHours.nullable().default(null),
});
export type NotificationPolicy = z.infer<typeof NotificationPolicy>;

/** Sleep-time thinking above the sweep, and what it and questions may spend. Work units: see WORK_WEIGHTS. */
export const ThinkingPolicy = z.object({
  /**
   * 0 nothing · 1 indicators · 2 + security · 3 + analyses and digests of single markets · 4 + sector and market digests ·
   * 5 + pre-answers. The sweep (1 and 2) is made whatever this says, since decisions stand on it; the evaluation takes it away.
   */
  level: whole(0, 5).default(5),
  /** Quiet for so long, and there is work pending: think. */
  idleAfterMs: whole(1, 24 * HOUR_MS).default(5000),
  /** How many times dearer a work unit is while a question waits (the paper's t). */
  testTimeWeight: above0(1_000).default(2),
  passUnits: upTo(UNITS).default(5000),
  dayUnits: upTo(UNITS).default(500_000),
  /** Of them, for testing the strategies again over the newest candles; 0: they are not. */
  revalidationDayUnits: upTo(UNITS).default(30_000),
  /** Model tokens of sleep, by what they buy; at 0 none of it is bought. Three of a UTC day, let out by the hour. */
  briefDayTokens: whole(0, UNITS).default(0),
  debateDayTokens: whole(0, UNITS).default(0),
  planDayTokens: whole(0, UNITS).default(0),
  /** Of the week's pass over lessons. */
  lessonWeekTokens: whole(0, UNITS).default(0),
  /** Of one question; above it the desk abstains and says so. */
  questionUnits: above0(UNITS).default(50_000),
  /** A dozen model calls (the manager's most) of about 5,000 tokens: tools, instructions, facts at hand, and what was read. */
  questionTokens: whole(1, UNITS).default(60_000),
  /** Of all questions of a UTC day; above it rules answer and say so. */
  dayQuestionTokens: whole(0, UNITS).default(500_000),
  /** One hit in so many is recomputed in the shadow. */
  shadowEvery: whole(1, MANY).default(20),
  /** A market this close to its trigger counts as near, percent of the price. */
  nearTriggerPct: pct.default(1),
});
export type ThinkingPolicy = z.infer<typeof ThinkingPolicy>;

/** What model tokens of sleep are spent on: a budget each, and none of them until it is set. */
export const SLEEP_BUDGETS = [
  { kind: "brief", what: "briefs", budget: "briefDayTokens", setting: "DEEPTRADER_BRIEF_DAY_TOKENS", per: "day" },
  { kind: "debate", what: "debates", budget: "debateDayTokens", setting: "DEEPTRADER_DEBATE_DAY_TOKENS", per: "day" },
  { kind: "plan", what: "plans", budget: "planDayTokens", setting: "DEEPTRADER_PLAN_DAY_TOKENS", per: "day" },
  {
    kind: "lesson",
    what: "lessons",
    budget: "lessonWeekTokens",
    setting: "DEEPTRADER_LESSON_WEEK_TOKENS",
    per: "week",
  },
] as const;
export type SleepBudget = (typeof SLEEP_BUDGETS)[number];

/** True where the desk may buy any of it. */
export const buysJudgement = ({ thinking }: { readonly thinking: ThinkingPolicy }): boolean =>
  SLEEP_BUDGETS.some(({ budget }) => thinking[budget] > 0);

/** Where other programs and browsers find the desk. */
export const HttpSettings = z.object({
  /** Address it listens on. Beyond this machine it needs a certificate, or the word that there is none. */
  host: text("expected an address such as 127.0.0.1 or 0.0.0.0").default("127.0.0.1"),
  /** Null: 7373, or where that is taken any free one. */
  port: whole(0, 65_535).nullable().default(null),
  /** Names under which it is asked for besides its addresses and localhost. */
  names: z.array(text("expected a host name")).default([]),
  /** PEM files. */
  tlsCertFile: text("expected a file").nullable().default(null),
  tlsKeyFile: text("expected a file").nullable().default(null),
  /** It may be reached from elsewhere without encryption: something else in front of it sees to that. */
  plain: z.boolean("expected true or false").default(false),
});
export type HttpSettings = z.infer<typeof HttpSettings>;

const NODE = /^[1-9]\d*=(https?:\/\/\S+)$/;
const isNode = (text: string): boolean => URL.canParse(NODE.exec(text)?.[1] ?? "");

/** Who is asked about coins and tokens. None needs a key; all are asked asleep, none at a decision. */
export const SourceSettings = z.object({
  /** Rankings by market cap, the first one asked first. */
  coingeckoUrl: url.default("https://api.coingecko.com"),
  coinpaprikaUrl: url.default("https://api.coinpaprika.com"),
  goplusUrl: url.default("https://api.gopluslabs.io"),
  /** Requests a minute, of all processes that share a store. */
  goplusPerMinute: whole(1, 10_000).default(20),
  honeypotUrl: url.default("https://api.honeypot.is"),
  rugcheckUrl: url.default("https://api.rugcheck.xyz"),
  sourcifyUrl: url.default("https://sourcify.dev"),
  /** Nodes that are asked for code and storage of contracts, each `CHAIN=URL`; empty: none is. */
  rpcUrls: z
    .array(z.string().refine(isNode, "expected CHAIN=URL such as 1=https://node.example"))
    .superRefine((nodes, ctx) => {
      const chains = nodes.map((node) => node.slice(0, node.indexOf("=")));
      const twice = chains.find((chain, at) => chains.indexOf(chain) < at);
      // Its answers are kept under the chain: of two nodes each would take the other's for its own.
      if (twice !== undefined)
        ctx.addIssue({ code: "custom", message: `expected one node a chain, not two nodes of chain ${twice}` });
    })
    .default([
      "1=https://ethereum-rpc.publicnode.com",
      "56=https://bsc-rpc.publicnode.com",
      "137=https://polygon-bor-rpc.publicnode.com",
      "42161=https://arbitrum-one-rpc.publicnode.com",
      "10=https://optimism-rpc.publicnode.com",
      "8453=https://base-rpc.publicnode.com",
      "43114=https://avalanche-c-chain-rpc.publicnode.com",
    ]),
});
export type SourceSettings = z.infer<typeof SourceSettings>;

/** Feeds of news; empty: none is read. */
export const NewsSettings = z.object({
  /** RSS or Atom. */
  feeds: z.array(url).default([]),
  /** Between two reads of one feed. */
  everyMs: whole(60_000, 24 * HOUR_MS).default(900_000),
});
export type NewsSettings = z.infer<typeof NewsSettings>;

const THIS_MACHINE = /^(localhost|127\.\d{1,3}\.\d{1,3}\.\d{1,3}|::1)$/;
/** True for an address that only this machine reaches. */
export const isLoopback = (host: string): boolean => THIS_MACHINE.test(host);

export const SecurityPolicy = oneOf(["recorded", "assume-clear", "skip"]);
export type SecurityPolicy = z.infer<typeof SecurityPolicy>;

/** What is missing for a desk whose orders go to a venue (law 12); empty on paper. */
function liveFaults(c: {
  readonly mode: string;
  readonly venue: string;
  readonly sandbox: boolean;
  readonly liveAccount: string | null;
}): readonly string[] {
  if (c.mode === "paper") {
    return c.sandbox || c.liveAccount !== null
      ? [
          "--sandbox and --live-account are for orders that go to the venue. Set DEEPTRADER_MODE=live, or leave them out.",
        ]
      : [];
  }
  if (c.venue === "sim" || c.venue === "replay")
    return [
      `DEEPTRADER_MODE is live, and ${c.venue} has no exchange that takes orders. Name one with --venue, or unset it.`,
    ];
  return [
    ...(c.liveAccount === null
      ? [
          "DEEPTRADER_MODE is live, which takes a second word: name the account with --live-account, as the venue calls it (docs/live.md).",
        ]
      : []),
  ];
}

export const DeskConfig = z
  .object({
    deskId: DeskId,
    /** `live`: orders go to the venue. */
    mode: oneOf(["paper", "live"]).default("paper"),
    /** The account, in the venue's name for it, that a live desk may trade. */
    liveAccount: text("expected the venue's name of the account").nullable().default(null),
    /** Orders and prices of the venue's place without money. */
    sandbox: z.boolean().default(false),
    /** `start` waits for as long as another process owns the desk's account, and takes it then. */
    standby: z.boolean().default(false),
    /** `sim`, `replay` or a ccxt exchange id. */
    venue: text("expected sim, replay or an exchange id"),
    dataDir: text("expected a folder").nullable(),
    /** Another origin for the exchange's API: a gateway, or a test server. */
    exchangeUrl: url.nullable(),
    /** The network address whose requests are counted together, as the operator calls it; null: that of all processes that name none. */
    address: z
      .string()
      .regex(/^[\w.:-]{1,64}$/, "expected a name of letters, digits, dots, colons and hyphens")
      .nullable()
      .default(null),
    seed: whole(0, Number.MAX_SAFE_INTEGER),
    /** Of the simulated venue: names separated by commas; null: none. */
    scenario: text("expected names of scenarios")
      .overwrite((names) => (simScenarioFault(names) === null ? simScenariosOf(names).join(",") : names))
      .nullable()
      .default(null),
    assets: whole(1, 5000),
    /** Which markets may be entered; the ranking is taken among them. */
    markets: MarketPatterns.prefault({}),
    timeframe: Timeframe,
    /** Simulated start or standing moment; null: the last close, or the first warm candle on replay. */
    asOfMs: moment.nullable(),
    /** Market seconds per second; null: as fast as the work is done. */
    speed: above0(UNITS).nullable(),
    /** Slots to run; null: until stopped. */
    cycles: whole(1, UNITS).nullable(),
    /** Settlement currency; null: USDT, or the folder's only or most frequent quote. */
    quote: z
      .string()
      .regex(/^[A-Z0-9._-]{1,24}$/, "expected a currency in capitals such as USDT")
      .nullable(),
    cash: Money.refine(
      (cash) => isPositive(cash) && compare(cash, MOST_CASH) <= 0,
      "expected an amount above 0",
    ).nullable(),
    securityPolicy: SecurityPolicy,
    home: text("expected a folder"),
    /** PostgreSQL instead of the embedded store; several processes may share it. */
    databaseUrl: z.string().nullable(),
    /** Shared cache and bus, of use beside a databaseUrl only. */
    redisUrl: z.string().nullable(),
    redisProtocol: z.literal([2, 3], "expected 2 or 3"),
    http: HttpSettings.prefault({}),
    sources: SourceSettings.prefault({}),
    news: NewsSettings.prefault({}),
    retention: RetentionPolicy,
    notifications: NotificationPolicy.prefault({}),
    thinking: ThinkingPolicy.prefault({}),
    /** Model for what is thought ahead (briefs, debates, plans, lessons); null: the same as at test time. */
    sleepModel: text("expected provider/model or rules").nullable().default(null),
    sleepModelUrl: url.nullable().default(null),
    /** End of the model's training data: what a backtest before it shows says little. */
    modelCutoffMs: moment.nullable().default(null),
    /** `rules`, or a Mastra router string such as `openai/gpt-5`. */
    model: text("expected rules or provider/model"),
    /** Base URL of an OpenAI-compatible server, for a model behind it. */
    modelUrl: url.nullable(),
    /** Comma-separated models that stand in, in order, each `provider/model` or `provider/model@URL`; `rules` may be last. */
    modelFallback: z.string().nullable().default(null),
    /** Model calls are kept in this folder, and a call that is there is not made again. */
    modelRecordDir: z.string().nullable().default(null),
    /** Model calls are answered from this folder and never made. */
    modelReplayDir: z.string().nullable().default(null),
    /** What the model of questions costs, USD per million tokens: in, a slash, out; null: as the dated table says. */
    modelPrice: z
      .string()
      .regex(/^(0|[1-9]\d*)(\.\d+)?\/(0|[1-9]\d*)(\.\d+)?$/, "expected two prices such as 1.25/10")
      .nullable()
      .default(null),
    /** Deadline of one question's model runs, all models together. */
    modelTimeoutMs: whole(1, HOUR_MS),
    /** What trades, each on its share of equity. */
    strategies: StrategyUses.prefault([{ use: "mean-reversion" }]),
    /** Null: `limit-at-quote` on a real venue, `next-open` in simulation, replay and backtest. */
    entryStyle: EntryStyle.nullable().default(null),
    /** `entries`: what the gate has passed waits for the operator, until its entry window is over. Exits and stops never wait. */
    approve: oneOf(["none", "entries"]).default("none"),
    limits: RiskLimits,
    costs: Costs,
    /** An analysis is stale once a price at hand is this many ATR from its own. */
    driftAtr: above0(1_000),
  })
  .superRefine((c, ctx) => {
    const refuse = (message: string, path: string[] = []) => ctx.addIssue({ code: "custom", message, path });
    if (c.limits.entryPct > c.limits.maxExposurePct)
      refuse(
        `DEEPTRADER_ENTRY_PCT is ${c.limits.entryPct}, above DEEPTRADER_MAX_EXPOSURE_PCT ${c.limits.maxExposurePct}: no entry could ever pass. Lower the one or raise the other.`,
      );
    if (c.limits.maxDayLossPct > c.limits.maxDrawdownPct)
      refuse(
        `DEEPTRADER_MAX_DAY_LOSS_PCT is ${c.limits.maxDayLossPct}, above DEEPTRADER_MAX_DRAWDOWN_PCT ${c.limits.maxDrawdownPct}: the drawdown stop would always come first. Lower the day loss.`,
      );
    if (c.modelRecordDir !== null && c.modelReplayDir !== null)
      refuse(
        "DEEPTRADER_MODEL_RECORD and DEEPTRADER_MODEL_REPLAY are both set, but a call is either made or not. Unset one.",
      );
    if (c.model === "rules" && (c.sleepModel ?? "rules") === "rules" && (c.modelRecordDir ?? c.modelReplayDir) !== null)
      refuse(
        "DEEPTRADER_MODEL_RECORD or DEEPTRADER_MODEL_REPLAY is set, but DEEPTRADER_MODEL is rules, which make no model call. Set a provider's model, or unset it.",
      );
    if ((c.sleepModel ?? c.model) === "rules") {
      for (const { budget, setting, what } of SLEEP_BUDGETS) {
        if (c.thinking[budget] > 0)
          refuse(
            `${setting} is ${c.thinking[budget]}, but no model is configured: rules write no ${what}. Set DEEPTRADER_SLEEP_MODEL or DEEPTRADER_MODEL, or unset it.`,
          );
      }
    }
    const scenarioFault = c.scenario === null ? null : simScenarioFault(c.scenario);
    if (scenarioFault !== null) refuse(`${scenarioFault}.`, ["scenario"]);
    if (c.scenario !== null && c.venue !== "sim")
      refuse(`Scenarios are of the simulated venue; ${c.venue} has none. Leave --scenario out.`, ["scenario"]);
    if (c.venue === "replay" && c.dataDir === null)
      refuse("venue replay needs a folder of candles: add --data DIR.", ["venue"]);
    const driven = [c.asOfMs !== null ? "--as-of" : "", c.speed !== null ? "--speed" : ""].filter(
      (flag) => flag !== "",
    );
    if (driven.length > 0 && c.venue !== "sim" && c.venue !== "replay")
      refuse(
        `${driven.join(" and ")} cannot be used with ${c.venue}, which runs on this machine's clock: simulated time is for sim and replay.`,
        ["venue"],
      );
    if ((c.http.tlsCertFile === null) !== (c.http.tlsKeyFile === null))
      refuse(
        "Of DEEPTRADER_HTTP_TLS_CERT and DEEPTRADER_HTTP_TLS_KEY one is set: a certificate needs its key. Set both, or neither.",
      );
    if (!isLoopback(c.http.host) && c.http.tlsCertFile === null && !c.http.plain)
      refuse(
        `DEEPTRADER_HTTP_HOST is ${c.http.host}: others could reach the desk, and read along. Set DEEPTRADER_HTTP_TLS_CERT and DEEPTRADER_HTTP_TLS_KEY; or, behind a proxy or in a container, DEEPTRADER_HTTP_PLAIN=true.`,
      );
    for (const fault of liveFaults(c)) refuse(fault);
  });
export type DeskConfig = z.infer<typeof DeskConfig>;
