import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parquetWriteBuffer } from "hyparquet-writer";
import { afterAll, describe, expect, it } from "vitest";
import { buyAndHold } from "#bench/evaluation/stockbench/buy-and-hold.ts";
import { withPart } from "#bench/evaluation/stockbench/page.ts";
import { stockbenchFolder } from "#bench/evaluation/stockbench/to-folder.ts";
import { NEVER_ABORTED } from "#schemas/abort.ts";
import { DAY_MS, type MarketSymbol } from "#schemas/units.ts";
import { openReplayFolder } from "#toolkits/market/replay/folder.ts";

const DAYS = ["2025-02-27", "2025-02-28", "2025-03-03", "2025-03-04"];
let dir = "";
afterAll(() => rm(dir, { recursive: true }));

/** A checkout in the benchmark's shape: a file a stock and day, its date as days since 1970. Invented prices. */
async function checkout(): Promise<string> {
  dir = await mkdtemp(join(tmpdir(), "stockbench-"));
  for (const [nth, stock] of ["AAPL", "SPY", "V"].entries()) {
    const days = join(dir, "storage", "parquet", stock, "day");
    await mkdir(days, { recursive: true });
    for (const [i, text] of DAYS.entries()) {
      const price = 100 * (nth + 1) + i;
      const column = (name: string, value: number) => ({ name, data: [value] });
      const bytes = parquetWriteBuffer({
        schema: [
          { name: "schema", num_children: 6 },
          { name: "date", type: "INT32", converted_type: "DATE", repetition_type: "OPTIONAL" },
          ...["open", "high", "low", "close", "volume"].map((name) => ({
            name,
            type: "DOUBLE" as const,
            repetition_type: "OPTIONAL" as const,
          })),
        ],
        columnData: [
          { name: "date", data: [new Date(text)] },
          column("open", price),
          column("high", price + 2),
          column("low", price - 2),
          column("close", price + 1),
          column("volume", 1e6),
        ],
      });
      await writeFile(join(days, `${text}.parquet`), new Uint8Array(bytes));
      await writeFile(join(days, `${text}.parquet.sha256`), "…");
    }
  }
  return dir;
}

describe("a checkout of StockBench", () => {
  it("becomes a folder with its stocks, days, sessions, costs and lots", async () => {
    const folder = join(await checkout(), "out");
    expect(await stockbenchFolder(dir, folder)).toEqual(["AAPL", "V"]);
    const read = await openReplayFolder(folder, { timeframe: "1d", signal: NEVER_ABORTED.signal });
    const calendar = read.calendar;
    expect(calendar?.sessions).toEqual(DAYS.map((text) => Date.parse(text)));
    expect(calendar).toMatchObject({ name: "XNYS", sessionsPerYear: 252, warmupSessions: 50 });
    const series = read.series("V/USD" as MarketSymbol);
    expect([...series.open]).toEqual([300, 301, 302, 303]);
    expect([...series.openMs].map((at, i) => at - (series.openMs[0] ?? 0) - i * DAY_MS)).toEqual([0, 0, 0, 0]);
    expect(read.markets().find(({ symbol }) => symbol === "V/USD")).toMatchObject({
      stepSize: "0.01",
      minQuantity: "0.01",
      feeBps: 1,
    });
  });

  it("is told from any other folder", async () => {
    await expect(stockbenchFolder(tmpdir(), join(tmpdir(), "never-made"))).rejects.toThrow(/checkout of/);
  });
});

describe("buy and hold as the benchmark counts it", () => {
  const at = [1, 2, 3];
  const stock = (...open: number[]) => ({ openMs: Float64Array.from(at), open: Float64Array.from(open) });

  it("puts the same money into each, and measures the fall from the high between", () => {
    const { returnPct, drawdownPct } = buyAndHold([stock(100, 50, 110), stock(10, 10, 9)], at, 0);
    expect(returnPct).toBeCloseTo(0, 12);
    expect(drawdownPct).toBeCloseTo(-25, 12);
  });

  it("pays costs once, at the purchase", () => {
    expect(buyAndHold([stock(100, 100, 100)], at, 100).returnPct).toBeCloseTo(100 / 1.01 - 100, 12);
  });
});

describe("the part of the page", () => {
  it("is put before the first lettered part, then replaced, and nothing else is touched", () => {
    const page = "# T\n\n## In short\n\n- a\n\n## B. First\n\ntext\n";
    const part = "## StockBench: daily stocks, beside published rows\n\nrow 1";
    const once = withPart(page, part);
    expect(once).toBe(`# T\n\n## In short\n\n- a\n\n${part}\n\n## B. First\n\ntext\n`);
    expect(withPart(once, part.replace("row 1", "row 2"))).toBe(once.replace("row 1", "row 2"));
  });
});
