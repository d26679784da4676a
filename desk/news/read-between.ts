// Floor 4. The time between two slots → reads of feeds, one after the other, each begun only where it can end before the next close: no feed
// is waited for between close and submit.
import type { CallOptions } from "#schemas/ports/work.ts";
import { timeframeMs } from "#schemas/units.ts";
import { ledgerEntry, WorkTally } from "#schemas/work.ts";
import { countInto } from "#toolkits/ports/counted.ts";
import { type BetweenSlotsParts, lookBetweenSlots } from "../between-slots.ts";
import type { Desk } from "../desk.ts";
import { slotAt } from "../slots.ts";
import type { NewsBook } from "./news-book.ts";

/** How often it is looked whether a feed is due, ms of real time. */
const LOOK_EVERY_MS = 5_000;
/** A read takes so long at most, ms: the deadline of a feed and what its items take. */
const READ_MS = 15_000;

/** Resolves when aborted; rejects nothing. */
export async function readNewsBetweenSlots(desk: Desk, parts: BetweenSlotsParts, options: CallOptions): Promise<void> {
  const { news } = desk;
  if (news === null) return;
  const look = (call: CallOptions) => readNewsNow(desk, news, parts.isRunningSlot, call);
  await lookBetweenSlots({ name: "news", everyMs: LOOK_EVERY_MS, look }, parts, options);
}

/** Every feed that is due, as far as there is time. @throws StoreError */
export async function readNewsNow(
  desk: Pick<Desk, "clock" | "config" | "marketData" | "ledger">,
  news: Pick<NewsBook, "due" | "load" | "read">,
  isRunningSlot: () => boolean,
  options: CallOptions,
): Promise<void> {
  const { clock, config, marketData, ledger } = desk;
  const due = news.due(clock.now());
  if (due.length === 0) return;
  const tally = new WorkTally();
  const hasTime = (): boolean => {
    const nowMs = clock.now();
    const nextCloseMs = slotAt(nowMs, config.timeframe, marketData.graceMs) + timeframeMs(config.timeframe);
    return !isRunningSlot() && nowMs + READ_MS <= nextCloseMs;
  };
  if (!hasTime()) return;
  try {
    await news.load(options);
    for (const source of due) {
      if (!hasTime()) break;
      await countInto(tally, () => news.read(source, options));
    }
  } finally {
    const entry = ledgerEntry({ atMs: clock.now(), phase: "sleep", job: "news", work: tally.total() });
    if (entry.work.providerCalls > 0) await ledger.record(entry, options);
  }
}
