// Floor 3. A question about one market → its analysis: recalled, or made by the analyst on the manager's delegation. Where
// that fails or would take too much, a chat is shown what there is of the market, marked stale.
import type { Recall } from "#schemas/analysis.ts";
import { InvariantError, isPassing, ModelRunError, ProviderRefusedError, TokenBudgetError } from "#schemas/errors.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import type { Intent } from "#schemas/question.ts";
import type { MarketView } from "#schemas/reading.ts";
import type { UnixMs } from "#schemas/units.ts";
import type { AnalysisSlots } from "../../desk-run.ts";
import { noCandleReason } from "../../market-analyst/sleep-time.ts";
import { failureOf } from "../delegation-failure.ts";
import type { AnswerDeps, Question } from "./answer-deps.ts";
import {
  type AnswerParts,
  abstained,
  beyondBudget,
  declined,
  isNewest,
  type ServedFrom,
  served,
  staleReasonOf,
  tallyRecalls,
} from "./answer-parts.ts";
import { type PreparedAnswer, prepareAnswer } from "./prepared.ts";

/** What it takes to answer about one market. */
type MarketDeps = Pick<
  AnswerDeps,
  | "khala"
  | "strategies"
  | "venueId"
  | "venue"
  | "isListed"
  | "prices"
  | "tally"
  | "questionUnits"
  | "refresh"
  | "manager"
  | "deskView"
>;
type Found = Exclude<Recall<MarketView>, { status: "missing" }>;

/** @throws whatever the analyst's source or the models threw, where nothing of the market may be shown instead */
export async function aboutMarket(
  deps: MarketDeps,
  question: Question,
  intent: Intent,
  slots: AnalysisSlots,
  options: CallOptions,
): Promise<AnswerParts> {
  const { nowMs } = question;
  const key = { venueId: deps.venueId, ...slots };
  const before = await deps.khala.recall(key, momentOf(deps, slots, nowMs), options);
  const misses = tallyRecalls(deps, [before]);
  // Where the source has nothing newer, asking it again in this slot would bring the same.
  if (before.status !== "missing" && isNewest(before))
    return fromRecord(deps, intent, before, { path: "recalled", nowMs });
  if (!deps.isListed(slots.symbol)) return { ...goneMarket(deps, intent, before, nowMs), misses };
  const tooMuch = beyondBudget(deps, 1);
  // Only in a chat, where a refresh follows, is something stale an answer; a single question gets the reason instead.
  const shown = before.status === "stale" && deps.refresh !== undefined ? before : null;
  if (tooMuch !== null) {
    if (shown === null) return abstained(tooMuch, intent, misses);
    return { ...showStale(deps, intent, shown, tooMuch, nowMs), misses, overBudget: true };
  }
  const outcome = await delegate(deps, question, intent, slots, options);
  if (outcome.status === "answered") return { ...outcome.parts, misses };
  const { error } = outcome;
  const overBudget = error instanceof TokenBudgetError;
  if (shown === null && overBudget) return abstained(error.message, intent, misses);
  if (shown === null || !isRefreshFailure(error)) throw error;
  const why = `It could not be renewed: ${error.message}`;
  return { ...showStale(deps, intent, shown, why, nowMs), misses, overBudget };
}

/** The source or the models did not do their work; an error of the desk's own (its store above all) is none. */
const isRefreshFailure = (error: unknown): error is Error =>
  isPassing(error) || error instanceof ProviderRefusedError || error instanceof ModelRunError;

function showStale(
  deps: Pick<MarketDeps, "refresh" | "deskView" | "strategies">,
  intent: Intent,
  found: Found,
  why: string,
  nowMs: UnixMs,
): AnswerParts {
  const { venueId, symbol, timeframe } = found.record;
  deps.refresh?.({ venueId, symbol, timeframe });
  const parts = fromRecord(deps, intent, found, { path: "recalled", nowMs });
  return { ...parts, answer: `${parts.answer} ${why} A refresh is under way.` };
}

/** The last that was known of a market that the venue has no more. */
function goneMarket(
  deps: Pick<MarketDeps, "venue" | "deskView" | "strategies">,
  intent: Intent,
  found: Recall<MarketView>,
  nowMs: UnixMs,
): AnswerParts {
  const gone = `${deps.venue} no longer has ${intent.symbol}.`;
  if (found.status === "missing") return declined(`${gone} There is nothing to answer from.`, intent);
  const parts = fromRecord(deps, intent, found, { path: "recalled", nowMs });
  return { ...parts, answer: `${gone} Last known: ${parts.answer}` };
}

function momentOf({ prices }: Pick<MarketDeps, "prices">, { symbol }: AnalysisSlots, nowMs: UnixMs) {
  const price = prices?.get(symbol);
  return price === undefined ? { nowMs } : { nowMs, price };
}

type Delegated =
  | { readonly status: "answered"; readonly parts: AnswerParts }
  | { readonly status: "failed"; readonly error: unknown };

/** One manager run that hands the market to the analyst. @throws ModelRunError where a recording failed */
async function delegate(
  deps: MarketDeps,
  { text, nowMs }: Question,
  intent: Intent,
  slots: AnalysisSlots,
  options: CallOptions,
): Promise<Delegated> {
  const answered = (parts: AnswerParts): Delegated => ({ status: "answered", parts });
  const manager = await deps.manager();
  const run = await manager.run({ question: text, slots, nowMs, tally: deps.tally }, options);
  options.signal.throwIfAborted();
  // A replay that misses a call is no replay, whatever Khala holds by now.
  if (run.failure instanceof ModelRunError && !(run.failure instanceof TokenBudgetError)) throw run.failure;
  const after = await deps.khala.recall({ venueId: deps.venueId, ...slots }, momentOf(deps, slots, nowMs), options);
  const by = { path: run.delegated ? "delegated" : "recalled", model: run.model, nowMs } as const;
  const isDone = after.status === "fresh" || (run.outcome?.status === "analysed" && after.status === "stale");
  if (isDone) return answered(fromRecord(deps, intent, after, by));
  if (run.outcome?.status !== "no-candle") return { status: "failed", error: failureOf(run, slots) };
  const reason = `${deps.venue} has ${noCandleReason(run.outcome, slots.timeframe)} for ${slots.symbol}.`;
  if (after.status === "missing") {
    return answered({ ...declined(`${reason} There is nothing to answer from.`, intent), model: run.model });
  }
  const old = fromRecord(deps, intent, after, by);
  return answered({ ...old, answer: `${reason} ${old.answer}` });
}

function fromRecord(
  deps: Pick<MarketDeps, "deskView" | "strategies">,
  intent: Intent,
  found: Found,
  by: Pick<ServedFrom, "path" | "model" | "nowMs">,
): AnswerParts {
  const { record } = found;
  return served(deps, prepared(intent, [record], deps.strategies), {
    ...by,
    asOfMs: record.asOfMs,
    staleReason: staleReasonOf(found),
  });
}

/** @throws InvariantError for records that are not those of the intent */
function prepared(...about: Parameters<typeof prepareAnswer>): PreparedAnswer {
  const answer = prepareAnswer(...about);
  if (answer !== null) return answer;
  throw new InvariantError({
    was: `An answer of kind ${about[0].kind} could not be made from the records of its markets.`,
    remedy: "This is a bug; please report it with the question.",
  });
}
