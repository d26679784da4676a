// Floor 4. Intents expected → what could be made for them, each with its worth and its price by the state that is likely.
// Pure: nothing is read yet; what is chosen is looked up, and priced again, before it is made.
import { PREPARED_UNITS, recalledUnits, SCRATCH_UNITS, scopeOf } from "#agents/deep-trader-manager/answers/effort.ts";
import { BREADTH_KINDS, type Intent, type QuestionKind } from "#schemas/question.ts";
import type { MarketSymbol, Timeframe } from "#schemas/units.ts";
import { WORK_WEIGHTS } from "#schemas/work.ts";
import { type Prospect, pays, valuePerUnit } from "./value-gate.ts";

export type Wish = { readonly prospect: Prospect } & (
  | { readonly make: "analysis"; readonly symbol: MarketSymbol; readonly timeframe: Timeframe }
  /** The digest of all markets, which every breadth kind of the timeframe is served from. */
  | { readonly make: "digest"; readonly timeframe: Timeframe }
  | { readonly make: "answer"; readonly intent: Intent }
);

export interface WishParts {
  /** Worth a look, the likeliest first. */
  readonly intents: readonly Intent[];
  /** How often until what is made for it is too old. */
  readonly expectedAsks: (intent: Intent) => number;
  /** 3 single markets on other timeframes · 4 + digests of all · 5 + pre-answers. */
  readonly level: number;
  readonly universe: readonly MarketSymbol[];
  /** True where the sweep has done, in this slot, what can be done. */
  readonly isSwept: (symbol: MarketSymbol, timeframe: Timeframe) => boolean;
  /** Stored answers of the kind are not served, so none is made. */
  readonly isQuarantined: (kind: QuestionKind) => boolean;
}

/** One record read to see whether it is there already. */
export const LOOK_UNITS = WORK_WEIGHTS.recordsRead;
/** One analysis that is not there costs an answer so much more; stated low, as savings are. */
export const ANALYSIS_SAVES = SCRATCH_UNITS - WORK_WEIGHTS.recordsRead;
/** Stated high, as prices are: with a call for the token's report, which local sources are asked for every time. */
export const ANALYSIS_PRICE = SCRATCH_UNITS + WORK_WEIGHTS.providerCalls + LOOK_UNITS;

/**
 * What could be made, unsorted; every intent adds to what it would be served from. A market's own analysis on the desk's
 * timeframe needs no wish: the sweep is unconditional. A digest of one asset is never wished for: it is read as one record,
 * as the analysis is, so it saves nothing.
 */
export function wishesFor(parts: WishParts): readonly Wish[] {
  const analyses = new Map<string, Extract<Wish, { make: "analysis" }>>();
  const digests = new Map<Timeframe, number>();
  const answers: Wish[] = [];
  const markets = parts.universe.length;
  for (const intent of parts.intents) {
    const { kind, timeframe } = intent;
    const scope = scopeOf(kind);
    if (scope === "desk") continue;
    const expectedAsks = parts.expectedAsks(intent);
    if (parts.level >= 3 && scope !== "breadth") {
      for (const symbol of [intent.symbol, intent.other]) {
        if (symbol === null || parts.isSwept(symbol, timeframe)) continue;
        const name = `${timeframe} ${symbol}`;
        const sum = (analyses.get(name)?.prospect.expectedAsks ?? 0) + expectedAsks;
        const prospect = { expectedAsks: sum, savedUnits: ANALYSIS_SAVES, priceUnits: ANALYSIS_PRICE };
        analyses.set(name, { make: "analysis", symbol, timeframe, prospect });
      }
    }
    if (parts.isQuarantined(kind)) continue;
    if (parts.level >= 4 && scope === "breadth") digests.set(timeframe, (digests.get(timeframe) ?? 0) + expectedAsks);
    // A question about all markets is served from the digest, at the same price as from an answer of its own.
    if (parts.level >= 5 && scope !== "breadth") {
      const units = recalledUnits(kind, markets);
      const prospect = { expectedAsks, savedUnits: units - PREPARED_UNITS, priceUnits: units + LOOK_UNITS };
      answers.push({ make: "answer", intent, prospect });
    }
  }
  const all = recalledUnits(BREADTH_KINDS[0], markets);
  return [
    ...analyses.values(),
    ...[...digests].map(([timeframe, expectedAsks]): Wish => {
      return {
        make: "digest",
        timeframe,
        prospect: { expectedAsks, savedUnits: all - PREPARED_UNITS, priceUnits: all },
      };
    }),
    ...answers,
  ];
}

/** Those that pay, most value for a unit first; equal ones by name. */
export function chosen(wishes: readonly Wish[], testTimeWeight: number): readonly Wish[] {
  return wishes
    .filter(({ prospect }) => pays(prospect, testTimeWeight))
    .map((wish) => ({ wish, worth: valuePerUnit(wish.prospect, testTimeWeight), name: nameOf(wish) }))
    .sort((a, b) => b.worth - a.worth || (a.name < b.name ? -1 : 1))
    .map(({ wish }) => wish);
}

/** One name for one thing to make. */
export function nameOf(wish: Wish): string {
  switch (wish.make) {
    case "analysis":
      return `analysis ${wish.timeframe} ${wish.symbol}`;
    case "digest":
      return `digest ${wish.timeframe}`;
    case "answer":
      return `answer ${JSON.stringify(wish.intent)}`;
  }
}
