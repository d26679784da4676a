// Floor 4. What is looked after beside the slots of a running desk: one look after another, until the desk ends.
import { isPassing, StoreError } from "#schemas/errors.ts";
import type { Clock } from "#schemas/ports/market.ts";
import type { CallOptions } from "#schemas/ports/work.ts";

export interface BetweenSlotsParts {
  /** True while a slot is at work: then nothing is begun here, and what runs ends at its next step. */
  readonly isRunningSlot: () => boolean;
  /** Real time, whatever clock the desk runs on. */
  readonly sleep: Clock["sleep"];
  /** What went wrong, for people. */
  readonly onProblem: (text: string) => void;
}

interface Look {
  /** For the line of a problem. */
  readonly name: string;
  /** From the end of one look to the beginning of the next, ms of real time. */
  readonly everyMs: number;
  look(options: CallOptions): Promise<unknown>;
}

/** Resolves when aborted; rejects nothing. */
export async function lookBetweenSlots(
  { name, everyMs, look }: Look,
  { isRunningSlot, sleep, onProblem }: BetweenSlotsParts,
  { signal }: CallOptions,
): Promise<void> {
  let isStoreAway = false;
  while (!signal.aborted) {
    try {
      await sleep(everyMs, { signal });
      if (!isRunningSlot()) await look({ signal });
      isStoreAway = false;
    } catch (error) {
      if (signal.aborted) break;
      const isStore = error instanceof StoreError;
      if (!(isStore && isStoreAway)) onProblem(`${name} between slots: ${(error as Error).message}`);
      isStoreAway = isStore;
      // A silent venue is asked again, and a store that may answer before a slot has met it; whatever else concerns the desk itself is met by
      // its next slot, which knows what to do.
      if (!isPassing(error) && !isStore) break;
    }
  }
}
