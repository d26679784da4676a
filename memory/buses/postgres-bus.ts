// Floor 2. The Bus port on PostgreSQL's LISTEN and NOTIFY, for desks that share a database and have no Redis.

import { randomUUID } from "node:crypto";
import { untilAborted } from "#schemas/abort.ts";
import { StoreError } from "#schemas/errors.ts";
import type { Bus } from "#schemas/ports/memory.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { rootMessage } from "../stores/guard.ts";
import { connectPostgres } from "../stores/postgres-client.ts";
import { CHANNEL, decodeHint, encodeHint } from "./hint-text.ts";
import { createListeners } from "./listeners.ts";

const CLOSE_TIMEOUT_S = 1;

/**
 * Listens on a connection of its own, and again by itself after a loss. Behind a pooler in transaction mode hints do not
 * arrive. @throws StoreError where the server cannot be reached
 */
export async function openPostgresBus(url: string, { signal }: CallOptions): Promise<Bus> {
  const self = randomUUID();
  const { subscribe, tell } = createListeners();
  const { sql: client, answered } = connectPostgres(url, { max: 1 });
  let fault: string | null = null;
  const hear = (text: string) => {
    const hint = decodeHint(self, text);
    if (hint !== null) tell(hint);
  };
  // Called at every listening anew: hints sent while none listened are lost.
  const listening = () => {
    fault = null;
    tell({ kind: "everything" });
  };
  try {
    await untilAborted(client.listen(CHANNEL, hear, listening), signal);
  } catch (error) {
    await client.end({ timeout: 0 });
    if (signal.aborted) throw error;
    throw new StoreError({
      was: `PostgreSQL does not let this process listen for changes: ${rootMessage(error)}.`,
      remedy: "Check DATABASE_URL and that the server runs.",
      cause: error,
    });
  }
  return {
    async publish(hint) {
      try {
        await answered(client.notify(CHANNEL, encodeHint(self, hint)));
        fault = null;
      } catch (error) {
        fault = rootMessage(error);
      }
    },
    subscribe,
    fault: () => fault,
    close: () => client.end({ timeout: CLOSE_TIMEOUT_S }),
  };
}
