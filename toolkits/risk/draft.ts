// Floor 2, risk. The order a decision asks for, sized and priced by the market's filters, before any rule has spoken.
import { holdsAt } from "#schemas/debate.ts";
import { InvariantError } from "#schemas/errors.ts";
import type { Market } from "#schemas/market.ts";
import {
  add,
  bps,
  decimalFromNumber,
  isPositive,
  type Money,
  minOf,
  multiply,
  type Price,
  type Quantity,
  roundPrice,
  subtract,
  toNumber,
  ZERO_QUANTITY,
} from "#schemas/money.ts";
import { type Timeframe, timeframeMs } from "#schemas/units.ts";
import { orderQuantity, sizeRefusal } from "../market/order-size.ts";
import { isOf, leavingQuantity, positionOf } from "../portfolio/positions.ts";
import type { GateInput } from "./gate-input.ts";
import { isSurelySized, type SizeInput, type SizeResult, sizeEntry } from "./size.ts";

export interface SizedDraft {
  readonly status: "sized";
  readonly quantity: Quantity;
  readonly notional: Money;
  /** Entries on a real venue; null for market orders. */
  readonly limitPrice: Price | null;
}

/** `nothing`: no position to leave; `unfit`: the venue's filters would refuse it. */
export type Draft = SizedDraft | { readonly status: "nothing" | "unfit"; readonly reason: string };

/** How far above the asOf price a limit entry may go: the smaller of 0.25 ATR and 30 bps. */
const LIMIT_SLACK_ATR = "0.25";
const LIMIT_SLACK_BPS = 30;

/** How long after the close an entry may still be sent: 20 % of the timeframe, at most 60 s. */
export const entryWindowMs = (timeframe: Timeframe): number => Math.min(timeframeMs(timeframe) / 5, 60_000);

export const isPrice = (value: number): boolean => Number.isFinite(value) && value > 0;

function limitPriceOf(price: Price, atr: number | null, tickSize: string): Price | null {
  if (atr === null || !Number.isFinite(atr) || atr < 0) return null;
  const slack = minOf(multiply(decimalFromNumber(atr), LIMIT_SLACK_ATR), bps(price, LIMIT_SLACK_BPS));
  // Rounded down although it buys: "no worse than" is a ceiling.
  return roundPrice(add<string>(price, slack), tickSize, "sell");
}

const priceOf = ({ price }: GateInput["decision"]): Price => decimalFromNumber(price) as Price;

/** Why an exit has nothing to sell; null where it has. */
function nothingToSell({ decision, portfolio }: GateInput, market: Market): string | null {
  const position = positionOf(portfolio, decision);
  if (position === undefined || !isPositive(position.quantity)) return `no ${decision.symbol} is held`;
  const leaving = leavingQuantity(portfolio, decision);
  if (!isPositive(leaving) || isPositive(orderQuantity(subtract(position.quantity, leaving), market))) return null;
  const isItsOwn = isOf(decision);
  const touched = [...portfolio.orders.values()].some((order) => isItsOwn(order) && order.triggered);
  return touched
    ? `the stop of ${decision.symbol} was touched and is already selling`
    : `an exit of ${decision.symbol} is already working`;
}

/** A debate that holds may make an entry smaller. A veto leaves the size alone: its rule names it. */
const sizeRatioOf = ({ debate, decision }: GateInput): number =>
  debate?.verdict === "shrink" && holdsAt(debate, decision.asOfMs, decision.price) ? debate.sizeRatio : 1;

/** A draft that is large enough for the venue; how large is worked out when a rule asks. Most entries are refused before. */
class SizedLater implements SizedDraft {
  readonly status = "sized";
  readonly limitPrice: Price | null;
  readonly #wanted: () => SizeInput;
  #size: SizeResult | null = null;

  constructor(wanted: () => SizeInput, limitPrice: Price | null) {
    this.limitPrice = limitPrice;
    this.#wanted = wanted;
  }

  get quantity(): Quantity {
    return this.#made().quantity;
  }

  get notional(): Money {
    return this.#made().notional;
  }

  #made(): Extract<SizeResult, { status: "sized" }> {
    this.#size ??= sizeEntry(this.#wanted());
    if (this.#size.status === "sized") return this.#size;
    throw new InvariantError({
      was: `An entry that was sure to be large enough is not: ${this.#size.reason}.`,
      expected: "two ways of sizing that agree",
      remedy: "This is a bug; please report it with the market and the equity.",
    });
  }
}

/**
 * Total: an invalid price or an unknown market is an unfit draft, for the rules to name.
 * @param atMost the largest notional of an entry, in quote; left out: its size is the only limit
 */
export function draftOrder(input: GateInput, atMost?: Money): Draft {
  const { decision, market, portfolio } = input;
  if (!isPrice(decision.price)) return { status: "unfit", reason: `price is ${decision.price}` };
  if (market === null) return { status: "unfit", reason: `${decision.symbol} is not listed at this venue` };
  if (!isPositive(market.tickSize) || !isPositive(market.stepSize)) {
    return { status: "unfit", reason: `tick ${market.tickSize} and step ${market.stepSize} must both be above 0` };
  }
  if (decision.action === "enter") {
    const { terms } = input;
    if (terms === null) return { status: "unfit", reason: `strategy ${decision.strategyId} is not configured` };
    const limitPrice =
      terms.entryStyle === "limit-at-quote"
        ? limitPriceOf(priceOf(decision), input.analysis?.indicators.atr ?? null, market.tickSize)
        : null;
    const at = limitPrice !== null && isPositive(limitPrice) ? limitPrice : null;
    const { limits, costs } = input;
    const usual = { limits, terms, market, costs, sizeRatio: sizeRatioOf(input) };
    const wanted = (): SizeInput => ({ ...usual, price: at ?? priceOf(decision), equity: input.equity, atMost });
    const equity = input.equityNumber ?? toNumber(input.equity);
    const isSure = atMost === undefined && isSurelySized(usual, equity, at === null ? decision.price : toNumber(at));
    if (isSure) return new SizedLater(wanted, limitPrice);
    const size = sizeEntry(wanted());
    return size.status === "sized" ? { ...size, limitPrice } : { status: "unfit", reason: size.reason };
  }
  const price = priceOf(decision);
  const reason = nothingToSell(input, market);
  if (reason !== null) return { status: "nothing", reason };
  const held = positionOf(portfolio, decision)?.quantity ?? ZERO_QUANTITY;
  const free = subtract(held, leavingQuantity(portfolio, decision));
  const quantity = orderQuantity(minOf(free, input.exitQuantity ?? free), market);
  const refusal = sizeRefusal(market, quantity, price);
  if (refusal !== null) return { status: "unfit", reason: `the position cannot be sold: ${refusal}` };
  return { status: "sized", quantity, notional: multiply(quantity, price) as Money, limitPrice: null };
}
