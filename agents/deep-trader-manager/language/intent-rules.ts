// Floor 3. The grammar's rules for the kind of a question, in the order in which they are asked: the first that fits is it.
import type { Rule } from "./intent-rule.ts";
import { ASSET_RULES } from "./intent-rules-asset.ts";
import { BREADTH_RULES } from "./intent-rules-breadth.ts";
import { DESK_RULES } from "./intent-rules-desk.ts";
import { POSITION_RULES } from "./intent-rules-positions.ts";
import { TRADE_RULES } from "./intent-rules-trades.ts";
import { WHY_RULES } from "./intent-rules-why.ts";

export const RULES: readonly Rule[] = [
  ...WHY_RULES,
  ...POSITION_RULES,
  ...TRADE_RULES,
  ...DESK_RULES,
  ...BREADTH_RULES,
  ...ASSET_RULES,
];
