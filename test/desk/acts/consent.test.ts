import { consentContract } from "#test/contract/consent.ts";
import { createMemoryStore } from "#test/support/memory-store/store.ts";

consentContract("the store in memory", async () => ({ store: createMemoryStore(), remove: async () => {} }));
