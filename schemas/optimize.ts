// Floor 1. A search of a strategy's parameters: what was tried, what came out best, and how much of that luck alone would give.
import { z } from "zod";
import { ParameterValue } from "./research.ts";
import { Count, Percent, Timeframe, UnixMs } from "./units.ts";

const Values = z.record(z.string(), ParameterValue);

/** One run with one set of parameters, as the journal of a search keeps it. */
export const Trial = z.object({
  trial: z.int().min(1).describe("in the order of asking; 1 is what is configured"),
  values: Values,
  objective: z.number().nullable().describe("larger is better; null: too few trades or days to tell"),
  trades: Count.describe("closed"),
  returnPct: Percent,
  maxDrawdownPct: Percent.describe("over every slot, positive"),
  dailyReturns: z.array(z.number()).readonly().describe("of each UTC day; 0.01 is one percent"),
  decisionsHash: z.string(),
});
export type Trial = Readonly<z.infer<typeof Trial>>;

const TrialRow = Trial.omit({ dailyReturns: true });

/** All that the outcome of a search hangs on. Two of one definition propose and find the same. */
export const SearchDefinition = z.object({
  strategy: z.string().describe("id"),
  strategyDigest: z.string().describe("of its code, its indicators and its configured parameters"),
  venue: z.string().describe("with the digest of its data"),
  settings: z.string().describe("digest of the costs, limits, markets and other settings of the account"),
  timeframe: Timeframe,
  firstSlotMs: UnixMs,
  lastSlotMs: UnixMs.describe("inclusive"),
  search: z.enum(["tpe", "cma-es", "random", "grid"]),
  seed: z.int(),
  space: z.record(z.string(), z.unknown()).describe("range or options of each parameter that is searched"),
  objective: z.string(),
  minTrades: Count,
});
export type SearchDefinition = Readonly<z.infer<typeof SearchDefinition>>;

export const Optimize = z.object({
  name: z.string(),
  venue: z.string(),
  simulated: z.boolean(),
  quote: z.string(),
  definition: SearchDefinition,
  configured: TrialRow.describe("the parameters as they are configured"),
  winner: TrialRow.nullable().describe("null: no trial could be told"),
  trials: z.object({
    asked: Count,
    run: Count,
    told: Count.describe("that had an objective"),
    isExhausted: z.boolean().describe("true: there was nothing more to try"),
  }),
  best: z.array(TrialRow).readonly().describe("ten, best first"),
  luck: z.object({
    days: Count.describe("daily returns of each trial"),
    sharpe: z.number().nullable().describe("of the winner, a year of 365 days; null: its days are all alike"),
    bestOfNoise: z
      .object({
        mean: z.number().describe("yearly Sharpe ratio that the best of as many trials without any edge shows"),
        high95: z.number().describe("one in twenty such searches shows more"),
      })
      .nullable(),
    probabilisticSharpe: z
      .number()
      .nullable()
      .describe("probability that its true Sharpe ratio is above 0, were it the only trial"),
    deflatedSharpe: z
      .number()
      .nullable()
      .describe("probability that it is above what luck gives the best of all trials (Bailey & López de Prado 2014)"),
    overfitting: z
      .object({
        probability: z
          .number()
          .describe("that the best of one half of the days is below the middle in the other (CSCV)"),
        parts: Count.describe("the days are cut into"),
        splits: Count,
      })
      .nullable()
      .describe("null: too few days or trials"),
  }),
  neighbours: z
    .object({ trials: Count, medianObjective: z.number().nullable() })
    .nullable()
    .describe("the trials nearest to the winner; null: there are fewer than ten others"),
  warnings: z.array(z.string()).readonly().describe("plain words on what the winner does not prove"),
});
export type Optimize = Readonly<z.infer<typeof Optimize>>;
