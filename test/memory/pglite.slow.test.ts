import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openPgliteInMemory } from "#bench/support/pglite-in-memory.ts";
import { openStore } from "#memory/stores/open.ts";
import { journalContract, journalPlaceOf } from "#test/contract/journal.ts";
import { storeContract } from "#test/contract/store.ts";
import { options } from "./fixtures.ts";

storeContract(
  "PGlite folder",
  async () => {
    const home = mkdtempSync(join(tmpdir(), "deeptrader-test-"));
    return {
      open: () => openStore({ kind: "pglite", home, owner: "test" }, options),
      remove: async () => rmSync(home, { recursive: true }),
    };
  },
  { survivesClose: true },
);
journalContract("PGlite in memory", async () => journalPlaceOf(await openPgliteInMemory("test")));
