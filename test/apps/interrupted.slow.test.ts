// Ctrl-C before a desk is open: while a configuration file never ends, and while the store is created.
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { emptyFolder, startCli } from "#test/support/cli.ts";

it("a configuration file that never ends keeps no halt from a home that is named, and Ctrl-C from nobody", async () => {
  await using folder = await emptyFolder();
  writeFileSync(join(folder.dir, "deeptrader.config.ts"), "while (true) {}\nexport default {};\n");
  const home = join(folder.dir, "home");
  const halt = startCli(["halt"], { home, cwd: folder.dir });
  await halt.waitFor(/halt file written in/);
  expect(existsSync(join(home, "halt"))).toBe(true);
  halt.signal("SIGINT");
  expect((await halt.ended).code).toBeNull();
});

it("Ctrl-C while the store is created is no fault of the store", async () => {
  await using folder = await emptyFolder();
  // A group of its own: a terminal's Ctrl-C is for all processes of one.
  const status = startCli(["status", "--seed", "1"], { home: join(folder.dir, "home"), under: ["setsid"] });
  await status.waitFor(/Creating the store/);
  process.kill(-status.pid, "SIGINT");
  const { code, stderr } = await status.ended;
  expect([code, stderr]).toEqual([130, expect.not.stringContaining("cannot be opened")]);
});
