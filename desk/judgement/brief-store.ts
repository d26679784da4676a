// Floor 4. Briefs as topics of the desk: kept, found by what they are about, and judged by what is so now.
import { topicDefinitionIdOf } from "#agents/market-analyst/assess.ts";
import type { Recall } from "#schemas/analysis.ts";
import type { BriefVoidReason } from "#schemas/brief.ts";
import { Brief, type BriefMarket, type BriefScope, briefTopic, type CitedAnalysis } from "#schemas/brief.ts";
import { RecordVersionError } from "#schemas/errors.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import type { MarketView } from "#schemas/reading.ts";
import { type UnixMs, unixMs } from "#schemas/units.ts";
import { openPositions } from "#toolkits/portfolio/positions.ts";
import type { Desk } from "../desk.ts";
import { pricesAtHand } from "../planning/make.ts";
import { expiresAtMs, judgeBrief, type MarketNow, type SourceState, type StoredBrief } from "./brief-freshness.ts";

/** A brief judged at one moment. */
export type BriefRecall =
  | { readonly status: "missing" }
  | { readonly status: "fresh"; readonly id: string; readonly brief: Brief; readonly ageMs: number }
  | {
      readonly status: "stale";
      readonly id: string;
      readonly brief: Brief;
      readonly ageMs: number;
      readonly reason: BriefVoidReason;
    };

type Known = Exclude<BriefRecall, { status: "missing" }>;

/** Resolves with its id once it is durable. @throws StoreError */
export async function keepBrief({ topics }: Pick<Desk, "topics">, brief: Brief, options: CallOptions): Promise<string> {
  const { madeAtMs, scope } = brief;
  // Its own analyses are in it, with rules of their own: a topic would be void with the next candle of any of them.
  const draft = { kind: "brief", topic: briefTopic(scope), body: brief, sources: [] } as const;
  const validUntilMs = unixMs(expiresAtMs(brief));
  const record = await topics.remember({ ...draft, validUntilMs }, { nowMs: madeAtMs }, options);
  return record.id;
}

/** The newest of its subject, judged now. One that this version cannot read is none. @throws StoreError */
export async function recallBrief(
  desk: Desk,
  scope: BriefScope,
  nowMs: UnixMs,
  options: CallOptions,
): Promise<BriefRecall> {
  const [newest] = await desk.topics
    .history("brief", { topic: briefTopic(scope), nowMs, limit: 1 }, options)
    .catch((error: unknown) => {
      if (error instanceof RecordVersionError) return [];
      throw error;
    });
  const { data } = Brief.safeParse(newest?.record.body);
  if (newest === undefined || data === undefined) return { status: "missing" };
  const { id, definitionId } = newest.record;
  return judgedNow(desk, { id, brief: data, definitionId, invalidated: newest.invalidated }, nowMs, options);
}

/** Subjects of this desk, venue and timeframe of which a brief is kept; newest brief first. @throws StoreError */
export async function keptScopes(desk: Desk, nowMs: UnixMs, options: CallOptions): Promise<readonly BriefScope[]> {
  const { venueId } = desk.marketData;
  const rows = await desk.topics.history("brief", { topic: null, nowMs, limit: MOST_LISTED }, options);
  const scopes = new Map<string, BriefScope>();
  for (const { record } of rows) {
    const { scope } = Brief.safeParse(record.body).data ?? {};
    if (scope === undefined || scope.venueId !== venueId || scope.timeframe !== desk.config.timeframe) continue;
    if (scope.of === "book" && scope.runId !== desk.runId) continue;
    scopes.set(briefTopic(scope), scope);
  }
  return [...scopes.values()];
}

/** Records that a list of all is made from. */
const MOST_LISTED = 200;

async function judgedNow(desk: Desk, stored: StoredBrief, nowMs: UnixMs, options: CallOptions): Promise<Known> {
  const { id, brief } = stored;
  const markets = await marketsNow(desk, brief.conditions.markets, nowMs, options);
  const sources = new Map<string, SourceState>();
  for (const cited of brief.cited) sources.set(cited.analysisId, await sourceNow(desk, cited, options));
  const verdict = judgeBrief(stored, {
    nowMs,
    definitionId: topicDefinitionIdOf(desk.hosts),
    sourceOf: ({ analysisId }) => sources.get(analysisId) ?? "corrected",
    marketOf: ({ symbol, timeframe }) => markets.get(`${timeframe} ${symbol}`) ?? null,
    held: heldNow(desk),
  });
  return { ...verdict, id, brief, ageMs: nowMs - brief.asOfMs };
}

/** What is held and worth selling, by strategy and market. */
export const heldNow = ({ account }: Pick<Desk, "account">): Brief["conditions"]["held"] =>
  openPositions(account.portfolio()).map(({ strategyId, symbol, quantity }) => ({ strategyId, symbol, quantity }));

/**
 * Found through Khala's history of the analysis' own close: the cited record is the newest of its close, and was not taken back.
 * A corrected candle invalidates all records of its market (candle-windows.ts), and what is then made of the same close has
 * another id. So no candle store is asked.
 */
async function sourceNow(
  { khala }: Pick<Desk, "khala">,
  cited: CitedAnalysis,
  options: CallOptions,
): Promise<SourceState> {
  const [newest] = await khala.history(cited.key, { nowMs: cited.asOfMs, limit: 1 }, options);
  if (newest === undefined || newest.record.id !== cited.analysisId) return "corrected";
  if (newest.invalidated === null) return "stands";
  return newest.invalidated.reason === "invalidated" ? "invalidated" : "corrected";
}

async function marketsNow(
  desk: Desk,
  markets: readonly BriefMarket[],
  nowMs: UnixMs,
  options: CallOptions,
): Promise<ReadonlyMap<string, MarketNow>> {
  if (markets.length === 0) return new Map();
  const prices = pricesAtHand(desk, nowMs);
  const keys = markets.map(({ symbol, timeframe }) => ({ venueId: desk.marketData.venueId, symbol, timeframe }));
  const recalls = await desk.views.recallMany(keys, { nowMs }, options);
  return new Map(
    recalls.flatMap((recall, at) => {
      const market = markets[at];
      const now = market === undefined ? null : marketNow(recall, prices.get(market.symbol));
      return market === undefined || now === null ? [] : [[`${market.timeframe} ${market.symbol}`, now] as const];
    }),
  );
}

/** An older candle still says what was known last; a record that was taken back says nothing. */
const SAYS_NOTHING = new Set(["invalidated", "source-changed", "definition-changed"]);

function marketNow(recall: Recall<MarketView>, price: number | undefined): MarketNow | null {
  if (recall.status === "missing" || (recall.status === "stale" && SAYS_NOTHING.has(recall.reason))) return null;
  const { record } = recall;
  return {
    price: price ?? record.price,
    verdict: recall.status === "stale" && recall.reason === "security-expired" ? null : record.security.verdict,
    signals: signalsOf(record),
  };
}

export const signalsOf = ({ readings }: Pick<MarketView, "readings">): BriefMarket["signals"] =>
  readings.map(({ strategyId, signal }) => ({ strategyId, action: signal.action }));
