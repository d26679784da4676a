// Floor 4. What an entry into one market would be: size, stop, target, loss at the stop, or the rule that is against it.
import type { NewFact, SourceRun } from "#agents/deep-trader-manager/talk/fact-source.ts";
import type { Market } from "#schemas/market.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import type { MarketSymbol } from "#schemas/units.ts";
import { slippageBpsOf } from "#toolkits/portfolio/fees.ts";
import { stopPriceOf, targetPriceOf } from "#toolkits/risk/bracket.ts";
import { workingEntries } from "#toolkits/risk/working.ts";
import type { PortfolioView } from "../../documents/portfolio-view.ts";
import { stopLossOf } from "../views/holdings.ts";
import { shareOfEquityPct } from "./account-facts.ts";
import { type EntryTrial, tryEntry } from "./entry-trial.ts";
import { marketFactsOf } from "./make-facts.ts";
import type { SourceDesk } from "./source-desk.ts";
import { statement } from "./statement.ts";
import { recallViews } from "./views.ts";

/** By each strategy of the desk, at the newest close. */
export async function entryFacts(
  open: SourceDesk,
  symbol: MarketSymbol,
  view: PortfolioView,
  run: SourceRun,
  options: CallOptions,
): Promise<NewFact[]> {
  const { desk } = open;
  const { timeframe } = desk.config;
  const working = [...new Set(workingEntries(desk.account.portfolio()).map((order) => order.symbol))];
  const recalls = await recallViews(open, [symbol, ...working], timeframe, run, options);
  const [recall] = recalls;
  const market = desk.markets.get(symbol);
  if (market === undefined) return [statement("market-gone", run.language, { market: symbol })];
  if (recall === undefined || recall.status === "missing")
    return [
      { ...statement("no-analysis", run.language, { market: symbol, timeframe }), label: "`delegate` makes one" },
    ];
  const marks = new Map(view.positions.flatMap((p) => (p.price === null ? [] : [[p.symbol, p.price] as const])));
  for (const one of recalls) if (one.status !== "missing") marks.set(one.record.symbol, one.record.price);
  return [...desk.strategies.keys()].flatMap((strategyId) => {
    const trial = tryEntry(desk, strategyId, recall, { view, marks, nowMs: run.nowMs });
    return trialFacts(open, { strategyId, trial, market, view }, recall.record, run);
  });
}

interface Tried {
  readonly strategyId: string;
  readonly trial: EntryTrial;
  readonly market: Market;
  readonly view: PortfolioView;
}

function trialFacts(
  { desk }: SourceDesk,
  { strategyId, trial, market, view }: Tried,
  { id, asOfMs, timeframe }: { readonly id: string; readonly asOfMs: number; readonly timeframe: "1m" | string },
  { language }: SourceRun,
): NewFact[] {
  const { refusal, size, price } = trial;
  const make = marketFactsOf(market.symbol, { asOfMs, recordId: id, strategyId });
  const named = { market: market.symbol, strategy: strategyId, timeframe };
  const verdict =
    refusal === null
      ? [statement("entry-allowed", language, named)]
      : [
          statement("entry-refused", language, named),
          make.text("reason", refusal.reason, `the rule against an entry: ${refusal.rule}`),
        ];
  if (size === null) return verdict;
  if (size.status === "too-small") return [...verdict, make.text("reason", size.reason, "why an entry is too small")];
  const terms = desk.strategies.get(strategyId);
  if (terms === undefined) return verdict;
  const { stopPct, takeProfit } = terms.bracket;
  const stopPrice = stopPriceOf(price, stopPct, market.tickSize);
  const costs = {
    feeBps: market.feeBps ?? desk.config.costs.feeBps,
    slippageBps: slippageBpsOf(market, desk.config.costs),
  };
  const { change } = stopLossOf({ symbol: market.symbol, quantity: size.quantity, stopPrice }, price, costs);
  const [target] = takeProfit;
  return [
    ...verdict,
    make.money("size", size.notional, view.quote, "an entry by the rules"),
    make.pct("size", shareOfEquityPct(size.notional, view), "an entry by the rules, percent of equity"),
    make.quantity(size.quantity, "an entry by the rules"),
    make.price("price", price, "price that this entry is worked out at"),
    make.price("stop", stopPrice, "stop that the rules would set"),
    ...(target === undefined
      ? []
      : [
          make.price(
            "target",
            targetPriceOf(price, target.gainPct, market.tickSize),
            "target that the rules would set",
          ),
        ]),
    make.money("risk", change, view.quote, "result if that stop is hit, fee and slippage of the sale included"),
    make.pct("risk", shareOfEquityPct(change, view), "result at that stop, percent of equity"),
  ];
}
