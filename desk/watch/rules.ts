// Floor 4. What one slot has shown, and what is remembered of the ones before → alerts. Pure. Only what is worth
// interrupting the operator for; one alert per occurrence, and one per kind and slot where several markets share a cause.
import { z } from "zod";
import { type Alert, AlertKind } from "#schemas/alert.ts";
import { hashOf } from "#schemas/hash.ts";
import type { Fill, Order } from "#schemas/order.ts";
import type { ControlState, LossState } from "#schemas/portfolio.ts";
import { SecurityVerdict } from "#schemas/security.ts";
import { DAY_MS, type MarketSymbol, timeframeMs, toIso, UnixMs, unixMs } from "#schemas/units.ts";
import { ofStrategy } from "../documents/strategy-names.ts";
import { fillText, timeText } from "./alert-text.ts";
import { advanceConditions, WatchedCondition } from "./hysteresis.ts";
import { controlAlertId } from "./log.ts";

/**
 * Of 24 hours the first alerts of fills, each of one slot, come at once. What fills after them is told together, not twice
 * within 8 hours: so there are at most four in any 24 hours. A stop that was hit never waits. Chosen by measurement:
 * docs/adr/0017-alerts.md.
 */
const FILL_ALERTS_AT_ONCE = 2;
export const FILLS_TOGETHER_MS = 8 * timeframeMs("1h");

/** An order whose fate is not known is told after this long. */
export const AMBIGUOUS_AFTER_MS = 30_000;

/** Slots in a row without a stop, or without a reading, before that is told. */
const WITHOUT_STOP_SLOTS = 2;
const BLIND_SLOTS = 2;

/** A gap of more slots than this between two that were decided: the desk was dead. */
export const DEAD_AFTER_SLOTS = 3;

/** A watch is met once, so its id is enough. */
export const watchAlertId = (watchId: string): string => `watch-met:${watchId}`;

/** What is kept from slot to slot that the journal does not say. Stored by the desk, so a restart changes nothing. */
export const AlertMemory = z.object({
  /** Newest slot that was looked at in full. */
  slotMs: UnixMs.nullable(),
  conditions: z.record(z.string(), WatchedCondition),
  /** Slots in a row in which a held market could not be read, counted up to `BLIND_SLOTS`. */
  unread: z.record(z.string(), z.int().positive()),
  /** Verdict of each held market when it was first seen held. */
  verdicts: z.record(z.string(), SecurityVerdict),
  /** Strategies that were ended when it was last looked at. */
  ended: z.array(z.string()).default([]),
});
export type AlertMemory = z.infer<typeof AlertMemory>;

export const NO_MEMORY: AlertMemory = Object.freeze({
  slotMs: null,
  conditions: {},
  unread: {},
  verdicts: {},
  ended: [],
});

export interface HeldMarket {
  readonly symbol: MarketSymbol;
  /** What is held of it without a stop that rests or is on its way: the market, with the strategy where several trade. */
  readonly withoutStop: readonly string[];
  /** False: the venue no longer has its market, which then is not missed as one that cannot be read. */
  readonly isListed: boolean;
  /** Its market was read in this slot, or answered that it has no candle while other markets have one. */
  readonly read: boolean;
  /** Its bid and ask stand still while its candles move; left out: they do not, or it is not known. */
  readonly priceStands?: boolean;
  /** Null where nothing is known of it in this slot. */
  readonly verdict: SecurityVerdict | null;
}

export interface AlertFacts {
  readonly nowMs: UnixMs;
  /** Law 10. */
  readonly simulated: boolean;
  /** Those that trade: where there are several, alerts name them. */
  readonly strategies: readonly string[];
  /** Strategies that were ended, and why. */
  readonly ended: readonly { readonly strategyId: string; readonly why: string }[];
  /** Fills of orders that no alert has named yet. */
  readonly fills: readonly Fill[];
  /** When fills were told of late, oldest first. */
  readonly fillsToldMs: readonly UnixMs[];
  /** Orders journaled and not acknowledged, that no alert has named yet. */
  readonly unacknowledged: readonly Order[];
  readonly limits: {
    readonly loss: LossState;
    readonly drawdownSinceMs: UnixMs | null;
    readonly maxDayLossPct: number;
    readonly maxDrawdownPct: number;
  } | null;
  readonly control: {
    /** What holds: the journal's word, or `halted` by the file. */
    readonly state: ControlState;
    /** What the last alert said. */
    readonly announced: ControlState;
    /** The operator's words; null where only the halt file tells. */
    readonly reason: string | null;
  };
  /** Slots decided, newest and the one before; null before there are two. */
  readonly lastSlots: { readonly beforeMs: UnixMs; readonly newestMs: UnixMs; readonly stepMs: number } | null;
  /** Price watches that this slot's closes meet, with what is said of each. */
  readonly watchesMet: readonly { readonly watchId: string; readonly symbol: MarketSymbol; readonly text: string }[];
  /** Null between slots: nothing that is counted in slots is judged then. */
  readonly slot: AlertSlot | null;
}

