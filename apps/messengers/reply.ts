// Floor 6. What a chat is answered: a text, and the buttons under it.
import { SIMULATED } from "../text/analysis-text.ts";
import { shorten } from "../text/shorten.ts";
import type { Button } from "./telegram-api.ts";

export interface Reply {
  readonly text: string;
  /** A row each; left out: none. */
  readonly buttons?: readonly (readonly Button[])[];
}

/** Of Telegram, UTF-16 units. */
const MOST_LETTERS = 4_096;

/** Law 10 and the messenger's own limit, for every message that goes out. */
export function messageOf({ text, buttons = [] }: Reply, isSimulated: boolean) {
  const marked = isSimulated && !text.includes(SIMULATED) ? `${SIMULATED}\n${text}` : text;
  return { text: shorten(marked.trim() === "" ? "–" : marked, MOST_LETTERS), buttons };
}
