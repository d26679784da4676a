// Rules of an operator that stand, as the account's fold has them.

import type { z } from "zod";
import { OperatorRule, type StandingRule } from "#schemas/operator-rule.ts";
import { unixMs } from "#schemas/units.ts";

/** In this order, from r1 on. */
export const standing = (...rules: readonly z.input<typeof OperatorRule>[]): ReadonlyMap<string, StandingRule> =>
  new Map(
    rules.map((rule, i) => {
      const ruleId = `r${i + 1}`;
      return [
        ruleId,
        { ruleId, rule: OperatorRule.parse(rule), by: "operator", words: `rule ${i + 1}`, atMs: unixMs(0) },
      ] as const;
    }),
  );
