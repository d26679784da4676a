// Floor 6. An error that nothing has caught → its words and those of its causes on stderr, without a secret of the environment, and exit
// code 1. Node by itself prints all that hangs on an error, too: a request with its headers.
import { hiding } from "./log/redact.ts";
import { secretValues } from "./log/secret-values.ts";
import { bareEnvironment } from "./wire.ts";

/** Once for each process: what is thrown anywhere, and what is rejected and awaited by nobody. */
export function endAtCrashes(): void {
  process.once("uncaughtException", (error: unknown) => {
    process.stderr.write(`${hiding(secretValues(bareEnvironment()))(stackOf(error))}\n`);
    process.exit(1);
  });
}

function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const own = error.stack ?? `${error.name}: ${error.message}`;
  return error.cause === undefined ? own : `${own}\ncaused by ${stackOf(error.cause)}`;
}
