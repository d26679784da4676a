// docs/research.md as a reader goes through it: every command of the page, in its order, from an empty folder, over fewer days and
// runs than the page takes.
import { readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { emptyFolder, runCli } from "#test/support/cli.ts";
import { freshHome } from "#test/support/fresh-home.ts";
import { ROOT } from "#test/support/sources.ts";

const PAGE = readFileSync(join(ROOT, "docs/research.md"), "utf8");
const BLOCKS = [...PAGE.matchAll(/^```(sh|ts)\n(.*?)^```$/gms)].map(([, language = "", text = ""]) => ({
  language,
  text,
}));

/** The same questions of less. */
const SHORTER: Readonly<Record<string, readonly string[]>> = {
  validate: ["--runs", "20", "--assets", "4"],
  optimize: ["--trials", "6"],
  "walk-forward": ["--trials", "3", "--assets", "4"],
  start: ["--as-of", "2026-10-01T00:00:00Z", "--cycles", "2", "--speed", "1000000"],
};
const DAYS = "20261001-20261003";
const LONGER_DAYS = "20261001-20261009";

function bounded([command = "", ...args]: readonly string[]): readonly string[] {
  const shorter = SHORTER[command] ?? [];
  const replaced = args.flatMap((arg, i) => {
    if (shorter.includes(arg) || shorter.includes(args[i - 1] ?? "-")) return [];
    if (args[i - 1] === "--range") return [command === "walk-forward" ? LONGER_DAYS : DAYS];
    if (args[i - 1] === "--train") return ["4d"];
    if (args[i - 1] === "--test") return ["2d"];
    return [arg];
  });
  return [command, ...replaced, ...shorter];
}

/** One line that must be in what a command prints, by its first word. */
const SAID: Readonly<Record<string, RegExp>> = {
  "new-strategy": /^wrote \S*my-cross\.ts$/m,
  backtest: /Backtest of my-cross on sim(?:.|\n)*^performance$/m,
  validate: /my-cross passes/,
  compare: /fee a side +10 bps +20 bps(?:.|\n)*decisionsHash/,
  "rule-prices": /Price of each rule/,
  optimize: /deflated Sharpe ratio .*probability of overfitting/,
  "walk-forward": /The line is out of sample only/,
  start: /Stopped after 2 slots: 40 analyses/,
};

it("runs every command of docs/research.md from an empty folder", async () => {
  await using folder = await emptyFolder();
  await using home = await freshHome();
  const cwd = join(folder.dir, "desk");
  await mkdir(cwd);
  const run = new Set<string>();
  for (const { language, text } of BLOCKS) {
    const name = /^\/\/ (\S+\.ts)\n/.exec(text)?.[1];
    if (language === "ts") {
      await writeFile(join(cwd, name ?? "unnamed.ts"), text);
      continue;
    }
    for (const line of text.trim().split("\n")) {
      const args = line.replace("npx deeptrader ", "").split(" ");
      const said = SAID[args[0] ?? ""];
      expect(said, line).toBeDefined();
      const { code, stdout, stderr } = await runCli(bounded(args), { cwd, home: home.dir });
      expect([line, code], stderr).toEqual([line, 0]);
      expect(stdout, line).toMatch(said ?? /^$/);
      run.add(args[0] ?? "");
    }
  }
  expect([...run].sort()).toEqual(Object.keys(SAID).sort());
});
