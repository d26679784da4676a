import { readdir } from "node:fs/promises";
import { expect, it } from "vitest";
import { documentOf, emptyFolder, failureOf } from "#test/support/cli.ts";
import { closeMsOf, seededFolder, TWO_COINS } from "../market-files.ts";

it("compares a folder's desk with and without sleep, as the backtest decides, and leaves neither a home nor a store behind", async () => {
  await using folder = await seededFolder(TWO_COINS);
  await using home = await emptyFolder();
  await using temporary = await emptyFolder();
  const args = ["--venue", "replay", "--data", folder.dir, "--as-of", String(closeMsOf(260)), "--cycles", "60"];
  const settings = { home: home.dir, env: { TMPDIR: temporary.dir } };
  const tested = await documentOf(["backtest", ...args], settings);
  const compared = await documentOf(["compare", "--sleep", ...args], settings);
  expect(tested["metrics"]).toMatchObject({ fills: expect.any(Number) });
  expect(compared).toMatchObject({
    names: ["with sleep", "without sleep"],
    settings: [],
    sameDecisions: true,
    decisionsHashes: [tested["decisionsHash"], tested["decisionsHash"]],
    sleep: {
      a: { slots: 60, hits: 120, made: { sleep: 120, "test-time": 0 } },
      b: { slots: 60, hits: 0, made: { sleep: 0, "test-time": 120 } },
    },
  });
  expect([await readdir(home.dir), await readdir(temporary.dir)]).toEqual([[], []]);
});

it("is refused beside names of saved backtests, and on an exchange", async () => {
  await using home = await emptyFolder();
  const failed = async (...args: readonly string[]) =>
    (await failureOf(["compare", ...args, "--sleep"], { home: home.dir })).message;
  expect(await failed("old", "new")).toContain("--sleep was given together with old and new");
  expect(await failed("--venue", "kraken")).toContain("whose past a desk cannot be run through");
});
