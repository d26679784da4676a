// Floor 4. What was not traded, and why: markets, candles that no entry may stand on, decisions that the risk gate refused.
// Part of every backtest, report and slot line; pure.
import { z } from "zod";
import type { Analysis } from "#schemas/analysis.ts";
import type { DeskConfig } from "#schemas/config.ts";
import { RiskRule } from "#schemas/decision.ts";
import { MIN_CANDLES } from "#schemas/indicator.ts";
import type { JournalEvent } from "#schemas/journal.ts";
import { isAdmitted, patternsText } from "#schemas/market-patterns.ts";
import { mayEnter } from "#schemas/security.ts";
import { Count, MarketSymbol, splitSymbol } from "#schemas/units.ts";
import type { FolderMarket, WindowCounts } from "#toolkits/market/replay/describe-folder.ts";

/** Why a market or a candle cannot be entered on. */
export const UnusableReason = z.enum([
  "excluded by configuration",
  "other quote",
  "no candles",
  "outside the universe",
  "too few candles",
  "too many holes",
  "token unknown",
  "token blocked",
]);
export type UnusableReason = z.infer<typeof UnusableReason>;

export const EXCLUDED: UnusableReason = "excluded by configuration";

export const CountsByReason = z.partialRecord(UnusableReason, Count);
export type CountsByReason = z.infer<typeof CountsByReason>;

const Refusals = z.object({
  of: Count.describe("decisions to enter or exit"),
  refused: Count,
  byRule: z.partialRecord(RiskRule, Count),
  byMarket: z.record(z.string(), z.partialRecord(RiskRule, Count)),
  reasons: z.partialRecord(RiskRule, z.string()).describe("the newest reason of each rule, in its own words"),
});
type Refusals = z.infer<typeof Refusals>;

export const LeftOut = z.object({
  /** Those of which not everything can be entered on; `candles` and `unusable` are null where they are not counted. */
  markets: z.array(
    z.object({
      symbol: MarketSymbol,
      reason: z.string(),
      candles: Count.nullable().describe("in the time looked at; null where they are not counted"),
      unusable: Count.nullable().describe("of them may not be entered on; null where they are not counted"),
    }),
  ),
  /** Of all markets; null where a running desk does not keep them. */
  candles: z.object({ of: Count, unusable: Count, byReason: CountsByReason }).nullable(),
  refusals: Refusals,
});
export type LeftOut = z.infer<typeof LeftOut>;

/** A market's candles in the time looked at, and why none of them is traded; null: those with a full window are. */
export interface MarketUse {
  readonly symbol: MarketSymbol;
  readonly windows: WindowCounts;
  readonly left: { readonly reason: UnusableReason; readonly text: string } | null;
}

/** Whether a market could be traded at all, however its strategy reads it; null: it could. */
export function whyNotTraded(
  { quote, config, folder }: TradedVenue,
  { symbol, windows }: Pick<MarketUse, "symbol" | "windows">,
): MarketUse["left"] {
  if (!isAdmitted(config.markets, symbol))
    return { reason: EXCLUDED, text: `${EXCLUDED} (markets ${patternsText(config.markets)})` };
  const own = splitSymbol(symbol).quote;
  if (own !== quote)
    return { reason: "other quote", text: `quoted in ${own}, not traded: the desk settles in ${quote}` };
  if (windows.full + windows.tooFew + windows.holed > 0) return null;
  if (folder?.some((market) => market.symbol === symbol && market.candles > 0) === false)
    return { reason: "no candles", text: `no ${config.timeframe} candles` };
  const text = `no candles in this time, or never among the ${config.assets} markets analysed`;
  return { reason: "outside the universe", text };
}

interface TradedVenue {
  readonly quote: string;
  readonly config: Pick<DeskConfig, "timeframe" | "assets" | "markets">;
  /** Replay: what the folder holds. */
  readonly folder?: readonly Pick<FolderMarket, "symbol" | "candles">[];
}