/** `refused`: the venue ended the slot, with its words; nothing else is known of it. */
export type AlertSlot =
  | {
      readonly slotMs: UnixMs;
      readonly status: "finished";
      readonly held: readonly HeldMarket[];
      /** No market at all had a new candle; left out: some had. */
      readonly frozen?: boolean;
    }
  | { readonly slotMs: UnixMs; readonly status: "refused"; readonly words: string };

/** Alerts in the order of their weight. The same facts and memory give the same ids, however often it is looked at. */
export function raiseAlerts(memory: AlertMemory, facts: AlertFacts) {
  const watched = watchSlot(memory, facts.slot);
  const drafts = [
    ...watched.drafts,
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
  return { alerts, memory: { ...watched.memory, ended: facts.ended.map(({ strategyId }) => strategyId) } };
}

interface Draft {
  readonly alertId: string;
  readonly kind: AlertKind;
  readonly symbols: readonly MarketSymbol[];
  readonly text: string;
  readonly orders?: readonly string[];
}

interface Watched {
  readonly drafts: readonly Draft[];
  readonly memory: AlertMemory;
}

/** What is counted in slots. A slot that was looked at before is not counted again. */
function watchSlot(memory: AlertMemory, slot: AlertSlot | null): Watched {
  if (slot === null || (memory.slotMs !== null && slot.slotMs <= memory.slotMs)) return { drafts: [], memory };
  return slot.status === "refused" ? watchRefusal(memory, slot) : watchHeld(memory, slot);
}

const REFUSED = "keys-refused";

/** Of a slot that the venue refused nothing else is known: the other conditions neither go on nor clear. */
function watchRefusal(memory: AlertMemory, slot: Extract<AlertSlot, { status: "refused" }>): Watched {
  const { slotMs, words } = slot;
  const known = memory.conditions[REFUSED];
  const own = known === undefined ? {} : { [REFUSED]: known };
  const { conditions, raised } = advanceConditions(own, new Map([[REFUSED, { needsSlots: 1 }]]), slotMs);
  const about = {
    kind: REFUSED,
    symbols: [],
    text: `The venue refuses this desk, which stops here: ${words}`,
  } as const;
  return {
    drafts: [...raised].map(([, { sinceMs }]) => ({ alertId: `${REFUSED}:${sinceMs}`, ...about })),
    memory: { ...memory, slotMs, conditions: { ...memory.conditions, ...conditions } },
  };
}

type Finished = Extract<AlertSlot, { status: "finished" }>;

/** Something is held and cannot be followed: entries stop, and no heartbeat says that all is well. */
export const isBlind = (memory: AlertMemory | null): boolean => {
  const blind = memory?.conditions["blind"];
  return blind?.told === true && blind.clear === 0;
};

function watchHeld(memory: AlertMemory, { slotMs, held, frozen = false }: Finished): Watched {
  const unread: Record<string, number> = {};
  const verdicts: Record<string, SecurityVerdict> = {};
  const present = new Map<string, { readonly needsSlots: number }>();
  for (const { symbol, isListed, withoutStop, read, verdict, priceStands = false } of held) {
    if (!isListed) present.set(`market-gone:${symbol}`, { needsSlots: 1 });
    for (const what of withoutStop) present.set(`stop-missing:${what}`, { needsSlots: WITHOUT_STOP_SLOTS });
    if (isListed && (!read || frozen || priceStands))
      unread[symbol] = Math.min(BLIND_SLOTS, (memory.unread[symbol] ?? 0) + 1);
    const first = memory.verdicts[symbol] ?? verdict;
    if (first === null) continue;
    verdicts[symbol] = first;
    for (const turn of turnsOf(first, verdict)) present.set(`held-token-turned:${symbol}:${turn}`, { needsSlots: 1 });
    // A verdict that cannot be read now does not clear what was told of it.
    if (verdict !== null) continue;
    for (const turn of ["block", "unknown"]) {
      const name = `held-token-turned:${symbol}:${turn}`;
      if (memory.conditions[name] !== undefined) present.set(name, { needsSlots: 1 });
    }
  }
  const blind = Object.keys(unread).filter((symbol) => (unread[symbol] ?? 0) >= BLIND_SLOTS);
  // Once told, a single slot without a reading keeps it up: a source that comes and goes is one occurrence.
  const stillBlind = memory.conditions["blind"] !== undefined && Object.keys(unread).length > 0;
  if (blind.length > 0 || stillBlind) present.set("blind", { needsSlots: 1 });
  const { conditions, raised } = advanceConditions(memory.conditions, present, slotMs);
  const since = new Map([...raised].map(([name, { sinceMs }]) => [name, sinceMs]));
  const raisedOf = (nameOf: (symbol: MarketSymbol) => string) =>
    held.map(({ symbol }) => symbol).filter((symbol) => since.has(nameOf(symbol)));
  const bare = held.flatMap(({ symbol, withoutStop }) =>
    withoutStop.filter((what) => since.has(`stop-missing:${what}`)).map((what) => ({ symbol, what })),
  );
  const gone = raisedOf((symbol) => `market-gone:${symbol}`);
  const blocked = raisedOf((symbol) => `held-token-turned:${symbol}:block`);
  const doubtful = raisedOf((symbol) => `held-token-turned:${symbol}:unknown`).filter((s) => !blocked.includes(s));
  return {
    drafts: [
      ...ofTrouble("stop-missing", bare, since.get(`stop-missing:${bare[0]?.what}`)),
      ...ofMarkets("held-token-turned:block", blocked, slotMs),
      ...ofMarkets(blindness(blind, { held, frozen }), since.has("blind") ? (blind as MarketSymbol[]) : [], slotMs),
      ...ofMarkets("market-gone", gone, slotMs),
      ...ofMarkets("held-token-turned:unknown", doubtful, slotMs),
    ],
    memory: { ...memory, slotMs, conditions, unread, verdicts },
  };
}

const BADNESS: Readonly<Record<SecurityVerdict, number>> = {
  clear: 0,
  "not-applicable": 0,
  caution: 0,
  unknown: 1,
  block: 2,
};

/**
 * Whatever is worse than when it was first held: `block` from anything, `unknown` from what might have been entered. `block`
 * is worse than unknown too: coming back to unknown from there is no new turn.
 */
const turnsOf = (first: SecurityVerdict, now: SecurityVerdict | null): readonly ("block" | "unknown")[] =>
  (["block", "unknown"] as const).filter(
    (turn) => now !== null && BADNESS[turn] > BADNESS[first] && BADNESS[turn] <= BADNESS[now],
  );

/** Why nothing is seen of them: the worst of it. */
function blindness(blind: readonly string[], { held, frozen }: Required<Pick<Finished, "held" | "frozen">>) {
  if (frozen) return "blind:frozen";
  const stand = held.filter(({ symbol }) => blind.includes(symbol)).every(({ priceStands }) => priceStands === true);
  return stand ? "blind:still" : "blind";
}

/** What is said of markets that share a trouble. */
const TROUBLES = {
  "stop-missing": (markets, sinceMs) => `No stop rests for ${markets}, held without one since ${timeText(sinceMs)}.`,
  "held-token-turned:block": (markets) => `The token of ${markets} is now judged block: it is being sold.`,
  blind: (markets) => `Blind: ${markets} held, and not to be read for ${BLIND_SLOTS} slots.`,
  "blind:frozen": (markets) =>
    `Blind: no market has had a new candle for ${BLIND_SLOTS} slots, and ${markets} held. No entries until one has.`,
  "blind:still": (markets) =>
    `Blind: bid and ask of ${markets}, which is held, stand still while the candles move. No entries until they move.`,
  "market-gone": (markets) =>
    `The venue no longer lists ${markets}, held: nothing of it can be sold here. If it is gone for good, write it off.`,
  "held-token-turned:unknown": (markets) =>
    `The token of ${markets} is now judged unknown: it is held, and not added to.`,
} as const satisfies Record<string, (markets: string, sinceMs: UnixMs) => string>;

/** One alert for all markets that share trouble and slot; none for none. */
const ofMarkets = (trouble: keyof typeof TROUBLES, symbols: readonly MarketSymbol[], sinceMs: UnixMs | undefined) =>
  ofTrouble(
    trouble,
    symbols.map((symbol) => ({ symbol, what: symbol })),
    sinceMs,
  );

interface Troubled {
  readonly symbol: MarketSymbol;
  /** How it is named. */
  readonly what: string;
}

function ofTrouble(trouble: keyof typeof TROUBLES, about: readonly Troubled[], sinceMs: UnixMs | undefined): Draft[] {
  if (about.length === 0 || sinceMs === undefined) return [];
  const symbols = [...new Set(about.map(({ symbol }) => symbol))].sort();
  const names = about.map(({ what }) => what).sort();
  const alertId = `${trouble}:${subjectsText(names)}:${sinceMs}`;
  const kind = AlertKind.parse(trouble.split(":")[0]);
  return [{ alertId, kind, symbols, text: TROUBLES[trouble](names.join(", "), sinceMs) }];
}

/** Ids are keys of the journal's index: many subjects are named by their hash. */
const subjectsText = (subjects: readonly string[]): string =>
  subjects.length <= 3 ? subjects.join("+") : hashOf(subjects);

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
  return [ofOrders("fill", others, `Filled: ${fillText(others, strategies)}.${next}`)];
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
