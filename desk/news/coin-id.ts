// Floor 4. A ticker → the ranking's id of the coin that this desk trades under it; null where it trades none, or where two coins of the ranking
// share the ticker: then a title may mean either.
import type { KnownCoins } from "#toolkits/universe/coin-book.ts";

export function coinIdIn(known: Pick<KnownCoins, "identities" | "ranking"> | null, ticker: string): string | null {
  const id = known?.identities.get(ticker)?.asset?.id ?? null;
  const sharers = known?.ranking?.assets.filter((asset) => asset.ticker === ticker).length ?? 0;
  return sharers > 1 ? null : id;
}
