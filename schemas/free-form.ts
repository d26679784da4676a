// Floor 1. A free-form question as words with slots.
import { z } from "zod";
import { Language } from "./language.ts";
import { MarketSymbol, Timeframe } from "./units.ts";

export const FreeForm = z.object({
  /** Small letters, one blank between words, `{market}`, `{timeframe}` and `{side}` in the place of each. */
  template: z.string().min(1).max(300),
  /** In the order in which the words name them; so are the others. */
  markets: z.array(MarketSymbol),
  timeframes: z.array(Timeframe),
  /** As they were written, in small letters: another word for the same side is another question. */
  sides: z.array(z.string()),
  language: Language,
});
export type FreeForm = z.infer<typeof FreeForm>;
