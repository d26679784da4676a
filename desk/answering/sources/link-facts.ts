// Floor 4. What moves together → the facts of one market: its cluster, and whether it follows the leading market.
import type { NewFact } from "#agents/deep-trader-manager/talk/fact-source.ts";
import type { Language } from "#schemas/language.ts";
import type { Relationships } from "#schemas/relationship.ts";
import type { MarketSymbol } from "#schemas/units.ts";
import { factsOf } from "./make-facts.ts";
import { statement } from "./statement.ts";

/** What facts of a market's relationships carry. */
export const linkShared = ({ timeframe, hourMs }: Relationships, market: MarketSymbol) => ({
  market,
  timeframe,
  asOfMs: hourMs,
  recordId: `relationships ${hourMs}`,
});

/** How a market stands to the leading one, and to its cluster. Pure. */
export function linkFacts(related: Relationships, symbol: MarketSymbol, language: Language): NewFact[] {
  const { leader, linkedToLeader, clusters } = related;
  const cluster = clusters.find(({ members }) => members.includes(symbol));
  const make = factsOf(linkShared(related, symbol));
  const named = { market: symbol, leader: leader ?? "" };
  const link =
    leader === symbol
      ? [statement("is-leader", language, named)]
      : leader === null
        ? []
        : [statement(linkedToLeader.includes(symbol) ? "linked-to-leader" : "not-linked-to-leader", language, named)];
  if (cluster === undefined) return [...link, statement("no-cluster", language, named)];
  return [
    ...link,
    make.count("count-markets", cluster.members.length, "markets of its cluster, itself included"),
    make.ratio("correlation", cluster.minCorrelation, "least correlation between two markets of its cluster"),
  ];
}
