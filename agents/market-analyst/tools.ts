// Floor 3. The analyst's one computing tool: the slots of the run → the from-scratch analysis, remembered in Khala.

import { z } from "zod";
import { NEVER_ABORTED } from "#schemas/abort.ts";
import type { Analysis } from "#schemas/analysis.ts";
import { DeepTraderError } from "#schemas/errors.ts";
import { Bollinger } from "#schemas/indicator.ts";
import { ActionLevels, type MarketView, Signal } from "#schemas/reading.ts";
import { SecurityVerdict } from "#schemas/security.ts";
import { TIMEFRAMES, toIso } from "#schemas/units.ts";
import type { WorkTally } from "#schemas/work.ts";
import { countInto } from "#toolkits/ports/counted.ts";
import { deskRunOf } from "../desk-run.ts";
import type { Mastra } from "../mastra-env.ts";
import { analyseOnDelegation, type DelegationDeps } from "./from-scratch.ts";
import type { AnalysisOutcome } from "./scratch.ts";
import { noCandleReason } from "./sleep-time.ts";

/** The analyst's ports, decorated so that their work counts into the tally given: one per question. */
export type AnalystDepsFor = (tally: WorkTally) => DelegationDeps;

const Input = z.object({
  symbol: z.string().describe("The market of the job, exactly as given, such as BTC/USDT."),
  timeframe: z.enum(TIMEFRAMES).describe("The candle length of the job, exactly as given."),
});

/** What the model is told of an analysis. No evidence text of a token is in it: a model needs none, and cannot be told. */
export const AnalystReport = z.discriminatedUnion("status", [
  z.object({
    status: z.literal("analysed"),
    analysisId: z.string(),
    symbol: z.string(),
    timeframe: z.string(),
    asOf: z.string(),
    price: z.number(),
    rsiWilder: z.number().nullable(),
    bollinger: Bollinger.nullable(),
    atr: z.number().nullable(),
    warmup: z.string(),
    /** One a strategy that has read the market; of the closes at which it would act, what is known. */
    signals: z.array(
      z.object({ strategyId: z.string(), ...Signal.shape, levels: ActionLevels.omit({ searched: true }) }),
    ),
    security: z.object({ verdict: SecurityVerdict, failing: z.array(z.string()) }),
    simulated: z.boolean(),
  }),
  z.object({ status: z.literal("no-candle"), symbol: z.string(), reason: z.string() }),
]);
export type AnalystReport = z.infer<typeof AnalystReport>;

/** Tools of the analyst, keyed by the names under which its model sees them. */
export function analystTools({ createTool }: Pick<Mastra, "createTool">, depsFor: AnalystDepsFor) {
  const analyse = createTool({
    id: "analyse",
    description: "Computes and stores the analysis of the job's market from closed candles. Accepts no other market.",
    inputSchema: Input,
    execute: async ({ symbol, timeframe }, context): Promise<AnalystReport> => {
      const run = deskRunOf(context.requestContext);
      if (run === null) throw new Error("There is no job: the analyst works on the desk's own questions only.");
      if (symbol !== run.slots.symbol || timeframe !== run.slots.timeframe) {
        throw new Error(`The job is ${run.slots.symbol} at ${run.slots.timeframe}; nothing else is analysed.`);
      }
      // A model that asks twice is told the same thing again; the source is not.
      if (run.outcome !== null) return analystReport(run.outcome, timeframe);
      const signal = context.abortSignal ?? NEVER_ABORTED.signal;
      try {
        // The agent's own machinery stands between this and the question: counted by name.
        const analyse = () => analyseOnDelegation(depsFor(run.tally), { ...run.slots, nowMs: run.nowMs }, { signal });
        run.outcome = await countInto(run.tally, analyse);
      } catch (error) {
        run.failure = error;
        throw forModel(error);
      }
      return analystReport(run.outcome, timeframe);
    },
  });
  return { analyse };
}

/** The outcome in the words of the tool. */
function analystReport(outcome: AnalysisOutcome, timeframe: Analysis["timeframe"]): AnalystReport {
  if (outcome.status === "no-candle") {
    return { status: "no-candle", symbol: outcome.symbol, reason: noCandleReason(outcome, timeframe) };
  }
  return analysisForModel(outcome.analysis);
}

/** A record's numbers and verdict, without any text that a token's author could have written. */
export function analysisForModel(a: MarketView): Extract<AnalystReport, { status: "analysed" }> {
  return {
    status: "analysed",
    analysisId: a.id,
    symbol: a.symbol,
    timeframe: a.timeframe,
    asOf: toIso(a.asOfMs),
    price: a.price,
    rsiWilder: a.indicators.rsiWilder,
    bollinger: a.indicators.bollinger,
    atr: a.indicators.atr,
    warmup: a.indicators.warmup,
    signals: a.readings.map(({ strategyId, signal, levels: { searched: _, ...levels } }) => ({
      strategyId,
      ...signal,
      levels,
    })),
    security: {
      verdict: a.security.verdict,
      failing: a.security.checks.filter((check) => check.state === "fail").map((check) => check.id),
    },
    simulated: a.simulated,
  };
}

/** Our own errors are written to be shown; of others the model learns only that there was one. */
const forModel = (error: unknown): Error =>
  error instanceof DeepTraderError ? new Error(error.message) : new Error("The analysis failed.");
