// Floor 4. A desk at one slot, and the analyses at hand → everything that `decide` judges by. Written once for all drivers.
import type { DeciderSettings, SlotSituation } from "#agents/deep-trader-manager/decide.ts";
import type { Money } from "#schemas/money.ts";
import type { LossState } from "#schemas/portfolio.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { limitsNow } from "#schemas/tightened-limits.ts";
import type { UnixMs } from "#schemas/units.ts";
import { isLate } from "../slots.ts";
import { quoteOffParPct } from "./quote-peg.ts";
import type { SlotAnalyses, SlotDesk } from "./slot-desk.ts";
import { withPlans } from "./with-plans.ts";

/** The part of a desk that `decide` needs and that a slot does not change. */
export const deciderSettings = (
  desk: Pick<SlotDesk, "deskId" | "runId" | "strategies" | "quote" | "config" | "markets" | "account">,
): DeciderSettings => ({
  deskId: desk.deskId,
  runId: desk.runId,
  strategies: desk.strategies,
  quote: desk.quote,
  limits: limitsNow(desk.config.limits, desk.account.portfolio().tightened),
  admitted: desk.config.markets,
  costs: desk.config.costs,
  markets: desk.markets,
});

interface Marked {
  readonly slotMs: UnixMs;
  readonly analyses: SlotAnalyses;
  /** The meter after this slot's mark. */
  readonly loss: LossState;
  /** At the marks of the analyses. */
  readonly equity: Money;
}

export async function situationOf(
  desk: SlotDesk,
  { slotMs, analyses, loss, equity }: Marked,
  options: CallOptions,
): Promise<SlotSituation> {
  const { account, clock, config } = desk;
  const { unread, marks, liquidity } = analyses;
  const nowMs = clock.now();
  const portfolio = account.portfolio();
  const { candidates, planned } = withPlans(analyses.candidates, {
    plans: portfolio.plans,
    strategies: desk.strategies,
    limits: limitsNow(config.limits, portfolio.tightened),
    slotMs,
    nowMs,
  });
  // What binds entries only is asked for only where there may be one.
  const enters = candidates.some(
    ({ reading, freshness }) => freshness === "fresh" && reading.signal.action === "enter",
  );
  return {
    slotMs,
    nowMs,
    late: isLate(slotMs, nowMs, config.timeframe),
    haltFile: desk.haltFileExists(),
    blind: desk.isBlind(),
    candidates,
    unread,
    portfolio: { ...portfolio, loss },
    equity,
    marks,
    liquidity,
    quoteOffParPct: enters ? await quoteOffParPct(desk, nowMs, options) : null,
    relationships: enters ? analyses.relationships() : null,
    leaderHourSigmas: enters ? analyses.leaderHourSigmas() : null,
    debates: config.thinking.debateDayTokens === 0 || desk.quarantine.has("debate") ? NO_DEBATES : portfolio.debates,
    planned,
    alreadyDecided: account.decided(),
    entriesBefore: entriesOf(desk, slotMs),
  };
}

const NO_DEBATES: SlotSituation["debates"] = new Map();

/** Entries that this slot has sent already: late markets share the places with those that were there. */
function entriesOf({ account }: SlotDesk, slotMs: UnixMs): number {
  const events = account.newestSlot();
  const [mark] = events;
  if (mark?.type !== "equity" || mark.slotMs !== slotMs) return 0;
  const entries = events.flatMap((e) =>
    e.type === "order-list" ? e.orders.filter(({ role }) => role === "entry").map((o) => o.clientOrderId) : [],
  );
  return new Set(entries).size;
}
