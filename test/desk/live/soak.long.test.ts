// A desk for thirty hours of its time, which are half an hour at sixty times the speed: looked after by its own loop, deciding at each slot, in
// prices that move and a storm that does not end, with its journal on a disk. `DEEPTRADER_SOAK_MINUTES=120 npm run test:long --
// test/desk/live/soak` is five days of it, and says what was kept.
import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { lookAfterOrders } from "#desk/live/look-after-orders.ts";
import { type JournalEvent, type JournalRow, journalEventId } from "#schemas/journal.ts";
import type { Money } from "#schemas/money.ts";
import type { LossState } from "#schemas/portfolio.ts";
import type { Journal } from "#schemas/ports/trading.ts";
import { unixMs } from "#schemas/units.ts";
import { emptyFolder } from "#test/support/cli.ts";
import { FULL_COUNT } from "#test/support/count.ts";
import { keptBytes } from "#test/support/memory.ts";
import { BLOWS, Storm, SURVIVED } from "./storm.ts";

const SPEED = 60;
const asked = process.env["DEEPTRADER_SOAK_MINUTES"];
const minutesOf = (full: number): number => (FULL_COUNT ? Number(asked ?? full) : 0.1);
const SLOT_MS = 60_000;
const WEATHER_MS = 60_000;
const FORGOTTEN_MS = 600_000;
const MEASURED_MS = 1_800_000;
const HOUR_MS = 3_600_000;
/** Until the code is warm, ms. */
const WARM_MS = 3 * HOUR_MS;
/** It keeps 50,000 or so of an hour, points of its equity and six trades with their orders and fills; bytes. */
const GROWTH_AN_HOUR = 85_000;

const SOAKS = [
  { desk: "that dies and begins again", minutes: minutesOf(30), blows: BLOWS },
  { desk: "that lives", minutes: minutesOf(30), blows: SURVIVED },
] as const;

/** How fast y grows with x: the slope of least squares. */
function slopeOf(points: readonly { readonly x: number; readonly y: number }[]): number {
  const mean = (of: (point: { x: number; y: number }) => number) =>
    points.reduce((sum, point) => sum + of(point), 0) / points.length;
  const [x, y] = [mean((point) => point.x), mean((point) => point.y)];
  return mean((point) => (point.x - x) * (point.y - y)) / mean((point) => (point.x - x) ** 2);
}

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
    read: async ({ limit, first, sinceSeq = 0 }) => {
      const lines = readFileSync(file, "utf8").split("\n").slice(sinceSeq, -1);
      const wanted = limit === undefined ? lines.slice(0, first) : lines.slice(-limit);
      return wanted.map((line) => JSON.parse(line) as JournalRow);
    },
  };
}

/** What ends a slot in the journal: the desk keeps rows of its own only since the newest one. */
const slotEnd = (nowMs: number): JournalEvent => {
  const slotMs = unixMs(nowMs);
  const dayStartMs = nowMs - (nowMs % 86_400_000);
  const measured = { dayStartMs, dayStartEquity: 10_000, peaks: [], equity: 10_000, drawdownPct: 0, dayChangePct: 0 };
  const loss: LossState = { ...measured, dayLossLatched: false, drawdownLatched: false };
  return { type: "equity", atMs: slotMs, slotMs, equity: "10000" as Money, loss };
};

it.each(SOAKS)(
  "a desk $desk, $minutes hours of its time in a storm, sends nothing twice, covers what it holds and sells nothing else, keeps no more than its trades, and its account is the venue's",
  async ({ minutes, blows }) => {
    await using folder = await emptyFolder();
    const storm = await Storm.open("binance", 16, { disk: journalIn(join(folder.dir, "journal.ndjson")), blows });
    const { rig, witness } = storm;
    const { trader } = rig;
    const { account, symbol } = trader;
    const startMs: number = trader.venueNow();
    const untilMs = startMs + minutes * SPEED * 60_000;
    const ids = new Set<string | null>();
    /** Bytes by hours. */
    const memory: { x: number; y: number; resident: number }[] = [];
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
        rig.problems.length = 0;
      }
      if (nowMs >= next.memoryMs) {
        next = { ...next, memoryMs: nowMs + MEASURED_MS };
        const y = await keptBytes();
        memory.push({ x: (nowMs - startMs) / HOUR_MS, y, resident: process.memoryUsage().rss });
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
        // Its loop has ended and its time has not: it was told to end.
        if (!isOver.signal.aborted) rig.kill();
      }
    };

    try {
      await liveUntil(untilMs);
      storm.clear(1);
      next = { ...next, weatherMs: Number.POSITIVE_INFINITY, slotMs: Number.POSITIVE_INFINITY };
      await liveUntil(untilMs + 120_000);
      if (rig.isDead) await storm.restart();
      // Bare for longer than two seconds after the venue has shown it, though nothing is in the desk's way; and sold though it is not held.
      expect(witness.problems).toEqual([]);
      expect(rig.disagreements()).toEqual([]);
      expect(rig.reconciliation.state.differences).toEqual([]);
      expect(ids.size).toBe(orders);
      expect(orders).toBeGreaterThan(minutes * 3);
      const warm = memory.filter(({ x }) => x * HOUR_MS >= WARM_MS);
      // What a new process holds differs from one moment to the next, and hides a slope of few hours.
      if (warm.length > (blows === SURVIVED ? 5 : 20)) expect(slopeOf(warm)).toBeLessThan(GROWTH_AN_HOUR);
      if (asked !== undefined) {
        const megabytes = (bytes: number | undefined): number => Math.round((bytes ?? 0) / 1e4) / 100;
        const at = [0, 0.25, 0.5, 0.75, 1].map((share) => Math.round(share * (memory.length - 1)));
        const kept = at.map((each) => megabytes(memory[each]?.y));
        const resident = at.map((each) => megabytes(memory[each]?.resident));
        const anHour = Math.round(slopeOf(warm));
        console.info(JSON.stringify({ orders, blows: storm.fell.length, anHour, kept, resident }));
      }
    } finally {
      await rig.close();
    }
  },
);
