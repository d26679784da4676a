// A PostgreSQL that keeps its connections and answers nothing, as one behind a network that swallows.
import { afterEach, beforeEach, expect, it } from "vitest";
import { openPostgresStore } from "#memory/stores/postgres.ts";
import { StoreError } from "#schemas/errors.ts";
import type { DeskId, RunId } from "#schemas/units.ts";
import { openFreezingLink } from "#test/apps/live/frozen-link.ts";
import { createDatabase, isPostgresThere } from "#test/support/postgres-database.ts";
import { options } from "./fixtures.ts";
import { passingLooks } from "./passing-looks.ts";

let looks: ReturnType<typeof passingLooks>;
beforeEach(() => {
  looks = passingLooks();
});
afterEach(() => looks.end());

async function openThroughLink() {
  const database = await createDatabase();
  const link = await openFreezingLink(database.url);
  const store = await openPostgresStore(link.url, "test", options);
  const journal = store.journal("desk" as DeskId, "run" as RunId);
  return {
    link,
    store,
    read: () => journal.read({}, options),
    async [Symbol.asyncDispose]() {
      await store.close();
      await link[Symbol.asyncDispose]();
      await database[Symbol.asyncDispose]();
    },
  };
}

it.runIf(await isPostgresThere())(
  "fails what waits for it after half a minute, and serves again on new connections once it answers",
  async () => {
    await using desk = await openThroughLink();
    expect(await desk.read()).toEqual([]);
    desk.link.freeze();
    // One on the connection that was there, and more than there are connections.
    const asked = Promise.allSettled(Array.from({ length: 8 }, desk.read));
    looks.pass(31);
    desk.link.thaw();
    const [first, ...others] = await asked;
    expect(first).toMatchObject({ status: "rejected", reason: expect.any(StoreError) });
    expect(first?.status === "rejected" && String(first.reason)).toMatch(
      /PostgreSQL at \S+ failed: it has kept the connection and answered nothing for 30 s\./,
    );
    for (const other of others) expect(other.status === "fulfilled" ? other.value : []).toEqual([]);
    expect(await desk.read()).toEqual([]);
  },
);
