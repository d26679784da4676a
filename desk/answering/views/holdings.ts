// Floor 4. The fold of the journal → what is held, what all stops would cost, what fees were paid, in words.
import type { DeskText } from "#agents/deep-trader-manager/desk-view.ts";
import { contractText } from "#schemas/chain.ts";
import {
  add,
  bps,
  decimalFromNumber,
  isPositive,
  type Money,
  multiply,
  type Price,
  subtract,
  toNumber,
  ZERO_MONEY,
} from "#schemas/money.ts";
import { blockedName, type Portfolio } from "#schemas/portfolio.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { type MarketSymbol, splitSymbol, type UnixMs } from "#schemas/units.ts";
import { positionsIn } from "#toolkits/portfolio/positions.ts";
import type { Desk } from "../../desk.ts";
import { formatAmount, formatPct } from "../../documents/format.ts";
import { overrideText } from "../../documents/override-text.ts";
import {
  equityText,
  heldName,
  type PortfolioView,
  type PositionView,
  priceText,
  viewPortfolio,
} from "../../documents/portfolio-view.ts";
import { ofStrategy, strategyIdsOf } from "../../documents/strategy-names.ts";
import { ofAccount } from "./of-account.ts";

export async function portfolioText(desk: Desk, nowMs: UnixMs, options: CallOptions): Promise<DeskText> {
  const view = await viewPortfolio(desk, options);
  const { loss, orders } = desk.account.portfolio();
  const held = view.positions.filter((p) => !p.dust);
  const positions =
    held.length === 0 ? "No open positions." : `${held.length} open: ${held.map((p) => heldText(p, view)).join(", ")}.`;
  const resting =
    orders.size === 0 ? "" : ` ${orders.size} ${orders.size === 1 ? "order rests" : "orders rest"} at the venue.`;
  const today = loss === null ? "" : ` (${formatPct(loss.dayChangePct)} today)`;
  const text = `Equity ${equityText(view)}${today}, cash ${formatAmount(view.cash)}, exposure ${view.exposurePct.toFixed(1)} %. ${positions}${resting}`;
  return ofAccount(desk, nowMs, text, view.positions.length);
}

/** `SOL/USDT 2 (+0.42 %)`, with the price where it is not of this slot. */
function heldText(p: PositionView, view: PortfolioView): string {
  const name = heldName(p, view);
  if (p.pnlPct === null) return `${name} ${p.quantity} (${priceText(p)})`;
  return `${name} ${p.quantity} (${formatPct(p.pnlPct)}${p.isPriceOld ? ` at ${priceText(p)}` : ""})`;
}

/** `; ema-cross is paused and enters nothing` */
const pausedText = (paused: ReadonlySet<string>): string =>
  paused.size === 0
    ? ""
    : `; ${[...paused].join(", ")} ${paused.size === 1 ? "is paused and enters" : "are paused and enter"} nothing`;

/** What one resting stop costs from the present value, fee and slippage of the desk's settings included. */
export interface StopLoss {
  readonly symbol: MarketSymbol;
  /** Negative: present value less what the sale at the stop brings. */
  readonly change: Money;
  readonly fee: Money;
}

/**
 * Sold at the stop's price less slippage, less the fee: what the paper venue does where no candle jumps past it.
 * @param price present price; the loss is counted from there
 */
export function stopLossOf(
  position: Pick<PositionView, "symbol" | "quantity"> & { readonly stopPrice: Price },
  price: string,
  costs: { readonly feeBps: number; readonly slippageBps: number },
): StopLoss {
  const fillPrice = subtract<string>(position.stopPrice, bps(position.stopPrice, costs.slippageBps));
  const proceeds = multiply(position.quantity, fillPrice);
  const fee = bps(proceeds, costs.feeBps) as Money;
  const value = multiply(position.quantity, price);
  return { symbol: position.symbol, change: subtract<string>(subtract<string>(proceeds, fee), value) as Money, fee };
}

/** What each resting stop would cost, and all of them together. `loss` is null for a position without a stop. */
export function stopLosses(desk: Pick<Desk, "config" | "markets">, held: readonly PositionView[]) {
  const { slippageBps, feeBps } = desk.config.costs;
  const losses = held.map((position) => {
    const { stopPrice, price, averagePrice, symbol } = position;
    const market = desk.markets.get(symbol);
    const costs = { feeBps: market?.feeBps ?? feeBps, slippageBps: market?.slippageBps ?? slippageBps };
    const from = price === null ? averagePrice : decimalFromNumber(price);
    const loss = stopPrice === null ? null : stopLossOf({ ...position, stopPrice: stopPrice as Price }, from, costs);
    return { position, loss };
  });
  const hit = losses.flatMap(({ loss }) => (loss === null ? [] : [loss]));
  return {
    losses,
    total: hit.reduce<Money>((sum, { change }) => add(sum, change), ZERO_MONEY),
    fees: hit.reduce<Money>((sum, { fee }) => add(sum, fee), ZERO_MONEY),
  };
}

