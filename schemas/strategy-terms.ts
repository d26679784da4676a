// Floor 1. What a desk lets one of its strategies do with the account: its share, its size, its bracket, how it enters.
import { z } from "zod";
import { EntryStyle } from "./config.ts";
import { Bracket } from "./order.ts";

export const StrategyTerms = z.object({
  /** Of equity, 0-100: what the strategy's sizes are taken from, and what its exposure is measured by. */
  sharePct: z.number().gt(0).max(100),
  /** Notional of one entry, percent of its share; null: the desk's own (`limits.entryPct`). */
  entryPct: z.number().gt(0).max(100).nullable(),
  /** What protects each of its entries. */
  bracket: Bracket,
  entryStyle: EntryStyle,
});
export type StrategyTerms = z.infer<typeof StrategyTerms>;
