// Floor 4. What one slot needs, whatever moves time: the same for cron, replay and backtest.
import type { Candidate, OnGated } from "#agents/deep-trader-manager/decide.ts";
import type { Answered, CallOptions } from "#schemas/ports/work.ts";
import type { GateRelationships } from "#schemas/relationship.ts";
import type { MarketSymbol, UnixMs } from "#schemas/units.ts";
import type { ProposalBook } from "../acts/proposal-book.ts";
import type { DeskIdentity, DeskMarket, DeskPlanning, DeskTrading } from "../desk.ts";
import type { SleepReport } from "../documents/sleep-report.ts";

/** What sending orders and hearing of them needs. */
export interface OrderDesk
  extends DeskIdentity,
    Pick<DeskMarket, "markets">,
    Pick<DeskTrading, "account" | "execution" | "strategies" | "venueReports"> {}

export interface SlotDesk
  extends OrderDesk,
    Pick<DeskMarket, "marketData" | "hosts">,
    Pick<DeskTrading, "isBlind" | "reconciliation">,
    Pick<DeskPlanning, "sleepModels" | "quarantine"> {
  /** Left out: nobody listens. */
  readonly onGated?: OnGated;
  /** Where entries that wait for the operator are known; left out: there is none to ask, and the setting `approve` does nothing. */
  readonly proposals?: ProposalBook;
}

/** What a decision stands on: of all markets of a slot, or of those that came late. */
export interface SlotAnalyses {
  readonly candidates: readonly Candidate[];
  /** Analyses of held markets that no strategy has read, since theirs was ended: the desk may have to sell them. */
  readonly unread: readonly Omit<Candidate, "reading">[];
  /** Newest known close of every market at hand, stale or not: a mark values, it does not decide. */
  readonly marks: ReadonlyMap<MarketSymbol, number>;
  /** Larger is more liquid; ranks entries of equal strength. */
  readonly liquidity: ReadonlyMap<MarketSymbol, number>;
  /** Which markets count as one bet; asked for only where something may be entered. */
  relationships(): GateRelationships | null;
  /** The leader's move over the last hour in its daily standard deviations; null: not known. */
  leaderHourSigmas(): number | null;
}

export interface SlotOptions extends CallOptions {
  readonly onProgress?: (done: number, of: number) => void;
  /** When the slot was begun: what it spent before the sweep is not waited for again. Left out: now. */
  readonly begunMs?: UnixMs;
}

/** Where the analyses of a slot come from: Khala and the analyst, or columns of recorded candles. */
export interface AnalysisSource {
  /** Sleep time: whatever can be known at this close is read before it is asked for. */
  prepare(slotMs: UnixMs, options: SlotOptions): Answered<void>;
  /** Decision time: what this slot has read, then memory, then the analyst where it is stale. */
  recall(slotMs: UnixMs, options: CallOptions): Answered<SlotAnalyses>;
  /** Remembers what decisions on these markets cite, before they are journaled. */
  cite(symbols: ReadonlySet<MarketSymbol>): Answered<void>;
  /** The orders are out: the rest of what was prepared is worked out and remembered. More than once does no harm. */
  settle(): Answered<void>;
  /** Markets whose candle came after the others were decided, as they come; null: none is ever late. */
  late(slotMs: UnixMs, options: CallOptions): AsyncIterable<SlotAnalyses> | null;
  /** Runs a part of the decision whose calls of ports belong to it. */
  counted<T>(work: () => Answered<T>): Answered<T>;
  /** After `settle`: what was prepared, late markets included as far as they have come. */
  report(): SleepReport;
  /** The slot's orders are out; `durationMs` since its decision began. */
  finish(slotMs: UnixMs, durationMs: number, options: CallOptions): Answered<void>;
}
