// Four worlds whose journals are kept as files: three seeds of the simulated venue and one generated folder, driven by the
// product's defaults through its two ways of moving time.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseOptions } from "#apps/options.ts";
import { firstSlotOf } from "#apps/run-choice.ts";
import type { Venue } from "#apps/venues/venue.ts";
import { openVenue } from "#apps/venues.ts";
import { runLiveSlot } from "#desk/run-slot/live-slot.ts";
import { runBacktest } from "#scheduler/backtest-driver.ts";
import { runReplay } from "#scheduler/replay-driver.ts";
import type { DeskConfig } from "#schemas/config.ts";
import { canonicalDecisionLine } from "#schemas/decisions-hash.ts";
import type { JournalEvent } from "#schemas/journal.ts";
import { timeframeMs, type UnixMs, unixMs } from "#schemas/units.ts";
import { type SeededMarket, seededRows, TWO_COINS, writeRows } from "#test/apps/market-files.ts";
import { openTestDesk, patience } from "#test/support/desk.ts";

export interface World {
  /** Of its file: `seed-1`. */
  readonly name: string;
  readonly config: DeskConfig;
  readonly venue: Venue;
  readonly firstSlotMs: UnixMs;
  readonly lastSlotMs: UnixMs;
  close(): Promise<void>;
}

/** Of a seed; a folder is driven to its end. */
const SLOTS = 288;
const SEEDS = [1, 2, 3];

/** The names of all, and how each is opened. */
export const WORLDS: readonly (readonly [name: string, open: () => Promise<World>])[] = [
  ...SEEDS.map((seed) => {
    const name = `seed-${seed}`;
    const flags = { seed: String(seed), assets: "20", asOf: "2024-01-10T03:00Z" };
    return [name, () => openWorld({ name, flags, env: {}, close: async () => {} })] as const;
  }),
  ["folder", openFolderWorld],
];

const COINS: readonly SeededMarket[] = [
  ...TWO_COINS,
  { name: "SOL-USDT-5m", seed: 13, price: 90, count: 1000 },
  { name: "XRP-USDT-5m", seed: 14, price: 0.5, count: 1000 },
];

/** To the end of its candles, with stops and targets near enough to be met. */
async function openFolderWorld(): Promise<World> {
  const dir = await mkdtemp(join(tmpdir(), "deeptrader-golden-"));
  for (const market of COINS) await writeRows(dir, market.name, seededRows(market));
  const flags = { venue: "replay", data: dir, timeframe: "5m" };
  const near = { DEEPTRADER_STOP_PCT: "2", DEEPTRADER_TARGET_PCT: "3" };
  return openWorld({ name: "folder", flags, env: near, close: () => rm(dir, { recursive: true }) });
}

interface WorldParts extends Pick<World, "name" | "close"> {
  readonly flags: Readonly<Record<string, string>>;
  readonly env: Readonly<Record<string, string>>;
}

async function openWorld({ name, flags, env, close }: WorldParts): Promise<World> {
  const { config } = parseOptions(flags, env);
  const venue = await openVenue(config, patience);
  const firstSlotMs = firstSlotOf(venue, config);
  const lastSlotMs = venue.lastSlotMs ?? firstSlotMs + (SLOTS - 1) * timeframeMs(config.timeframe);
  return { name, config, venue, firstSlotMs, lastSlotMs: unixMs(lastSlotMs), close };
}

/** As `backtest` does. */
export async function byBacktest({ config, venue, firstSlotMs, lastSlotMs }: World): Promise<readonly string[]> {
  const events: JournalEvent[] = [];
  const onEvent = (event: JournalEvent) => events.push(event);
  await runBacktest({ config, venue, firstSlotMs, lastSlotMs }, { ...patience, onEvent });
  return linesOf(events);
}

/** As `start` does: the desk's own slots, under the replay driver. */
export async function byReplay({ config, venue, firstSlotMs, lastSlotMs }: World): Promise<readonly string[]> {
  const { timeframe, assets, limits } = config;
  const { desk, clock, events } = await openTestDesk({
    venue,
    startMs: firstSlotMs,
    timeframe,
    assets,
    limits,
    quote: venue.quote,
    cash: venue.cash,
  });
  const pace = {
    speed: null,
    cycles: null,
    lastSlotMs,
    monotonicMs: () => 0,
    sleep: async () => {},
  };
  await runReplay(
    { clock, timeframe, graceMs: venue.marketData.graceMs, firstSlotMs, ...pace },
    async (slotMs) => void (await runLiveSlot(desk, slotMs, patience)),
    patience,
  );
  return linesOf(await events());
}

const linesOf = (events: readonly JournalEvent[]): readonly string[] =>
  events.flatMap((event) => canonicalDecisionLine(event) ?? []);
