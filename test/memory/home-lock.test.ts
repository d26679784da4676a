import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { acquireHomeLock, homeLockHolder } from "#memory/home-lock.ts";
import { lifeOf, thisProcess } from "#memory/stores/process-identity.ts";
import { HomeLockedError } from "#schemas/errors.ts";

let home = "";
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "deeptrader-lock-"));
});
afterEach(() => rmSync(home, { recursive: true }));

const TOKEN = "11111111-1111-4111-8111-111111111111";
const plant = (content: object | string) =>
  writeFileSync(join(home, "khala.lock"), typeof content === "string" ? content : JSON.stringify(content));
/** This process's pid in an earlier life: the pid lives, but it is another process. */
const earlierLife = () => ({ ...thisProcess("start"), incarnation: "another boot:1", token: TOKEN });

describe("the home lock", () => {
  it("is refused to a second opener in the same process, naming the pid, until released", () => {
    const lock = acquireHomeLock(home, "start");
    expect(() => acquireHomeLock(home, "sleep --once")).toThrow(HomeLockedError);
    expect(() => acquireHomeLock(join(home, "."), "sleep --once")).toThrow(new RegExp(`process ${process.pid} `));
    lock.release();
    acquireHomeLock(home, "sleep --once").release();
  });

  it("leaves nothing behind once released, and releases twice without harm to the next holder", () => {
    const first = acquireHomeLock(home, "start");
    first.release();
    expect(readdirSync(home)).toEqual([]);
    const second = acquireHomeLock(home, "start");
    first.release();
    expect(homeLockHolder(home)?.pid).toBe(process.pid);
    second.release();
    expect(homeLockHolder(home)).toBeNull();
  });

  it("is not taken from a living process", () => {
    plant({ ...thisProcess("start"), token: TOKEN });
    expect(() => acquireHomeLock(home, "chat")).toThrow(/process \d+ \(start\).*Stop that process \(kill \d+\)/s);
    expect(readFileSync(join(home, "khala.lock"), "utf8")).toContain(TOKEN);
  });

  it("is taken from a process that died, even when its pid lives again as another process", () => {
    plant(earlierLife());
    const lock = acquireHomeLock(home, "start");
    expect(homeLockHolder(home)).toMatchObject({ pid: process.pid, incarnation: thisProcess("").incarnation });
    expect(readdirSync(home)).toEqual(["khala.lock"]);
    lock.release();
  });

  it("is not taken from another host, whose processes cannot be seen, and says which file to delete", () => {
    plant({ ...earlierLife(), host: `not-${hostname()}` });
    expect(() => acquireHomeLock(home, "start")).toThrow(/delete .*khala\.lock/);
  });

  it("is not taken where the file is not ours", () => {
    plant("");
    expect(() => acquireHomeLock(home, "start")).toThrow(/not written by this program/);
  });

  it("is not taken while a living process is taking it over", () => {
    plant(earlierLife());
    const claim = join(home, `khala.lock.${TOKEN.slice(0, 8)}`);
    writeFileSync(claim, JSON.stringify({ ...thisProcess("the other taker"), token: TOKEN }));
    expect(() => acquireHomeLock(home, "start")).toThrow(/the other taker/);
    rmSync(claim);
    acquireHomeLock(home, "start").release();
  });

  it("is taken where the one who was taking it over died as well, and clears away what they left", () => {
    plant(earlierLife());
    writeFileSync(join(home, `khala.lock.${TOKEN.slice(0, 8)}`), JSON.stringify(earlierLife()));
    writeFileSync(join(home, "khala.lock.draft-4194305-x"), '{"pid": 41');
    const lock = acquireHomeLock(home, "start");
    expect(readdirSync(home)).toEqual(["khala.lock"]);
    lock.release();
  });

  it("names the folder that cannot be made", () => {
    writeFileSync(join(home, "file"), "");
    expect(() => acquireHomeLock(join(home, "file", "home"), "start")).toThrow(/--home/);
  });
});

describe("lifeOf", () => {
  it("tells this process, a dead pid, an earlier life of a pid and another host apart", () => {
    const self = thisProcess("test");
    expect(lifeOf(self)).toBe("alive");
    expect(lifeOf({ ...self, pid: 4_194_305 })).toBe("dead"); // above Linux' largest pid
    expect(lifeOf({ ...self, incarnation: "another boot:1" })).toBe("dead");
    expect(lifeOf({ ...self, host: `not-${self.host}` })).toBe("elsewhere");
  });
});
