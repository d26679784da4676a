// Floor 3. What the manager may know of the desk itself: from the journal of the moment asked about and from what Khala held;
// nothing is re-derived, and no model is in it.

import type { CallOptions } from "#schemas/ports/work.ts";
import type { AccountFigure, Intent } from "#schemas/question.ts";
import type { MarketSymbol, UnixMs } from "#schemas/units.ts";
import type { PeriodBounds } from "./language/intent-period.ts";

export interface DeskText {
  readonly text: string;
  /** Time of the newest journal event or record it stands on; null where there is none yet. */
  readonly asOfMs: UnixMs | null;
  /** Analyses that it tells of, or that the events named were decided on. */
  readonly analysisIds: readonly string[];
  /** Records of Khala read for it; left out: none. */
  readonly recordsRead?: number;
  /** Journal row up to which the operator has now seen what happened; of `since` only. */
  readonly throughSeq?: number;
}

interface Moment {
  readonly nowMs: UnixMs;
}

/** `symbol` null: the whole desk. */
export interface AboutDesk extends Moment {
  readonly symbol: MarketSymbol | null;
}

/** `period` null: the whole run. */
export interface DatedAbout extends AboutDesk {
  readonly period: PeriodBounds | null;
}

export interface DeskView {
  /** Cash, positions, equity, resting orders at `nowMs`; of one market its position. */
  portfolioText(about: AboutDesk, options: CallOptions): Promise<DeskText>;
  /** What it costs if every resting stop is hit at its price. */
  stopLoss(about: AboutDesk, options: CallOptions): Promise<DeskText>;
  /** What a move of a market (null: the leading one) would do to what is held; `shock` left out: a fall of 10 % in an hour. */
  stress(about: AboutDesk & Pick<Intent, "shock">, options: CallOptions): Promise<DeskText>;
  /** One figure of the desk's own trades and positions, or plainly that it is not known. */
  account(about: DatedAbout & { readonly figure: AccountFigure }, options: CallOptions): Promise<DeskText>;
  /** Fees paid. */
  fees(about: DatedAbout, options: CallOptions): Promise<DeskText>;
  /** The run against buying and holding the universe over the same time. */
  benchmark(at: Moment, options: CallOptions): Promise<DeskText>;
  /** Why the desk did what it did, or (`negation`) did not do, about a market or at all; `side` null: either. */
  why(about: DatedAbout & Pick<Intent, "side" | "negation" | "timeframe">, options: CallOptions): Promise<DeskText>;
  /** What happened in the period; without one, since the operator last looked. */
  since(about: Moment & Pick<DatedAbout, "period">, options: CallOptions): Promise<DeskText>;
  /** What feeds have said, quoted, each with its source and time. */
  news(about: DatedAbout, options: CallOptions): Promise<DeskText>;
  /** Whether the desk works, from what it has at hand. */
  health(at: Moment, options: CallOptions): Promise<DeskText>;
  /** One sentence on what the desk holds of a market and may do, as of this moment; from the fold, never stored. */
  standing(symbol: MarketSymbol): string;
  /** What the operator has blocked: of one market, or (null) all of it; empty where nothing is. From the fold, never stored. */
  blocked(symbol: MarketSymbol | null): string;
}
