// Floor 4. The account of another process, read on while that one owns it: who takes it over after months has a few rows left to read.
import { NEVER_ABORTED } from "#schemas/abort.ts";
import { StoreError } from "#schemas/errors.ts";
import type { Clock } from "#schemas/ports/market.ts";
import type { JournalReader } from "#schemas/ports/trading.ts";
import type { AccountFold } from "./account-fold.ts";

const EVERY_MS = 2_000;

/** @param onRead told once all is read that there was @returns ends it, and says whether the fold may be read on from where it is */
export function followJournal(
  fold: Pick<AccountFold, "readOn" | "rows">,
  journal: JournalReader,
  { sleep, onRead }: { readonly sleep: Clock["sleep"]; readonly onRead: (rows: number) => void },
): () => Promise<boolean> {
  const ending = new AbortController();
  const follow = async (): Promise<boolean> => {
    for (let isFirst = true; !ending.signal.aborted; ) {
      try {
        await fold.readOn(journal, NEVER_ABORTED);
        if (isFirst) onRead(fold.rows);
        isFirst = false;
      } catch (error) {
        // A store that is away is there again later. Rows that cannot be taken are named by who opens the account for good.
        if (!(error instanceof StoreError)) return false;
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
