// Floor 4. The source `debates`: what was debated of a market asleep, by whom, what each role held likely and which facts it cited, what
// came of it, and how the roles have done. The roles' own words are not facts and are not here.
import { z } from "zod";
import { factSource, type NewFact } from "#agents/deep-trader-manager/talk/fact-source.ts";
import type { Debate, DebateRole } from "#schemas/debate.ts";
import { outcomeFacts, scoreFacts } from "../../judgement/debate-facts.ts";
import { DEBATE_ROLES, type DebateRoleName } from "../../judgement/scores.ts";
import { boundedFacts, factsOf } from "./make-facts.ts";
import { Asset, marketOf } from "./market-name.ts";
import { Limit, type SourceDesk } from "./source-desk.ts";
import { statement } from "./statement.ts";

export const debatesSource = (open: SourceDesk) =>
  factSource({
    id: "debates",
    description:
      "What bull, bear and judge made of a market asleep: verdict, probability that an entry reaches its target before its stop, for which closes, the facts they cited, what came of it, and the roles' scores. Use it for the case for and against a market.",
    input: z.object({ asset: Asset.optional(), limit: Limit }),
    read: async ({ asset, limit }, run) => {
      const { desk } = open;
      const symbol = asset === undefined ? null : marketOf(open, asset);
      const { recent, settled } = desk.debates;
      const isAsked = ({ symbol: market, madeAtMs }: Debate): boolean =>
        madeAtMs <= run.nowMs && (symbol === null || market === symbol);
      const debates = recent.filter(isAsked).toReversed();
      for (const debate of debates.slice(0, limit)) desk.debateChecks.used(debate);
      const shared = { asOfMs: run.nowMs, recordId: "debates", ...(symbol === null ? {} : { market: symbol }) };
      const past = settled.filter(({ debate }) => isAsked(debate));
      return [
        ...(desk.quarantine.has("debate") ? [statement("debates-quarantined", run.language)] : []),
        ...(debates.length === 0
          ? [statement("no-debates", run.language)]
          : boundedFacts(debates, limit, { kind: "count", what: "debates", shared }, debateFactsOf)),
        ...past.slice(-limit).flatMap((one) => outcomeFacts(one, one.debate.timeframe)),
        ...scoreFacts(
          settled.filter(({ debate }) => debate.madeAtMs <= run.nowMs),
          run.language,
        ),
      ];
    },
  });

function debateFactsOf(debate: Debate): readonly NewFact[] {
  const { symbol: market, timeframe, strategyId, madeAtMs, forAsOfMs, validUntilMs, verdict, sizeRatio } = debate;
  const make = factsOf({ market, timeframe, strategyId, asOfMs: madeAtMs, recordId: debate.debateId });
  return [
    make.text("event", verdict, "verdict of the judge: agree, shrink or veto an entry"),
    ...(verdict === "shrink" ? [make.ratio("size", sizeRatio, "share of the usual size")] : []),
    make.time("time", forAsOfMs, "first close that the debate counts for"),
    make.time("time", validUntilMs, "last close that the debate counts for"),
    ...DEBATE_ROLES.flatMap((role) => roleFacts(debate, role, debate[role])),
  ];
}

/** What the role held likely, and the facts that its points refer to, as they were. */
function roleFacts(debate: Debate, name: DebateRoleName, role: DebateRole | null): readonly NewFact[] {
  if (role === null) return [];
  const { symbol: market, timeframe, strategyId, madeAtMs, debateId } = debate;
  const make = factsOf({ market, timeframe, strategyId, asOfMs: madeAtMs, recordId: debateId });
  const cited = new Set(role.points.flatMap(({ factIds }) => factIds));
  return [
    make.ratio(
      "probability",
      role.probability,
      `what the ${name} (${role.author.model}) gave the target before the stop`,
    ),
    ...debate.facts.flatMap(({ id, ...fact }) =>
      cited.has(id) ? [{ ...fact, label: `${fact.label}, cited by the ${name}` }] : [],
    ),
  ];
}
