// Floor 4. A desk after a slot, between slots, or refused by its venue → alerts in its journal. Telling comes later
// (deliver.ts): what is not journaled is not told.
import type { Alert } from "#schemas/alert.ts";
import type { Recall } from "#schemas/analysis.ts";
import type { ProviderRefusedError } from "#schemas/errors.ts";
import type { JournalEvent } from "#schemas/journal.ts";
import { isGone } from "#schemas/market.ts";
import { isWorking, type Order } from "#schemas/order.ts";
import type { ControlState } from "#schemas/portfolio.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { limitsNow } from "#schemas/tightened-limits.ts";
import { type MarketSymbol, timeframeMs, type UnixMs } from "#schemas/units.ts";
import { isOf, openPositions } from "#toolkits/portfolio/positions.ts";
import type { Desk } from "../desk.ts";
import type { SleepReport } from "../documents/sleep-report.ts";
import { ofStrategy, strategyIdsOf } from "../documents/strategy-names.ts";
import { delistingNotices } from "../news/delistings.ts";
import {
  type AlertFacts,
  AlertMemory,
  type AlertSlot,
  type BoughtMarket,
  type HeldMarket,
  NO_MEMORY,
  type VenueAlertFacts,
} from "./alert-facts.ts";
import { tokenFacts } from "./held-token.ts";
import { metText } from "./judge-watch.ts";
import { raiseAlerts, watchAlertId } from "./rules.ts";
import { stillPrices } from "./still-prices.ts";
import { watchesMetNow } from "./watch-figures.ts";

/** After the last step of a slot. Returns what was raised; it is in the journal then. */
export async function watchSlot(
  desk: Desk,
  tick: { readonly slotMs: UnixMs; readonly sleep: SleepReport },
  options: CallOptions,
): Promise<readonly Alert[]> {
  const { held, bought } = await watchedMarkets(desk, tick.sleep, options);
  const met = await watchesMetNow(desk, options);
  const frozen = isFrozen(tick.sleep);
  return raise(desk, { slotMs: tick.slotMs, status: "finished", held, bought, frozen }, options, met);
}

/** The venue said no for good, and the slot ended there: what can still be told is told before the desk stops. */
export const watchRefusal = (
  desk: Desk,
  slotMs: UnixMs,
  { message }: ProviderRefusedError,
  options: CallOptions,
): Promise<readonly Alert[]> => raise(desk, { slotMs, status: "refused", words: message }, options);

/**
 * Between two slots, from what is at hand: control, the halt file, orders without an answer. Not while a tick is at work.
 */
export const watchBetween = (desk: Desk, options: CallOptions): Promise<readonly Alert[]> => raise(desk, null, options);

type WatchesMet = Awaited<ReturnType<typeof watchesMetNow>>;

async function raise(
  desk: Desk,
  slot: AlertSlot | null,
  options: CallOptions,
  met: WatchesMet = [],
): Promise<readonly Alert[]> {
  const { log } = desk.alerts;
  const kept = await memoryOf(desk, options);
  const before = { ...kept, raised: kept.raised.filter(({ alertId }) => !log.has(alertId)) };
  const raised = raiseAlerts(before, factsOf(desk, slot, met));
  if (slot !== null) await keep(desk, slot.slotMs, { before, next: raised.memory }, options);
  desk.alerts.memory = raised.memory;
  const alerts = [...before.raised, ...raised.alerts].filter(({ alertId }) => !log.has(alertId));
  await desk.account.append(
    alerts.flatMap((alert): JournalEvent[] => [
      { type: "alert", atMs: alert.atMs, alert },
      // In one append: a watch that was told is over, and one that was not waits on.
      ...met.flatMap(({ standing }): JournalEvent[] =>
        watchAlertId(standing.watchId) === alert.alertId
          ? [{ type: "price-watch", ...standing, state: "met", atMs: alert.atMs }]
          : [],
      ),
    ]),
    options,
  );
  return alerts;
}

