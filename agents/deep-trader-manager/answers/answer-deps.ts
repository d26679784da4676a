// Floor 3. What answering a question takes: the ports and settings of the desk that is asked, and the question. Types only.
import type { MarketViews } from "#memory/market-views.ts";
import type { DeskStrategy } from "#memory/said-of.ts";
import type { Topics } from "#memory/topics.ts";
import type { AnalysisKey } from "#schemas/analysis.ts";
import type { Fact, ShownText } from "#schemas/fact.ts";
import type { Language } from "#schemas/language.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import type { Intent, QuestionKind } from "#schemas/question.ts";
import type { DeskId, MarketSymbol, Timeframe, UnixMs, VenueId } from "#schemas/units.ts";
import type { WorkTally } from "#schemas/work.ts";
import type { AnalysisOutcome, AnalysisSlots } from "../../market-analyst/outcome.ts";
import type { SweepOutcome } from "../../market-analyst/sleep-time.ts";
import type { DeskView } from "../desk-view.ts";
import type { TalkOutcome } from "../talk/talk.ts";

/** One free-form question → what a model's words came to. Its failures are outcomes; it throws when aborted, and StoreError. */
export type Reason = (question: Question, options: CallOptions) => Promise<TalkOutcome>;

/** All of it, as the desk hands it over; each function names the part that it takes. */
export interface AnswerDeps {
  readonly khala: Pick<MarketViews, "recall" | "recallMany">;
  /** In the desk's order; ended ones too: an answer names them. */
  readonly strategies: readonly DeskStrategy[];
  readonly topics: Pick<Topics, "recall">;
  readonly deskId: DeskId;
  readonly venueId: VenueId;
  /** Short name of the venue, for people. */
  readonly venue: string;
  readonly simulated: boolean;
  /** The desk's, for questions that name none. */
  readonly timeframe: Timeframe;
  /** Markets of the venue, and what is held of markets that it has no more; kept by the caller: no provider is asked. */
  readonly symbols: (options: CallOptions) => Promise<readonly MarketSymbol[]>;
  /** False for a market that the venue has no more: there is nothing newer to be had of it. */
  readonly isListed: (symbol: MarketSymbol) => boolean;
  /** The day's universe: what a question about all markets is about. */
  readonly universe: (options: CallOptions) => Promise<readonly MarketSymbol[]>;
  /** Settlement currency. */
  readonly quote: string;
  /** The analyst over one market, on delegation; what it makes is remembered. @throws what its source threw */
  readonly analyse: (slots: AnalysisSlots, options: CallOptions) => Promise<AnalysisOutcome>;
  /** The analyst over several markets at test time; what it makes is remembered. */
  readonly sweep: (
    symbols: readonly MarketSymbol[],
    timeframe: Timeframe,
    options: CallOptions,
  ) => Promise<ReadonlyMap<MarketSymbol, SweepOutcome>>;
  /** The manager's model over what is no exact intent; null where no model is configured. */
  readonly reason: Reason | null;
  /** What was made before it was asked, for these very words; null or left out: nothing that stands. No model is asked. */
  readonly answeredAhead?: (question: Question, options: CallOptions) => Promise<AheadAnswer | null>;
  /** Work units that one question may take from scratch. */
  readonly questionUnits: number;
  /** True while stored answers of a kind are not to be trusted: it is then answered from its analyses. */
  readonly isQuarantined: (kind: QuestionKind) => boolean;
  /** Newer than the analyses, and at hand already: what has moved too far from them is not fresh. Left out: none. */
  readonly prices?: ReadonlyMap<MarketSymbol, number>;
  /** Queues one renewal of what was shown stale; left out where the asker does not stay to see it. */
  readonly refresh?: ((key: AnalysisKey) => void) | undefined;
  /** The question's own; what the ports and models count into. */
  readonly tally: WorkTally;
  readonly deskView: DeskView;
  /** For the latency, which enters no record. */
  readonly monotonicMs: () => number;
}

export interface Question {
  /** As the operator wrote it. */
  readonly text: string;
  readonly nowMs: UnixMs;
  /** What was asked before in this conversation; a follow-up takes from it what it leaves out. */
  readonly previous?: Intent | null;
}

/** An answer that was made before it was asked. */
export interface AheadAnswer {
  readonly text: ShownText;
  readonly facts: readonly Fact[];
  /** Of the brief that it stands on. */
  readonly asOfMs: UnixMs;
  readonly language: Language;
  /** The answer's own, then the brief's. */
  readonly topicIds: readonly string[];
}
