// Floor 4. An override in words.
import type { SecurityOverride } from "#schemas/security-trust.ts";

/** `SOL is no better than unknown`, `sell_tax of 1:0x… is taken as given`. */
export function overrideText({ target, fact, implementation, verdict }: SecurityOverride): string {
  if (fact === null) return `${target} is ${verdict === "block" ? "block" : "no better than unknown"}`;
  return implementation === null
    ? `${fact} of ${target} is taken as given`
    : `the code of ${target} at ${implementation} is taken as inspected`;
}
