// Listings, events and a clock → what an exchange has to tell at any moment: candles, prices, which markets there are. A pure
// function of (market, timeframe, open time) but for `now()`, which is given.
import { type ListedCoin, usualCoin } from "./coins.ts";
import { type Listing, type ListingsOptions, symbolOf, usualListings } from "./listings.ts";
import { pathCandle, relativePrice, seedOf } from "./price-path.ts";
import type { Account } from "./signatures.ts";
import type { TradingAccount } from "./trading/trading-account.ts";

export interface Row {
  readonly openMs: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  /** In quote. */
  readonly turnover: number;
}

export interface Quote {
  readonly listing: Listing;
  /** Of the last trade. */
  readonly atMs: number;
  readonly last: number;
  readonly bid: number | null;
  readonly ask: number | null;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly volume: number | null;
  readonly turnover: number | null;
}

/** Something that happens in the markets themselves, the same through every venue that lists them. */
export type WorldEvent =
  /** Nobody traded: candles that open in the span do not exist. */
  | { readonly kind: "hole"; readonly symbol: string; readonly fromMs: number; readonly toMs: number }
  /** One trade at a wrong price inside the minute of `atMs`; the candle that holds it closes there if it is the last. */
  | { readonly kind: "bad-tick"; readonly symbol: string; readonly atMs: number; readonly factor: number }
  /** A new level for good: a redenomination, a crash. */
  | { readonly kind: "step"; readonly symbol: string; readonly atMs: number; readonly factor: number }
  /** The price stands still, nothing is traded, and no candle is made; "*": in all markets. */
  | { readonly kind: "frozen"; readonly symbol: string; readonly fromMs: number; readonly toMs: number }
  /** Nobody bids or asks. */
  | { readonly kind: "unquoted"; readonly symbol: string }
  | { readonly kind: "listed"; readonly symbol: string; readonly atMs: number }
  | { readonly kind: "delisted"; readonly symbol: string; readonly atMs: number }
  /** A currency is worth `factor` of its par, as a base and as a quote. */
  | {
      readonly kind: "depeg";
      readonly currency: string;
      readonly fromMs: number;
      readonly toMs: number;
      readonly factor: number;
    };

export interface World {
  /** Epoch ms; what the exchange takes for the time, unless a fault sets its clock wrong. */
  readonly now: () => number;
  readonly listings: readonly Listing[];
  /** May be changed while an exchange runs. */
  readonly events: WorldEvent[];
  /** By code, in place of the usual ones. May be changed as well. */
  readonly coins: Map<string, ListedCoin>;
  /** Whose key reads what is not public; null: nobody's. */
  readonly account: Account | null;
  /** What the account holds and does; null: nobody trades here. */
  readonly trading: TradingAccount | null;
}

export interface WorldOptions extends ListingsOptions {
  readonly now: () => number;
  /** In place of the usual ones. */
  readonly listings?: readonly Listing[];
  readonly events?: readonly WorldEvent[];
  readonly coins?: readonly ListedCoin[];
  readonly account?: Account;
  readonly trading?: TradingAccount;
}

export const createWorld = (options: WorldOptions): World => ({
  now: options.now,
  listings: options.listings ?? usualListings(options),
  events: [...(options.events ?? [])],
  coins: new Map(options.coins?.map((coin) => [coin.code, coin])),
  account: options.account ?? null,
  trading: options.trading ?? null,
});

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const HALF_SPREAD = 0.0002;

const isOf = (event: { readonly symbol: string }, one: Listing): boolean =>
  event.symbol === "*" || event.symbol === symbolOf(one);

/** Coins move; money, and what is worth money, trembles by hundredths of a percent. */
function swingOf(one: Listing): number {
  return ["USDT", "USDC", "USD"].includes(one.base) && ["USDT", "USDC", "USD"].includes(one.quote) ? 0.002 : 1;
}

/** Steps and lost pegs that hold at a moment. */
function levelAt(world: World, one: Listing, atMs: number): number {
  let level = 1;
  for (const event of world.events) {
    if (event.kind === "step" && isOf(event, one) && atMs >= event.atMs) level *= event.factor;
    if (event.kind !== "depeg" || atMs < event.fromMs || atMs >= event.toMs) continue;
    if (event.currency === one.base) level *= event.factor;
    if (event.currency === one.quote) level /= event.factor;
  }
  return level;
}

const decimalsOf = (increment: string): number => increment.split(".")[1]?.length ?? 0;
const toTick = (value: number, one: Listing): number => {
  const tick = Number(one.tickSize);
  return Number((Math.max(1, Math.round(value / tick)) * tick).toFixed(decimalsOf(one.tickSize)));
};
const toStep = (value: number, one: Listing): number =>
  Number((Math.round(value / Number(one.stepSize)) * Number(one.stepSize)).toFixed(decimalsOf(one.stepSize)));