const JOB = "alerts";

async function memoryOf({ alerts, runs }: Desk, options: CallOptions): Promise<AlertMemory> {
  if (alerts.memory !== null) return alerts.memory;
  const kept = await runs.newestResult(JOB, options);
  // What an older version kept otherwise is forgotten: at worst something is told a second time.
  const parsed = AlertMemory.safeParse(kept?.result);
  return parsed.success ? parsed.data : NO_MEMORY;
}

/** Written only in slots that change more than their own number, so that a quiet desk writes nothing. */
async function keep(
  { runs, clock }: Desk,
  slotMs: UnixMs,
  { before, next }: { readonly before: AlertMemory; readonly next: AlertMemory },
  options: CallOptions,
): Promise<void> {
  const compared = (memory: AlertMemory): string => JSON.stringify({ ...memory, slotMs, raised: [] });
  if (compared(before) === compared(next)) return;
  const begun = await runs.begin({ job: JOB, slotMs, nowMs: clock.now() }, options);
  if (begun.status !== "done") await runs.finish({ job: JOB, slotMs, fence: begun.fence }, next, options);
}

function factsOf(desk: Desk, slot: AlertSlot | null, met: WatchesMet): AlertFacts {
  const { log } = desk.alerts;
  const portfolio = desk.account.portfolio();
  const nowMs = desk.clock.now();
  const { maxDayLossPct, maxDrawdownPct } = limitsNow(desk.config.limits, portfolio.tightened);
  const limits = log.limits();
  const slots = log.slots();
  const newFills = log.newFills();
  const state: ControlState = desk.haltFileExists() ? "halted" : portfolio.control;
  return {
    nowMs,
    simulated: desk.marketData.simulated,
    strategies: strategyIdsOf(desk),
    ended: desk.hosts.flatMap(({ info, fault }) =>
      fault === null ? [] : [{ strategyId: info.id, why: fault.message }],
    ),
    fills: newFills.fills,
    fillsToldMs: newFills.toldMs,
    unacknowledged: unacknowledged(desk),
    ...(desk.execution.kind === "live" ? { atVenue: venueFacts(desk, nowMs, state === "halted") } : {}),
    limits: limits === null ? null : { ...limits, maxDayLossPct, maxDrawdownPct },
    control: { state, ...log.control() },
    lastSlots:
      slots === null || slots.before === null
        ? null
        : { beforeMs: slots.before, newestMs: slots.newest, stepMs: timeframeMs(desk.config.timeframe) },
    delistings: delistingNotices(desk, nowMs),
    watchesMet: met.map(({ standing, by }) => ({
      watchId: standing.watchId,
      symbol: standing.watch.symbol,
      text: metText(standing, by),
    })),
    slot,
  };
}

/** Where the venue's own time is known, `order-in-doubt` tells of them. */
function unacknowledged({ account, execution, alerts }: Desk): readonly Order[] {
  if (execution.kind === "live") return [];
  return [...account.portfolio().orders.values()].filter(
    ({ status, clientOrderId }) => status === "unresolved" && !alerts.log.hasOrder("order-ambiguous", clientOrderId),
  );
}

function venueFacts({ account, execution, markets, venueBook }: Desk, nowMs: UnixMs, halted: boolean): VenueAlertFacts {
  const portfolio = account.portfolio();
  return {
    halted,
    differences: venueBook.differences.standing().filter(({ accepted }) => accepted === null),
    bare: venueBook.bareSince.look(portfolio, markets, nowMs),
    inDoubt: [...portfolio.orders.values()].flatMap((order) => {
      const sinceMs = venueBook.doubtTimes.sinceMs(order.clientOrderId);
      return sinceMs === null ? [] : [{ order, sinceMs }];
    }),
    acceptanceMs: execution.capabilities.acceptanceMs ?? 0,
  };
}

/** The venue answered, and had a new candle for not one market. */
const isFrozen = ({ analysed, skipped }: SleepReport): boolean => analysed === 0 && skipped.length > 0;

