// Floor 4. The first row of a run says what it trades with, and what it is bound to.
import type { JournalEvent } from "#schemas/journal.ts";
import type { Money } from "#schemas/money.ts";
import type { SlotDesk } from "./slot-desk.ts";

export const runStarted = (
  desk: Pick<SlotDesk, "clock" | "quote" | "marketData" | "strategies" | "config">,
  cash: Money,
): JournalEvent => ({
  type: "run-started",
  atMs: desk.clock.now(),
  cash,
  quote: desk.quote,
  venueId: desk.marketData.venueId,
  strategyIds: [...desk.strategies.keys()],
  timeframe: desk.config.timeframe,
  securityPolicy: desk.config.securityPolicy,
});
