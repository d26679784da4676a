// What happens to a home when processes die or race. PGlite itself would lose rows in silence.
import { randomUUID } from "node:crypto";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, inject, it } from "vitest";
import { openStore } from "#memory/stores/open.ts";
import { thisProcess } from "#memory/stores/process-identity.ts";
import { HomeLockedError } from "#schemas/errors.ts";
import { startChild } from "./child.ts";
import { options } from "./fixtures.ts";

const OPEN_HOME = new URL("./children/open-home.ts", import.meta.url);
const TAKE_LOCK = new URL("./children/take-lock.ts", import.meta.url);

/** Copying a home is much faster than creating one. */
const copyCreatedHome = () => cpSync(inject("templateHome"), home, { recursive: true });

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

  it("is created by one of four processes that come at once; the others are refused", async () => {
    const children = Array.from({ length: 4 }, () => startChild(OPEN_HOME, [home]));
    const outcomes = await Promise.all(
      children.map((child) => Promise.race([child.line("open"), child.line("refused")])),
    );
    expect(outcomes.map((line) => line.split(" ").slice(0, 2).join(" ")).sort()).toEqual([
      "open",
      ...Array.from({ length: 3 }, () => "refused HomeLockedError"),
    ]);
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

  it("goes to exactly one of four that steal a dead one's lock at once, 100 times over", async () => {
    const takers = Array.from({ length: 4 }, () => startChild(TAKE_LOCK, [home], "pipe"));
    await Promise.all(takers.map((taker) => taker.line("ready")));
    const tell = async (text: string) => {
      for (const taker of takers) taker.process.stdin?.write(`${text}\n`);
      const said = await Promise.all(takers.map((taker) => taker.line(`${text} `)));
      return said.map((line) => line.split(" ").at(-1)).sort();
    };
    for (let round = 0; round < 100; round++) {
      await tell(`drop${round}`);
      const dead = { ...thisProcess("start"), incarnation: "an earlier life", token: randomUUID() };
      writeFileSync(join(home, "khala.lock"), JSON.stringify(dead));
      const refused = Array.from({ length: 3 }, () => "HomeLockedError");
      expect(await tell(`take${round}`)).toEqual([...refused, "took"]);
    }
    for (const taker of takers) taker.process.stdin?.end();
    await Promise.all(takers.map((taker) => taker.ended()));
  });

  it("can be created after a first creation was killed half-way, and keeps nothing of that", async () => {
    const child = startChild(OPEN_HOME, [home]);
    await child.line("creating");
    child.process.kill("SIGKILL");
    await child.ended();
    expect(existsSync(join(home, "khala"))).toBe(false);
    mkdirSync(join(home, "khala.new-left-by-an-earlier-death", "base"), { recursive: true });
    // The killed creation's child may write a moment longer than its parent lived; an opening after that removes it.
    const whileOpen = async () => {
      const store = await open();
      const names = readdirSync(home).sort();
      await store.close();
      return names;
    };
    await expect.poll(whileOpen, { timeout: 60_000 }).toEqual(["khala", "khala.lock"]);
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
});
