// A search that is stopped by Ctrl-C and killed at many points: what it ends with is, to the byte, what it ends with undisturbed.
import { watch } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { expect, it } from "vitest";
import { documentOf, emptyFolder, startCli } from "#test/support/cli.ts";
import { count } from "#test/support/count.ts";

const KILLS = count(20, 4);
const TRIALS = 25 + 3 * KILLS;
const ARGS = [
  ...[
    "optimize",
    "--venue",
    "sim",
    "--seed",
    "5",
    "--assets",
    "3",
    "--cycles",
    "1500",
    "--as-of",
    "2026-03-01T00:00:00Z",
  ],
  ...["--strategy", "mean-reversion", "--name", "killed", "--trials", String(TRIALS)],
];

const journalOf = (home: string): string => join(home, "research/killed.optimize/trials.jsonl");
const linesOf = async (home: string): Promise<number> =>
  (await readFile(journalOf(home), "utf8").catch(() => "")).split("\n").length - 1;

it("a search that is killed again and again ends as one that was left alone, whatever the cores", async () => {
  await using undisturbed = await emptyFolder();
  await using killed = await emptyFolder();
  const whole = await documentOf([...ARGS, "--cores", "1"], { home: undisturbed.dir });
  const home = killed.dir;
  await mkdir(join(home, "research/killed.optimize"), { recursive: true });
  const random = xoroshiro128plus(20_261_129);
  let stopped = 0;
  for (let life = 0; life < KILLS; life++) {
    const before = await linesOf(home);
    const run = startCli([...ARGS, "--json", "--cores", "2"], { home });
    // Some die while the first of what they write is written, some between two batches.
    const target = before + 1 + uniformInt(random, 0, 2);
    const delayMs = uniformInt(random, 0, 40);
    const watcher = watch(join(home, "research/killed.optimize"), async () => {
      if ((await linesOf(home)) < target) return;
      watcher.close();
      setTimeout(() => run.signal(life % 2 === 0 ? "SIGKILL" : "SIGINT"), delayMs);
    });
    const { code, stderr } = await run.ended;
    watcher.close();
    expect([0, 130, null], stderr).toContain(code);
    if (code !== 0) stopped += 1;
  }
  expect(stopped).toBeGreaterThan(KILLS / 2);
  const resumed = await documentOf([...ARGS, "--cores", "2"], { home });
  expect(JSON.stringify(resumed)).toBe(JSON.stringify(whole));
  expect(await readFile(journalOf(home), "utf8")).toBe(await readFile(journalOf(undisturbed.dir), "utf8"));
  // The file holds what was printed.
  const saved = JSON.parse(await readFile(join(home, "research/killed.optimize.json"), "utf8"));
  expect(saved.document).toEqual(resumed);
});
