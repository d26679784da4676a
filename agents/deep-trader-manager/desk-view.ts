// Floor 3. What the manager may know of the desk itself. The caller tells it from the journal of the moment asked about;
// nothing is re-derived, and no model is in it.

import type { CallOptions } from "#schemas/ports.ts";
import type { Intent } from "#schemas/question.ts";
import type { MarketSymbol, UnixMs } from "#schemas/units.ts";

export interface DeskText {
  readonly text: string;
  /** Time of the newest journal event it stands on; null where there is none yet. */
  readonly asOfMs: UnixMs | null;
  /** Analyses that the events told of were decided on. */
  readonly analysisIds: readonly string[];
}

export interface DeskView {
  /** Cash, positions, equity, open orders at `nowMs`. */
  portfolioText(at: { readonly nowMs: UnixMs }, options: CallOptions): Promise<DeskText>;
  /** Why the desk did what it did about a market, or (symbol null) last did at all; `side` null: either. */
  why(
    about: { readonly symbol: MarketSymbol | null; readonly nowMs: UnixMs } & Pick<Intent, "side" | "negation">,
    options: CallOptions,
  ): Promise<DeskText>;
}
