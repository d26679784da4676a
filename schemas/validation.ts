// Floor 1. What became of a strategy that was mistrusted: check by check what was seen, and what it proves.
import { z } from "zod";
import { Count, MarketSymbol, Percent, UnixMs } from "./units.ts";

export const CHECK_IDS = [
  "outside-world",
  "future-cut",
  "future-scrambled",
  "names-and-dates",
  "fresh-threads",
  "same-thread",
  "markets-apart",
  "ranges-backwards",
  "warm-up",
  "sensitivity",
  "random-entries",
  "trade-order",
] as const;

export const ValidationCheck = z.object({
  id: z.enum(CHECK_IDS),
  name: z.string(),
  state: z
    .enum(["passed", "failed", "not-run"])
    .describe("failed: what a backtest says of this strategy cannot be relied on"),
  seen: z.array(z.string()).readonly().describe("in figures; where it was not run, why"),
  flags: z.array(z.string()).readonly().describe("what makes a passed check unconvincing; empty: nothing"),
  toDo: z.string().nullable().describe("null: nothing"),
});
export type ValidationCheck = Readonly<z.infer<typeof ValidationCheck>>;

export const SensitivityRow = z.object({
  change: z.string().describe("`as it is`, or the one thing that is another"),
  returnPct: Percent.describe("of the whole run, after costs"),
  trades: Count.describe("closed"),
  meanTradePct: Percent.nullable().describe("mean return of a trade after fees; null: no trade was closed"),
  flips: z.boolean().describe("the sign of the return is another than that of the run as it is"),
});
export type SensitivityRow = Readonly<z.infer<typeof SensitivityRow>>;

export const RandomEntries = z.object({
  runs: Count,
  chance: z.number().describe("of an entry at each close of each market, so that about as many trades come of it"),
  trades: Count.describe("of the strategy"),
  meanTrades: z.number().describe("of the random runs"),
  profitPerEntry: z
    .number()
    .describe("of the strategy, after fees, settlement currency; what is held at the end counts at its last close"),
  randomMean: z.number().describe("mean over the random runs of theirs"),
  random5: z.number().describe("5th percentile of those"),
  random95: z.number(),
  pValue: z.number().describe("(1 + random runs at least as good) / (1 + runs); one-sided"),
});
export type RandomEntries = Readonly<z.infer<typeof RandomEntries>>;

const Spread = z.object({ p5: z.number(), p50: z.number(), p95: z.number() });

export const TradeOrder = z.object({
  reshuffles: Count,
  trades: Count,
  drawdownPct: Percent.describe("of the run itself, trade after trade in the order of their exits, positive"),
  finalEquity: z.number().describe("of the run itself, closed trades alone, settlement currency"),
  shuffled: Spread.describe("drawdown in percent, the same trades in another order; their sum is the same in any"),
  drawn: z
    .object({ drawdownPct: Spread, finalEquity: Spread })
    .describe("as many trades drawn with replacement: some twice, some not at all"),
});
export type TradeOrder = Readonly<z.infer<typeof TradeOrder>>;

export const Validation = z.object({
  strategy: z.string(),
  venue: z.string(),
  simulated: z.boolean(),
  timeframe: z.string(),
  quote: z.string(),
  firstSlotMs: UnixMs,
  lastSlotMs: UnixMs,
  markets: z.array(MarketSymbol).readonly().describe("that were looked at"),
  seed: z.int().describe("of every draw of the checks"),
  passed: z.boolean().describe("no check failed; see `verdict` for what that does not prove"),
  checks: z.array(ValidationCheck).readonly(),
  sensitivity: z.array(SensitivityRow).readonly().nullable().describe("null: not run"),
  randomEntries: RandomEntries.nullable().describe("null: not run"),
  tradeOrder: TradeOrder.nullable().describe("null: not run"),
  verdict: z.string().describe("one paragraph"),
});
export type Validation = Readonly<z.infer<typeof Validation>>;
