// Floor 4. The coins of a venue, and what the desk has to do with them → the contracts to look at, most valuable first. Pure.
import { type ContractId, contractText } from "#schemas/chain.ts";
import type { CoinIdentity } from "#schemas/coin.ts";

/** What the desk has to do with coins, by their base currency. */
export interface Concerns {
  readonly held: ReadonlySet<string>;
  /** Their price is near a level at which a strategy acts. */
  readonly near: ReadonlySet<string>;
}

/** Held, then near an action level, then by market cap, then what no ranking has; a contract that two coins name once. */
export function contractsInOrder(identities: readonly CoinIdentity[], { held, near }: Concerns): readonly ContractId[] {
  const tierOf = ({ base }: CoinIdentity): number => (held.has(base) ? 0 : near.has(base) ? 1 : 2);
  const rankOf = ({ asset }: CoinIdentity): number => asset?.rank ?? Number.MAX_SAFE_INTEGER;
  const ordered = identities.toSorted(
    (a, b) => tierOf(a) - tierOf(b) || rankOf(a) - rankOf(b) || (a.base < b.base ? -1 : 1),
  );
  const contracts = ordered.flatMap(({ contract }) =>
    contract === null ? [] : [[contractText(contract), contract] as const],
  );
  return [...new Map(contracts).values()];
}
