// Floor 1. The desk's configuration, parsed once by apps/wire.ts and frozen. Secrets are not in it.
import { z } from "zod";
import { Money } from "./money.ts";
import { RetentionPolicy } from "./retention.ts";
import { DeskId, Timeframe, UnixMs } from "./units.ts";

const pct = z.number().gt(0).lte(100);

/** The gate's limits. Percentages are 0-100; equity is mark-to-market in the settlement currency. */
export const RiskLimits = z.object({
  /** Notional of one entry, percent of equity. This is size, not risk: with a 10 % stop, 2 % risks 0.2 %. */
  entryPct: pct.default(2),
  maxOpenPositions: z.int().positive().default(10),
  /** Market value of all positions and working entries, percent of equity. */
  maxExposurePct: pct.default(20),
  maxEntriesPerSlot: z.int().positive().default(2),
  /** Mark-to-market loss since 00:00 UTC at which entries stop for the day. */
  maxDayLossPct: pct.default(2),
  /** Loss from the 30-day equity peak at which entries stop until `resume`. */
  maxDrawdownPct: pct.default(10),
  /** Candles after an exit during which the market is not entered again. */
  cooldownCandles: z.int().nonnegative().default(3),
  stopPct: z.number().gt(0).lt(100).default(10),
  targetPct: z.number().gt(0).default(20),
  /** Open positions and working entries in one correlation cluster. */
  maxEntriesPerCluster: z.int().positive().default(3),
  /** No entries while the most liquid market has fallen more than this many daily standard deviations within an hour. */
  leaderFallSigmas: z.number().positive().default(3),
  /** CollectedReports stablecoins further off par than this stop entries, percent. */
  maxQuoteDepegPct: pct.default(2),
});
export type RiskLimits = z.infer<typeof RiskLimits>;

/** Costs that paper execution and backtest assume, unless the market says otherwise. */
export const Costs = z.object({
  feeBps: z.number().nonnegative().default(10),
  slippageBps: z.number().nonnegative().default(5),
  /** Largest share of a candle's volume that one order may take, percent. */
  maxVolumeSharePct: pct.default(10),
});
export type Costs = z.infer<typeof Costs>;

/** Sleep-time thinking above the sweep, and what it and questions may spend. Work units: see WORK_WEIGHTS. */
export const ThinkingPolicy = z.object({
  /**
   * 0 nothing · 1 indicators · 2 + security · 3 + analyses and digests of single markets · 4 + sector and market digests ·
   * 5 + pre-answers. The sweep (1 and 2) is made whatever this says, since decisions stand on it; the evaluation takes it away.
   */
  level: z.int().min(0).max(5).default(5),
  /** Quiet for so long, and there is work pending: think. */
  idleAfterMs: z.int().positive().default(5000),
  /** How many times dearer a work unit is while somebody waits (the paper's t). */
  testTimeWeight: z.number().positive().default(2),
  passUnits: z.number().nonnegative().default(5000),
  dayUnits: z.number().nonnegative().default(500_000),
  passTokens: z.int().nonnegative().default(20_000),
  dayTokens: z.int().nonnegative().default(200_000),
  /** Of one question; above it the desk abstains and says so. */
  questionUnits: z.number().positive().default(50_000),
  questionTokens: z.int().positive().default(20_000),
  /** One hit in so many is recomputed in the shadow. */
  shadowEvery: z.int().positive().default(20),
  /** A market this close to its trigger counts as near, percent of the price. */
  nearTriggerPct: z.number().positive().default(1),
});
export type ThinkingPolicy = z.infer<typeof ThinkingPolicy>;

export const SecurityPolicy = z.enum(["recorded", "assume-clear", "skip"]);
export type SecurityPolicy = z.infer<typeof SecurityPolicy>;

export const DeskConfig = z
  .object({
    deskId: DeskId,
    /** Only `paper` trades today; `live` is refused until it is built. */
    mode: z.enum(["paper", "live"]).default("paper"),
    /** `sim`, `replay` or a ccxt exchange id. */
    venue: z.string().min(1),
    dataDir: z.string().nullable(),
    /** Another origin for the exchange's API: a gateway, or a test server. */
    exchangeUrl: z.string().nullable(),
    seed: z.int().nonnegative(),
    assets: z.int().positive().max(5000),
    timeframe: Timeframe,
    /** Simulated start or standing moment; null: the last close, or the first warm candle on replay. */
    asOfMs: UnixMs.nullable(),
    /** Market seconds per second; null: as fast as the work is done. */
    speed: z.number().positive().nullable(),
    /** Slots to run; null: until stopped. */
    cycles: z.int().positive().nullable(),
    /** CollectedReports currency; null: USDT, or the folder's only or most frequent quote. */
    quote: z.string().nullable(),
    cash: Money.nullable(),
    securityPolicy: SecurityPolicy,
    home: z.string().min(1),
    /** PostgreSQL instead of the embedded store; several processes may share it. */
    databaseUrl: z.string().nullable(),
    /** Shared cache and bus, of use beside a databaseUrl only. */
    redisUrl: z.string().nullable(),
    redisProtocol: z.union([z.literal(2), z.literal(3)]),
    retention: RetentionPolicy,
    thinking: ThinkingPolicy.prefault({}),
    /** Model for what is thought ahead (opinions); null: the same as at test time. */
    sleepModel: z.string().min(1).nullable().default(null),
    sleepModelUrl: z.string().nullable().default(null),
    /** `veto`: a second opinion, bought asleep, may refuse or shrink entries. */
    opinion: z.enum(["off", "veto"]).default("off"),
    /** End of the model's training data: what a backtest before it shows says little. */
    modelCutoffMs: UnixMs.nullable().default(null),
    /** `rules`, or a Mastra router string such as `openai/gpt-5`. */
    model: z.string().min(1),
    /** Base URL of an OpenAI-compatible server, for a model behind it. */
    modelUrl: z.string().nullable(),
    /** Comma-separated models that stand in, in order, each `provider/model` or `provider/model@URL`; `rules` may be last. */
    modelFallback: z.string().nullable().default(null),
    /** Model calls are kept in this folder, and a call that is there is not made again. */
    modelRecordDir: z.string().nullable().default(null),
    /** Model calls are answered from this folder and never made. */
    modelReplayDir: z.string().nullable().default(null),
    /** Deadline of one question's model runs, all models together. */
    modelTimeoutMs: z.int().positive(),
    strategyId: z.string().min(1),
    limits: RiskLimits,
    costs: Costs,
    /** An analysis is stale once a price at hand is this many ATR from its own. */
    driftAtr: z.number().positive(),
  })
  .superRefine((c, ctx) => {
    const refuse = (message: string) => ctx.addIssue({ code: "custom", message });
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
    if (c.opinion === "veto" && (c.sleepModel ?? c.model) === "rules")
      refuse(
        "DEEPTRADER_OPINION is veto, but no model is configured: rules have no second opinion. Set DEEPTRADER_SLEEP_MODEL or DEEPTRADER_MODEL, or unset it.",
      );
    if (c.venue === "replay" && c.dataDir === null) refuse("venue replay needs a folder of candles: add --data DIR.");
    if (c.mode === "live")
      refuse("DEEPTRADER_MODE is live, but live trading is not built yet; expected paper. Unset it.");
  });
export type DeskConfig = z.infer<typeof DeskConfig>;
