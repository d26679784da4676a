// `node end-somehow.ts HOME WAY`: opens the store of a home, writes one event, says so, and ends in that way without closing.

import { setImmediate as nextTurn } from "node:timers/promises";
import { openStore } from "#memory/stores/open.ts";
import { journalOf } from "#test/support/account.ts";
import { control, DESK, options, RUN } from "../fixtures.ts";

const [, , home = "", way = ""] = process.argv;
const store = await openStore({ kind: "pglite", home, owner: way }, options);
await journalOf(store, DESK, RUN).append([control(0)], options);
process.stdout.write("open\n");
if (way === "exception") throw new Error("as expected");
if (way === "rejection") void Promise.reject(new Error("as expected"));
if (way === "process.exit") process.exit(3);
if (way.startsWith("SIG")) await writeWithoutEnd();

// The signal finds it in the middle of a write.
async function writeWithoutEnd(): Promise<void> {
  try {
    for (let i = 1; ; i++) {
      await journalOf(store, DESK, RUN).append([control(i)], options);
      await nextTurn(); // PGlite answers within one turn of the event loop, and a signal waits for the next
    }
  } catch {
    await new Promise(() => {}); // closed under its hands
  }
}
