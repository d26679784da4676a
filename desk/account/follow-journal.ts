// Floor 4. The account of another process, read on while that one owns it: who takes it over after months has a few rows left to read.
import { StoreError } from "#schemas/errors.ts";
import type { Clock } from "#schemas/ports/market.ts";
import type { JournalReader } from "#schemas/ports/trading.ts";
import type { AccountFold } from "./account-fold.ts";

const EVERY_MS = 2_000;

export interface FollowParts extends Pick<Clock, "sleep"> {
  /** Told once all is read that there was, if that was before the end. */
  readonly onRead: (rows: number) => void;
  /** Told of what keeps it from going on. */
  readonly onFault: (error: unknown) => void;
}

/** @returns ends it at once, and says whether the fold may be read on from where it is */
export function followJournal(
  fold: Pick<AccountFold, "readOn" | "rows">,
  journal: JournalReader,
  { sleep, onRead, onFault }: FollowParts,
): () => Promise<boolean> {
  const ending = new AbortController();
  const follow = async (): Promise<boolean> => {
    for (let isFirst = true; !ending.signal.aborted; ) {
      try {
        await fold.readOn(journal, ending);
        if (isFirst && !ending.signal.aborted) onRead(fold.rows);
        isFirst = false;
      } catch (error) {
        if (error === ending.signal.reason) return true;
        // A store that is away is there again later.
        if (!(error instanceof StoreError)) {
          onFault(error);
          return false;
        }
      }
      await sleep(EVERY_MS, ending).catch(() => {});
    }
    return true;
  };
  const following = follow();
  return () => {
    ending.abort();
    return following;
  };
}
