import { mkdtemp, readdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { PLAIN_STYLE } from "#apps/io.ts";
import { parseOptions } from "#apps/options.ts";
import type { Call } from "#apps/own-command.ts";
import { candlesOf, wholeOf } from "#apps/research/lengths.ts";
import { readResult } from "#apps/research/saved.ts";
import { walkForward } from "#apps/research/walk-forward.ts";
import { UsageError } from "#schemas/errors.ts";
import { WalkForward } from "#schemas/walk-forward.ts";

async function callOf(flags: Readonly<Record<string, unknown>>, stop = new AbortController(), stopAt = 0) {
  const home = await mkdtemp(join(tmpdir(), "walk-"));
  const common = { home, seed: "3", assets: "2", timeframe: "1h", asOf: "2025-07-01", cycles: "400" };
  let shown = 0;
  const io: Call["io"] = {
    json: true,
    quiet: true,
    style: PLAIN_STYLE,
    out: () => {},
    piece: () => {},
    note: () => {},
    progress: (text) => {
      if (text?.startsWith("walk-forward")) shown += 1;
      if (stopAt > 0 && shown === stopAt) stop.abort(new Error("stopped by hand"));
    },
    attach: () => {},
  };
  const input = { args: [], flags: { cores: "1", folds: "2", trials: "2", purge: "10", ...flags } };
  return { home, call: { input, options: parseOptions(common, {}), env: {}, io, signal: stop.signal } satisfies Call };
}

const TYPED = "walk-forward --cores 1 --folds 2 --trials 2 --purge 10 --save one";

afterEach(() => vi.restoreAllMocks());

describe("walk-forward", () => {
  it("prints a document by its schema, and keeps it under its name", async () => {
    vi.spyOn(process, "argv", "get").mockReturnValue(["node", "deeptrader", ...TYPED.split(" ")]);
    const { home, call } = await callOf({ save: "one" });
    const done = await walkForward(call);
    const document = WalkForward.parse(done.document);
    expect(document.folds).toHaveLength(2);
    expect(document.setup).toMatchObject({ purgeCandles: 10, purgeBasis: "given", trials: 2, objective: "sharpe" });
    expect(document.simulated).toBe(true);
    expect(document.outOfSample.meanTradePct.interval95).toBeNull();
    expect(document.leftOut.join()).toContain("under 30 trades");
    expect(done.text).toContain("SIMULATED");
    const saved = await readResult(home, "walk-forward", "one");
    expect(saved.document).toEqual(JSON.parse(JSON.stringify(document)));
    expect(saved.command).toBe(`deeptrader ${TYPED}`);
  });

  it("leaves nothing behind where it is stopped", async () => {
    const { home, call } = await callOf({ save: "one" }, new AbortController(), 2);
    await expect(walkForward(call)).rejects.toThrow("stopped by hand");
    expect(await readdir(home)).toEqual([]);
  });

  it("refuses what cannot be before it opens anything", async () => {
    for (const flags of [
      { objective: "luck" },
      { trials: "0" },
      { train: "soon" },
      { save: "../one" },
      { folds: "x" },
    ]) {
      await expect(walkForward((await callOf(flags)).call)).rejects.toThrow(UsageError);
    }
  });
});

describe("a length", () => {
  it("is candles, or a time that is a whole number of them", () => {
    expect(candlesOf({ train: "30d" }, "train", "1h")).toBe(720);
    expect(candlesOf({ train: "90m" }, "train", "5m")).toBe(18);
    expect(candlesOf({ train: "200" }, "train", "5m")).toBe(200);
    expect(candlesOf({}, "train", "5m")).toBeNull();
    expect(() => candlesOf({ train: "90m" }, "train", "1h")).toThrow("a whole number of 1h candles");
    expect(() => candlesOf({ train: "-3" }, "train", "1h")).toThrow(UsageError);
    expect(() => wholeOf({ folds: "2.5" }, "folds", 1)).toThrow(UsageError);
  });
});
