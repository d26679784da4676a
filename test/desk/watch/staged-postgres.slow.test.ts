import { afterAll, beforeAll, expect, it } from "vitest";
import { createDatabase, type Database, whyNoPostgres } from "#bench/support/postgres-place.ts";
import { openStore } from "#memory/stores/open.ts";
import { ProviderError } from "#schemas/errors.ts";
import type { Store } from "#schemas/ports/memory.ts";
import { patience } from "#test/support/desk.ts";
import { kindsOf, openStaged } from "./staged-world.ts";

const why = await whyNoPostgres();
let database: Database;
let store: Store;
beforeAll(async () => {
  if (why !== null) return;
  database = await createDatabase();
  store = await openStore({ kind: "postgres", url: database.url }, patience);
});
afterAll(async () => {
  if (why !== null) return;
  await store.close();
  await database.drop();
});

// What the journal does not say is kept as results of runs: on a real database too a new process takes it up.
it.skipIf(why !== null)(
  "on PostgreSQL a new process every slot remembers what the one before has seen and told",
  async () => {
    const staged = await openStaged({ restarts: true, store });
    staged.world.stopsLost = true;
    await staged.run(4);
    expect(kindsOf(await staged.alerts())).toEqual({ fill: 1, "stop-missing": 1 });
    staged.world.pricesFail = new ProviderError({ was: "No answer.", remedy: "Wait." });
    await staged.run(1);
    expect(kindsOf(await staged.alerts())["blind"]).toBeUndefined();
    await staged.run(4);
    staged.world.pricesFail = null;
    await staged.run(1);
    staged.world.verdict = "unknown";
    await staged.run(3);
    expect(kindsOf(await staged.alerts())).toEqual({ fill: 1, "stop-missing": 1, blind: 1, "held-token-turned": 1 });
  },
);
