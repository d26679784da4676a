// Floor 4. The source `relationships`: what a market moves with, and how the leader and the others of its cluster move now: as
// far as a fall can be told from the data; why beyond that is not known here.
import { z } from "zod";
import { factSource, type NewFact, type SourceRun } from "#agents/deep-trader-manager/talk/fact-source.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { clusterOf } from "#schemas/relationship.ts";
import type { MarketSymbol } from "#schemas/units.ts";
import { recallFacts } from "./analysis.ts";
import { linkFacts, linkShared } from "./link-facts.ts";
import { moreFact } from "./make-facts.ts";
import { analysisFacts } from "./market-facts.ts";
import { Asset, marketOf } from "./market-name.ts";
import type { SourceDesk } from "./source-desk.ts";
import { statement } from "./statement.ts";
import { recallViews, relationshipsAt } from "./views.ts";

/** Others of the cluster that are named. */
const MAX_PEERS = 5;

export const relationshipsSource = (open: SourceDesk) =>
  factSource({
    id: "relationships",
    description:
      "What a market moves with: the leading market and the others of its cluster, with their moves over an hour and a day. Use it where someone asks why a market rose or fell.",
    input: z.object({ asset: Asset }),
    read: async ({ asset }, run, options) => {
      const symbol = marketOf(open, asset);
      const related = relationshipsAt(open.desk, run.nowMs);
      const causes = statement("causes-unknown", run.language);
      if (related === null) {
        const own = await moves(open, [{ symbol, who: "itself" }], run, options);
        return [...own, statement("relationships-unknown", run.language), causes];
      }
      const { leader } = related;
      const peers = clusterOf(related, symbol).filter((other) => other !== symbol && other !== leader);
      const others = peers.slice(0, MAX_PEERS).map((peer) => ({ symbol: peer, who: "moves with it" }));
      const leading = leader === null || leader === symbol ? [] : [{ symbol: leader, who: "the leading market" }];
      const markets = [{ symbol, who: "itself" }, ...leading, ...others];
      return [
        ...(await moves(open, markets, run, options)),
        ...linkFacts(related, symbol, run.language),
        ...moreFact(
          { kind: "count-markets", what: "markets of its cluster", shared: linkShared(related, symbol) },
          { of: peers.length, shown: others.length },
        ),
        causes,
      ];
    },
  });

interface Named {
  readonly symbol: MarketSymbol;
  readonly who: string;
}

/** Changes and trend of each. */
async function moves(
  open: SourceDesk,
  markets: readonly Named[],
  run: SourceRun,
  options: CallOptions,
): Promise<NewFact[]> {
  const { timeframe } = open.desk.config;
  const symbols = markets.map(({ symbol }) => symbol);
  const recalls = await recallViews(open, symbols, timeframe, run, options);
  return markets.flatMap(({ symbol, who }, at) =>
    recallFacts(open, { symbol, timeframe }, recalls[at] ?? { status: "missing" }, run, (_, view) =>
      analysisFacts(view)
        .filter(({ kind }) => kind === "change" || kind === "trend")
        .map((fact) => ({ ...fact, label: `${fact.label} (${who})` })),
    ),
  );
}
