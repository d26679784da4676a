// A full disk under the home, for which a small file system of its own is mounted: only root may do that, and only on Linux.

import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, inject, it } from "vitest";
import { openStore } from "#memory/stores/open.ts";
import { StoreError } from "#schemas/errors.ts";
import type { Store } from "#schemas/ports/memory.ts";
import { startChild } from "#test/memory/child.ts";
import { control, DESK, options, RUN } from "#test/memory/fixtures.ts";
import { journalOf } from "#test/support/account.ts";

const FILL_HOME = new URL("../memory/children/fill-home.ts", import.meta.url);
const SIZE_MB = 200;

const whyNoMount = (): string | null => {
  const dir = mkdtempSync(join(tmpdir(), "deeptrader-mount-"));
  try {
    mount(dir);
    unmount(dir);
    return null;
  } catch (error) {
    return (error as Error).message.split("\n").slice(0, 2).join(" ");
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
};
const mount = (dir: string) =>
  execFileSync("mount", ["-t", "tmpfs", "-o", `size=${SIZE_MB}m`, "tmpfs", dir], { stdio: "pipe" });
const unmount = (dir: string) => execFileSync("umount", ["-l", dir], { stdio: "pipe" });

const missing = whyNoMount();
if (missing !== null) console.warn(`Left out: a full disk under the home (${missing}).`);

describe.skipIf(missing !== null)("a home on a disk that fills", () => {
  const undo: (() => void)[] = [];
  afterEach(() => {
    for (const step of undo.splice(0).reverse()) step();
  });

  async function homeOnSmallDisk(): Promise<string> {
    const home = mkdtempSync(join(tmpdir(), "deeptrader-disk-"));
    undo.push(() => rmSync(home, { recursive: true, maxRetries: 3 }));
    mount(home);
    undo.push(() => unmount(home));
    cpSync(inject("templateHome"), home, { recursive: true });
    return home;
  }
  const freeBytes = (home: string) => {
    const { bavail, bsize } = statfsSync(home);
    return bavail * bsize;
  };
  const fillUpTo = (home: string, leaveBytes: number) =>
    writeFileSync(join(home, "ballast"), Buffer.alloc(freeBytes(home) - leaveBytes));
  const makeRoom = (home: string) => rmSync(join(home, "ballast"));

  it("refuses writes by name while it still can, goes on reading, and writes again when there is room", async () => {
    const home = await homeOnSmallDisk();
    fillUpTo(home, 70 * 2 ** 20);
    const child = startChild(FILL_HOME, [home], "pipe");
    const refused = JSON.parse((await child.line("refused ")).slice("refused ".length));
    expect(refused.name).toBe("StoreError");
    expect(refused.message).toMatch(/disk is nearly full, \d+ MB are free/);
    expect(refused.acknowledged).toBeGreaterThan(0);
    makeRoom(home);
    child.process.stdin?.end("there is room\n");
    const after = JSON.parse((await child.line("after ")).slice("after ".length));
    expect(await child.ended()).toBe(0);
    expect(after).toEqual({
      stillReads: refused.acknowledged,
      acknowledged: refused.acknowledged + 1,
      analyses: 20 * (refused.acknowledged + 1),
      events: refused.acknowledged + 1,
    });
  });

  it("with no byte left refuses a write at once, closes, opens for nobody, and is whole when there is room", async () => {
    const home = await homeOnSmallDisk();
    const open = () => openStore({ kind: "pglite", home, owner: "test" }, options);
    const first = await open();
    const journalIn = (store: Store) => journalOf(store, DESK, RUN);
    await journalIn(first).append([control(1)], options);
    fillUpTo(home, 0);
    await expect(journalIn(first).append([control(2)], options)).rejects.toThrow(StoreError);
    await expect(first.purge(DESK, options)).rejects.toThrow(/disk is nearly full, 0 MB are free/);
    await first.close();
    await expect(open()).rejects.toThrow(/cannot be opened: its disk is nearly full.*Check disk space/);
    makeRoom(home);
    const again = await open();
    expect((await journalIn(again).read({}, options)).map(({ event }) => event)).toEqual([control(1)]);
    await again.close();
  });
});