export async function stopLossText(
  desk: Desk,
  about: { readonly symbol: MarketSymbol | null; readonly nowMs: UnixMs },
  options: CallOptions,
): Promise<DeskText> {
  const view = await viewPortfolio(desk, options);
  const held = view.positions.filter((p) => !p.dust && (about.symbol === null || p.symbol === about.symbol));
  const textOf = (text: string): DeskText => ofAccount(desk, about.nowMs, text, view.positions.length);
  if (held.length === 0) {
    const none = about.symbol === null ? "No position is open" : `${about.symbol} is not held`;
    return textOf(`${none}, so no stop${about.symbol === null ? "" : " of it"} can be hit.`);
  }
  const { slippageBps } = desk.config.costs;
  const ofEquity = (amount: string): string =>
    isPositive(view.equity) ? `, ${formatPct((toNumber(amount) / toNumber(view.equity)) * 100)} of equity` : "";
  const { losses, total, fees } = stopLosses(desk, held);
  const lines = losses.map(({ position: p, loss }) => {
    if (loss === null) return `${heldName(p, view)} ${p.quantity} has no stop: nothing bounds what it may lose.`;
    const from =
      p.price === null ? `its entry price ${formatAmount(p.averagePrice)} (no newer one is known)` : priceText(p);
    return `${heldName(p, view)} ${p.quantity}: from ${from} to the stop ${formatAmount(p.stopPrice ?? "")}, ${formatAmount(loss.change)} ${view.quote}${ofEquity(loss.change)}.`;
  });
  const stops = held.filter((p) => p.stopPrice !== null).length;
  const head =
    stops === 0
      ? "No stop rests at the venue."
      : `If ${stops === 1 ? "the one resting stop" : `all ${stops} resting stops`} were hit: ${formatAmount(total)} ${view.quote}${ofEquity(total)}, fees of ${formatAmount(fees)} and slippage (${slippageBps} bps where the market states none) included. A price that jumps past a stop costs more.`;
  return textOf([head, ...lines].join("\n"));
}

/** What the desk holds of a market and may do about it, as of this moment. */
export function standingText(
  desk: Pick<Desk, "account" | "haltFileExists" | "strategies">,
  symbol: MarketSymbol,
): string {
  const portfolio = desk.account.portfolio();
  const { control, paused } = portfolio;
  const blocked = blockedName(portfolio, symbol);
  const strategies = strategyIdsOf(desk);
  const parts = positionsIn(portfolio, symbol)
    .filter(({ dust }) => !dust)
    .map(({ quantity, strategyId }) => `${quantity} of it${ofStrategy(strategyId, strategies)}`);
  const held = parts.length === 0 ? "The desk does not hold it" : `The desk holds ${parts.join(" and ")}`;
  const halted = desk.haltFileExists() || control === "halted";
  const barred = halted
    ? "; halted, it sends nothing"
    : control === "paused"
      ? "; paused, it enters nothing"
      : `${blocked === null ? "" : `; ${blocked} is blocked, it enters nothing of it`}${pausedText(paused)}`;
  return `${held}${barred}.`;
}

/** What the operator has blocked of the market, or (null) at all, and said of its token; empty where nothing is. */
export function blockedText(
  { account, tokens }: Pick<Desk, "account" | "tokens">,
  symbol: MarketSymbol | null,
): string {
  const portfolio = account.portfolio();
  const overrides = [...portfolio.overrides.values()].filter(
    ({ target }) => symbol === null || namesOfToken(tokens, symbol).includes(target),
  );
  const said = overrides.map((one) => `${one.by} says: ${overrideText(one)} (${one.reason}).`);
  return [blockedNames(portfolio, symbol), ...said].filter((text) => text !== "").join(" ");
}

/** As overrides name it: the coin, and the contract that it is. */
function namesOfToken(tokens: Desk["tokens"], symbol: MarketSymbol): readonly string[] {
  const { base } = splitSymbol(symbol);
  const contract = tokens?.identityOf(base)?.contract ?? null;
  return contract === null ? [base] : [base, contractText(contract)];
}

function blockedNames(portfolio: Portfolio, symbol: MarketSymbol | null): string {
  const names =
    symbol === null
      ? [...portfolio.blocked.keys()].sort()
      : [blockedName(portfolio, symbol)].filter((name) => name !== null);
  if (names.length === 0) return "";
  return `The operator has blocked ${names.join(", ")}: no entries until unblocked.`;
}
