// Floor 6. An alert → a line on the terminal.

import { formatTime } from "#desk/documents/format.ts";
import type { Alert } from "#schemas/alert.ts";
import type { Notifier } from "#schemas/ports/people.ts";
import { SIMULATED } from "../text/analysis-text.ts";

/** `print` gets one line, plain; law 10 is kept in it. */
export const createTerminalNotifier = (print: (line: string) => void): Notifier => ({
  channel: "terminal",
  send: async (alert, { signal }) => {
    signal.throwIfAborted();
    print(alertLine(alert));
  },
});

/** `ALERT stop-hit, 2018-01-16 12:05 UTC: …`; control characters of whatever was quoted do not reach the terminal. */
export function alertLine({ kind, atMs, text, simulated }: Alert): string {
  const line = `ALERT ${kind}, ${formatTime(atMs)} UTC: ${text.replace(/[\p{Cc}\p{Cf}]+/gu, " ")}`;
  return simulated ? `${line} (${SIMULATED})` : line;
}
