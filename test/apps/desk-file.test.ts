import { readdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { findRunningDesk, refuseOtherSettings } from "#apps/desk-client.ts";
import { type DeskFile, readDeskFile, removeDeskFile, writeDeskFile } from "#apps/desk-file.ts";
import { DeskMismatchError } from "#schemas/errors.ts";
import { servedDesk } from "#test/http/served-desk.ts";
import { emptyFolder } from "#test/support/cli.ts";

const desk = (parts: Partial<DeskFile> = {}): DeskFile => ({
  pid: process.pid,
  port: 1,
  page: "http://127.0.0.1:1/",
  token: "0".repeat(64),
  settings: { venue: "sim", seed: 1, asOfMs: null },
  ...parts,
});
const { signal } = new AbortController();

describe("desk.json", () => {
  it("is readable by its owner only, written whole, and removed by its own process", async () => {
    await using home = await emptyFolder();
    await writeDeskFile(home.dir, desk());
    expect((await stat(join(home.dir, "desk.json"))).mode & 0o777).toBe(0o600);
    expect(await readdir(home.dir)).toEqual(["desk.json"]);
    expect(await readDeskFile(home.dir)).toEqual(desk());
    await removeDeskFile(home.dir);
    expect(await readDeskFile(home.dir)).toBeNull();
  });

  it("of another process is left where it is", async () => {
    await using home = await emptyFolder();
    await writeDeskFile(home.dir, desk({ pid: process.pid + 1 }));
    await removeDeskFile(home.dir);
    expect(await readDeskFile(home.dir)).not.toBeNull();
  });

  it.each(["", "{", "[]", '{"pid":1}'])("that holds %j counts as none", async (text) => {
    await using home = await emptyFolder();
    await writeFile(join(home.dir, "desk.json"), text);
    expect(await readDeskFile(home.dir)).toBeNull();
  });
});

describe("a running desk is found", () => {
  it("where it answers with its own pid, and not where another process has its port", async () => {
    await using home = await emptyFolder();
    const server = await servedDesk();
    try {
      await writeDeskFile(home.dir, desk({ port: server.port, token: server.credentials.deskToken }));
      expect(await findRunningDesk(home.dir, signal)).toMatchObject({ port: server.port });
      await writeDeskFile(
        home.dir,
        desk({ port: server.port, token: server.credentials.deskToken, pid: process.pid + 1 }),
      );
      expect(await findRunningDesk(home.dir, signal)).toBeNull();
      await writeDeskFile(home.dir, desk({ port: server.port, token: "1".repeat(64) }));
      expect(await findRunningDesk(home.dir, signal)).toBeNull();
    } finally {
      await server.close();
    }
    expect(await findRunningDesk(home.dir, signal)).toBeNull();
  });
});

describe("flags against a running desk", () => {
  it("pass where they say the same, and are named with both values where not", () => {
    refuseOtherSettings(
      desk(),
      new Map<string, unknown>([
        ["seed", 1],
        ["home", "x"],
      ]),
    );
    const ask = () =>
      refuseOtherSettings(
        desk(),
        new Map<string, unknown>([
          ["seed", 2],
          ["asOfMs", 5],
        ]),
      );
    expect(ask).toThrow(DeskMismatchError);
    expect(ask).toThrow(/--seed 2 \(the desk runs 1\), --as-of 5 \(the desk runs without it\)/);
  });
});
