// Backtests of strategies from files: the same as in process, and ended with a reason where a rule hangs, throws or takes too much.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { backtest } from "#apps/commands/backtest.ts";
import { backtestInThread, runsInThread, type ThreadBacktestOptions } from "#apps/commands/backtest-in-thread.ts";
import { parseOptions } from "#apps/options.ts";
import { openVenue } from "#apps/venues.ts";
import { ROOT } from "../support/sources.ts";
import { StrategyFolder, strategyText } from "../toolkits/strategies/strategy-files.ts";

const patience = { signal: new AbortController().signal };

const configOf = (strategy: string) =>
  parseOptions(
    { venue: "sim", seed: "3", assets: "3", cycles: "1500", asOf: "2026-03-01T00:00:00Z", strategy, home: "/nowhere" },
    {},
  ).config;

/** The notes of a backtest beside its document. */
async function inThread(strategy: string, options: Partial<ThreadBacktestOptions> = {}) {
  const notes: string[] = [];
  const io = { note: (text: string) => void notes.push(text), progress: () => {} };
  const config = configOf(strategy);
  expect(runsInThread(config)).toBe(true);
  const document = await backtestInThread(config, io, { ...patience, startedMs: performance.now(), ...options });
  return { document, notes };
}

const faultOf = async (
  folder: StrategyFolder,
  rule: string,
  options: Partial<ThreadBacktestOptions> = {},
): Promise<string> => {
  const file = folder.write({ "mine.ts": `let asked = 0;\n${strategyText(rule)}` });
  const message = await inThread(file, options).then(
    () => "it ended well",
    (error: Error) => error.message,
  );
  return message.replaceAll(`${folder.path}/`, "");
};

describe("a backtest of a strategy file", () => {
  it("makes the same trades, to the hash, as the same strategy in process", async () => {
    await using folder = new StrategyFolder();
    const shipped = readFileSync(join(ROOT, "toolkits/strategies/shipped/ema-cross.ts"), "utf8");
    const file = folder.write({ "ema.ts": shipped.replace(/"\.\.[^"]*"/g, '"deeptrader"') });
    const { document, notes } = await inThread(file);
    const config = configOf("ema-cross");
    expect(runsInThread(config)).toBe(false);
    const venue = await openVenue(config, patience);
    const io = { note: () => {}, progress: () => {} };
    const here = await backtest(config, venue, io, { ...patience, startedMs: performance.now(), env: {} });
    expect(document).toEqual(here);
    expect(document.trades.length).toBeGreaterThan(3);
    expect(notes.at(-1)).toMatch(/^4,500 candles in /);
  });

  it("names file, rule, market and candle where a rule throws at the 700th candle it is asked about", async () => {
    await using folder = new StrategyFolder();
    const said = await faultOf(
      folder,
      `enter: () => { asked += 1; if (asked === 700) throw new RangeError("boom"); return false; }`,
    );
    expect(said).toMatch(
      /^mine\.ts, enter, [A-Z]+\/USDT at the close of 2026-[-T:.0-9]+Z: it threw RangeError: boom\. Correct the rule\.$/,
    );
  });

  it("names the slot where a rule hangs", async () => {
    await using folder = new StrategyFolder();
    const said = await faultOf(folder, "enter: () => { asked += 1; if (asked === 700) for (;;); return false; }", {
      patienceMs: 5000,
    });
    expect(said).toMatch(
      /^mine\.ts: nothing happened for 5 s, while it decided the slot 2026-[-T:.0-9]+Z\. Correct the rule/,
    );
  });

  it("ends one that takes memory without end, in its rules and while it is loaded", async () => {
    await using folder = new StrategyFolder();
    const grow = "const all = []; for (;;) all.push(new Float64Array(1e5).fill(1));";
    const options = { patienceMs: 600_000, memoryMb: 256 };
    expect(await faultOf(folder, `enter: () => { ${grow} }`, options)).toMatch(
      /^mine\.ts: it took more than 256 MiB of memory, while it decided the slot /,
    );
    const file = folder.write({ "load.ts": `${grow}\n${strategyText("enter: () => false")}` });
    await expect(inThread(file, options)).rejects.toThrow("it took more than 256 MiB of memory, while it was loaded");
  });

  it("is refused as any backtest is, with the same words", async () => {
    await using folder = new StrategyFolder();
    const file = folder.write({ "mine.ts": strategyText("enter: 5") });
    await expect(inThread(file)).rejects.toThrow(`${file}, enter: it is 5. Expected a function`);
    const gone = join(folder.path, "gone.ts");
    await expect(inThread(gone)).rejects.toThrow(`${gone}: there is no such file.`);
  });

  it("finds no environment", async () => {
    process.env["DEEPTRADER_SECRET_OF_THE_TEST"] = "hunter2";
    await using folder = new StrategyFolder();
    const file = folder.write({
      "mine.ts": `console.log(JSON.stringify(process.env));\n${strategyText("enter: () => false")}`,
    });
    const { notes } = await inThread(file);
    await expect.poll(() => notes.filter((note) => note === "{}").length).toBe(1);
    expect(notes.join()).not.toContain("hunter2");
  });
});
