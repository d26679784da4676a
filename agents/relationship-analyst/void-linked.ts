// Floor 3. A price of the leader that has left its analysis behind → the analyses of the leader and of everything linked with
// it are taken back, and with them (topics) what was made from those.
import type { Khala } from "#memory/khala.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import type { Relationships } from "#schemas/relationship.ts";
import type { MarketSymbol, Timeframe, UnixMs, VenueId } from "#schemas/units.ts";

/** The newest analysis of a leader whose shock was acted on, by id; null: none yet. */
export interface ShockMemory {
  actedOnAnalysisId: string | null;
}

export interface VoidLinkedParts {
  readonly khala: Pick<Khala, "recall" | "invalidate">;
  readonly venueId: VenueId;
  readonly timeframe: Timeframe;
  /** Null: it is not known what moves together, so nothing is taken back. */
  readonly relationships: Relationships | null;
  readonly memory: ShockMemory;
}

/** A price of the leader that is at hand: a ticker's last. */
export interface LeaderMove {
  readonly price: number;
  readonly nowMs: UnixMs;
}

/**
 * Where the leader's price is beyond the drift bound of its fresh analysis, invalidates exactly that analysis and those of
 * the markets linked with it, on this venue and timeframe, as `source-changed`. Once for each analysis of the leader: an
 * analysis made anew from the same candle is not taken back again. A call that is cut short may be repeated.
 * @returns the markets of which something was taken back, the leader first
 * @throws StoreError
 */
export async function voidLinked(
  { khala, venueId, timeframe, relationships, memory }: VoidLinkedParts,
  { price, nowMs }: LeaderMove,
  options: CallOptions,
): Promise<readonly MarketSymbol[]> {
  const leader = relationships?.leader ?? null;
  if (relationships === null || leader === null) return [];
  const known = await khala.recall({ venueId, symbol: leader, timeframe }, { nowMs, price }, options);
  // Only a record that nothing else is wrong with: one that is behind or was taken back is made anew in any case.
  if (known.status !== "stale" || known.reason !== "drifted") return [];
  if (known.record.id === memory.actedOnAnalysisId) return [];
  const why = { reason: "source-changed", detail: describe(leader, known.record.price, price) } as const;
  const voided: MarketSymbol[] = [];
  for (const symbol of [leader, ...relationships.linkedToLeader]) {
    if ((await khala.invalidate({ venueId, symbol, timeframe }, why, options)) > 0) voided.push(symbol);
  }
  memory.actedOnAnalysisId = known.record.id;
  return voided;
}

const describe = (leader: MarketSymbol, from: number, to: number): string =>
  `${leader}, which leads it, moved ${((to / from - 1) * 100).toFixed(2)} % since its analysis, from ${from} to ${to}`;
