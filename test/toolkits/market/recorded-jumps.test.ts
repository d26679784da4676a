// How many candles of a recorded folder would be doubted. The folder is the caller's: DEEPTRADER_TEST_RECORDED names it.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { TIMEFRAMES, timeframeMs } from "#schemas/units.ts";
import { patience } from "#test/support/desk.ts";
import { aggregateCandles } from "#toolkits/market/aggregate-candles.ts";
import { readCandleFile } from "#toolkits/market/files/candle-file.ts";
import { candleFile } from "#toolkits/market/files/file-names.ts";
import { farRows, judgeJumps } from "#toolkits/market/judge-jumps.ts";
import { candleFileOf } from "./recorded-names.ts";

const FOLDER = process.env["DEEPTRADER_TEST_RECORDED"];

describe.skipIf(FOLDER === undefined)("recorded candles", () => {
  it("are honest: not one of them is doubted, at their own timeframe or above", async () => {
    const folder = FOLDER ?? "";
    let candles = 0;
    for (const file of readdirSync(folder)) {
      const name = candleFileOf(file);
      if (name === null) continue;
      const csv = candleFile(name.symbol, name.timeframe, "csv");
      const series = await readCandleFile(csv, readFileSync(join(folder, file)), patience);
      for (const timeframe of TIMEFRAMES.filter((one) => timeframeMs(one) >= timeframeMs(name.timeframe))) {
        const one = timeframe === name.timeframe ? series : aggregateCandles(series, timeframe);
        candles += one.openMs.length;
        expect([file, timeframe, farRows(one).length]).toEqual([file, timeframe, 0]);
        expect(judgeJumps(one, { leader: null, known: new Map() }).verdicts).toEqual([]);
      }
    }
    expect(candles).toBeGreaterThan(1000);
  });
});
