// `node open-postgres.ts URL [SLOT_MS]`: opens (and so migrates) a database; with a slot, begins its run and ends without
// finishing it.

import { openStore } from "#memory/stores/open.ts";
import { unixMs } from "#schemas/units.ts";
import { runsOf } from "#test/support/account.ts";
import { DESK, options, RUN } from "../fixtures.ts";

const [, , url = "", slot] = process.argv;
const store = await openStore({ kind: "postgres", url, owner: "child" }, options);
if (slot === undefined) {
  await store.close();
} else {
  await runsOf(store, DESK, RUN).begin(
    { job: "decision-cycle", slotMs: unixMs(Number(slot)), nowMs: unixMs(0) },
    options,
  );
}
process.stdout.write("open\n");
