// Floor 6. Long polling: what the server has → `take`, in its order. What was taken is confirmed with the next poll; what could not
// be taken comes again. Faults are said once, and waited out.
import type { CallOptions } from "#schemas/ports/work.ts";
import type { WallClock } from "./deadline.ts";
import type { TelegramApi } from "./telegram-api.ts";
import { TelegramError } from "./telegram-error.ts";
import { type ReadUpdate, readUpdate } from "./telegram-updates.ts";

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 60_000;

export interface PollParts {
  readonly api: TelegramApi;
  readonly clock: WallClock;
  /** Before the first poll, until it succeeds. */
  readonly prepare: (options: CallOptions) => Promise<void>;
  /** Resolves once it is remembered; what it asks for may be under way. @throws where it cannot be remembered */
  readonly take: (update: ReadUpdate) => Promise<void>;
  /** For the operator, of a fault or its end, once each. */
  readonly note: (text: string) => void;
}

/** Until the signal; never rejects. */
export async function pollTelegram(parts: PollParts, options: CallOptions): Promise<void> {
  const { api, clock, prepare, take, note } = parts;
  const { signal } = options;
  let offset: number | null = null;
  let isPrepared = false;
  let failures = 0;
  let said: string | null = null;
  while (!signal.aborted) {
    try {
      if (!isPrepared) await prepare(options);
      isPrepared = true;
      const updates = await api.getUpdates(offset, options);
      // It has confirmed what it named. Ids begin anew after a quiet week, so none is named twice.
      offset = null;
      for (const raw of updates) {
        const update = readUpdate(raw);
        // Passed over, it would come again at once, and for ever.
        if (update === null) throw new TelegramError({ method: "getUpdates", status: null, what: "no number" });
        await take(update);
        offset = update.updateId + 1;
      }
      if (said !== null) note("telegram: messages come again");
      said = null;
      failures = 0;
    } catch (error) {
      if (signal.aborted) return;
      failures += 1;
      const problem = error instanceof Error ? error.message : String(error);
      const kind = error instanceof TelegramError ? String(error.status) : problem;
      if (said !== kind) note(`telegram: no messages are taken: ${problem}`);
      said = kind;
      await clock.sleep(waitOf(error, failures), options).catch(() => {});
    }
  }
}

/** A wrong token and a second poller do not mend themselves within seconds. */
function waitOf(error: unknown, failures: number): number {
  if (error instanceof TelegramError && !error.mayPass) return LONGEST_WAIT_MS;
  return Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (failures - 1));
}
