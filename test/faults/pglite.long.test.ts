// What the embedded store survives: processes that are killed, processes that end badly, and strangers on its session.

import { cpSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { drizzle } from "drizzle-orm/pglite";
import { migrate } from "drizzle-orm/pglite/migrator";
import { afterEach, beforeEach, describe, expect, inject, it } from "vitest";
import { MIGRATIONS } from "#memory/stores/migrations.ts";
import { openStore } from "#memory/stores/open.ts";
import { thisProcess } from "#memory/stores/process-identity.ts";
import { createSqlStore } from "#memory/stores/sql-store.ts";
import { startChild } from "#test/memory/child.ts";
import { control, DESK, KEY, makeAnalysis, msAfter, options, RUN, STEP_MS } from "#test/memory/fixtures.ts";
import { journalOf } from "#test/support/account.ts";
import { count } from "#test/support/count.ts";

const WRITE_STORM = new URL("../memory/children/write-storm.ts", import.meta.url);
const END_SOMEHOW = new URL("../memory/children/end-somehow.ts", import.meta.url);
const KILLS = count(30);

function copyOfCreated(): string {
  const copy = mkdtempSync(join(tmpdir(), "deeptrader-home-"));
  cpSync(inject("templateHome"), copy, { recursive: true });
  return copy;
}
let home = "";
/** Within a describe block: each of its tests has a copy of its own. */
function withHome(): void {
  beforeEach(() => {
    home = copyOfCreated();
  });
  afterEach(() => rmSync(home, { recursive: true, maxRetries: 3 }));
}

const open = (folder = home) => openStore({ kind: "pglite", home: folder, owner: "test" }, options);

describe("a home under fire", () => {
  withHome();
  it(`loses nothing that was acknowledged to ${KILLS} SIGKILLs in a storm of writes, and keeps nothing twice`, async () => {
    const sideFile = join(home, "acknowledged");
    const checks: { readonly facts: number; readonly lost: number; readonly twice: number }[] = [];
    for (let kill = 1; kill <= KILLS + 1; kill++) {
      const child = startChild(WRITE_STORM, [home, sideFile]);
      const checked = await child.line("checked ");
      checks.push(JSON.parse(checked.slice("checked ".length)));
      // At another place of the storm each time; the last child only looks.
      const writes = (7 * kill) % 23;
      if (kill <= KILLS && writes > 0) await child.line(`wrote ${writes}`);
      child.process.kill("SIGKILL");
      await child.ended();
    }
    expect(checks.map(({ lost, twice }) => lost + twice)).toEqual(checks.map(() => 0));
    expect(checks.at(-1)?.facts).toBeGreaterThan(12 * KILLS);
  });
});

describe("a home whose process ends without closing it", () => {
  // At once: a process that just ends waits 10 s for a timer of PGlite.
  it.concurrent.each(["normal end", "exception", "rejection", "process.exit", "SIGINT", "SIGTERM", "SIGHUP"])(
    "gives its lock back on %s, and opens again with what was written",
    async (way) => {
      const home = copyOfCreated();
      const child = startChild(END_SOMEHOW, [home, way]);
      await child.line("open");
      if (way.startsWith("SIG")) child.process.kill(way as NodeJS.Signals);
      const code = await child.ended();
      expect(child.process.signalCode).toBe(way.startsWith("SIG") ? way : null);
      expect(code).toBe({ "normal end": 0, exception: 1, rejection: 1, "process.exit": 3 }[way] ?? null);
      expect(readdirSync(home)).toEqual(["khala"]);
      const store = await open(home);
      expect((await store.journal(DESK, RUN).read({}, options)).length).toBeGreaterThan(0);
      await store.close();
      rmSync(home, { recursive: true, maxRetries: 3 });
    },
  );
});

describe("strangers on the session of a PGlite", () => {
  withHome();
  it("cannot take acknowledged rows along when their transaction is rolled back, and see none half-way", async () => {
    const pg = await PGlite.create(join(home, "khala"));
    const db = drizzle(pg);
    await migrate(db, MIGRATIONS);
    const parts = {
      kind: "pglite",
      what: "test",
      db,
      owner: thisProcess("test"),
      disconnect: () => pg.close(),
    } as const;
    const store = createSqlStore(parts);
    const acknowledged: string[] = [];
    let strangersAtWork = true;

    const stranger = async () => {
      await pg.exec("create table public.threads (id int)");
      for (let i = 0; i < 60; i++) {
        await pg
          .transaction(async (tx) => {
            await tx.query("insert into public.threads values ($1)", [i]);
            // Long enough that Khala's writes come in between.
            await new Promise((resolve) => setImmediate(resolve));
            if (i % 2 === 0) throw new Error("rolled back");
          })
          .catch(() => {});
      }
      strangersAtWork = false;
    };
    const khala = async () => {
      for (let i = 0; strangersAtWork || i < 100; i++) {
        const analysis = makeAnalysis({ asOfMs: msAfter(i * STEP_MS) });
        await Promise.all([
          store.analyses.put([analysis], options),
          journalOf(store, DESK, RUN).append([control(i)], options),
        ]);
        acknowledged.push(analysis.id, `control:pause:${i}`);
      }
    };
    await Promise.all([stranger(), khala()]);
    expect((await pg.query("select id from public.threads")).rows).toHaveLength(30);
    await store.close();

    const again = await open();
    const history = await again.analyses.history(KEY, { nowMs: msAfter(1e6 * STEP_MS), limit: 1e6 }, options);
    const rows = await again.journal(DESK, RUN).read({}, options);
    const present = new Set([...history.map(({ record }) => record.id), ...rows.map(({ eventId }) => eventId)]);
    expect(acknowledged.filter((id) => !present.has(id))).toEqual([]);
    await again.close();
  });

  // BEGIN as a statement would put whatever Khala writes next into the stranger's transaction.
  it("find no way to a raw BEGIN: no room of the store takes SQL", async () => {
    const store = await open();
    const { analyses, answers, candles, leases, snapshots } = store;
    const shared = [analyses, answers, candles, leases, snapshots];
    const rooms = [store, ...shared, store.topics(null), store.journal(DESK, RUN)];
    const verbs = rooms.flatMap((room) => Object.entries(room).map(([name, value]) => [name, typeof value] as const));
    const objects = verbs.filter(([, type]) => type !== "function" && type !== "string").map(([name]) => name);
    expect(objects.sort()).toEqual(["analyses", "answers", "candles", "leases", "snapshots"]);
    for (const name of ["exec", "query", "execute", "sql", "transaction"]) {
      expect(verbs.map(([verb]) => verb)).not.toContain(name);
    }
    await store.close();
  });
});
