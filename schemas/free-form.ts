// Floor 1. A free-form question as words with slots.
import { z } from "zod";
import { Language } from "./language.ts";
import { MarketSymbol, Timeframe } from "./units.ts";

export const FreeForm = z.object({
  template: z
    .string()
    .min(1)
    .max(300)
    .describe("small letters, one blank between words, `{market}`, `{timeframe}` and `{side}` in the place of each"),
  markets: z.array(MarketSymbol).describe("in the order in which the words name them; so are the others"),
  timeframes: z.array(Timeframe),
  sides: z
    .array(z.string())
    .describe("as they were written, in small letters: another word for the same side is another question"),
  language: Language,
});
export type FreeForm = z.infer<typeof FreeForm>;
