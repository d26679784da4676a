// Floor 4. What a desk keeps for its alerts.
import type { AlertLog } from "./log.ts";
import type { PriceWatches } from "./price-watches.ts";
import type { AlertMemory } from "./rules.ts";

export interface AlertDesk {
  readonly log: AlertLog;
  /** What the operator wants to be told. */
  readonly watches: PriceWatches;
  /** Read from the store at the first look; null until then. */
  memory: AlertMemory | null;
}
