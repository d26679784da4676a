import type { CoinIdentity, Ranking, VenueCoins } from "#schemas/coin.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import type { UnixMs } from "#schemas/units.ts";
export interface KnownCoins {
  readonly ranking: Ranking | null;
  readonly problems: readonly string[];
  readonly identities: ReadonlyMap<string, CoinIdentity>;
  readonly coins: VenueCoins | null;
}
export interface CoinBook {
  newest(): KnownCoins | null;
  load(nowMs: UnixMs, options: CallOptions): Promise<void>;
  refresh(at: { readonly nowMs: UnixMs }, options: CallOptions): Promise<KnownCoins>;
}
