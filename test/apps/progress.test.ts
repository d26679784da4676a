import { describe, expect, it } from "vitest";
import { createProgress } from "#apps/commands/data/progress.ts";

function run(isTerminal: boolean) {
  let nowMs = 0;
  const lines: string[] = [];
  const io = { note: (text: string) => lines.push(text), progress: (text: string | null) => lines.push(`\r${text}`) };
  const show = createProgress(io, isTerminal, () => nowMs);
  const at = (ms: number, ratio: number, candles: number): void => {
    nowMs = ms;
    show({ what: "BTC/USDT 5m", ratio, candles });
  };
  return { lines, at };
}

describe("the progress of a download", () => {
  it("is a bar on a terminal, with what is left by what was done", () => {
    const { lines, at } = run(true);
    at(0, 0.5, 1000);
    at(10_000, 0.75, 12_345);
    at(20_000, 1, 20_000);
    expect(lines).toEqual([
      "\rBTC/USDT 5m  ██████████░░░░░░░░░░  50 %, 1,000 candles",
      "\rBTC/USDT 5m  ███████████████░░░░░  75 %, 12,345 candles, 10 s left",
      "\rBTC/USDT 5m  ████████████████████  100 %, 20,000 candles",
    ]);
  });

  it("is a line every ten seconds elsewhere, and none for what is quickly done", () => {
    const { lines, at } = run(false);
    for (let s = 0; s <= 25; s++) at(s * 1000, s / 100, s * 10);
    expect(lines).toEqual(["BTC/USDT 5m: 10 %, 100 candles, 2 min left", "BTC/USDT 5m: 20 %, 200 candles, 80 s left"]);
  });
});
