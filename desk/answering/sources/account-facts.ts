// Floor 4. What several sources say of the account: equity, cash, exposure, and how much of it moves together.
import type { NewFact, SourceRun } from "#agents/deep-trader-manager/talk/fact-source.ts";
import { add, compare, isPositive, type Money, toNumber, ZERO_MONEY } from "#schemas/money.ts";
import { clusterOf } from "#schemas/relationship.ts";
import type { PortfolioView, PositionView } from "../../documents/portfolio-view.ts";
import { factsOf } from "./make-facts.ts";
import type { SourceDesk } from "./source-desk.ts";
import { statement } from "./statement.ts";
import { relationshipsAt } from "./views.ts";

export const shareOfEquityPct = (amount: string, { equity }: Pick<PortfolioView, "equity">): number | null =>
  isPositive(equity) ? (toNumber(amount) / toNumber(equity)) * 100 : null;

export function accountFacts(view: PortfolioView, { nowMs }: Pick<SourceRun, "nowMs">): NewFact[] {
  const make = factsOf({ asOfMs: nowMs, recordId: "account" });
  return [
    make.money("equity", view.equity, view.quote, "equity: cash and positions at their newest prices"),
    ...(isPositive(view.valueAtOldPrices)
      ? [make.money("value", view.valueAtOldPrices, view.quote, "part of the equity that stands at old prices")]
      : []),
    make.money("cash", view.cash, view.quote, "cash"),
    make.pct("exposure", view.exposurePct, "exposure: value of all positions in percent of equity"),
    make.count("count-positions", view.openPositions, "open positions"),
  ];
}

/** The largest group of held markets that counts as one bet; that there is none, or that it is not known. */
export function clusterFacts({ desk }: SourceDesk, view: PortfolioView, { nowMs, language }: SourceRun): NewFact[] {
  const related = relationshipsAt(desk, nowMs);
  if (related === null) return [statement("relationships-unknown", language)];
  const held = view.positions.filter(({ dust }) => !dust);
  const groups = [...Map.groupBy(held, ({ symbol }) => clusterOf(related, symbol)[0] ?? symbol).values()]
    .filter((group) => new Set(group.map(({ symbol }) => symbol)).size > 1)
    .map((group) => ({ group, value: totalValue(group) }))
    .sort((a, b) => compare(b.value, a.value));
  const [largest] = groups;
  if (largest === undefined) return [statement("nothing-held-together", language)];
  const names = [...new Set(largest.group.map(({ symbol }) => symbol))].sort().join(", ");
  const make = factsOf({ asOfMs: nowMs, recordId: `relationships ${related.hourMs}` });
  const rank = groups.length > 1 && compare(largest.value, groups[1]?.value ?? "0") > 0 ? ("highest" as const) : null;
  return [
    make.text("name", names, "held markets that move together, the largest such group"),
    make.count("count-positions", largest.group.length, `positions of that group (${names})`),
    make.pct("concentration", shareOfEquityPct(largest.value, view), `share of equity of that group (${names})`, {
      rank,
    }),
  ];
}

const totalValue = (group: readonly PositionView[]): Money =>
  group.reduce<Money>((sum, { value }) => add(sum, value), ZERO_MONEY);
