// Floor 4. What is held and how it was read, slot by slot → alerts: no stop, a token that turned, a market that has gone, blindness. Pure.
import { AlertKind, worstOf } from "#schemas/alert.ts";
import type { MarketSymbol, UnixMs } from "#schemas/units.ts";
import {
  type AlertMemory,
  type AlertSlot,
  type Draft,
  type HeldMarket,
  subjectsText,
  type Watched,
} from "./alert-facts.ts";
import { timeText } from "./alert-text.ts";
import { advanceConditions } from "./hysteresis.ts";
import {
  changePrefix,
  changesText,
  type TurnedMarket,
  turnName,
  type WatchedTokens,
  watchTokens,
} from "./watch-tokens.ts";

/** Slots in a row without a stop, or without a reading, before that is told. */
const WITHOUT_STOP_SLOTS = 2;
const BLIND_SLOTS = 2;

/** What is counted in slots. A slot that was looked at before is not counted again. */
export function watchSlot(memory: AlertMemory, slot: AlertSlot | null): Watched {
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

function watchHeld(memory: AlertMemory, { slotMs, held, bought = [], frozen = false }: Finished): Watched {
  const unread: Record<string, number> = {};
  const tokens = watchTokens(memory, held, bought);
  const present = new Map([...tokens.present].map((name) => [name, { needsSlots: 1 as number }] as const));
  for (const { symbol, isListed, withoutStop, read, priceStands = false } of held) {
    if (!isListed) present.set(`market-gone:${symbol}`, { needsSlots: 1 });
    for (const what of withoutStop) present.set(`stop-missing:${what}`, { needsSlots: WITHOUT_STOP_SLOTS });
    if (isListed && (!read || frozen || priceStands))
      unread[symbol] = Math.min(BLIND_SLOTS, (memory.unread[symbol] ?? 0) + 1);
  }
  const blind = Object.keys(unread).filter((symbol) => (unread[symbol] ?? 0) >= BLIND_SLOTS);
  // Once told, a single slot without a reading keeps it up: a source that comes and goes is one occurrence.
  const stillBlind = memory.conditions["blind"] !== undefined && Object.keys(unread).length > 0;
  if (blind.length > 0 || stillBlind) present.set("blind", { needsSlots: 1 });
  const { conditions, raised } = advanceConditions(memory.conditions, present, slotMs);
  const since = new Map([...raised].map(([name, { sinceMs }]) => [name, sinceMs]));
  const bare = held.flatMap(({ symbol, withoutStop }) =>
    withoutStop.filter((what) => since.has(`stop-missing:${what}`)).map((what) => ({ symbol, what })),
  );
  const gone = held.map(({ symbol }) => symbol).filter((symbol) => since.has(`market-gone:${symbol}`));
  const { blocked, doubtful, changed } = tokensTurned(held, tokens, since);
  return {
    drafts: [
      ...ofTrouble("stop-missing", bare, since.get(`stop-missing:${bare[0]?.what}`)),
      ...ofTokens("held-token-turned:block", blocked, slotMs),
      ...ofMarkets(blindness(blind, { held, frozen }), since.has("blind") ? (blind as MarketSymbol[]) : [], slotMs),
      ...ofMarkets("market-gone", gone, slotMs),
      ...ofTokens("held-token-turned:unknown", doubtful, slotMs),
      ...ofTokens("held-token-turned:changed", changed, slotMs).map((draft) => ({
        ...draft,
        severity: worstOf(changed.flatMap(({ changes }) => changes.map(({ severity }) => severity))),
      })),
    ],
    memory: { ...memory, slotMs, conditions, unread, verdicts: tokens.verdicts, tokens: tokens.tokens },
  };
}

/** Each market whose token turned in this slot, once, by the worst of it. */
function tokensTurned(
  held: readonly HeldMarket[],
  { changes }: WatchedTokens,
  since: ReadonlyMap<string, UnixMs>,
): Readonly<Record<"blocked" | "doubtful" | "changed", readonly TurnedMarket[]>> {
  const turned = held.map(({ symbol, reason }) => ({
    symbol,
    reason,
    changes: [...changes].flatMap(([name, change]) =>
      since.has(name) && name.startsWith(changePrefix(symbol)) ? [change] : [],
    ),
  }));
  const blocked = turned.filter(({ symbol }) => since.has(turnName(symbol, "block")));
  const doubtful = turned.filter((one) => !blocked.includes(one) && since.has(turnName(one.symbol, "unknown")));
  const changed = turned.filter((one) => one.changes.length > 0 && !blocked.includes(one) && !doubtful.includes(one));
  return { blocked, doubtful, changed };
}

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
  "held-token-turned:changed": (markets) => `The token of ${markets} has changed since it was bought.`,
} as const satisfies Record<string, (markets: string, sinceMs: UnixMs) => string>;

/** With what has changed of each. */
const ofTokens = (trouble: keyof typeof TROUBLES, turned: readonly TurnedMarket[], sinceMs: UnixMs): Draft[] =>
  ofMarkets(
    trouble,
    turned.map(({ symbol }) => symbol),
    sinceMs,
  ).map((draft) => ({ ...draft, text: `${draft.text}${changesText(turned)}` }));

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
