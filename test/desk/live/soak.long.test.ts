// A desk for hours of its time, at sixty times the speed: looked after by its own loop, deciding at each slot, in prices that move and a storm
// that does not end, with its journal on a disk. `DEEPTRADER_SOAK_MINUTES=30 npm run test:long -- test/desk/live/soak` is thirty hours.
import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, it } from "vitest";
import { lookAfterOrders } from "#desk/live/look-after-orders.ts";
import { type JournalEvent, type JournalRow, journalEventId } from "#schemas/journal.ts";
import type { Money } from "#schemas/money.ts";
import type { LossState } from "#schemas/portfolio.ts";
import type { Journal } from "#schemas/ports/trading.ts";
import { unixMs } from "#schemas/units.ts";
import { emptyFolder } from "#test/support/cli.ts";
import { FULL_COUNT } from "#test/support/count.ts";
import { Storm } from "./storm.ts";

const SPEED = 60;
const MINUTES = FULL_COUNT ? Number(process.env["DEEPTRADER_SOAK_MINUTES"] ?? 3) : 0.1;
const SLOT_MS = 60_000;
const WEATHER_MS = 60_000;
const FORGOTTEN_MS = 600_000;
/** Memory may grow by what the desk keeps of what it did, bytes an hour of its time. */
const GROWTH_AN_HOUR = 1_500_000;

/** A line a row; no row comes twice. */
function journalIn(file: string): Journal {
  writeFileSync(file, "");
  let seq = 0;
  const newest: string[] = [];
  return {
    append: async (events) => {
      for (const event of events) {
        const eventId = journalEventId(event);
        if (newest.includes(eventId)) throw new Error(`journaled twice: ${eventId}`);
        newest.push(eventId);
        if (newest.length > 500) newest.shift();
        appendFileSync(file, `${JSON.stringify({ seq: ++seq, eventId, event })}\n`);
      }
    },
    read: async ({ limit }) => {
      const lines = readFileSync(file, "utf8").split("\n").slice(0, -1);
      return (limit === undefined ? lines : lines.slice(-limit)).map((line) => JSON.parse(line) as JournalRow);
    },
  };
}

setFlagsFromString("--expose_gc");
const collect = runInNewContext("gc") as () => void;
function usedBytes(): number {
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** What ends a slot in the journal: the desk keeps rows of its own only since the newest one. */
const slotEnd = (nowMs: number): JournalEvent => {
  const slotMs = unixMs(nowMs);
  const dayStartMs = nowMs - (nowMs % 86_400_000);
  const measured = { dayStartMs, dayStartEquity: 10_000, peaks: [], equity: 10_000, drawdownPct: 0, dayChangePct: 0 };
  const loss: LossState = { ...measured, dayLossLatched: false, drawdownLatched: false };
  return { type: "equity", atMs: slotMs, slotMs, equity: "10000" as Money, loss };
};

it(`a desk in a storm for ${MINUTES * SPEED} minutes of its time sends nothing twice, sells nothing that it does not hold, and its account is the venue's`, async () => {
  await using folder = await emptyFolder();
  const storm = await Storm.open("binance", 16, journalIn(join(folder.dir, "journal.ndjson")));
  const { rig, witness } = storm;
  const { trader } = rig;
  const { account, symbol } = trader;
  const startMs: number = trader.venueNow();
  const untilMs = startMs + MINUTES * SPEED * 60_000;
  const ids = new Set<string | null>();
  const memory: number[] = [];
  let next = { slotMs: startMs, weatherMs: startMs, forgetMs: startMs, memoryMs: startMs };
  let orders = 0;

  const place = account.place.bind(account);
  account.place = (wish) => {
    const placed = place(wish);
    if (typeof placed !== "string") {
      orders += 1;
      ids.add(wish.clientId);
    }
    return placed;
  };

  /** A second of the world. */
  const second = async (): Promise<void> => {
    trader.wait(1_000);
    const nowMs = trader.venueNow();
    const start = Number(trader.account.listingOf(symbol)?.price ?? 0);
    const pull = Number(account.priceOf(symbol)) > start ? 0.00005 : -0.00005;
    account.setPrice(symbol, rig.price((1 + (storm.draw() - 0.5) * 0.004 - pull).toFixed(8)));
    if (nowMs >= next.weatherMs) {
      next = { ...next, weatherMs: nowMs + WEATHER_MS };
      storm.clear(0.6);
      storm.brew();
    }
    if (nowMs >= next.slotMs) {
      next = { ...next, slotMs: nowMs + SLOT_MS };
      await storm.decide();
      await storm.survive(async () => rig.desk.account.append([slotEnd(nowMs)], rig.options));
    }
    if (nowMs >= next.forgetMs) {
      next = { ...next, forgetMs: nowMs + FORGOTTEN_MS };
      account.forget(nowMs - FORGOTTEN_MS);
    }
    if (nowMs >= next.memoryMs) {
      next = { ...next, memoryMs: nowMs + (untilMs - startMs) / 24 };
      memory.push(usedBytes());
    }
    storm.excuse();
    witness.look();
  };

  /** The desk's own loop, in one process after another, until then. */
  const liveUntil = async (endMs: number): Promise<void> => {
    while (trader.venueNow() < endMs) {
      if (rig.isDead) await storm.restart();
      const desk = { ...rig.desk, reconciliation: rig.reconciliation, venueBook: rig.book };
      const isOver = new AbortController();
      const signal = AbortSignal.any([isOver.signal, rig.options.signal]);
      const sleep = async (): Promise<void> => {
        await second();
        if (trader.venueNow() >= endMs) isOver.abort();
      };
      const looks = { isRunningSlot: () => false, sleep, onProblem: () => {} };
      await storm.survive(() => lookAfterOrders(desk as never, looks, { signal }));
      // Its loop has ended and its time has not: it lost its store, and its next slot ends it.
      if (!isOver.signal.aborted) rig.kill();
    }
  };

  try {
    await liveUntil(untilMs);
    storm.clear(1);
    next = { ...next, weatherMs: Number.POSITIVE_INFINITY, slotMs: Number.POSITIVE_INFINITY };
    await liveUntil(untilMs + 120_000);
    if (rig.isDead) await storm.restart();
    // How soon it covers is stated of stories, whose weather passes: here one fault may fall into the rest after another.
    expect(witness.problems.filter((problem) => problem.includes("for sale"))).toEqual([]);
    expect(rig.disagreements()).toEqual([]);
    expect(rig.reconciliation.state.differences).toEqual([]);
    expect(ids.size).toBe(orders);
    expect(orders).toBeGreaterThan(MINUTES * 3);
    // The first sixth warms up.
    const [first, last] = [memory[4] ?? 0, memory.at(-1) ?? 0];
    if (FULL_COUNT) expect(last - first).toBeLessThan((MINUTES * SPEED * GROWTH_AN_HOUR) / 60 + 4_000_000);
    if (process.env["DEEPTRADER_SOAK_MINUTES"] !== undefined) {
      const told = { orders, blows: storm.fell.length, memory: memory.map((bytes) => Math.round(bytes / 1e5) / 10) };
      console.info(JSON.stringify(told));
    }
  } finally {
    await rig.close();
  }
});