/** A number as an exchange writes it: plain decimals, no exponent. */
export function plain(value: number): string {
  const text = String(value);
  return text.includes("e") ? value.toFixed(12).replace(/0+$/, "").replace(/\.$/, "") : text;
}

const listedMsOf = (world: World, one: Listing): number =>
  world.events.reduce((ms, event) => (event.kind === "listed" && isOf(event, one) ? event.atMs : ms), one.listedMs);
const delistedMsOf = (world: World, one: Listing): number =>
  world.events.reduce(
    (ms, event) => (event.kind === "delisted" && isOf(event, one) ? Math.min(ms, event.atMs) : ms),
    Number.POSITIVE_INFINITY,
  );

/** Listings that the exchange names at a moment. */
export const listedAt = (world: World, atMs: number): readonly Listing[] =>
  world.listings.filter((one) => listedMsOf(world, one) <= atMs && atMs < delistedMsOf(world, one));

/** What the exchange says of one coin. */
export const coinOf = (world: World, code: string): ListedCoin => world.coins.get(code) ?? usualCoin(code);

/** What was traded from a candle's open to its end, or to now; null: no trade, so no candle. */
export function rowAt(world: World, one: Listing, openMs: number, endMs: number): Row | null {
  if (openMs < listedMsOf(world, one) || openMs >= delistedMsOf(world, one) || endMs <= openMs) return null;
  const still = world.events.some(
    (event) =>
      (event.kind === "hole" || event.kind === "frozen") &&
      isOf(event, one) &&
      openMs >= event.fromMs &&
      openMs < event.toMs,
  );
  if (still) return null;
  const path = pathCandle(seedOf(one.base), openMs, endMs);
  const swing = swingOf(one);
  const price = (relative: number): number =>
    one.price * levelAt(world, one, openMs) * (swing === 1 ? relative : 1 + (relative - 1) * swing);
  let [open, high, low, close] = [path.open, path.high, path.low, path.close].map((each) =>
    toTick(price(each), one),
  ) as [number, number, number, number];
  for (const event of world.events) {
    if (event.kind !== "bad-tick" || !isOf(event, one) || event.atMs < openMs || event.atMs >= endMs) continue;
    const wrong = toTick(price(path.close) * event.factor, one);
    [high, low] = [Math.max(high, wrong), Math.min(low, wrong)];
    if (event.atMs + MINUTE_MS >= endMs) close = wrong;
  }
  const turnover = one.dayTurnover * path.dayShare;
  return { openMs, open, high, low, close, volume: toStep(turnover / close, one), turnover };
}

/** The moment of a market's last trade at or before `nowMs`. */
function lastTradeMs(world: World, one: Listing, nowMs: number): number {
  let atMs = Math.min(nowMs, delistedMsOf(world, one));
  for (const event of world.events) {
    if (event.kind === "frozen" && isOf(event, one) && atMs >= event.fromMs && atMs < event.toMs) atMs = event.fromMs;
  }
  return atMs;
}

/** Best bid and ask around a last price. */
export function quotedAround(one: Listing, last: number): { readonly bid: number; readonly ask: number } {
  const half = Math.max(Number(one.tickSize), last * HALF_SPREAD);
  return { bid: toTick(last - half, one), ask: toTick(last + half, one) };
}

/** Price, best bid and ask, and the 24 hours before. */
export function quoteAt(world: World, one: Listing, nowMs: number): Quote {
  const atMs = lastTradeMs(world, one, nowMs);
  const swing = swingOf(one);
  const at = (ms: number): number => {
    const relative = relativePrice(seedOf(one.base), ms);
    return one.price * levelAt(world, one, ms) * (swing === 1 ? relative : 1 + (relative - 1) * swing);
  };
  const last = toTick(at(atMs), one);
  const hours = Array.from({ length: 25 }, (_, hour) => at(atMs - (hour * DAY_MS) / 24));
  const { bid, ask } = quotedAround(one, last);
  const isQuoted = !one.halted && !world.events.some((event) => event.kind === "unquoted" && isOf(event, one));
  return {
    listing: one,
    atMs,
    last,
    bid: isQuoted ? bid : null,
    ask: isQuoted ? ask : null,
    open: toTick(at(atMs - DAY_MS), one),
    high: toTick(Math.max(...hours, last), one),
    low: toTick(Math.min(...hours, last), one),
    volume: toStep(one.dayTurnover / last, one),
    turnover: one.dayTurnover,
  };
}
