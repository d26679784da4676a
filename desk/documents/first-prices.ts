// Floor 4. The prices that a run began with, kept as long as the desk: analyses are thinned and candles roll on, and buy and hold is
// measured from the first slot.
import { z } from "zod";
import type { JournalEvent } from "#schemas/journal.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { type MarketSymbol, splitSymbol, type UnixMs, unixMs } from "#schemas/units.ts";
import type { Desk } from "../desk.ts";
import { slotAt } from "../slots.ts";

const FirstPrices = z.object({ slotMs: z.int(), prices: z.record(z.string(), z.number().positive()) });

/** Never renewed: there is one first slot. */
const FOR_GOOD_MS = unixMs(8_640_000_000_000_000);

/** The slot in which the run began; null before it has. */
export function firstSlotOfRun(
  { config, marketData }: Pick<Desk, "config" | "marketData">,
  events: readonly JournalEvent[],
): UnixMs | null {
  const started = events.find((event) => event.type === "run-started");
  return started === undefined ? null : slotAt(started.atMs, config.timeframe, marketData.graceMs);
}

/** Once a run; nothing where no price of that slot is known any more. @throws StoreError */
export async function keepFirstPrices(
  desk: Pick<Desk, "runId" | "topics" | "khala" | "universe" | "config" | "marketData" | "clock" | "quote">,
  slotMs: UnixMs,
  options: CallOptions,
): Promise<void> {
  const { runId, topics, khala, config, marketData } = desk;
  const nowMs = desk.clock.now();
  if ((await topics.recall("first-prices", runId, { nowMs }, options)).status !== "missing") return;
  const { assets } = await desk.universe.at(nowMs, options);
  const symbols = assets.filter((symbol) => splitSymbol(symbol).quote === desk.quote);
  const keys = symbols.map((symbol) => ({ venueId: marketData.venueId, symbol, timeframe: config.timeframe }));
  const recalls = await khala.recallMany(keys, { nowMs: unixMs(slotMs + marketData.graceMs) }, options);
  const prices = recalls.flatMap((recall, at): [MarketSymbol, number][] => {
    const symbol = symbols[at];
    const isThere = symbol !== undefined && recall.status !== "missing" && recall.record.asOfMs === slotMs;
    return isThere ? [[symbol, recall.record.price]] : [];
  });
  if (prices.length === 0) return;
  const body = { slotMs, prices: Object.fromEntries(prices) };
  const draft = { kind: "first-prices", topic: runId, body, sources: [], validUntilMs: FOR_GOOD_MS } as const;
  await topics.remember(draft, { nowMs }, options);
}

/** By market, of that slot; none where the run began at another. */
export async function readFirstPrices(
  { runId, topics, clock }: Pick<Desk, "runId" | "topics" | "clock">,
  slotMs: UnixMs,
  options: CallOptions,
): Promise<ReadonlyMap<string, number>> {
  const recall = await topics.recall("first-prices", runId, { nowMs: clock.now() }, options);
  const kept = recall.status === "missing" ? undefined : FirstPrices.safeParse(recall.record.body).data;
  return new Map(kept?.slotMs === slotMs ? Object.entries(kept.prices) : []);
}
