// `node hold-account.ts URL`: takes the account of the desk, says so, and gives signs of life; for each line of input it
// appends an event and says `wrote`, or `lost` and why, and then ends with code 1.
import { createInterface } from "node:readline";
import { openStore } from "#memory/stores/open.ts";
import { monotonicMs, systemClock } from "#scheduler/clock.ts";
import { control, DESK, options, RUN } from "../fixtures.ts";

const [, , url = ""] = process.argv;
const say = (text: string) => process.stdout.write(`${text}\n`);
const store = await openStore({ kind: "postgres", url, owner: "holder" }, options);
const writer = await store
  .openAccount(DESK, { ...options, ...systemClock(), monotonicMs, onWait: (text) => say(`waits ${text}`) })
  .catch((error: Error) => {
    say(`refused ${error.message}`);
    process.exit(1);
  });
say(`holds ${writer.fence}`);
for await (const line of createInterface({ input: process.stdin })) {
  try {
    await writer.journal(RUN).append([control(Number(line))], options);
    say(`wrote ${line}`);
  } catch (error) {
    say(`lost ${(error as Error).name} ${(error as Error).message}`);
    process.exit(1);
  }
}
await store.close();
