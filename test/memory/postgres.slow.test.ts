import { createServer } from "node:net";
import { describe, expect, it } from "vitest";
import { createDatabase, whyNoPostgres } from "#bench/support/postgres-place.ts";
import { openStore } from "#memory/stores/open.ts";
import { StoreError } from "#schemas/errors.ts";
import { journalContract, journalPlaceOf } from "#test/contract/journal.ts";
import { storeContract } from "#test/contract/store.ts";
import { runsOf } from "#test/support/account.ts";
import { startChild } from "./child.ts";
import { DESK, makeAnalysis, options, RUN, T0 } from "./fixtures.ts";

const missing = await whyNoPostgres();
const OPEN_POSTGRES = new URL("./children/open-postgres.ts", import.meta.url);

if (missing !== null) {
  console.warn(`Left out: the store contract on PostgreSQL (${missing}). Set DEEPTRADER_TEST_DATABASE_URL.`);
  it.skip(`PostgreSQL was left out: ${missing}`);
} else {
  storeContract(
    "PostgreSQL",
    async () => {
      const database = await createDatabase();
      return { open: () => openStore({ kind: "postgres", url: database.url }, options), remove: database.drop };
    },
    { survivesClose: true },
  );
  journalContract("PostgreSQL", async () => {
    const database = await createDatabase();
    const store = await openStore({ kind: "postgres", url: database.url }, options);
    return {
      ...journalPlaceOf(store),
      close: async () => {
        await store.close();
        await database.drop();
      },
    };
  });

  describe("several processes on one PostgreSQL", () => {
    it("migrate an empty database at once without failing each other", async () => {
      const database = await createDatabase();
      const children = [1, 2, 3, 4].map(() => startChild(OPEN_POSTGRES, [database.url]));
      expect(await Promise.all(children.map((child) => child.ended()))).toEqual([0, 0, 0, 0]);
      await database.drop();
    });

    it("take up the slot of a dead one under the next fence", async () => {
      const database = await createDatabase();
      const store = await openStore({ kind: "postgres", url: database.url }, options);
      const slot = { job: "decision-cycle", slotMs: T0, nowMs: T0 };
      const child = startChild(OPEN_POSTGRES, [database.url, String(T0)]);
      await child.line("open");
      child.process.kill("SIGKILL");
      await child.ended();
      const runs = runsOf(store, DESK, RUN);
      expect(await runs.begin(slot, options)).toEqual({ status: "taken-up", fence: 2 });
      await runs.finish({ ...slot, fence: 2 }, 1, options);
      expect(await runs.begin(slot, options)).toEqual({ status: "done", result: 1 });
      await store.close();
      await database.drop();
    });

    it("write the same keys at once in opposite order without a deadlock", async () => {
      const database = await createDatabase();
      const [a, b] = await Promise.all([1, 2].map(() => openStore({ kind: "postgres", url: database.url }, options)));
      if (a === undefined || b === undefined) throw new Error("two stores");
      const records = Array.from({ length: 100 }, (_, i) => makeAnalysis({ price: i + 1 }));
      await Promise.all(
        Array.from({ length: 10 }, () => [
          a.analyses.put(records, options),
          b.analyses.put(records.toReversed(), options),
        ]).flat(),
      );
      const history = await a.analyses.history(makeAnalysis(), { nowMs: T0, limit: 1000 }, options);
      expect(history).toHaveLength(100);
      await Promise.all([a.close(), b.close()]);
      await database.drop();
    });
  });
}

describe("a PostgreSQL that cannot be used", () => {
  const refusal = (url: string, signal = options.signal) =>
    openStore({ kind: "postgres", url }, { signal }).then(
      () => expect.fail("it opened"),
      (error: unknown) => error as Error,
    );

  it("is named without the password when nothing listens", async () => {
    const error = await refusal("postgres://desk:s3cret@127.0.0.1:1/khala");
    expect(error).toBeInstanceOf(StoreError);
    expect(error.message).toMatch(/127\.0\.0\.1:1\/khala cannot be opened: .*ECONNREFUSED/);
    expect(JSON.stringify([error.message, error.stack, error.cause])).not.toContain("s3cret");
  });

  it("is not quoted when its URL is none", async () => {
    const error = await refusal("postgres//desk:s3cret@host/khala");
    expect(error).toBeInstanceOf(StoreError);
    expect(error.message).not.toContain("s3cret");
  });

  it("lets the caller go when its signal fires, though the server says nothing", async () => {
    const silent = createServer().listen(0, "127.0.0.1");
    const { promise: connected, resolve } = Promise.withResolvers<void>();
    silent.once("connection", () => resolve());
    await new Promise((listening) => silent.once("listening", listening));
    const { port } = silent.address() as { port: number };
    const controller = new AbortController();
    const opening = refusal(`postgres://desk@127.0.0.1:${port}/khala`, controller.signal);
    await connected;
    controller.abort(new Error("enough"));
    expect((await opening).message).toBe("enough");
    silent.close();
  });
});
