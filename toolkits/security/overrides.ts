// Floor 2. Which of the operator's overrides are about a coin or contract.
import { type ContractId, contractText } from "#schemas/chain.ts";
import type { StandingOverride } from "#schemas/security-trust.ts";

/** What may stand once of a target: a second word of the same kind takes the first's place. */
export const overrideKey = ({ target, fact }: { readonly target: string; readonly fact: string | null }): string =>
  `${target} ${fact ?? "verdict"}`;

/** Of a coin as its venue names it (null: none), and of the contract that it is (null: none). A coin's overrides are verdicts only. */
export function overridesFor(
  all: readonly StandingOverride[],
  { base, contract }: { readonly base: string | null; readonly contract: ContractId | null },
): readonly StandingOverride[] {
  const targets = [base, contract === null ? null : contractText(contract)];
  return all.filter(({ target, fact }) => targets.includes(target) && (fact === null || target !== base));
}