/** Counts refusals as their events pass by. */
export class RefusalCounts {
  readonly #counts: Refusals = { of: 0, refused: 0, byRule: {}, byMarket: {}, reasons: {} };

  take(event: JournalEvent): void {
    if (event.type === "decision") this.#counts.of += 1;
    if (event.type !== "refusal") return;
    const { symbol, rule, reason } = event.refusal;
    const ofMarket = this.#counts.byMarket[symbol] ?? {};
    this.#counts.byMarket[symbol] = ofMarket;
    for (const counts of [this.#counts.byRule, ofMarket]) counts[rule] = (counts[rule] ?? 0) + 1;
    this.#counts.refused += 1;
    this.#counts.reasons[rule] = reason;
  }

  counts(): Refusals {
    return structuredClone(this.#counts);
  }
}

export function leftOutOf(markets: readonly MarketUse[], refusals: RefusalCounts): LeftOut {
  const byReason: CountsByReason = {};
  const left: LeftOut["markets"][number][] = [];
  let of = 0;
  for (const { symbol, windows, left: why } of markets) {
    const { full, tooFew, holed } = windows;
    const candles = full + tooFew + holed;
    const unusable = why === null ? tooFew + holed : candles;
    of += candles;
    if (why !== null) add(byReason, why.reason, candles);
    else for (const [reason, n] of reasonsOf(windows)) add(byReason, reason, n);
    if (why !== null || unusable > 0) left.push({ symbol, reason: why?.text ?? partText(windows), candles, unusable });
  }
  const unusable = Object.values(byReason).reduce((sum, n) => sum + n, 0);
  return { markets: left, candles: { of, unusable, byReason }, refusals: refusals.counts() };
}

const reasonsOf = ({ tooFew, holed }: WindowCounts): readonly (readonly [UnusableReason, number])[] => [
  ["too few candles", tooFew],
  ["too many holes", holed],
];

function add(counts: CountsByReason, reason: UnusableReason, n: number): void {
  if (n > 0) counts[reason] = (counts[reason] ?? 0) + n;
}

/** `no entries on 2,469 of 2,469 candles: too many holes before 2,469` */
function partText(windows: WindowCounts): string {
  const { full, tooFew, holed } = windows;
  const parts = reasonsOf(windows).flatMap(([reason, n]) => (n === 0 ? [] : [`${reason} before ${figure(n)}`]));
  return `no entries on ${figure(tooFew + holed)} of ${figure(full + tooFew + holed)} candles: ${parts.join(", ")}`;
}

const figure = (n: number): string => n.toLocaleString("en-US");

/** The part of a desk that says what it may enter. */
interface EnteringDesk {
  readonly quote: string;
  readonly config: Pick<DeskConfig, "markets">;
}

/** Why nothing may be entered on an analysis, however its strategy reads it; null: it may. */
export function unusableReason(
  { symbol, indicators, security }: Pick<Analysis, "symbol" | "indicators" | "security">,
  { quote, config: { markets } }: EnteringDesk,
): UnusableReason | null {
  if (!isAdmitted(markets, symbol)) return EXCLUDED;
  const { warmup, candles } = indicators;
  if (splitSymbol(symbol).quote !== quote) return "other quote";
  if (warmup === "insufficient" && candles >= MIN_CANDLES) return "too many holes";
  if (warmup !== "full") return "too few candles";
  if (mayEnter(security.verdict)) return null;
  return security.verdict === "block" ? "token blocked" : "token unknown";
}

/** How many analyses nothing may be entered on, by reason. */
export function countUnusable(
  analyses: Iterable<Pick<Analysis, "symbol" | "indicators" | "security">>,
  desk: EnteringDesk,
): CountsByReason {
  const counts: CountsByReason = {};
  for (const analysis of analyses) {
    const reason = unusableReason(analysis, desk);
    if (reason !== null) add(counts, reason, 1);
  }
  return counts;
}
