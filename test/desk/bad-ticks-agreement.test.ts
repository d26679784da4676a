// Bad ticks and real jumps, in markets that are held and not: live cycles and backtest must say the same of all of them.
import { describe, expect, it } from "vitest";
import type { EntryStyle } from "#schemas/config.ts";
import type { JournalEvent } from "#schemas/journal.ts";
import { assortedShapes, createSyntheticMarket, FIRST_SLOT_MS } from "#test/support/synthetic-market.ts";
import { canonicalLines, countKinds, cyclesOf, journalOfBacktest, type Trial, tightLimits } from "./both-ways.ts";

const LIMITS = {
  entryPct: 8,
  maxOpenPositions: 10,
  maxEntriesPerSlot: 4,
  maxDayLossPct: 9,
  maxDrawdownPct: 9,
  cooldownCandles: 0,
  stopPct: 10,
  targetPct: 20,
};

const trialOf = (seed: number, entryStyle: EntryStyle = "next-open"): Trial => ({
  venue: createSyntheticMarket({
    seed,
    timeframe: "5m",
    firstSlotMs: FIRST_SLOT_MS,
    slots: 120,
    // Jumps of 25 % and 30 % that stay, and ticks that do not.
    shapes: assortedShapes()
      .filter(({ symbol }) => !symbol.startsWith("USDT"))
      .map((shape) => ({ ...shape, jump: 0.02, ticks: 0.02 })),
  }),
  ...tightLimits(seed),
  limits: LIMITS,
  cash: "10000",
  entryStyle,
});

describe("bad ticks and jumps", () => {
  it("are met alike by live cycles and backtest, event by event, and no order is made or filled at a price that was left out", async () => {
    const seen = new Map<string, number>();
    let holes = 0;
    let late = 0;
    for (const [seed, style] of [
      [3, "next-open"],
      [11, "next-open"],
      [16, "limit-at-quote"],
    ] as const) {
      const trial = trialOf(seed, style);
      const { journal, store } = await cyclesOf(trial);
      expect(canonicalLines(await journalOfBacktest(trial))).toEqual(canonicalLines(journal));
      countKinds(journal, seen);
      for (const [symbol, { openMs }] of trial.venue.series) {
        const key = { venueId: trial.venue.marketData.venueId, symbol, timeframe: "5m" } as const;
        const verdicts = await store.candles.verdicts(
          key,
          { fromMs: 0, nowMs: Number.MAX_SAFE_INTEGER },
          { signal: new AbortController().signal },
        );
        const gone = new Set(verdicts.flatMap((one) => (one.verdict === "hole" ? [one.openMs] : [])));
        holes += gone.size;
        late += verdicts.filter(({ verdict }) => verdict === "agreed").length;
        expect(openMs.length).toBeGreaterThan(gone.size);
        for (const event of journal) {
          if (event.type !== "fill" || event.fill.symbol !== symbol) continue;
          const atMs = event.fill.basis === "next-open" ? event.fill.atMs : event.fill.atMs - 300_000;
          expect(gone.has(atMs)).toBe(false);
        }
      }
      expect(Math.max(...equities(journal))).toBeLessThan(20_000);
    }
    expect(holes).toBeGreaterThan(40);
    expect(late).toBeGreaterThan(10);
    expect(seen.get("enter") ?? 0).toBeGreaterThan(20);
    expect(seen.get("fill:stop") ?? 0).toBeGreaterThan(0);
  });
});

const equities = (journal: readonly JournalEvent[]): readonly number[] =>
  journal.flatMap((event) => (event.type === "equity" ? [Number(event.equity)] : []));
