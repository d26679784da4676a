import { journalContract, journalPlaceOf } from "#test/contract/journal.ts";
import { storeContract } from "#test/contract/store.ts";
import { createMemoryStore } from "#test/support/memory-store/store.ts";

// Time stands still: only leases of no length run out.
const open = async () => createMemoryStore({ monotonicMs: () => 0 });
storeContract("in memory", async () => ({ open, remove: async () => {} }), { survivesClose: false });
journalContract("in memory", async () => journalPlaceOf(createMemoryStore()));
