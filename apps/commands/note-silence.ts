// Floor 6. `start`: says when the database has been silent for so long that nothing may be sent any more, and when it answers again.

import type { Clock } from "#schemas/ports/market.ts";
import type { AccountWriter } from "#schemas/ports/trading.ts";
import type { CallOptions } from "#schemas/ports/work.ts";

const LOOK_EVERY_MS = 500;
const SILENT = "The database does not answer: the desk holds. Nothing is decided, sent or moved until it does.";
const BACK = "The database answers again: the desk goes on.";

interface SilenceParts extends Pick<AccountWriter, "leftMs"> {
  /** In real time. */
  readonly sleep: Clock["sleep"];
  readonly onNote: (text: string) => void;
}

/** Until the signal. A store of this process alone is never silent. */
export async function noteSilence({ leftMs, sleep, onNote }: SilenceParts, options: CallOptions): Promise<void> {
  let wasSilent = false;
  while (!options.signal.aborted && leftMs() !== Number.POSITIVE_INFINITY) {
    const isSilent = leftMs() <= 0;
    if (isSilent !== wasSilent) onNote(isSilent ? SILENT : BACK);
    wasSilent = isSilent;
    await sleep(LOOK_EVERY_MS, options).catch(() => {});
  }
}