/** Each market held, and each that is being bought, as this slot found it. */
async function watchedMarkets(
  desk: Desk,
  sleep: SleepReport,
  options: CallOptions,
): Promise<{ readonly held: readonly HeldMarket[]; readonly bought: readonly BoughtMarket[] }> {
  const portfolio = desk.account.portfolio();
  const open = openPositions(portfolio);
  const orders = [...portfolio.orders.values()].filter(isWorking);
  const entries = orders.filter(({ role }) => role === "entry").map(({ symbol }) => symbol);
  const symbols = [...new Set(open.map(({ symbol }) => symbol))];
  const buying = [...new Set(entries)].filter((symbol) => !symbols.includes(symbol));
  if (symbols.length + buying.length === 0) return { held: [], bought: [] };
  const { venueId } = desk.marketData;
  const keys = [...symbols, ...buying].map((symbol) => ({ venueId, symbol, timeframe: desk.config.timeframe }));
  const recalls = await desk.khala.recallMany(keys, { nowMs: desk.clock.now() }, options);
  const stops = orders.filter(({ role }) => role === "stop-loss");
  const strategies = strategyIdsOf(desk);
  const bare = open.filter((position) => !stops.some(isOf(position)));
  const still = await stillMarkets(desk, sleep, recalls.slice(0, symbols.length), options);
  const failed = new Set(sleep.failed.map(({ symbol }) => symbol));
  const seen = new Map(keys.map(({ symbol }, row) => [symbol, tokenSeen(recalls[row], !failed.has(symbol))] as const));
  const held = symbols.map((symbol, row) => ({
    symbol,
    isListed: !isGone(desk.markets, symbol),
    withoutStop: bare
      .filter((position) => position.symbol === symbol)
      .map(({ strategyId }) => `${symbol}${ofStrategy(strategyId, strategies)}`),
    openedMs: open.filter((position) => position.symbol === symbol).map(({ openedAtMs }) => openedAtMs),
    read: !failed.has(symbol) && recalls[row] !== undefined && recalls[row].status !== "missing",
    priceStands: still.has(symbol),
    ...(seen.get(symbol) ?? NOTHING_SEEN),
  }));
  return { held, bought: buying.map((symbol) => ({ symbol, ...(seen.get(symbol) ?? NOTHING_SEEN) })) };
}

const NOTHING_SEEN = { verdict: null, reason: null, token: null };

/** An old reading says nothing of now; a report past its time counts as unknown (law 4). */
function tokenSeen(recall: Recall | undefined, read: boolean): Omit<BoughtMarket, "symbol"> {
  if (recall === undefined || recall.status === "missing") return NOTHING_SEEN;
  if (recall.status === "stale" && recall.reason === "security-expired")
    return { ...NOTHING_SEEN, verdict: "unknown", reason: "its security report is past its time" };
  if (!read) return NOTHING_SEEN;
  const { security } = recall.record;
  return { verdict: security.verdict, reason: security.reason, token: tokenFacts(security) };
}

/** Of those held. A venue that has just not answered is not asked for prices, too. */
function stillMarkets(
  { clock, marketData, alerts }: Desk,
  sleep: SleepReport,
  recalls: readonly Recall[],
  options: CallOptions,
): Promise<ReadonlySet<MarketSymbol>> | ReadonlySet<MarketSymbol> {
  if (clock.kind !== "system" || sleep.analysed === 0 || recalls.length === 0) return NONE_STILL;
  const closes = new Map(
    recalls.flatMap((recall) =>
      recall.status === "missing"
        ? []
        : [[recall.record.symbol, { asOfMs: recall.record.asOfMs, close: recall.record.price }] as const],
    ),
  );
  return stillPrices({ marketData, nowMs: clock.now(), seen: alerts.prices }, closes, options);
}

const NONE_STILL: ReadonlySet<MarketSymbol> = new Set();
