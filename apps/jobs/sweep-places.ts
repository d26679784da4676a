// Floor 6. A worker's settings → the exchanges that it is asked to read, each opened once, and the room on its database. No key, no home, no
// account.

import { claimMsAt, SharedAnswers } from "#memory/shared-answers.ts";
import { openStore } from "#memory/stores/open.ts";
import { monotonicMs, systemClock } from "#scheduler/clock.ts";
import type { DeskConfig } from "#schemas/config.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { exchangeName, openBudgets } from "../budgets.ts";
import { openExchange } from "../exchange.ts";
import { storeSpecOf } from "../store-spec.ts";
import type { SweepHandlerParts, SweepPlace } from "./sweep-handler.ts";
import type { SweepShard } from "./sweep-job.ts";

/** How long others believe that this worker reads for them after its last shard, ms. */
const PRESENT_MS = 600_000;

export interface SweepPlaces extends Pick<SweepHandlerParts, "open"> {
  close(): Promise<void>;
}

/** @throws StoreError */
export async function openSweepPlaces(config: DeskConfig, options: CallOptions): Promise<SweepPlaces> {
  const clock = systemClock();
  const store = await openStore(storeSpecOf(config, "worker"), options);
  const budgets = await openBudgets(config, () => clock.now());
  const opened = new Map<string, Promise<SweepPlace>>();
  const openOne = async (own: DeskConfig, signal: AbortSignal): Promise<SweepPlace> => {
    const budget = budgets.of(exchangeName(own));
    const { adapter } = await openExchange(own, [], clock, { budget, signal });
    const shared = new SharedAnswers({
      store: store.answers,
      venueId: adapter.venueId,
      address: config.address,
      isHelped: true,
      claimMs: claimMsAt(adapter.facts.candles.paceMs),
      presentMs: PRESENT_MS,
      sleep: clock.sleep,
      monotonicMs,
    });
    return { source: adapter, shared };
  };
  return {
    open({ venue, exchangeUrl, sandbox, timeframe }: SweepShard, { signal }) {
      const name = `${venue} ${exchangeUrl ?? ""} ${sandbox}`;
      const place = opened.get(name) ?? openOne({ ...config, venue, exchangeUrl, sandbox, timeframe }, signal);
      opened.set(name, place);
      place.catch(() => opened.delete(name));
      return place;
    },
    async close() {
      await budgets.close();
      await store.close();
    },
  };
}
