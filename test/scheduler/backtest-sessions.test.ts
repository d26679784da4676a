import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { backtest } from "#apps/commands/backtest.ts";
import { parseOptions } from "#apps/options.ts";
import { openVenue } from "#apps/venues.ts";
import { NEVER_ABORTED } from "#schemas/abort.ts";
import { DAY_MS } from "#schemas/units.ts";
import { rsi } from "#toolkits/indicators/refs.ts";
import { openStream } from "#toolkits/market/simulated/random.ts";
import { compileStrategy } from "#toolkits/strategies/compile-strategy.ts";
import { defineStrategy } from "#toolkits/strategies/define-strategy.ts";
import { createLocalHost } from "#toolkits/strategies/host.ts";

const dirs: string[] = [];
afterAll(async () => {
  for (const dir of dirs) await rm(dir, { recursive: true });
});

const START_MS = Date.parse("2023-01-02");
const isWeekday = (atMs: number): boolean => ![0, 6].includes(new Date(atMs).getUTCDay());

/** Weekdays from a Monday on, some of them holidays. */
function tradingDays(count: number): number[] {
  const days: number[] = [];
  for (let at = START_MS; days.length < count; at += DAY_MS)
    if (isWeekday(at) && new Date(at).getUTCDate() !== 25) days.push(at);
  return days;
}

const contiguous = (count: number): number[] => Array.from({ length: count }, (_, i) => START_MS + i * DAY_MS);

/** Prices of two stocks, the same whatever the days. */
async function folder(days: readonly number[], calendar: object | null): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), "sessions-"));
  dirs.push(dir);
  for (const [nth, base] of ["AAA", "BBB"].entries()) {
    const { uniform: random } = openStream([7, "stock", nth]);
    let close = 100;
    const lines = days.map((at) => {
      const open = close * (1 + (random() - 0.5) * 0.01);
      close = open * (1 + (random() - 0.5) * 0.06);
      const [high, low] = [
        Math.max(open, close) * (1 + random() * 0.01),
        Math.min(open, close) * (1 - random() * 0.01),
      ];
      return [at, open, high, low, close, 1e6].join(",");
    });
    await writeFile(join(dir, `${base}-USD-1d.csv`), `timestamp,open,high,low,close,volume\n${lines.join("\n")}\n`);
  }
  const markets = ["AAA/USD", "BBB/USD"].map((symbol) => ({
    symbol,
    tickSize: "0.01",
    stepSize: "0.01",
    minNotional: "1",
    feeBps: 1,
  }));
  await writeFile(join(dir, "markets.json"), JSON.stringify(calendar === null ? { markets } : { calendar, markets }));
  return dir;
}

/** Days that its rule was asked about. */
const asked = new Set<number>();

const strategy = compileStrategy(
  defineStrategy({
    id: "weekly",
    indicators: { rsi: rsi(14) },
    lookBack: 1,
    enter: (at) => {
      asked.add((at as unknown as { openMs: number }).openMs);
      return at.now.rsi < 45 && at.ago(1).rsi >= 45;
    },
    exit: ({ now }) => now.rsi > 58,
    bracket: { stopPct: 4, targetPct: 8 },
  }),
  { file: null },
);

async function run(data: string, flags: Record<string, string> = {}) {
  const { config } = parseOptions(
    { venue: "replay", data, timeframe: "1d", quote: "USD", security: "skip", ...flags },
    {},
  );
  const { signal } = NEVER_ABORTED;
  const venue = await openVenue(config, { signal, hosts: [createLocalHost(strategy)] });
  const io = { note: () => {}, progress: () => {} };
  return backtest(config, venue, io, { signal, startedMs: performance.now(), env: {} });
}

const XNYS = { name: "XNYS" };
const bare = ({ trades }: Awaited<ReturnType<typeof run>>) =>
  trades.map(({ symbol, entryPrice, exitPrice, pnl }) => ({ symbol, entryPrice, exitPrice, pnl }));

describe("a backtest of a venue with sessions", () => {
  it("trades as one whose days have no gaps, to the last digit, on its own days", async () => {
    const days = tradingDays(700);
    const [sessions, plain] = [await run(await folder(days, XNYS)), await run(await folder(contiguous(700), null))];
    expect(plain.trades.length).toBeGreaterThan(10);
    expect(bare(sessions)).toEqual(bare(plain));
    expect(sessions.equity).toBe(plain.equity);
    expect(sessions.metrics.slots).toBe(plain.metrics.slots);
    expect(sessions.metrics.maxDrawdownPct).toBe(plain.metrics.maxDrawdownPct);
    // Opened at the open of a session; closed at one, or at the close of one.
    const opens = new Set(days);
    for (const { entryMs, exitMs } of sessions.trades) {
      expect(opens.has(entryMs)).toBe(true);
      expect(opens.has(exitMs) || opens.has(exitMs - DAY_MS)).toBe(true);
    }
    expect(sessions.metrics.endMs).toBe((days.at(-1) ?? 0) + DAY_MS);
    expect(sessions.calendar).toEqual({ name: "XNYS", sessionsPerYear: 252, warmupSessions: null });
    expect(sessions.leftOut).toEqual(plain.leftOut);
  });

  it("tells the rules the day of the candle", async () => {
    asked.clear();
    const days = new Set(tradingDays(400));
    await run(await folder([...days], XNYS));
    expect(asked.size).toBeGreaterThan(100);
    for (const at of asked) expect(days.has(at)).toBe(true);
  });

  it("would trade nothing without the calendar: every weekend is a hole", async () => {
    const { metrics } = await run(await folder(tradingDays(700), null));
    expect(metrics.decisions).toBe(0);
  });

  it("decides the same when later sessions are not known yet (law 3)", async () => {
    const days = tradingDays(700);
    const whole = await run(await folder(days, XNYS), { cycles: "200" });
    const cut = await run(await folder(days.slice(0, 450), XNYS), { cycles: "200" });
    expect(cut.metrics.slots).toBe(200);
    expect(bare(cut)).toEqual(bare(whole));
    expect(cut.trades.length).toBeGreaterThan(3);
    expect(cut.equity).toBe(whole.equity);
  });

  it("counts --cycles in sessions", async () => {
    const { metrics } = await run(await folder(tradingDays(400), XNYS), { cycles: "20" });
    expect(metrics.slots).toBe(20);
    expect((metrics.endMs - metrics.startMs) / DAY_MS).toBeGreaterThan(19);
  });

  it("enters before 250 sessions only where the folder says so", async () => {
    const days = tradingDays(150);
    const from = new Date(days[60] ?? 0).toISOString();
    const usual = await run(await folder(days, XNYS), { asOf: from });
    const sooner = await run(await folder(days, { ...XNYS, warmupSessions: 50 }), { asOf: from });
    expect(usual.metrics.decisions).toBe(0);
    expect(sooner.metrics.decisions).toBeGreaterThan(0);
    const again = await run(await folder(days, { ...XNYS, warmupSessions: 50 }), { asOf: from });
    expect(JSON.stringify(again)).toBe(JSON.stringify(sooner));
  });

  it("is refused on other candles than daily ones", async () => {
    const dir = await folder(tradingDays(30), XNYS);
    await writeFile(join(dir, "AAA-USD-1h.csv"), "timestamp,open,high,low,close,volume\n1672617600000,1,1,1,1,1\n");
    await expect(run(dir, { timeframe: "1h" })).rejects.toThrow(/calendar of sessions.*daily candles/s);
  });
});
