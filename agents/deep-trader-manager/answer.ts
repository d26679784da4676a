// Floor 3. The question walk: text -> intent -> recall -> (nothing fresh: one manager run that delegates) -> answer. The
// text of the answer is rendered from the record by code; models decide nothing in it but whether the work gets done.
import type { Recall } from "#schemas/analysis.ts";
import { assertNever, ModelRunError } from "#schemas/errors.ts";
import type { CallOptions } from "#schemas/ports.ts";
import type { Answer, Intent } from "#schemas/question.ts";
import { type MarketSymbol, splitSymbol, type Timeframe, toIso, type UnixMs, type VenueId } from "#schemas/units.ts";
import type { WorkTally } from "#schemas/work.ts";
import type { AnalysisSlots } from "../desk-run.ts";
import { noCandleReason } from "../market-analyst/sleep-time.ts";
import { failureToTell, type ManagerRun, type ManagerRunner, type ModelRun } from "./agent.ts";
import type { DeskText, DeskView } from "./desk-view.ts";
import { parseQuestion } from "./intent.ts";
import { finishText, renderAnalysis } from "./render.ts";
import type { Recaller } from "./tools.ts";

export interface AnswerDeps {
  readonly khala: Recaller;
  readonly venueId: VenueId;
  /** Short name of the venue, for people. */
  readonly venue: string;
  readonly simulated: boolean;
  /** The desk's, for questions that name none. */
  readonly timeframe: Timeframe;
  /** Markets of the venue; kept by the caller, so that a recalled answer asks no provider. */
  readonly symbols: (options: CallOptions) => Promise<readonly MarketSymbol[]>;
  /** Settlement currency. */
  readonly quote: string;
  /** Made on the first question that Khala cannot answer: Mastra is loaded there and not before. */
  readonly manager: () => Promise<ManagerRunner>;
  /** The question's own; what the ports and models count into. */
  readonly tally: WorkTally;
  readonly deskView: DeskView;
  /** For the latency, which enters no record. */
  readonly monotonicMs: () => number;
}

export interface Question {
  readonly text: string;
  readonly nowMs: UnixMs;
}

/** What an answer says, before the parts that all answers share. */
type Said = Pick<Answer, "answer" | "path" | "model" | "asOfMs" | "analysisIds" | "intent">;

/**
 * @throws ModelRunError where nothing fresh was there and no model's run brought it, or a recording failed; whatever the
 * analyst's source threw; the signal's reason when aborted
 */
export async function answerQuestion(deps: AnswerDeps, question: Question, options: CallOptions): Promise<Answer> {
  const startMs = deps.monotonicMs();
  const said = await say(deps, question, options);
  return {
    ...said,
    answer: finishText(said.answer, deps.simulated),
    ageMs: said.asOfMs === null ? null : question.nowMs - said.asOfMs,
    topicIds: [],
    stale: false,
    simulated: deps.simulated,
    latencyMs: deps.monotonicMs() - startMs,
    work: deps.tally.total(),
  };
}

async function say(deps: AnswerDeps, question: Question, options: CallOptions): Promise<Said> {
  options.signal.throwIfAborted();
  const symbols = await deps.symbols(options);
  const { quote, timeframe } = deps;
  const parsed = parseQuestion(question.text, { symbols, quote, defaultTimeframe: timeframe });
  if (parsed.status === "ambiguous") return declined(parsed.question, null);
  if (parsed.status === "unparsed") return declined(`${parsed.reason} ${whatToAsk(symbols, quote)}`, null);
  const { intent } = parsed;
  const { nowMs } = question;
  if (intent.kind === "portfolio") return told(intent, await deps.deskView.portfolioText({ nowMs }, options));
  if (intent.kind === "why") return told(intent, await deps.deskView.why({ ...intent, nowMs }, options));
  // The grammar gives every other kind a market.
  if (intent.symbol === null) return declined(whatToAsk(symbols, quote), intent);
  const slots = { symbol: intent.symbol, timeframe: intent.timeframe };
  return aboutMarket(deps, question, intent, slots, options);
}

