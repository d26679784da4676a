// `node --expose-gc live-stretch.ts PLACE SLOTS`: opens a desk on a store at the midnight after the lived day, lives so many slots, asks some
// questions, and says on its output what it took, what is held, and what the desk has come to.
import { existsSync, readFileSync } from "node:fs";
import { askDesk } from "#desk/answering/ask-desk.ts";
import { createBackgroundQueue } from "#desk/answering/background-queue.ts";
import { createConversations } from "#desk/answering/conversations.ts";
import type { Desk } from "#desk/desk.ts";
import { runLiveSlot } from "#desk/run-slot/live-slot.ts";
import type { JournalEvent } from "#schemas/journal.ts";
import type { UnixMs } from "#schemas/units.ts";
import { patience } from "#test/support/desk.ts";
import { accountTold } from "./account-told.ts";
import { readsOf, serverProcess } from "./reads.ts";
import type { Asked, Held, LivedSlot, Stretch } from "./stretch.ts";
import { NEXT_MS, openPlace, openYearDesk, type Place, slotsFrom } from "./year-desk.ts";

/** The last two are about all that ever was. */
const QUESTIONS = [
  "what is the RSI of BTC?",
  "how is ETH?",
  "summary of SOL",
  "what do we hold?",
  "why did you not buy BTC?",
  "what happened since I left?",
  "what did we pay in fees?",
];

/** Of Linux. */
const MS_A_TICK = 10;

const [, , spec = "", slots = ""] = process.argv;
const place = await openPlace(JSON.parse(spec));
const { db, kind } = place.database;
const server = kind === "postgres" ? await serverProcess(db) : null;
const [startMs, startCpuMs] = [performance.now(), cpuMsNow()];
const { desk, clock } = await openYearDesk(place, NEXT_MS);
const openMs = performance.now() - startMs;
const openCpuMs = cpuMsNow() - startCpuMs;
const opened = held();
const events: JournalEvent[] = [];
desk.account.subscribe({ take: (event) => void events.push(event) });
const lived: LivedSlot[] = [];
for (const slotMs of slotsFrom(NEXT_MS, Number(slots))) {
  clock.advanceTo(slotMs);
  lived.push(await liveSlot(slotMs));
}
const ended = held();
const { venueId } = desk.marketData;
const keys = [...desk.markets.keys()].map((symbol) => ({ venueId, symbol, timeframe: desk.config.timeframe }));
const recalls = await desk.khala.recallMany(keys, { nowMs: clock.now(), verify: true }, patience);
const stretch: Stretch = {
  ...{ openMs, openCpuMs, opened, ended, slots: lived, events },
  asked: await ask(desk, place),
  recalls: JSON.stringify(recalls),
  account: accountTold(desk.account),
};
await place.store.close();
process.stdout.write(JSON.stringify(stretch));

async function liveSlot(slotMs: UnixMs): Promise<LivedSlot> {
  const [before, sent, beganMs, cpuMs] = [await readsOf(db), place.statements(), performance.now(), cpuMsNow()];
  await runLiveSlot(desk, slotMs, patience);
  const spent = {
    tookMs: performance.now() - beganMs,
    cpuMs: cpuMsNow() - cpuMs,
    statements: place.statements() - sent,
  };
  const after = await readsOf(db);
  return {
    slotMs,
    ...spent,
    rows: after.rows - before.rows,
    windowRows: after.windowRows - before.windowRows,
    pages: after.pages - before.pages,
  };
}

/** Of this process and of the one that answers its statements, if that is on this machine: how busy it is besides counts for nothing. */
function cpuMsNow(): number {
  const { user, system } = process.cpuUsage();
  const own = (user + system) / 1000;
  const stat = `/proc/${server}/stat`;
  if (server === null || !existsSync(stat)) return own;
  const [userTicks = 0, systemTicks = 0] =
    readFileSync(stat, "utf8").split(") ")[1]?.split(" ").slice(11, 13).map(Number) ?? [];
  return own + (userTicks + systemTicks) * MS_A_TICK;
}

async function ask(of: Desk, { store }: Place): Promise<readonly Asked[]> {
  const fail = (text: string): void => {
    throw new Error(text);
  };
  const background = createBackgroundQueue(fail);
  const open = {
    desk: of,
    store,
    managerModels: async () => [],
    background,
    conversations: createConversations(of, fail),
  };
  const asked: Asked[] = [];
  for (const question of QUESTIONS) {
    const beganMs = cpuMsNow();
    const { answer } = await askDesk(open, question, patience);
    asked.push({ question, answer, cpuMs: cpuMsNow() - beganMs });
    await background.settled();
  }
  return asked;
}

function held(): Held {
  globalThis.gc?.();
  const { rss, heapUsed } = process.memoryUsage();
  const peakMb = process.resourceUsage().maxRSS / 2 ** 10;
  return { residentMb: rss / 2 ** 20, heapMb: heapUsed / 2 ** 20, peakMb };
}
