// Floor 4. What one slot has shown, and what is remembered of the ones before → alerts. Pure. Only what is worth
// interrupting the operator for; one alert per occurrence, and one per kind and slot where several markets share a cause.
import type { Alert, AlertKind } from "#schemas/alert.ts";
import type { ControlState } from "#schemas/portfolio.ts";
import { DAY_MS, type MarketSymbol, splitSymbol, timeframeMs, toIso, unixMs } from "#schemas/units.ts";
import { isAdoptedFill } from "#toolkits/execution/adoption.ts";
import { ofStrategy } from "../documents/strategy-names.ts";
import { noticeText } from "../news/delistings.ts";
import { type AlertFacts, type AlertMemory, type Draft, subjectsText } from "./alert-facts.ts";
import { fillText, timeText } from "./alert-text.ts";
import { controlAlertId } from "./log.ts";
import { venueAlerts } from "./venue-alerts.ts";
import { watchSlot } from "./watch-held.ts";

/**
 * Of 24 hours the first alerts of fills, each of one slot, come at once. What fills after them is told together, not twice
 * within 8 hours: so there are at most four in any 24 hours. A stop that was hit never waits. Chosen by measurement:
 * docs/adr/0017-alerts.md.
 */
const FILL_ALERTS_AT_ONCE = 2;
export const FILLS_TOGETHER_MS = 8 * timeframeMs("1h");

/** An order whose fate is not known is told after this long. */
export const AMBIGUOUS_AFTER_MS = 30_000;

/** A gap of more slots than this between two that were decided: the desk was dead. */
export const DEAD_AFTER_SLOTS = 3;

/** A watch is met once, so its id is enough. */
export const watchAlertId = (watchId: string): string => `watch-met:${watchId}`;

/** Alerts in the order of their weight. The same facts and memory give the same ids, however often it is looked at. */
export function raiseAlerts(memory: AlertMemory, facts: AlertFacts) {
  const watched = watchSlot(memory, facts.slot);
  const drafts = [
    ...watched.drafts,
    ...venueAlerts(facts.atVenue, facts),
    ...delistings(facts),
    ...stopsHit(facts),
    ...strategiesEnded(memory, facts),
    ...limitsTripped(facts),
    ...ambiguousOrders(facts),
    ...controlChanged(facts),
    ...deskDead(facts),
    ...watchesMet(facts),
    ...fills(facts),
  ];
  const { nowMs, simulated } = facts;
  const alerts: readonly Alert[] = drafts.map(({ symbols, orders, ...draft }) => ({
    ...draft,
    ...(orders === undefined ? {} : { orders: [...orders] }),
    symbol: (symbols.length === 1 ? symbols[0] : null) ?? null,
    atMs: nowMs,
    simulated,
  }));
  const ended = facts.ended.map(({ strategyId }) => strategyId);
  const raised = [...memory.raised, ...alerts.slice(0, watched.drafts.length)];
  return { alerts, memory: { ...watched.memory, ended, raised } };
}

/** One alert that tells of these orders. */
function ofOrders(
  kind: AlertKind,
  about: readonly { readonly clientOrderId: string; readonly symbol: MarketSymbol }[],
  text: string,
): Draft {
  const orders = [...new Set(about.map(({ clientOrderId }) => clientOrderId))];
  const symbols = [...new Set(about.map(({ symbol }) => symbol))];
  return { alertId: `${kind}:${subjectsText(orders)}`, kind, symbols, text, orders };
}

function stopsHit({ fills, strategies }: AlertFacts): readonly Draft[] {
  const hit = fills.filter(({ role }) => role === "stop-loss");
  return hit.length === 0 ? [] : [ofOrders("stop-hit", hit, `Stop hit: ${fillText(hit, strategies)}.`)];
}

function fills({ fills, fillsToldMs, nowMs, strategies }: AlertFacts): readonly Draft[] {
  const others = fills.filter(({ role }) => role !== "stop-loss");
  const today = fillsToldMs.filter((toldMs) => nowMs - toldMs < DAY_MS);
  const wait = today.length >= FILL_ALERTS_AT_ONCE && nowMs - (today.at(-1) ?? 0) < FILLS_TOGETHER_MS;
  if (others.length === 0 || wait) return [];
  const next =
    today.length + 1 < FILL_ALERTS_AT_ONCE
      ? ""
      : ` What fills next is reported by ${timeText(unixMs(nowMs + FILLS_TOGETHER_MS))}.`;
  const [adopted, filled] = [others.filter(isAdoptedFill), others.filter((fill) => !isAdoptedFill(fill))];
  const said = [
    ...(filled.length === 0 ? [] : [`Filled: ${fillText(filled, strategies)}.`]),
    ...(adopted.length === 0 ? [] : [`Adopted: ${fillText(adopted, strategies)}.`]),
  ];
  return [ofOrders("fill", others, `${said.join(" ")}${next}`)];
}