async function aboutMarket(
  deps: AnswerDeps,
  { text, nowMs }: Question,
  intent: Intent,
  slots: AnalysisSlots,
  options: CallOptions,
): Promise<Said> {
  const key = { venueId: deps.venueId, ...slots };
  const before = await deps.khala.recall(key, { nowMs }, options);
  // Asked after the close, the source had nothing newer: asking it again in this slot would bring the same.
  const isNewest = before.status === "fresh" || (before.status === "stale" && before.reason === "no-candle");
  if (isNewest) return fromRecord(intent, before, { path: "recalled", model: null });

  const manager = await deps.manager();
  const run = await manager.run({ question: text, slots, nowMs, tally: deps.tally }, options);
  options.signal.throwIfAborted();
  // A replay that misses a call is no replay, whatever Khala holds by now.
  if (run.failure instanceof ModelRunError) throw run.failure;
  const after = await deps.khala.recall(key, { nowMs }, options);
  const by = { path: run.delegated ? "delegated" : "recalled", model: run.model } as const;
  if (after.status === "fresh") return fromRecord(intent, after, by);
  if (run.outcome?.status === "analysed" && after.status === "stale") return fromRecord(intent, after, by);
  if (run.outcome?.status === "no-candle") {
    const reason = `${deps.venue} has ${noCandleReason(run.outcome, slots.timeframe)} for ${slots.symbol}.`;
    if (after.status === "missing") {
      return { ...declined(`${reason} There is nothing to answer from.`, intent), model: run.model };
    }
    const old = fromRecord(intent, after, by);
    return { ...old, answer: `${reason} ${old.answer}` };
  }
  throw failureOf(run, slots);
}

function fromRecord(
  intent: Intent,
  found: Exclude<Recall, { status: "missing" }>,
  by: Pick<Answer, "path" | "model">,
): Said {
  const { record, ageMs } = found;
  const staleReason = found.status === "stale" ? found.reason : null;
  return {
    answer: renderAnalysis(intent, { record, ageMs, staleReason }),
    ...by,
    asOfMs: record.asOfMs,
    analysisIds: [record.id],
    intent,
  };
}

const told = (intent: Intent, { text, asOfMs, analysisIds }: DeskText): Said => ({
  answer: asOfMs === null ? text : `${text} As of ${toIso(asOfMs)}.`,
  path: "recalled",
  model: null,
  asOfMs,
  analysisIds: [...analysisIds],
  intent,
});

const declined = (answer: string, intent: Intent | null): Said => ({
  answer,
  path: "declined",
  model: null,
  asOfMs: null,
  analysisIds: [],
  intent,
});

function whatToAsk(symbols: readonly MarketSymbol[], quote: string): string {
  const example = symbols.find((symbol) => splitSymbol(symbol).quote === quote) ?? symbols[0] ?? "BTC/USDT";
  return `Ask for the price, RSI, bands, ATR, security or signal of one asset ("What is the RSI of ${example}?"), for your positions, or why the desk traded.`;
}

/** The source's own error where it had one; else which way each model's run failed, and what to do about the last. */
function failureOf(run: ManagerRun, slots: AnalysisSlots): unknown {
  const failure = failureToTell(run);
  if (failure !== null) return failure;
  const why = whyNothing(run);
  const was =
    run.passedOver.length === 0
      ? why.was
      : `no model brought it: ${[...run.passedOver, run].map((r) => `with ${r.model} ${whyNothing(r).was}`).join("; ")}`;
  return new ModelRunError({
    was: `Khala holds nothing fresh about ${slots.symbol} ${slots.timeframe}, and ${was}.`,
    expected: "an analysis made by the analyst and remembered",
    remedy: `${why.remedy} DEEPTRADER_MODEL=rules works without a provider, and so does rules at the end of DEEPTRADER_MODEL_FALLBACK.`,
  });
}

function whyNothing({ result, delegated }: ModelRun): { readonly was: string; readonly remedy: string } {
  switch (result.status) {
    case "deadline":
      return {
        was: `the manager's run gave ${result.detail}`,
        remedy: "Ask again, or raise DEEPTRADER_MODEL_TIMEOUT_MS.",
      };
    case "model-error":
      return {
        was: `the manager's run failed: ${result.detail}`,
        remedy: "Check DEEPTRADER_MODEL, DEEPTRADER_MODEL_URL, the provider's key and its status page.",
      };
    case "step-limit":
      return {
        was: `the manager's model was ${result.detail}`,
        remedy: "Ask again, or choose a model that follows instructions.",
      };
    case "tripwire":
      return {
        was: `the manager's run was ${result.detail}`,
        remedy: "Rephrase the question, or choose another model.",
      };
    case "empty":
      return {
        was: `the manager's model gave no answer: ${result.detail}`,
        remedy: "Ask again, or choose another model.",
      };
    case "aborted":
      return { was: `the manager's run ended: ${result.detail}`, remedy: "Ask again." };
    case "completed":
      return {
        was: delegated ? "the analyst's model did not do the work" : "the manager's model answered without delegating",
        remedy: "Ask again, or choose a model that follows instructions.",
      };
    default:
      return assertNever(result);
  }
}
