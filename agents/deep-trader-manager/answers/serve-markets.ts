// Floor 3. A question about two markets or all of them → their analyses: recalled, and what is missing made by the analyst's
// sweep, within the question's budget.
import type { Recall } from "#schemas/analysis.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import type { Intent } from "#schemas/question.ts";
import type { MarketView } from "#schemas/reading.ts";
import type { MarketSymbol, UnixMs } from "#schemas/units.ts";
import type { SweepOutcome } from "../../market-analyst/sleep-time.ts";
import type { AnswerDeps } from "./answer-deps.ts";
import {
  type AnswerParts,
  abstained,
  beyondBudget,
  declined,
  isNewest,
  pricesOf,
  served,
  tallyRecalls,
} from "./answer-parts.ts";
import { type LeftOut, oldest } from "./distil.ts";
import { prepareAnswer } from "./prepared.ts";
import { type DigestDeps, fromDigest } from "./serve-prepared.ts";

type GatherDeps = Pick<AnswerDeps, "khala" | "venueId" | "prices" | "tally" | "questionUnits" | "sweep">;

/** @throws whatever concerns the desk itself: its store, a venue that refuses it */
export async function aboutAll(
  deps: GatherDeps & DigestDeps & Pick<AnswerDeps, "universe">,
  intent: Intent,
  nowMs: UnixMs,
  options: CallOptions,
): Promise<AnswerParts> {
  const distilled = await fromDigest(deps, intent, nowMs, options);
  if (distilled !== null) return distilled;
  const symbols = await deps.universe(options);
  const found = await gather(deps, symbols, intent, nowMs, options);
  if (found.status === "beyond") return abstained(found.reason, intent, found.misses);
  const records: MarketView[] = [];
  const leftOut: LeftOut[] = [];
  for (const [symbol, { record, staleReason }] of found.markets) {
    if (record !== null && staleReason === null) records.push(record);
    else leftOut.push({ symbol, reason: staleReason ?? "missing" });
  }
  const prepared = prepareAnswer(intent, records, deps.strategies, leftOut);
  if (prepared === null) {
    const why = found.failure ?? "None of the markets has a fresh analysis.";
    return { ...declined(`There is nothing to answer from. ${why}`, intent), misses: found.misses };
  }
  const asOfMs = oldest(records);
  return served(deps, prepared, { path: found.path, asOfMs, nowMs, misses: found.misses });
}

/** As above, of the two markets of a comparison. */
export async function aboutTwo(
  deps: GatherDeps & Pick<AnswerDeps, "deskView" | "refresh" | "strategies">,
  intent: Intent,
  symbols: readonly [MarketSymbol, MarketSymbol],
  nowMs: UnixMs,
  options: CallOptions,
): Promise<AnswerParts> {
  const found = await gather(deps, symbols, intent, nowMs, options);
  if (found.status === "beyond") return abstained(found.reason, intent, found.misses);
  const both = symbols.map((symbol) => found.markets.get(symbol)).filter((market) => market !== undefined);
  const records = both.flatMap(({ record }) => (record === null ? [] : [record]));
  const prepared = prepareAnswer(intent, records, deps.strategies);
  const nothing = (text: string): AnswerParts => ({ ...declined(text, intent), misses: found.misses });
  if (prepared === null) {
    const lacking = symbols.filter((symbol) => (found.markets.get(symbol)?.record ?? null) === null);
    const why = found.failure ?? "The venue has no candle of it.";
    return nothing(`There is no analysis of ${lacking.join(" and ")} to compare. ${why}`);
  }
  const asOfMs = oldest(records);
  const staleReason = both.map((market) => market.staleReason).find(isStaleReason) ?? null;
  const parts = served(deps, prepared, { path: found.path, asOfMs, nowMs, staleReason, misses: found.misses });
  if (staleReason === null || found.failure === null) return parts;
  const why = `It could not be renewed: ${found.failure}`;
  // As of one market: only a chat is shown what is stale.
  if (deps.refresh === undefined)
    return nothing(`There is no fresh analysis of ${symbols.join(" and ")} to compare. ${why}`);
  for (const { record, staleReason: stale } of both) {
    if (record === null || !isRenewable(stale)) continue;
    const { venueId, symbol, timeframe } = record;
    deps.refresh({ venueId, symbol, timeframe });
  }
  return { ...parts, answer: `${parts.answer} ${why} A refresh is under way.` };
}

interface Market {
  /** The newest there is; null: none. */
  readonly record: MarketView | null;
  /** Null: fresh. */
  readonly staleReason: LeftOut["reason"] | null;
}

const isStaleReason = (reason: LeftOut["reason"] | null): reason is Exclude<LeftOut["reason"], "missing" | "unread"> =>
  reason !== null && reason !== "missing" && reason !== "unread";

/** Asking the source again may bring a newer one. */
const isRenewable = (reason: LeftOut["reason"] | null): boolean =>
  reason !== null && reason !== "no-candle" && reason !== "drifted";

type Gathered =
  | { readonly status: "beyond"; readonly reason: string; readonly misses: AnswerParts["misses"] }
  | {
      readonly status: "gathered";
      readonly path: "recalled" | "delegated";
      readonly markets: ReadonlyMap<MarketSymbol, Market>;
      /** What the first source that failed said. */
      readonly failure: string | null;
      readonly misses: AnswerParts["misses"];
    };

/** The analyses of these markets: what is fresh from Khala, the rest from scratch if the budget allows. */
async function gather(
  deps: GatherDeps,
  symbols: readonly MarketSymbol[],
  { timeframe }: Pick<Intent, "timeframe">,
  nowMs: UnixMs,
  options: CallOptions,
): Promise<Gathered> {
  const keys = symbols.map((symbol) => ({ venueId: deps.venueId, symbol, timeframe }));
  const recalls = await deps.khala.recallMany(keys, { nowMs, ...pricesOf(deps) }, options);
  const misses = tallyRecalls(deps, recalls);
  const markets = new Map<MarketSymbol, Market>();
  const wanted: MarketSymbol[] = [];
  for (const [index, symbol] of symbols.entries()) {
    const recall = recalls[index] ?? { status: "missing" };
    markets.set(symbol, ofRecall(recall));
    if (!isNewest(recall)) wanted.push(symbol);
  }
  if (wanted.length === 0) return { status: "gathered", path: "recalled", markets, failure: null, misses };
  const reason = beyondBudget(deps, wanted.length);
  if (reason !== null) return { status: "beyond", reason, misses };
  const outcomes = await deps.sweep(wanted, timeframe, options);
  options.signal.throwIfAborted();
  let made = 0;
  let failure: string | null = null;
  for (const [symbol, outcome] of outcomes) {
    if (outcome.status === "analysed") made += 1;
    if (outcome.status === "failed") failure ??= outcome.error;
    markets.set(symbol, ofOutcome(outcome, markets.get(symbol)));
  }
  deps.tally.count({ delegations: made });
  return { status: "gathered", path: made > 0 ? "delegated" : "recalled", markets, failure, misses };
}

const ofRecall = (recall: Recall<MarketView>): Market =>
  recall.status === "missing"
    ? { record: null, staleReason: "missing" }
    : { record: recall.record, staleReason: recall.status === "stale" ? recall.reason : null };

/** What could not be read is as old as it was. */
function ofOutcome(outcome: SweepOutcome, known: Market | undefined): Market {
  if (outcome.status === "analysed") return { record: outcome.analysis, staleReason: null };
  if (outcome.status === "no-candle") return { record: known?.record ?? null, staleReason: "no-candle" };
  return known?.record ? known : { record: null, staleReason: "unread" };
}
