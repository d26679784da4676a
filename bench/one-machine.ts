// Bench. When one machine no longer does: what a close costs a desk as its markets and strategies grow, CPU of its process and memory, each
// desk in a process of its own, with its journal and memory in PostgreSQL. CPU and not the clock, so that what else the machine does counts little.
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { BenchRow } from "./rows.ts";
import type { DeskCost } from "./support/one-desk.ts";
import { whyNoPostgres } from "./support/postgres-place.ts";

const SCRIPT = fileURLToPath(new URL("./support/one-desk.ts", import.meta.url));
const THREE = "mean-reversion,ema-cross,breakout";
const DESKS = [
  [50, "mean-reversion"],
  [50, THREE],
  [500, "mean-reversion"],
  [500, THREE],
  [2_000, "mean-reversion"],
] as const;

export async function benchOneMachine(): Promise<BenchRow[]> {
  const missing = await whyNoPostgres();
  if (missing !== null) {
    throw new Error(`The bench one-machine needs a PostgreSQL: ${missing}. Set DEEPTRADER_TEST_DATABASE_URL.`);
  }
  const costs = DESKS.map(([markets, strategies]) => ({ markets, strategies, ...costOf(markets, strategies) }));
  const [least] = costs;
  return costs.map(({ markets, strategies, cpuMs, mostCpuMs, tookMs, rssMb }) => ({
    name:
      `a close of ${markets} markets, ${strategies === THREE ? "3 strategies, one on 1h too" : "1 strategy"}: ` +
      `CPU ${cpuMs.toFixed(0)} ms, at most ${mostCpuMs.toFixed(0)}; in all ${(tookMs / 1000).toFixed(2)} s; ${rssMb.toFixed(0)} MB`,
    baseline: "a market of the first row",
    ratio: ((least?.cpuMs ?? Number.NaN) / (least?.markets ?? 1) / cpuMs) * markets,
    unitsPerSecond: (markets / cpuMs) * 1000,
    unit: "markets per CPU",
  }));
}

function costOf(markets: number, strategies: string): DeskCost {
  process.stderr.write(`  ${markets} markets, ${strategies}\n`);
  const args = [SCRIPT, String(markets), strategies];
  const text = execFileSync(process.execPath, args, { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
  process.stderr.write(`  ${text}\n`);
  return JSON.parse(text);
}
