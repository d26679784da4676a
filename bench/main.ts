// `npm run bench`: measurements as ratios, each beside a baseline of the same run. `npm run bench -- memory` runs one part,
// `--json` prints data. Absolute figures hold for the machine they were made on; the ratios travel.
import type { BenchRow } from "./rows.ts";

const PARTS: Readonly<Record<string, () => Promise<readonly BenchRow[]>>> = {
  indicators: async () => (await import("./indicators.ts")).benchIndicators(),
  strategies: async () => (await import("./strategies.ts")).benchStrategies(),
  memory: async () => (await import("./memory.ts")).benchMemory(),
  judgement: async () => (await import("./judgement.ts")).benchJudgement(),
  "sleep-cycle": async () => (await import("./sleep-cycle.ts")).benchSleepCycle(),
  live: async () => (await import("./live.ts")).benchLive(),
  "exchange-slot": async () => (await import("./exchange-slot.ts")).benchExchangeSlot(),
  answers: async () => (await import("./answers.ts")).benchAnswers(),
  backtest: async () => (await import("./backtest.ts")).benchBacktest(),
  research: async () => (await import("./research.ts")).benchResearch(),
  jobs: async () => (await import("./jobs.ts")).benchJobs(),
  sweeps: async () => (await import("./sweeps.ts")).benchSweeps(),
  "one-machine": async () => (await import("./one-machine.ts")).benchOneMachine(),
  "candle-files": async () => (await import("./candle-files.ts")).benchCandleFiles(),
  "without-exchange": async () => (await import("./without-exchange.ts")).benchWithoutExchange(),
  page: async () => (await import("./page.ts")).benchPage(),
  metrics: async () => (await import("./metrics.ts")).benchMetrics(),
  "strategy-threads": async () => (await import("./strategy-threads.ts")).benchStrategyThreads(),
};

const FLAGS: Readonly<Record<string, string>> = {
  "--json": "rows as data",
  "--long": "jobs with 10,000 trials, live with 240 closes: tens of minutes",
  "--help": "this",
};

const args = process.argv.slice(2);
const wanted = args.filter((arg) => !arg.startsWith("--"));
const unknown = args.filter((arg) => !Object.hasOwn(arg.startsWith("--") ? FLAGS : PARTS, arg));
const parts = Object.keys(PARTS).join(", ");
if (unknown.length > 0) {
  const expected = `Expected: ${parts}; ${Object.keys(FLAGS).join(", ")}`;
  process.stderr.write(`There is no bench ${unknown.join(", ")}. ${expected}.\n`);
  process.exit(2);
}
if (args.includes("--help")) {
  const flags = Object.entries(FLAGS).map(([flag, what]) => `  ${flag}  ${what}`);
  process.stdout.write(
    `npm run bench -- [PART …], all of them unless some are named: ${parts}\n\n${flags.join("\n")}\n`,
  );
  process.exit(0);
}

const results: Record<string, readonly BenchRow[]> = {};
for (const [name, measure] of Object.entries(PARTS)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  process.stderr.write(`measuring ${name} …\n`);
  results[name] = await measure();
  if (!args.includes("--json")) process.stdout.write(`\n${name}\n${render(results[name])}\n`);
}
if (args.includes("--json")) process.stdout.write(`${JSON.stringify(results, null, 2)}\n`);

function render(rows: readonly BenchRow[]): string {
  const cells = rows.map((row) => [
    row.name,
    `${ratioText(row.ratio)} ×`,
    row.baseline,
    `${significant(row.unitsPerSecond)} ${row.unit}/s`,
  ]);
  const header = ["measured", "ratio", "of the baseline", "rate"];
  const widths = header.map((title, i) => Math.max(title.length, ...cells.map((row) => row[i]?.length ?? 0)));
  return [header, ...cells]
    .map((row) => `  ${row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join("  ")}`.trimEnd())
    .join("\n");
}

/** `48`, `1.21`, `0.0003`. */
function ratioText(ratio: number): string {
  if (ratio >= 10) return ratio.toFixed(0);
  return ratio >= 0.1 ? ratio.toFixed(2) : ratio.toPrecision(1);
}

/** `14.2 M`, `812 k`, `96`. */
function significant(value: number): string {
  if (value >= 1e6) return `${(value / 1e6).toPrecision(3)} M`;
  if (value >= 1e3) return `${(value / 1e3).toPrecision(3)} k`;
  return value.toPrecision(3);
}
