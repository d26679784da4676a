// Floor 6. A worker's settings and keys → the token sources that it asks, and the reports on its database. No home, no account.
import { openStore } from "#memory/stores/open.ts";
import { systemClock } from "#scheduler/clock.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { openBudgets } from "../budgets.ts";
import { openSources } from "../coin-ports.ts";
import { storeSpecOf } from "../store-spec.ts";
import type { SecurityHandlerParts } from "./security-handler.ts";
import type { WorkerPlace } from "./worker-place.ts";

export interface SecurityPlace extends SecurityHandlerParts {
  close(): Promise<void>;
}

/** @throws StoreError */
export async function openSecurityPlace({ config, env }: WorkerPlace, options: CallOptions): Promise<SecurityPlace> {
  const clock = systemClock();
  const store = await openStore(storeSpecOf(config, "worker"), options);
  const { analyses, leases } = store;
  const budgets = await openBudgets(config, () => clock.now());
  return {
    sources: await openSources(config, { env, clock, budgets }),
    room: {
      rememberSecurity: (sourceId, contract, report, call) => analyses.putSecurity(sourceId, contract, report, call),
      recallSecurity: (asked, nowMs, call) => analyses.security(asked, nowMs, call),
    },
    leases,
    clock,
    async close() {
      await budgets.close();
      await store.close();
    },
  };
}
