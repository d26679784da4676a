// Floor 4. The source `positions`: what is held, each position with its result, its stop and target, its share of equity and how
// its market stands; which is worst, which is nearest to its stop, what is concentrated. The figures are the portfolio view's.
import { z } from "zod";
import { factSource, type NewFact, type SourceRun } from "#agents/deep-trader-manager/talk/fact-source.ts";
import { compare, subtract } from "#schemas/money.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import type { MarketSymbol } from "#schemas/units.ts";
import { type PortfolioView, type PositionView, viewPortfolio } from "../../documents/portfolio-view.ts";
import { costOf } from "../views/of-account.ts";
import { accountFacts, clusterFacts, shareOfEquityPct } from "./account-facts.ts";
import { marketFactsOf, moreFact } from "./make-facts.ts";
import { Asset, marketOf } from "./market-name.ts";
import { deskAt, Limit, type SourceDesk } from "./source-desk.ts";
import { statement } from "./statement.ts";
import { recallViews } from "./views.ts";

export const positionsSource = (open: SourceDesk) =>
  factSource({
    id: "positions",
    description:
      "What the desk holds: quantity, value, entry, open profit, stop, target, age, share of equity, security and trend of each; the worst, the one nearest to its stop, the largest, what moves together; equity, cash, exposure. Use it for risk, worry and what to sell first.",
    input: z.object({ asset: Asset.optional(), limit: Limit }),
    read: async ({ asset, limit }, run, options) => {
      const symbol = asset === undefined ? null : marketOf(open, asset);
      const view = await viewPortfolio(deskAt(open.desk, run.nowMs), options);
      const all = view.positions.filter(({ dust }) => !dust);
      const held = symbol === null ? all : all.filter((position) => position.symbol === symbol);
      const account = accountFacts(view, run);
      if (held.length === 0) {
        const none = symbol === null ? "no-positions" : "not-held";
        return [statement(none, run.language, { market: symbol ?? "" }), ...account];
      }
      const chosen = chosenOf(held, limit);
      const facts = await Promise.all(chosen.map((position) => positionFacts(open, position, view, run, options)));
      return [
        ...account,
        ...rankedOf(facts.flat(), symbol === null ? held.length : 0),
        ...moreFact(
          { kind: "count-positions", what: "positions", shared: { asOfMs: run.nowMs, recordId: "account" } },
          { of: held.length, shown: chosen.length },
        ),
        ...clusterFacts(open, view, run),
      ];
    },
  });

/** The largest, and whatever is worst or nearest to its stop, so that what is ranked was ranked over all. */
function chosenOf(held: readonly PositionView[], limit: number): readonly PositionView[] {
  const byValue = held.toSorted((a, b) => compare(b.value, a.value) || (a.symbol < b.symbol ? -1 : 1));
  const least = (of: (p: PositionView) => number | null): readonly PositionView[] =>
    held
      .filter((p) => of(p) !== null)
      .toSorted((a, b) => (of(a) ?? 0) - (of(b) ?? 0))
      .slice(0, 1);
  const marked = [...least(({ pnlPct }) => pnlPct), ...least(stopRoomPct)];
  const chosen = new Set([...byValue.slice(0, limit), ...marked]);
  return byValue.filter((position) => chosen.has(position));
}

/** How far the price is above the stop, percent of the price; null without a stop or a price. */
const stopRoomPct = ({ stopDistancePct }: PositionView): number | null =>
  stopDistancePct === null ? null : -stopDistancePct;

/** Worst result, nearest stop, largest share: on the fact that has it, where it is the only one. */
function rankedOf(facts: readonly NewFact[], of: number): NewFact[] {
  const rank = (isOne: (fact: NewFact) => boolean, rank: "highest" | "lowest"): ReadonlySet<NewFact> => {
    const own = facts.filter((fact) => isOne(fact) && fact.value !== null);
    const values = own.map(({ value }) => Number(value));
    const best = rank === "highest" ? Math.max(...values) : Math.min(...values);
    const first = own.filter(({ value }) => Number(value) === best);
    return of > 1 && first.length === 1 ? new Set(first) : new Set();
  };
  const worst = rank(({ kind, unit }) => kind === "pnl" && unit === "pct", "lowest");
  const nearest = rank(({ label }) => label === STOP_ROOM, "lowest");
  const largest = rank(({ kind }) => kind === "concentration", "highest");
  return facts.map((fact) => {
    if (largest.has(fact)) return { ...fact, rank: "highest", label: `${fact.label}, the largest` };
    if (worst.has(fact)) return { ...fact, rank: "lowest", label: `${fact.label}, the worst of all positions` };
    return nearest.has(fact) ? { ...fact, rank: "lowest", label: `${fact.label}, the nearest of all positions` } : fact;
  });
}

const STOP_ROOM = "how far the price is above the stop";

async function positionFacts(
  open: SourceDesk,
  p: PositionView,
  view: PortfolioView,
  run: SourceRun,
  options: CallOptions,
): Promise<NewFact[]> {
  const asOfMs = p.priceAsOfMs ?? run.nowMs;
  const make = marketFactsOf(p.symbol, { asOfMs, recordId: "account", strategyId: p.strategyId });
  const pnl = p.price === null ? null : subtract<string>(p.value, costOf(p));
  return [
    make.quantity(p.quantity, "held"),
    make.money(
      "value",
      p.value,
      view.quote,
      p.price === null ? "what it was bought for: no price is known" : "value now",
    ),
    make.price("entry", p.averagePrice, "average entry price"),
    make.price("price", p.price, p.isPriceOld ? "newest known price, not of this slot" : "price now"),
    make.pct("pnl", p.pnlPct, "open profit or loss against the entry price, before fees"),
    make.money("pnl", pnl, view.quote, "open profit or loss, before fees"),
    make.price("stop", p.stopPrice, "resting stop"),
    make.pct("distance", stopRoomPct(p), STOP_ROOM),
    make.price("target", p.targetPrice, "resting target"),
    make.pct("distance", p.targetDistancePct, "how far the target is above the price"),
    make.time("time", p.openedAtMs, "opened at"),
    make.duration("duration", run.nowMs - p.openedAtMs, "held for"),
    make.pct("concentration", shareOfEquityPct(p.value, view), "share of equity"),
    ...(p.isListed ? [] : [statement("market-gone", run.language, { market: p.symbol })]),
    ...(await standingFacts(open, p.symbol, run, options)),
  ];
}

/** Security and trend of its market by the newest analysis there is, fresh or not: each fact has its time. */
async function standingFacts(
  open: SourceDesk,
  symbol: MarketSymbol,
  run: SourceRun,
  options: CallOptions,
): Promise<NewFact[]> {
  const { timeframe } = open.desk.config;
  const [recall] = await recallViews(open, [symbol], timeframe, run, options);
  if (recall === undefined || recall.status === "missing")
    return [statement("no-analysis", run.language, { market: symbol, timeframe })];
  const { trend, security, asOfMs, id } = recall.record;
  const make = marketFactsOf(symbol, { timeframe, asOfMs, recordId: id });
  const old = recall.status === "stale" ? ` (analysis not fresh: ${recall.reason})` : "";
  return [
    make.verdict("verdict", security.verdict, `token security${old}`),
    make.text("trend", trend.direction, `trend (50-candle mean)${old}`),
  ];
}
