// Floor 3. A question about one market → its analysis: recalled, or made by the analyst on delegation. Where that fails or
// would take too much, a chat is shown what there is of the market, marked stale. No model is in it.
import type { Recall } from "#schemas/analysis.ts";
import { InvariantError, isPassing, ProviderRefusedError } from "#schemas/errors.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import type { Intent } from "#schemas/question.ts";
import type { MarketView } from "#schemas/reading.ts";
import type { UnixMs } from "#schemas/units.ts";
import type { AnalysisSlots } from "../../market-analyst/outcome.ts";
import { noCandleReason } from "../../market-analyst/sleep-time.ts";
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
  | "analyse"
  | "deskView"
>;
type Found = Exclude<Recall<MarketView>, { status: "missing" }>;

/** @throws whatever the analyst's source threw, where nothing of the market may be shown instead */
export async function aboutMarket(
  deps: MarketDeps,
  { nowMs }: Pick<Question, "nowMs">,
  intent: Intent,
  slots: AnalysisSlots,
  options: CallOptions,
): Promise<AnswerParts> {
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
  try {
    return { ...(await delegate(deps, nowMs, intent, slots, options)), misses };
  } catch (error) {
    options.signal.throwIfAborted();
    if (shown === null || !isRefreshFailure(error)) throw error;
    return { ...showStale(deps, intent, shown, `It could not be renewed: ${error.message}`, nowMs), misses };
  }
}

/** The source did not do its work; an error of the desk's own (its store above all) is none. */
const isRefreshFailure = (error: unknown): error is Error => isPassing(error) || error instanceof ProviderRefusedError;

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

/** Hands the market to the analyst. */
async function delegate(
  deps: MarketDeps,
  nowMs: UnixMs,
  intent: Intent,
  slots: AnalysisSlots,
  options: CallOptions,
): Promise<AnswerParts> {
  const outcome = await deps.analyse(slots, options);
  const after = await deps.khala.recall({ venueId: deps.venueId, ...slots }, momentOf(deps, slots, nowMs), options);
  const by = { path: "delegated", nowMs } as const;
  if (outcome.status === "analysed" && after.status !== "missing") return fromRecord(deps, intent, after, by);
  if (outcome.status === "analysed") throw lost(slots);
  const reason = `${deps.venue} has ${noCandleReason(outcome, slots.timeframe)} for ${slots.symbol}.`;
  if (after.status === "missing") return declined(`${reason} There is nothing to answer from.`, intent);
  const old = fromRecord(deps, intent, after, by);
  return { ...old, answer: `${reason} ${old.answer}` };
}

const lost = ({ symbol, timeframe }: AnalysisSlots): InvariantError =>
  new InvariantError({
    was: `The analysis of ${symbol} ${timeframe} was made and is not in Khala.`,
    remedy: "Ask again; if it happens twice, report it.",
  });

function fromRecord(
  deps: Pick<MarketDeps, "deskView" | "strategies">,
  intent: Intent,
  found: Found,
  by: Pick<ServedFrom, "path" | "nowMs">,
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
