// Planted cheats as files in threads of their own, and the command from end to end.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parseOptions } from "#apps/options.ts";
import { openProbeThread } from "#apps/research/probe-thread.ts";
import { checkHonesty } from "#scheduler/research/validate/honesty.ts";
import { unixMs } from "#schemas/units.ts";
import { Validation } from "#schemas/validation.ts";
import { runCli } from "../../support/cli.ts";
import { ROOT } from "../../support/sources.ts";
import { StrategyFolder, strategyText } from "../../toolkits/strategies/strategy-files.ts";
import { PLANTED_CHEATS } from "./planted-cheats.ts";

const signal = new AbortController().signal;
const LAST_MS = unixMs(Date.UTC(2026, 2, 1));

async function mistrust(strategy: string) {
  const { config } = parseOptions({ venue: "sim", seed: "3", assets: "3", strategy, home: "/nowhere" }, {});
  const { checks } = await checkHonesty(
    {
      timeframe: "5m",
      firstSlotMs: unixMs(LAST_MS - 500 * 300_000),
      lastSlotMs: LAST_MS,
      seed: 1,
      openProbe: async () => openProbeThread({ config, signal, onOutput: () => {} }),
    },
    { signal, onStep: () => {} },
  );
  const failed = checks.filter(({ state }) => state === "failed");
  return {
    checks,
    failed: failed.map(({ id }) => id),
    seen: checks.find(({ id }) => id === "outside-world")?.seen ?? [],
  };
}

describe("a planted cheat", () => {
  it.each(PLANTED_CHEATS)("is found out: $name", async ({ files, touched, fails }) => {
    await using folder = new StrategyFolder();
    const { failed, seen } = await mistrust(folder.write(files));
    expect(failed).toEqual(expect.arrayContaining([...fails]));
    if (touched === null) expect(failed).not.toContain("outside-world");
    else expect(seen).toContain(touched);
  });

  it("is found out where it puts functions of its own in the place of built-in ones", async () => {
    await using folder = new StrategyFolder();
    const file = folder.write({
      "mine.ts": `const { subarray } = Float64Array.prototype;
Float64Array.prototype.subarray = function (...at) { return subarray.apply(this, at); };
${strategyText("enter: ({ now }) => now.fast > now.slow,")}`,
    });
    expect((await mistrust(file)).seen).toContain("mine.ts: Float64Array.prototype.subarray (built-in)");
  });

  it("is found out where it reaches for the product's own files", async () => {
    await using folder = new StrategyFolder();
    const file = folder.write({
      "mine.ts": `import { openStream } from "${join(ROOT, "toolkits/market/simulated/random.ts")}";
${strategyText("enter: ({ now }) => now.fast > now.slow && openStream([1]).uniform() < 2,")}`,
    });
    const { failed, seen } = await mistrust(file);
    expect(failed).toEqual(["outside-world"]);
    expect(seen[0]).toMatch(/^mine\.ts:1: import of ".*random\.ts" \(internals\)$/);
  });
});

describe("an honest strategy file", () => {
  it("passes: the shipped ones as files, with types, pure modules and dates of candles", async () => {
    await using folder = new StrategyFolder();
    const shipped = readFileSync(join(ROOT, "toolkits/strategies/shipped/breakout.ts"), "utf8");
    const breakout = folder.write({ "breakout.ts": shipped.replace(/"\.\.[^"]*"/g, '"deeptrader"') });
    expect((await mistrust(breakout)).checks.filter(({ state }) => state !== "passed")).toEqual([]);
    const mine = folder.write({
      "mine.ts": `import { format } from "node:util";
import { isMorning } from "./hours.ts";
${strategyText('enter: ({ now, openMs }) => now.fast > now.slow && isMorning(openMs) && format("%d above", now.fast),')}`,
      "hours.ts": "export const isMorning = (ms: number): boolean => new Date(ms).getUTCHours() < 12;",
    });
    expect((await mistrust(mine)).checks.filter(({ state }) => state !== "passed")).toEqual([]);
  });
});

describe("deeptrader validate", () => {
  it("prints one document, saves it, and exits 0 where all is well and 1 where a check failed", async () => {
    await using folder = new StrategyFolder();
    const common = [
      "--seed",
      "7",
      "--assets",
      "4",
      "--cycles",
      "700",
      "--as-of",
      "2026-03-01",
      "--runs",
      "20",
      "--home",
      folder.path,
    ];
    const good = await runCli(["validate", "--strategy", "mean-reversion", "--save", "good", "--json", ...common]);
    const document = Validation.parse(JSON.parse(good.stdout));
    expect({ code: good.code, passed: document.passed }).toEqual({ code: 0, passed: true });
    expect(document.checks.map(({ id }) => id)).toHaveLength(12);
    expect(document.sensitivity?.[0]?.change).toBe("as it is");
    expect(document.verdict).toContain("does not prove that the strategy will earn anything");
    const saved = JSON.parse(readFileSync(join(folder.path, "research", "good.validate.json"), "utf8"));
    expect(saved.document).toEqual(JSON.parse(good.stdout));
    const cheat = folder.write({
      "clock.ts": strategyText("enter: ({ now }) => Date.now() > 0 && now.fast > now.slow,"),
    });
    const bad = await runCli(["validate", "--strategy", cheat, ...common]);
    expect(bad.code).toBe(1);
    expect(bad.stdout).toContain("Date.now() (clock)");
    expect(bad.stdout).toContain("cannot be relied on");
  });
});
