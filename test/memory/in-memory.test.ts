import { createMemoryStore } from "#memory/stores/in-memory.ts";
import { journalContract } from "#test/contract/journal.ts";
import { storeContract } from "#test/contract/store.ts";

storeContract("in memory", async () => ({ open: async () => createMemoryStore(), remove: async () => {} }), {
  survivesClose: false,
});
journalContract("in memory", async () => createMemoryStore());