function ambiguousOrders({ unacknowledged, nowMs, strategies }: AlertFacts): readonly Draft[] {
  const late = unacknowledged.filter((order) => nowMs - order.createdAtMs > AMBIGUOUS_AFTER_MS);
  if (late.length === 0) return [];
  const named = late.map(
    (o) =>
      `${o.role} ${o.side} ${o.quantity} ${o.symbol}${ofStrategy(o.strategyId, strategies)} of ${timeText(o.createdAtMs)}`,
  );
  const text = `Not acknowledged, so it is not known whether the venue has it: ${named.join("; ")}. It is asked again.`;
  return [ofOrders("order-ambiguous", late, text)];
}

function limitsTripped({ limits }: AlertFacts): readonly Draft[] {
  if (limits === null) return [];
  const { loss, drawdownSinceMs, maxDayLossPct, maxDrawdownPct } = limits;
  const drafts: Draft[] = [];
  const tripped = (name: string, text: string): void => {
    drafts.push({ alertId: `limit-tripped:${name}`, kind: "limit-tripped", symbols: [], text });
  };
  if (loss.dayLossLatched) {
    const endMs = unixMs(loss.dayStartMs + DAY_MS);
    const until = loss.slotMs === endMs ? "at the close that ends it" : `until ${timeText(endMs)}`;
    tripped(
      `day-loss:${toIso(loss.dayStartMs).slice(0, 10)}`,
      `Day loss: ${loss.dayChangePct.toFixed(2)} % of the day's start, limit ${maxDayLossPct} %. No entries ${until}.`,
    );
  }
  if (drawdownSinceMs !== null) {
    tripped(
      `drawdown:${drawdownSinceMs}`,
      `Drawdown: ${loss.drawdownPct.toFixed(2)} % below the 30-day peak, limit ${maxDrawdownPct} %. No entries until \`deeptrader resume\`.`,
    );
  }
  return drafts;
}

const WHAT_HOLDS: Readonly<Record<ControlState, string>> = {
  running: "Running again: entries are allowed within the limits",
  paused: "Paused: no entries; stops, targets and exits stay",
  halted: "Halted: the desk sends nothing, not even exits",
};

function controlChanged({ control: { state, announced, reason }, nowMs }: AlertFacts): readonly Draft[] {
  if (state === announced) return [];
  const why = reason ?? `the halt file is ${state === "halted" ? "there" : "gone"}`;
  const text = `${WHAT_HOLDS[state]} (${why}).`;
  return [{ alertId: controlAlertId(state, nowMs), kind: "control-changed", symbols: [], text }];
}

/** Once for each end: a strategy that runs again after a start and fails again is told of again. */
const strategiesEnded = ({ ended: known }: AlertMemory, { ended, nowMs }: AlertFacts): readonly Draft[] =>
  ended
    .filter(({ strategyId }) => !known.includes(strategyId))
    .map(({ strategyId, why }) => ({
      alertId: `strategy-ended:${strategyId}:${nowMs}`,
      kind: "strategy-ended",
      symbols: [],
      text: `Strategy ${strategyId} was ended: ${why} It decides nothing until the next start; its stops stay.`,
    }));

/** Once for each notice and market: the item keeps its id when it is edited. */
const delistings = ({ delistings: notices }: AlertFacts): readonly Draft[] =>
  notices.map((notice) => ({
    alertId: `delisting-notice:${notice.item.id}:${notice.symbol}`,
    kind: "delisting-notice",
    symbols: [notice.symbol],
    text: `A delisting notice names ${splitSymbol(notice.symbol).base}, of which ${notice.symbol} is held: ${noticeText(notice, timeText)}. Nothing is sold for it; read it, and \`close\` if it is yours.`,
  }));

const watchesMet = ({ watchesMet: met }: AlertFacts): readonly Draft[] =>
  met.map(({ watchId, symbol, text }) => ({
    alertId: watchAlertId(watchId),
    kind: "watch-met",
    symbols: [symbol],
    text: `Your watch ${watchId} is met: ${text}.`,
  }));

function deskDead({ lastSlots, slot }: AlertFacts): readonly Draft[] {
  // Only right after a slot: later its marks may have been thinned out of the journal, and a gap be of our own making.
  if (lastSlots === null || slot?.slotMs !== lastSlots.newestMs) return [];
  const { beforeMs, newestMs, stepMs } = lastSlots;
  const missed = Math.round((newestMs - beforeMs) / stepMs) - 1;
  if (missed < DEAD_AFTER_SLOTS) return [];
  const text = `The desk was dead from ${timeText(beforeMs)} to ${timeText(newestMs)}: ${missed} slots were missed.`;
  return [{ alertId: `desk-dead:${beforeMs}`, kind: "desk-dead", symbols: [], text }];
}
