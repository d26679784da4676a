// Floor 4. A brief and what is so now → fresh, or stale with the one reason that counts. Pure. A new candle alone voids nothing:
// a brief stands inside its own horizon and prices, while what it cites and what it was written under is as it was.
import {
  BRIEF_VOID_REASONS,
  type Brief,
  type BriefMarket,
  type BriefVoidReason,
  type CitedAnalysis,
} from "#schemas/brief.ts";
import { isWithin } from "#schemas/judgement.ts";
import type { SecurityVerdict } from "#schemas/security.ts";
import { timeframeMs } from "#schemas/units.ts";

/** What became of an analysis that was cited. `corrected`: another record of the same close has taken its place, or it is gone. */
export type SourceState = "stands" | "corrected" | "invalidated" | "other-definition";

/** A market as it is known now. */
export interface MarketNow {
  /** The newest at hand: polled, or the close of the newest candle. */
  readonly price: number;
  /** Null: what was known of the token has expired. */
  readonly verdict: SecurityVerdict | null;
  readonly signals: BriefMarket["signals"];
}

export interface BriefNow {
  readonly nowMs: number;
  /** The definitions in force of analyses, strategies and answers. */
  readonly definitionId: string;
  readonly sourceOf: (cited: CitedAnalysis) => SourceState;
  /** Null: nothing that counts is known of it now. */
  readonly marketOf: (market: BriefMarket) => MarketNow | null;
  /** All that is held and worth selling. */
  readonly held: Brief["conditions"]["held"];
}

/** A brief as the store holds it. */
export interface StoredBrief {
  readonly id: string;
  readonly brief: Brief;
  readonly definitionId: string;
  readonly invalidated: string | null;
}

export type BriefVerdict =
  | { readonly status: "fresh" }
  | { readonly status: "stale"; readonly reason: BriefVoidReason };

/**
 * Where several reasons apply, the first in the order of BRIEF_VOID_REASONS is named. Where a market that it depends on is not
 * known now, its price cannot be judged: `source-changed`.
 */
export function judgeBrief(stored: Omit<StoredBrief, "id">, now: BriefNow): BriefVerdict {
  const reason = BRIEF_VOID_REASONS.find((each) => CHECKS[each](stored, now));
  return reason === undefined ? { status: "fresh" } : { status: "stale", reason };
}

/** From this moment on it is expired, ms. */
export const expiresAtMs = ({
  madeAtMs,
  horizonCandles,
  scope,
}: Pick<Brief, "madeAtMs" | "horizonCandles" | "scope">) => madeAtMs + horizonCandles * timeframeMs(scope.timeframe);

type Check = (stored: Omit<StoredBrief, "id">, now: BriefNow) => boolean;

const someSource =
  (state: SourceState): Check =>
  ({ brief }, now) =>
    brief.cited.some((cited) => now.sourceOf(cited) === state);

const someMarket =
  (isOther: (was: BriefMarket, is: MarketNow) => boolean): Check =>
  ({ brief }, now) =>
    brief.conditions.markets.some((was) => {
      const is = now.marketOf(was);
      return is !== null && isOther(was, is);
    });

const CHECKS: Readonly<Record<BriefVoidReason, Check>> = {
  invalidated: (stored, now) => stored.invalidated !== null || someSource("invalidated")(stored, now),
  "definition-changed": (stored, now) =>
    stored.definitionId !== now.definitionId || someSource("other-definition")(stored, now),
  "source-changed": (stored, now) =>
    someSource("corrected")(stored, now) || stored.brief.conditions.markets.some((was) => now.marketOf(was) === null),
  // A time that is no number is none to stand within.
  expired: ({ brief }, { nowMs }) => !(nowMs < expiresAtMs(brief)),
  "price-left": someMarket(({ bounds }, { price }) => !isWithin(bounds, price)),
  "verdict-changed": someMarket(({ verdict }, is) => is.verdict !== verdict),
  "held-changed": ({ brief: { scope, conditions } }, { held }) => {
    if (scope.of === "all") return false;
    const isOf = ({ symbol }: { readonly symbol: string }) => scope.of === "book" || symbol === scope.symbol;
    return heldText(conditions.held, conditions) !== heldText(held.filter(isOf), conditions);
  },
  "signal-changed": someMarket(
    ({ signals }, is) => signals.length > 0 && signalText(signals) !== signalText(is.signals),
  ),
};

const heldText = (held: BriefNow["held"], { countsQuantity }: Pick<Brief["conditions"], "countsQuantity">): string =>
  held
    .map(({ strategyId, symbol, quantity }) => [strategyId, symbol, countsQuantity ? quantity : ""].join(" "))
    .sort()
    .join("\n");

const signalText = (signals: BriefMarket["signals"]): string =>
  signals
    .map(({ strategyId, action }) => `${strategyId} ${action}`)
    .sort()
    .join("\n");
