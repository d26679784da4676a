// Bench. `node memory-growth.ts CYCLES ASSETS consolidated|plain`: lives through that many cycles on a new home folder,
// consolidating at the end of each UTC day or never, and prints what is left and how much room it takes.
import { globSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { consolidate } from "#memory/consolidate.ts";
import { openStore } from "#memory/stores/open.ts";
import { DAY_MS, unixMs } from "#schemas/units.ts";
import { makeMarket, NOW_MS, options, STEP_MS } from "./memory-records.ts";

const [, , cycles = "", assets = "", how = ""] = process.argv;
const home = mkdtempSync(join(tmpdir(), "deeptrader-bench-"));
try {
  await (await openStore({ kind: "pglite", home, owner: "bench" }, options)).close();
  const emptyMb = tablesMb();
  const store = await openStore({ kind: "pglite", home, owner: "bench" }, options);
  const startMs = performance.now();
  for (let cycle = 0; cycle < Number(cycles); cycle++) {
    const slotMs = unixMs(NOW_MS + cycle * STEP_MS);
    await store.analyses.put(makeMarket(Number(assets), slotMs), options);
    if (how === "consolidated" && slotMs % DAY_MS === 0) await consolidate(store, { nowMs: slotMs }, options);
  }
  const tookMs = performance.now() - startMs;
  const { analyses } = await store.analyses.stats(options);
  const rssMb = process.memoryUsage().rss / 2 ** 20;
  await store.close();
  process.stdout.write(JSON.stringify({ analyses, tablesMb: tablesMb() - emptyMb, rssMb, tookMs }));
} finally {
  rmSync(home, { recursive: true, force: true });
}

/** Tables and indexes; the log beside them grows to a fixed size. */
function tablesMb(): number {
  const files = globSync(join(home, "khala/base/*/*"));
  return files.reduce((sum, file) => sum + statSync(file).size, 0) / 2 ** 20;
}
