// `new-strategy` as a user has it: what it writes type-checks, passes its own test, and can be loaded, outside the repository.
import { execFile } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { emptyFolder, runCli } from "#test/support/cli.ts";
import { ROOT } from "../support/sources.ts";
import { StrategyFolder } from "../toolkits/strategies/strategy-files.ts";

const run = promisify(execFile);

describe("new-strategy", () => {
  it("writes a strategy that type-checks, passes its own test, and can be loaded", async () => {
    await using folder = await emptyFolder();
    const written = await runCli(["new-strategy", "my-cross", "--dir", "strategies"], { cwd: folder.dir });
    expect(written.stderr).toBe("");
    expect(written.stdout).toContain(
      "wrote strategies/my-cross.ts\nwrote strategies/my-cross.test.ts\nwrote strategies/tsconfig.json",
    );
    expect(written.stdout).toMatch(
      /--test strategies\/my-cross\.test\.ts\n {2}npx deeptrader backtest --strategy strategies\/my-cross\.ts\n {2}npx deeptrader start/,
    );
    const into = join(folder.dir, "strategies");
    const tsc = await run(process.execPath, [join(ROOT, "node_modules/typescript/bin/tsc"), "-p", into]);
    expect(tsc.stdout).toBe("");
    const tested = await run(process.execPath, ["--test", "my-cross.test.ts"], {
      cwd: into,
      env: { PATH: process.env["PATH"] },
    });
    expect(tested.stdout).toMatch(/pass 2\n.*fail 0/);
    await using files = new StrategyFolder();
    const host = await files.open(join(into, "my-cross.ts"));
    expect(host.info).toMatchObject({ id: "my-cross", bracket: { stopPct: 5, targetPct: 10 } });
  });

  it("needs no mode: it is of no desk", async () => {
    await using folder = await emptyFolder();
    const live = { cwd: folder.dir, env: { DEEPTRADER_MODE: "live" } };
    expect(await runCli(["new-strategy", "mine"], live)).toMatchObject({ code: 0, stderr: "" });
    expect(existsSync(join(folder.dir, "mine.ts"))).toBe(true);
    expect((await runCli(["status"], live)).stderr).toMatch(/DEEPTRADER_MODE is live, and sim has no exchange/);
  });

  it("writes over nothing, keeps a tsconfig.json that is there, and refuses what cannot be an id", async () => {
    await using folder = await emptyFolder();
    const at = { cwd: folder.dir };
    writeFileSync(join(folder.dir, "one.test.ts"), "mine");
    writeFileSync(join(folder.dir, "tsconfig.json"), "mine too");
    const taken = await runCli(["new-strategy", "one"], at);
    expect([taken.code, taken.stderr]).toEqual([2, expect.stringContaining("./one.test.ts is there already.")]);
    expect(existsSync(join(folder.dir, "one.ts"))).toBe(false);
    expect((await runCli(["new-strategy", "two"], at)).code).toBe(0);
    const texts = ["one.test.ts", "tsconfig.json"].map((name) => readFileSync(join(folder.dir, name), "utf8"));
    expect(texts).toEqual(["mine", "mine too"]);
    const wrong = await runCli(["new-strategy", "MyCross.ts"], at);
    expect([wrong.code, wrong.stderr]).toEqual([
      2,
      expect.stringContaining("Write my-cross; the folder goes to --dir."),
    ]);
    const shipped = await runCli(["new-strategy", "ema-cross"], at);
    expect([shipped.code, shipped.stderr]).toEqual([2, expect.stringContaining("comes with the product")]);
  });
});
