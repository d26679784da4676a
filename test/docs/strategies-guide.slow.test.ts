// docs/strategies.md as a reader goes through it: every command of the page, in its order, from an empty folder outside the
// repository, and every file that it shows.
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { candleLines, csv } from "#test/support/candle-files.ts";
import { emptyFolder, failureOf, runCli } from "#test/support/cli.ts";
import { freshHome } from "#test/support/fresh-home.ts";
import { ROOT } from "#test/support/sources.ts";

const PAGE = readFileSync(join(ROOT, "docs/strategies.md"), "utf8");

/** A block of the page: commands, or a file, under the name in its first line where it is the reader's to write. */
interface Block {
  readonly language: string;
  readonly text: string;
}
const BLOCKS: readonly Block[] = [...PAGE.matchAll(/^```(sh|ts)\n(.*?)^```$/gms)].map(
  ([, language = "", text = ""]) => ({ language, text }),
);

/** Words of a command line; what stands in quotes is one. */
const wordsOf = (line: string): string[] =>
  [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? "");

/** What a page need not say: a moment, so that invented prices are the same every day, and an end. */
function bounded(args: readonly string[]): readonly string[] {
  if (args[0] === "validate" && args.includes("replay")) return [...args, "--runs", "20"];
  if (args.includes("replay") || args[0] === "config" || args[0] === "new-strategy") return args;
  const at = ["--as-of", "2024-03-01T12:00:00Z"];
  if (args[0] === "start") return [...args, ...at, "--cycles", "2", "--speed", "1000000"];
  if (args[0] === "validate") return [...args, ...at, "--cycles", "300", "--assets", "4", "--runs", "20"];
  return [...args, ...at, ...(args[0] === "backtest" ? ["--cycles", "300"] : [])];
}

/** One line that must be in what a command prints, by the words it begins with; the first that fits. */
const SAID: readonly (readonly [command: string, said: RegExp])[] = [
  ["new-strategy", /^wrote \S*my-cross\.ts$/m],
  [
    "backtest --venue replay --data ../candles --timeframe 5m --strategy ../my-strategies/hour",
    /Backtest of hour-trend/,
  ],
  [
    "backtest --venue replay --data ../candles --timeframe 5m --strategy",
    /Backtest of my-cross .*on replay(?:.|\n)*trades closed +[1-9]/,
  ],
  ["backtest --venue replay", /Backtest of my-cross, hour-trend, mean-reversion/],
  ["backtest --strategy ../my-strategies/my-cross.ts,breakout", /Backtest of my-cross, breakout .*\nSIMULATED/],
  ["backtest", /Backtest of my-cross .*on sim.*\nSIMULATED/],
  ["validate", /my-cross passes/],
  ["sleep", /50 analysed, 0 skipped, 0 failed/],
  ["triggers", /^\w+\/USDT .*(?:at or (?:below|above)|at none) /m],
  ["ask", /enters BTC\/USDT/],
  ["analyse", /^next close +(?:my-cross: )?enters /m],
  ["start", /Stopped after 2 slots: 100 analyses/],
  ["config", /my-cross\.ts 50 % \(slow 60\), \S*hour-trend\.ts 30 %, mean-reversion 20 %/],
];

it("runs every command of docs/strategies.md from an empty folder, on the files that the page shows", async () => {
  await using folder = await emptyFolder();
  await using home = await freshHome();
  const cwd = join(folder.dir, "desk");
  await mkdir(cwd);
  await mkdir(join(folder.dir, "candles"));
  for (const [name, price] of [
    ["BTC-USDT", 42_000],
    ["ETH-USDT", 2300],
  ] as const) {
    await writeFile(join(folder.dir, "candles", `${name}-5m.csv`), csv(candleLines({ count: 2500, price })));
  }
  const settings = { cwd, home: home.dir };
  const run = new Set<string>();
  const written: string[] = [];
  for (const { language, text } of BLOCKS) {
    const name = /^\/\/ (\S+\.ts)\n/.exec(text)?.[1];
    if (language === "ts" && name !== undefined) {
      await writeFile(join(cwd, name), text);
      written.push(name);
    } else if (language === "ts") {
      // As `new-strategy` has just written it.
      expect(text).toBe(readFileSync(join(folder.dir, "my-strategies/my-cross.ts"), "utf8"));
    } else for (const line of text.trim().split("\n")) run.add(await follow(line, settings));
  }
  expect(written).toEqual(["../my-strategies/hour-trend.ts", "deeptrader.config.ts"]);
  expect([...run].sort()).toEqual(["node", ...SAID.map(([command]) => command)].sort());

  const types = [join(ROOT, "node_modules/typescript/bin/tsc"), "-p", join(folder.dir, "my-strategies")];
  expect((await promisify(execFile)(process.execPath, types)).stdout).toBe("");
  const right = readFileSync(join(folder.dir, "my-strategies/my-cross.ts"), "utf8");
  await writeFile(join(folder.dir, "wrong.ts"), right.replace("bracket:", 'stake: { entryPct: "2" }, bracket:'));
  const wrong = await failureOf(["backtest", "--strategy", "../wrong.ts"], settings);
  expect(wrong.message).toMatch(/wrong\.ts.*stake\.entryPct.*it is "2"/);
});

/** Runs one line of the page. @returns which command of SAID it is */
async function follow(line: string, settings: { readonly cwd: string; readonly home: string }): Promise<string> {
  const [program = "", ...words] = wordsOf(line);
  if (program === "node") {
    const { cwd } = settings;
    const tested = await promisify(execFile)(process.execPath, words, { cwd, env: { PATH: process.env["PATH"] } });
    expect(tested.stdout).toMatch(/pass 2\n.*fail 0/);
    return program;
  }
  expect([program, words.shift()], line).toEqual(["npx", "deeptrader"]);
  const { code, stdout, stderr } = await runCli(bounded(words), settings);
  expect([line, code], stderr).toEqual([line, 0]);
  const [command, said] = SAID.find(([begin]) => words.join(" ").startsWith(begin)) ?? [line, /^$/];
  expect(stdout, line).toMatch(said);
  return command;
}
