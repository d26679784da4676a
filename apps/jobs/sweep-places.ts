// Floor 6. A worker's settings → the exchanges that it is asked to read, each opened once, and the room on its database. No key, no home, no
// account.
import { claimMsAt, SharedAnswers } from "#memory/shared-answers.ts";
import { openStore } from "#memory/stores/open.ts";
import { monotonicMs, systemClock } from "#scheduler/clock.ts";
import type { DeskConfig } from "#schemas/config.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import type { CcxtVenue } from "#toolkits/market/ccxt-venue.ts";
import { storeSpecOf } from "../store-spec.ts";
import { openExchangeClients } from "./exchange-clients.ts";
import type { SweepHandlerParts, SweepPlace } from "./sweep-handler.ts";

/** How long others believe that this worker reads for them after its last shard, ms. */
const PRESENT_MS = 600_000;

export interface SweepPlaces extends Pick<SweepHandlerParts, "open"> {
  close(): Promise<void>;
}

/** @throws StoreError */
export async function openSweepPlaces(config: DeskConfig, options: CallOptions): Promise<SweepPlaces> {
  const clock = systemClock();
  const store = await openStore(storeSpecOf(config, "worker"), options);
  const exchanges = await openExchangeClients(config, clock);
  const opened = new Map<CcxtVenue, SweepPlace>();
  const placeOf = (source: CcxtVenue): SweepPlace => ({
    source,
    shared: new SharedAnswers({
      store: store.answers,
      venueId: source.venueId,
      address: config.address,
      isHelped: true,
      claimMs: claimMsAt(source.facts.candles.paceMs),
      presentMs: PRESENT_MS,
      sleep: clock.sleep,
      monotonicMs,
    }),
  });
  return {
    async open(shard, call) {
      const client = await exchanges.of(shard, call);
      const place = opened.get(client) ?? placeOf(client);
      opened.set(client, place);
      return place;
    },
    async close() {
      await exchanges.close();
      await store.close();
    },
  };
}
