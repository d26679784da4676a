// Floor 4. What the rules would do with an entry into one market at its newest close: the gate itself is asked, as at a slot, and
// nothing is journaled or sent.
import type { Recall } from "#schemas/analysis.ts";
import { decisionId, type Refusal } from "#schemas/decision.ts";
import { decimalFromNumber, type Money, multiply, type Price, type Quantity } from "#schemas/money.ts";
import type { MarketView } from "#schemas/reading.ts";
import type { MarketSymbol, UnixMs } from "#schemas/units.ts";
import { gate } from "#toolkits/risk/gate.ts";
import type { GateInput } from "#toolkits/risk/gate-input.ts";
import { type SizeResult, sizeEntry } from "#toolkits/risk/size.ts";
import type { Desk } from "../../desk.ts";
import type { PortfolioView } from "../../documents/portfolio-view.ts";
import { deciderSettings } from "../../run-slot/situation.ts";
import { slotAt } from "../../slots.ts";
import { relationshipsAt } from "./views.ts";

export interface EntryTrial {
  /** Null: the gate would let it pass. */
  readonly refusal: Pick<Refusal, "rule" | "reason"> | null;
  /** What the entry would be of, also where another rule is against it; null: the market or the strategy is not traded. */
  readonly size: SizeResult | null;
  /** The limit where it would enter by one, else the newest close. */
  readonly price: Price;
}

type Found = Exclude<Recall<MarketView>, { status: "missing" }>;

interface TrialMoment {
  readonly view: PortfolioView;
  /** Newest known close of held and working markets. */
  readonly marks: ReadonlyMap<MarketSymbol, number>;
  readonly nowMs: UnixMs;
}

/**
 * Whether the strategy wants it is left out: its signal says that. Not asked either: the peg of the settlement currency, the
 * leader's move within the hour, a debate, and what else would enter in the same slot.
 */
export function tryEntry(
  desk: Desk,
  strategyId: string,
  found: Found,
  { view, marks, nowMs }: TrialMoment,
): EntryTrial {
  const { record } = found;
  const { symbol, timeframe, asOfMs, price } = record;
  const settings = deciderSettings(desk);
  const slotMs = slotAt(nowMs, desk.config.timeframe, desk.marketData.graceMs);
  const named = { strategyId, symbol, timeframe, asOfMs, action: "enter" } as const;
  const { deskId, runId } = desk;
  const input: GateInput = {
    decision: {
      ...named,
      decisionId: decisionId({ ...named, deskId, runId, venueId: desk.marketData.venueId }),
      strength: 1,
      reason: "",
      analysisId: record.id,
      price,
      path: "recalled",
    },
    analysis: record,
    freshness: found.status === "fresh" ? "fresh" : found.reason,
    market: desk.markets.get(symbol) ?? null,
    markets: settings.markets,
    portfolio: desk.account.portfolio(),
    equity: view.equity,
    marks,
    entriesThisSlot: 0,
    limits: settings.limits,
    costs: settings.costs,
    admitted: settings.admitted,
    quote: settings.quote,
    slotMs,
    // As at the slot itself: an entry is late for being asked about now.
    nowMs: slotMs,
    late: false,
    haltFile: desk.haltFileExists(),
    blind: desk.isBlind(),
    accountBar: desk.reconciliation?.bar(nowMs) ?? null,
    quoteOffPar: null,
    relationships: relationshipsAt(desk, nowMs),
    leaderHourSigmas: null,
    debate: null,
    terms: desk.strategies.get(strategyId) ?? null,
  };
  const { equity, limits, terms, market, costs } = input;
  const close = decimalFromNumber(price) as Price;
  const result = gate(input);
  if (result.accepted) {
    const { quantity, limitPrice } = result.order;
    return { refusal: null, size: sized(quantity, limitPrice ?? close), price: limitPrice ?? close };
  }
  const size =
    terms === null || market === null ? null : sizeEntry({ equity, price: close, limits, terms, market, costs });
  return { refusal: result.refusal, size, price: close };
}

const sized = (quantity: Quantity, price: Price): SizeResult => ({
  status: "sized",
  quantity,
  notional: multiply(quantity, price) as Money,
});
