// Floor 4. A stored draft and the facts it cites → the words that a person may read, or none. Checked anew each time it is shown.

import type { Fact } from "#schemas/fact.ts";
import { modelText, type ShownText } from "#schemas/fact.ts";
import type { MarketSymbol, UnixMs } from "#schemas/units.ts";
import { checkDraft } from "#toolkits/fact-check/check-draft.ts";
import { checkRunOf } from "../answering/check-run.ts";
import type { Desk } from "../desk.ts";

export interface StoredDraft {
  readonly draft: string;
  readonly facts: readonly Fact[];
  /** Markets that may be named. */
  readonly symbols: readonly MarketSymbol[];
  /** When it was written. */
  readonly nowMs: UnixMs;
}

/** Null: no sentence of it stands up to the facts. */
export function shownDraft(
  { marketData }: Pick<Desk, "marketData">,
  { draft, facts, symbols, nowMs }: StoredDraft,
): ShownText | null {
  const run = checkRunOf({ marketData }, { language: "en", nowMs, symbols });
  const checked = checkDraft(modelText(draft), facts, { ...run, strictness: "pushed" });
  return checked.status === "stands" ? checked.text : null;
}
