// Floor 4. What one slot has shown, what is remembered of the ones before, and what an alert is made of. Types, and the names of things.
import { z } from "zod";
import { Alert, type AlertKind, type AlertSeverity } from "#schemas/alert.ts";
import { hashOf } from "#schemas/hash.ts";
import type { Fill, Order } from "#schemas/order.ts";
import type { ControlState, LossState } from "#schemas/portfolio.ts";
import { SecurityVerdict } from "#schemas/security.ts";
import { type MarketSymbol, UnixMs } from "#schemas/units.ts";
import type { BarePosition } from "../account/bare-since.ts";
import type { StandingDifference } from "../account/differences.ts";
import type { DelistingNotice } from "../news/delistings.ts";
import { KeptToken, type TokenFacts } from "./held-token.ts";
import { WatchedCondition } from "./hysteresis.ts";

/** What is kept from slot to slot that the journal does not say. Stored by the desk, so a restart changes nothing. */
export const AlertMemory = z.object({
  /** Newest slot that was looked at in full. */
  slotMs: UnixMs.nullable(),
  conditions: z.record(z.string(), WatchedCondition),
  /** Slots in a row in which a held market could not be read, counted up to `BLIND_SLOTS`. */
  unread: z.record(z.string(), z.int().positive()),
  /** Verdict of each held market when it was first seen held. */
  verdicts: z.record(z.string(), SecurityVerdict),
  /** What was known of the token of each held market, and of each that is being bought, when it was bought. */
  tokens: z.record(z.string(), KeptToken).default({}),
  /** Strategies that were ended when it was last looked at. */
  ended: z.array(z.string()).default([]),
  /** Raised by slots: kept before they are journaled, so that a crash between the two loses none and repeats none. */
  raised: z.array(Alert).default([]),
});
export type AlertMemory = z.infer<typeof AlertMemory>;

export const NO_MEMORY: AlertMemory = Object.freeze({
  slotMs: null,
  conditions: {},
  unread: {},
  verdicts: {},
  tokens: {},
  ended: [],
  raised: [],
});

/** A market that is being bought, and what is known of its token. */
export interface BoughtMarket {
  readonly symbol: MarketSymbol;
  /** Null where nothing is known of it in this slot. */
  readonly verdict: SecurityVerdict | null;
  /** Why it is judged so. */
  readonly reason: string | null;
  readonly token: TokenFacts | null;
}

export interface HeldMarket extends BoughtMarket {
  /** Of its positions. */
  readonly openedMs: readonly UnixMs[];
  /** What is held of it without a stop that rests or is on its way: the market, with the strategy where several trade. */
  readonly withoutStop: readonly string[];
  /** False: the venue no longer has its market, which then is not missed as one that cannot be read. */
  readonly isListed: boolean;
  /** Its market was read in this slot, or answered that it has no candle while other markets have one. */
  readonly read: boolean;
  /** Its bid and ask stand still while its candles move; left out: they do not, or it is not known. */
  readonly priceStands?: boolean;
}

export interface AlertFacts {
  readonly nowMs: UnixMs;
  /** Law 10. */
  readonly simulated: boolean;
  /** Those that trade: where there are several, alerts name them. */
  readonly strategies: readonly string[];
  /** Strategies that were ended, and why. */
  readonly ended: readonly { readonly strategyId: string; readonly why: string }[];
  /** Fills of orders that no alert has named yet. */
  readonly fills: readonly Fill[];
  /** When fills were told of late, oldest first. */
  readonly fillsToldMs: readonly UnixMs[];
  /** Orders journaled and not acknowledged, that no alert has named yet. */
  readonly unacknowledged: readonly Order[];
  readonly limits: {
    readonly loss: LossState;
    readonly drawdownSinceMs: UnixMs | null;
    readonly maxDayLossPct: number;
    readonly maxDrawdownPct: number;
  } | null;
  readonly control: {
    /** What holds: the journal's word, or `halted` by the file. */
    readonly state: ControlState;
    /** What the last alert said. */
    readonly announced: ControlState;
    /** The operator's words; null where only the halt file tells. */
    readonly reason: string | null;
  };
  /** Slots decided, newest and the one before; null before there are two. */
  readonly lastSlots: { readonly beforeMs: UnixMs; readonly newestMs: UnixMs; readonly stepMs: number } | null;
  /** Delisting notices of what is held, told or not. */
  readonly delistings: readonly DelistingNotice[];
  /** Price watches that this slot's closes meet, with what is said of each. */
  readonly watchesMet: readonly { readonly watchId: string; readonly symbol: MarketSymbol; readonly text: string }[];
  /** Of the account at a venue; left out: the desk trades on paper. */
  readonly atVenue?: VenueAlertFacts;
  /** Null between slots: nothing that is counted in slots is judged then. */
  readonly slot: AlertSlot | null;
}

export interface VenueAlertFacts {
  /** Nothing is sent, stops included. */
  readonly halted: boolean;
  /** Differences that bar entries, found and not accepted. */
  readonly differences: readonly StandingDifference[];
  readonly bare: readonly BarePosition[];
  readonly inDoubt: readonly { readonly order: Order; readonly sinceMs: UnixMs }[];
  /** How long after it was sent the venue may still take an order, ms. */
  readonly acceptanceMs: number;
}

/** `refused`: the venue ended the slot, with its words; nothing else is known of it. */
export type AlertSlot =
  | {
      readonly slotMs: UnixMs;
      readonly status: "finished";
      readonly held: readonly HeldMarket[];
      /** Entries at work; left out: none. */
      readonly bought?: readonly BoughtMarket[];
      /** No market at all had a new candle; left out: some had. */
      readonly frozen?: boolean;
    }
  | { readonly slotMs: UnixMs; readonly status: "refused"; readonly words: string };

/** An alert before it has its moment. */
export interface Draft {
  readonly alertId: string;
  readonly kind: AlertKind;
  readonly symbols: readonly MarketSymbol[];
  readonly text: string;
  readonly orders?: readonly string[];
  /** Where it is not that of its kind. */
  readonly severity?: AlertSeverity;
}

/** What a slot gave, and what is remembered of it. */
export interface Watched {
  readonly drafts: readonly Draft[];
  readonly memory: AlertMemory;
}

/** Ids are keys of the journal's index: many subjects are named by their hash. */
export const subjectsText = (subjects: readonly string[]): string =>
  subjects.length <= 3 ? subjects.join("+") : hashOf(subjects);
