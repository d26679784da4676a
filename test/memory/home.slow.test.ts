// What happens to a home when processes die or race. PGlite itself would lose rows in silence.
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openStore } from "#memory/stores/open.ts";
import { HomeLockedError } from "#schemas/errors.ts";
import { VenueId } from "#schemas/units.ts";
import { startChild } from "./child.ts";
import { DESK, KEY, msAfter, options, RUN, STEP_MS } from "./fixtures.ts";

const OPEN_HOME = new URL("./children/open-home.ts", import.meta.url);
const WRITE_STORM = new URL("./children/write-storm.ts", import.meta.url);

/** A home that was created once; copying it is much faster than creating another. */
const created = mkdtempSync(join(tmpdir(), "deeptrader-created-"));
const copyCreatedHome = () => cpSync(created, home, { recursive: true });
beforeAll(async () => {
  await (await openStore({ kind: "pglite", home: created, owner: "test" }, options)).close();
});
afterAll(() => rmSync(created, { recursive: true }));

let home = "";
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "deeptrader-home-"));
});
afterEach(() => rmSync(home, { recursive: true, maxRetries: 3 }));

const open = () => openStore({ kind: "pglite", home, owner: "test" }, options);

describe("a home", () => {
  it("is refused to a second process, naming the first, and opens once that has closed", async () => {
    copyCreatedHome();
    const child = startChild(OPEN_HOME, [home]);
    await child.line("open");
    await expect(open()).rejects.toThrow(HomeLockedError);
    await expect(open()).rejects.toThrow(new RegExp(`process ${child.process.pid} \\(child\\)`));
    child.process.kill("SIGTERM");
    expect(await child.ended()).toBe(0);
    await (await open()).close();
  });

  it("is created by one of two processes that come at once; the other is refused", async () => {
    const children = [startChild(OPEN_HOME, [home]), startChild(OPEN_HOME, [home])];
    const outcomes = await Promise.all(
      children.map((child) => Promise.race([child.line("open"), child.line("refused")])),
    );
    expect(outcomes.map((line) => line.split(" ")[0]).sort()).toEqual(["open", "refused"]);
    expect(outcomes.find((line) => line.startsWith("refused"))).toContain("HomeLockedError");
    for (const child of children) child.process.kill("SIGTERM");
    await Promise.all(children.map((child) => child.ended()));
  });

  it("goes to exactly one of several processes that find a dead one's lock", async () => {
    copyCreatedHome();
    const dead = startChild(OPEN_HOME, [home]);
    await dead.line("open");
    dead.process.kill("SIGKILL");
    await dead.ended();
    const children = Array.from({ length: 4 }, () => startChild(OPEN_HOME, [home]));
    const outcomes = await Promise.all(
      children.map((child) => Promise.race([child.line("open"), child.line("refused")])),
    );
    expect(outcomes.filter((line) => line === "open")).toHaveLength(1);
    for (const child of children) child.process.kill("SIGTERM");
    await Promise.all(children.map((child) => child.ended()));
  });

  it("can be created after a first creation was killed half-way, and keeps nothing of that", async () => {
    const child = startChild(OPEN_HOME, [home]);
    await child.line("creating");
    child.process.kill("SIGKILL");
    await child.ended();
    expect(existsSync(join(home, "khala"))).toBe(false);
    mkdirSync(join(home, "khala.new-left-by-an-earlier-death", "base"), { recursive: true });
    const store = await open();
    expect(readdirSync(home).sort()).toEqual(["khala", "khala.lock"]);
    await store.close();
    expect(readdirSync(home)).toEqual(["khala"]);
  });

  it("is given back when its creation is aborted", async () => {
    const controller = new AbortController();
    const reason = new Error("changed my mind");
    const opening = openStore(
      { kind: "pglite", home, owner: "test" },
      { signal: controller.signal, onNote: () => controller.abort(reason) },
    );
    await expect(opening).rejects.toBe(reason);
    expect(readdirSync(home)).toEqual([]);
  });

  it("has every acknowledged record after each of five SIGKILLs in a storm of writes", async () => {
    copyCreatedHome();
    for (const round of [1, 2, 3, 4, 5]) {
      const child = startChild(WRITE_STORM, [home, String(round)]);
      await child.line(String(20 * round));
      child.process.kill("SIGKILL");
      await child.ended();
      const acknowledged = child.lines.length;

      const store = await open();
      const key = { ...KEY, venueId: VenueId.parse(`storm:${round}`) };
      const history = await store.analyses.history(key, { nowMs: msAfter(1e6 * STEP_MS), limit: 1e6 }, options);
      const rows = await store.journal(DESK, RUN).read({}, options);
      const events = rows.filter(({ event }) => Math.floor(event.atMs / 1e6) === round);
      await store.close();
      expect(history.length).toBeGreaterThanOrEqual(acknowledged);
      expect(events.length).toBeGreaterThanOrEqual(2 * acknowledged);
      expect(events.length % 2).toBe(0); // appended two by two: never half of an append
    }
  });
});
