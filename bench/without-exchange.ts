// Bench. What `status` takes, typed in a terminal, while the exchange is dead: one that refuses every connection, one that takes it
// and never answers. Whole processes on a home that a sleep cycle over 50 markets has made; beside the same command on a simulated desk, which has nobody to wait for.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { InvariantError } from "#schemas/errors.ts";
import { createSimulatedVenue } from "#toolkits/market/simulated-venue.ts";
import { type BenchRow, medianOf } from "./rows.ts";
import { startBinanceServer } from "./support/binance-server.ts";

const BIN = join(import.meta.dirname, "../bin/deeptrader.js");
const ASSETS = 50;
const ROUNDS = 3;
const NOWHERE = "http://127.0.0.1:1";
const VENUE = ["--venue", "binance", "--timeframe", "4h"];

export async function benchWithoutExchange(): Promise<readonly BenchRow[]> {
  const home = mkdtempSync(join(tmpdir(), "deeptrader-bench-"));
  const candles = createSimulatedVenue({ seed: 4, assets: ASSETS });
  const symbols = (await candles.markets({ signal: new AbortController().signal })).map(({ symbol }) => symbol);
  const server = await startBinanceServer({
    candles: (request, options) => candles.candles(request, options),
    nowMs: () => Date.now(),
    symbols,
  });
  try {
    const run = (url: string, ...args: string[]) => command([...args, ...VENUE], { home, url });
    await run(server.url, "sleep", "--once");
    const simulated = { home: join(home, "simulated"), url: NOWHERE };
    await command(["sleep", "--once"], simulated);
    server.hang();
    const { asked } = server;
    const [refusedMs = Number.NaN, hangingMs = Number.NaN, aloneMs = Number.NaN] = await medianOf(ROUNDS, [
      () => run(NOWHERE, "status"),
      () => run(server.url, "status"),
      () => command(["status"], simulated),
    ]);
    if (server.asked > asked) {
      throw new InvariantError({ was: "`status` has asked the exchange.", remedy: "See apps/command.ts." });
    }
    const row = (what: string, ms: number): BenchRow => ({
      name: `status, exchange ${what}: ${Math.round(ms)} ms`,
      baseline: `status of a simulated desk: ${Math.round(aloneMs)} ms`,
      ratio: aloneMs / ms,
      unitsPerSecond: 1000 / ms,
      unit: "commands",
    });
    return [row("refuses", refusedMs), row("never answers", hangingMs)];
  } finally {
    await server.close();
    rmSync(home, { recursive: true, force: true });
  }
}

/** One process to its end. @throws InvariantError where it fails */
function command(
  args: readonly string[],
  { home, url }: { readonly home: string; readonly url: string },
): Promise<void> {
  const env = { ...process.env, DEEPTRADER_HOME: home, DEEPTRADER_EXCHANGE_URL: url };
  const child = spawn(process.execPath, [BIN, ...args], { env, cwd: tmpdir(), stdio: ["ignore", "ignore", "pipe"] });
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    said += text;
  });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => {
      if (code === 0) resolve();
      else reject(new InvariantError({ was: `\`${args[0]}\` ended with ${code}: ${said}`, remedy: "Correct it." }));
    });
  });
}
