// Floor 4. What a brief is about → the facts that it is written from, the analyses behind them, and the conditions that it will stand
// under. By the sources of facts that questions are answered from; nothing stale goes into it.
import type { NewFact, SourceRun } from "#agents/deep-trader-manager/talk/fact-source.ts";
import { FactTable } from "#agents/deep-trader-manager/talk/fact-table.ts";
import type { Brief, BriefScope } from "#schemas/brief.ts";
import type { Fact } from "#schemas/fact.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import type { MarketView } from "#schemas/reading.ts";
import type { UnixMs } from "#schemas/units.ts";
import type { WorkTally } from "#schemas/work.ts";
import { heldFacts, viewFacts } from "../answering/sources/analysis.ts";
import { marketSource } from "../answering/sources/market.ts";
import { newsFacts } from "../answering/sources/news.ts";
import { positionsSource } from "../answering/sources/positions.ts";
import type { SourceDesk } from "../answering/sources/source-desk.ts";
import { recallViews } from "../answering/sources/views.ts";
import type { Desk } from "../desk.ts";
import { boundsFor, type WantedBounds } from "./brief-bounds.ts";
import { heldNow, signalsOf } from "./brief-store.ts";
import { lessonsFor } from "./lessons-for.ts";

/** Held markets that a brief of the book depends on, at most. */
const MOST_HELD = 10;
/** Headlines that a brief may quote, at most. */
const MOST_HEADLINES = 5;

export interface BriefSubject {
  /** For the model. */
  readonly name: string;
  readonly facts: readonly Fact[];
  /** Fresh ones that the facts may cite. */
  readonly views: readonly MarketView[];
  /** Of them those whose price, security and signals it depends on. */
  readonly markets: readonly MarketView[];
}

/** Null where nothing fresh is known of it, or nothing is held. @throws StoreError */
export async function briefSubject(
  desk: Desk,
  scope: BriefScope,
  { nowMs, tally }: { readonly nowMs: UnixMs; readonly tally: WorkTally },
  options: CallOptions,
): Promise<BriefSubject | null> {
  const table = new FactTable();
  const run: SourceRun = {
    nowMs,
    language: "en",
    tally,
    question: "",
    conversation: null,
    known: (id) => table.get(id),
  };
  const open = readingOnly(desk);
  const fresh = async (symbols: readonly MarketView["symbol"][]): Promise<readonly MarketView[]> =>
    (await recallViews(open, symbols, scope.timeframe, run, options)).flatMap((recall) =>
      recall.status === "fresh" ? [recall.record] : [],
    );
  // Where no feed is read a brief says nothing of news, not even that there is none.
  const headlines =
    desk.news === null
      ? []
      : newsFacts(open, run, { symbol: scope.of === "market" ? scope.symbol : null, limit: MOST_HEADLINES });
  const made = (
    name: string,
    facts: readonly NewFact[],
    views: readonly MarketView[],
    markets: readonly MarketView[],
  ) => ({
    name: `${name} on ${scope.timeframe} candles`,
    facts: table.add([...facts, ...headlines]),
    views,
    markets,
  });
  if (scope.of === "market") {
    const views = await fresh([scope.symbol]);
    const [view] = views;
    if (view === undefined) return null;
    const lessons = await lessonsFor(desk, { symbol: scope.symbol, strategyId: null, nowMs }, options);
    const facts = [...viewFacts(open, view), ...heldFacts(open, scope.symbol, run), ...lessons];
    return made(scope.symbol, facts, views, views);
  }
  if (scope.of === "all") {
    const { assets } = await desk.universe.at(nowMs, options);
    const views = await fresh(assets);
    // The most liquid one: what the whole is measured by.
    const leader = views.filter(({ symbol }) => symbol === assets[0]);
    if (leader.length === 0) return null;
    return made("the market as a whole", await marketSource(open).read({}, run, options), views, leader);
  }
  const symbols = [...new Set(heldNow(desk).map(({ symbol }) => symbol))].sort();
  if (symbols.length === 0) return null;
  const views = await fresh(symbols);
  const facts = await positionsSource(open).read({ limit: MOST_HELD }, run, options);
  return made("the desk's own book, what it holds", facts, views, views.slice(0, MOST_HELD));
}

/** Facts are read and nothing is made: no analysis is bought for a brief. */
const readingOnly = (desk: Desk): SourceDesk => ({
  desk,
  readJournal: async () => [],
  delegate: () => Promise.reject(new Error("a brief delegates nothing")),
});

/** @param wanted as the model wrote them; of several markets it names none */
export function conditionsOf(
  desk: Pick<Desk, "account">,
  scope: BriefScope,
  { markets }: Pick<BriefSubject, "markets">,
  wanted: WantedBounds,
): Brief["conditions"] {
  const held = heldNow(desk).filter(
    ({ symbol }) => scope.of === "book" || (scope.of === "market" && symbol === scope.symbol),
  );
  return {
    markets: markets.map((view) => ({
      symbol: view.symbol,
      timeframe: view.timeframe,
      price: view.price,
      // Of several markets the model names none: each has the widest.
      bounds: boundsFor({ price: view.price, atr: view.indicators.atr }, scope.of === "market" ? wanted : NO_BOUNDS),
      verdict: view.security.verdict,
      signals: scope.of === "all" ? [] : signalsOf(view),
    })),
    held,
    countsQuantity: scope.of === "book",
  };
}

const NO_BOUNDS: WantedBounds = { above: null, below: null };

/** The analyses among the views that the facts were read from. */
export const citedAmong = (facts: readonly Fact[], views: readonly MarketView[]): Brief["cited"] => {
  const ids = new Set(facts.map(({ recordId }) => recordId));
  return views
    .filter(({ id }) => ids.has(id))
    .map(({ venueId, symbol, timeframe, id, asOfMs }) => ({
      key: { venueId, symbol, timeframe },
      analysisId: id,
      asOfMs,
    }));
};
