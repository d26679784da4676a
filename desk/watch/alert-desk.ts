// Floor 4. What a desk keeps for its alerts.
import type { MarketSymbol } from "#schemas/units.ts";
import type { AlertMemory } from "./alert-facts.ts";
import type { AlertLog } from "./log.ts";
import type { PriceWatches } from "./price-watches.ts";
import type { SeenPrice } from "./still-prices.ts";

export interface AlertDesk {
  readonly log: AlertLog;
  /** What the operator wants to be told. */
  readonly watches: PriceWatches;
  /** Read from the store at the first look; null until then. */
  memory: AlertMemory | null;
  /** Bid and ask of held markets, as the slot before saw them. */
  readonly prices: Map<MarketSymbol, SeenPrice>;
}
