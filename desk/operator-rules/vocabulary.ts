// Floor 4. The names that may stand in a rule of this desk.
import { splitSymbol } from "#schemas/units.ts";
import type { RuleDesk } from "./describe-rule.ts";
import type { Vocabulary } from "./scope-words.ts";

export const vocabularyOf = ({ markets, strategies }: Pick<RuleDesk, "markets" | "strategies">): Vocabulary => ({
  assets: new Set([...markets.keys()].map((symbol) => splitSymbol(symbol).base)),
  strategies: [...strategies.keys()],
});
