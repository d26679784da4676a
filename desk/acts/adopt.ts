// Floor 4. The operator hands over what is at the venue and in no journal: a stop with what it protects, or coins. It is how a desk whose
// store was lost goes on. It widens what the desk may sell, so no model and no chat can propose it.
import { z } from "zod";
import { PositionError } from "#schemas/errors.ts";
import { Money, multiply, Price, Quantity } from "#schemas/money.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { MarketSymbol, UnixMs } from "#schemas/units.ts";
import { type Adoption, adoptionRows, bracketForStop } from "#toolkits/execution/adoption.ts";
import { isSellable } from "#toolkits/execution/bracket-orders.ts";
import { sizeRefusal } from "#toolkits/market/order-size.ts";
import { stopPriceOf } from "#toolkits/risk/bracket.ts";
import { inTurn } from "../account/in-turn.ts";
import type { Desk } from "../desk.ts";
import { contextOf, inOrderTurn } from "../run-slot/send.ts";
import type { Said } from "./act-row.ts";
import {
  boughtAs,
  knownAlready,
  marketOf,
  requireAbove,
  requireCoins,
  stopNamed,
  strategyOf,
  termsOf,
  type VenueDesk,
} from "./adopt-checks.ts";
import { worthNow } from "./worth-now.ts";

export const AdoptReport = z.object({
  symbol: MarketSymbol,
  strategyId: z.string(),
  quantity: Quantity.describe("in the base coin"),
  price: Price.describe("what a coin of it cost, in quote"),
  priceFrom: z.enum(["trades", "given"]).describe("found among the venue's trades, or given with --price"),
  cost: Money.describe("quantity × price: added to the desk's money and paid for it at once; settlement currency"),
  boughtAtMs: UnixMs.describe("when it was bought, or taken over where that is not known"),
  stopPrice: Price.describe("where its stop rests, or is placed at the next look"),
  venueOrderId: z.string().nullable().describe("of the stop that was taken over; null: the desk places one"),
  by: z.string(),
  reason: z.string(),
  atMs: UnixMs,
});
export type AdoptReport = z.infer<typeof AdoptReport>;

interface Terms {
  /** Null: the only strategy of the desk. */
  readonly strategyId: string | null;
  /** What a coin of it cost, in quote; null: as the venue's trades say. */
  readonly price: Price | null;
}

export interface OrderToAdopt extends Terms {
  /** As the venue or the desk names it, or the key of the difference. */
  readonly id: string;
}

export interface CoinsToAdopt extends Terms {
  readonly symbol: MarketSymbol;
  readonly quantity: Quantity;
  readonly price: Price;
  /** Percent below the price; null: as its strategy has it. */
  readonly stopPct: number | null;
}

/** @throws UnknownNameError for no such order; PositionError for one that cannot be taken over, and on paper; ProviderError, StoreError */
export const adoptOrder = (desk: Desk, asked: OrderToAdopt, said: Said, options: CallOptions): Promise<AdoptReport> =>
  withVenue(desk, options, async (at) => {
    const order = stopNamed(await at.venueOrders.open(options), asked.id);
    const { symbol, quantity, triggerPrice, createdAtMs, venueOrderId, clientOrderId } = order;
    const of = { symbol, strategyId: strategyOf(at, asked.strategyId) };
    marketOf(at, symbol);
    if (at.account.portfolio().orders.has(clientOrderId)) throw knownAlready(order);
    await requireCoins(at, of, { quantity, rests: true }, options);
    const bought = await boughtAs(at, order, asked.price, options);
    const { bracket } = termsOf(at, of);
    return take(at, said, options, {
      ...of,
      quantity,
      price: bought.price,
      boughtAtMs: bought.atMs,
      bracket: bracketForStop(bracket, bought.price, triggerPrice, null),
      stop: { clientOrderId, venueOrderId, triggerPrice, createdAtMs },
      priceFrom: asked.price === null ? "trades" : "given",
      stopPrice: triggerPrice,
    });
  });

/** @throws PositionError for more than there is, too little to sell, and on paper; ProviderError, StoreError */
export const adoptCoins = (desk: Desk, asked: CoinsToAdopt, said: Said, options: CallOptions): Promise<AdoptReport> =>
  withVenue(desk, options, async (at) => {
    const { symbol, quantity, price, stopPct } = asked;
    const of = { symbol, strategyId: strategyOf(at, asked.strategyId) };
    const market = marketOf(at, symbol);
    const bracket = bracketForStop(termsOf(at, of).bracket, price, null, stopPct);
    const stopPrice = stopPriceOf(price, bracket.stopPct, market.tickSize);
    if (!isSellable(quantity, stopPrice, market)) {
      throw new PositionError({
        was: `${quantity} ${market.base} cannot be sold at its stop of ${stopPrice}: ${sizeRefusal(market, quantity, stopPrice) ?? "too little"}.`,
        expected: "as much as the venue takes in one order",
        remedy: "Give more of it, or leave it to yourself.",
      });
    }
    await requireCoins(at, of, { quantity, rests: false }, options);
    await requireAbove(at, symbol, stopPrice, options);
    const boughtAtMs = at.clock.now();
    const adoption = { ...of, quantity, price, boughtAtMs, bracket, stop: null };
    return take(at, said, options, { ...adoption, priceFrom: "given", stopPrice });
  });

const withVenue = (
  desk: Desk,
  options: CallOptions,
  work: (at: VenueDesk) => Promise<AdoptReport>,
): Promise<AdoptReport> =>
  inTurn(desk.account, options, () =>
    inOrderTurn(desk, options, () => {
      const { venueOrders, execution } = desk;
      if (venueOrders !== null && execution.kind === "live") return work({ ...desk, venueOrders });
      throw new PositionError({
        was:
          execution.kind === "live"
            ? "The venue was not opened: what it holds is not known."
            : "This desk trades on paper: there is nothing at a venue to take over.",
        remedy: "Start the desk on its account (`--live-account`), and give the command while it runs.",
      });
    }),
  );

async function take(
  desk: VenueDesk,
  { by, reason }: Said,
  options: CallOptions,
  given: Omit<Adoption, "statusReason"> & Pick<AdoptReport, "priceFrom" | "stopPrice">,
): Promise<AdoptReport> {
  const { symbol, strategyId, quantity, price, boughtAtMs, stop, priceFrom, stopPrice } = given;
  const { account, venueReports } = desk;
  const portfolio = account.portfolio();
  const atMs = desk.clock.now();
  const cost = multiply(quantity, price) as Money;
  const why = `${quantity} ${symbol} taken over: ${reason}`;
  const allotment = {
    type: "allotment",
    atMs,
    amount: cost,
    equity: (await worthNow(desk, options)).equity,
    by,
    nth: portfolio.operatorRows,
    reason: why,
  } as const;
  const adoption = { ...given, statusReason: `taken over by ${by}: ${reason}` };
  await account.append(adoptionRows(portfolio, allotment, adoption, contextOf(desk, atMs)), options);
  // Its stop follows the candles since it was bought, whatever was looked at before.
  venueReports.trailedMs.delete(symbol);
  const venueOrderId = stop?.venueOrderId ?? null;
  return {
    symbol,
    strategyId,
    quantity,
    price,
    priceFrom,
    cost,
    boughtAtMs,
    stopPrice,
    venueOrderId,
    by,
    reason,
    atMs,
  };
}
