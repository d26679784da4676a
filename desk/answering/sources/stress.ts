// Floor 4. The source `stress`: the book if one market moves by so many percent. A scenario, with its assumption said: any market may be
// the one that moves, and a beta is known to the leader alone, so what is linked moves one to one and the rest stands still. The command
// `stress` moves the leader and goes by betas (documents/stress-report.ts).
import { z } from "zod";
import { factSource, type NewFact, type SourceRun } from "#agents/deep-trader-manager/talk/fact-source.ts";
import { add, type Money, multiply, percent, subtract, toNumber, ZERO_MONEY } from "#schemas/money.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { clusterOf, type Relationships } from "#schemas/relationship.ts";
import type { MarketSymbol } from "#schemas/units.ts";
import { type PositionView, viewPortfolio } from "../../documents/portfolio-view.ts";
import { stopLosses } from "../views/holdings.ts";
import { shareOfEquityPct } from "./account-facts.ts";
import { boundedFacts, factsOf, marketFactsOf } from "./make-facts.ts";
import { Asset, marketOf } from "./market-name.ts";
import { deskAt, Limit, type SourceDesk } from "./source-desk.ts";
import { statement } from "./statement.ts";
import { relationshipsAt } from "./views.ts";

export const stressSource = (open: SourceDesk) =>
  factSource({
    id: "stress",
    description:
      "What happens to the held positions if a market (left out: the leading one) moves by `pct` percent: stops hit, change in money and percent of equity. A scenario, not a forecast.",
    input: z.object({
      pct: z.number().min(-90).max(100).describe("Percent; negative for a fall."),
      asset: Asset.optional(),
      limit: Limit,
    }),
    read: async ({ pct, asset, limit }, run, options) => {
      const { desk } = open;
      const view = await viewPortfolio(deskAt(desk, run.nowMs), options);
      const held = view.positions.filter(({ dust }) => !dust);
      if (held.length === 0) return [statement("no-positions", run.language)];
      const related = relationshipsAt(desk, run.nowMs);
      const mover = asset === undefined ? await leaderOf(open, related, run, options) : marketOf(open, asset);
      if (mover === null) return [statement("no-leader", run.language)];
      const moved = held.filter(({ symbol, price }) => price !== null && movesWith(related, mover, symbol));
      const outcomes = moved.map((position) => outcomeOf(open, position, pct));
      const total = outcomes.reduce<Money>((sum, { change }) => add(sum, change), ZERO_MONEY);
      const hit = outcomes.filter(({ end }) => end === "stop").length;
      const shared = { asOfMs: run.nowMs, recordId: "account" };
      const make = factsOf(shared);
      const count = (value: number, what: string) => make.count("count-positions", value, `scenario: ${what}`);
      const worstFirst = outcomes.toSorted((a, b) => toNumber(a.change) - toNumber(b.change));
      return [
        factsOf({ market: mover, recordId: "scenario" }).pct("scenario", pct, "scenario: the move that is assumed"),
        statement(related === null ? "moves-one-to-one" : "linked-move-one-to-one", run.language, { market: mover }),
        count(moved.length, "positions that move with it"),
        count(held.filter(({ price }) => price === null).length, "positions left out: no price is known"),
        count(hit, "stops that would be hit"),
        make.money("scenario", total, view.quote, "scenario: change of equity"),
        make.pct("scenario", shareOfEquityPct(total, view), "scenario: change in percent of equity"),
        ...boundedFacts(worstFirst, limit, { kind: "count-positions", what: "positions", shared }, (outcome) =>
          outcomeFacts(outcome, view.quote, run),
        ),
        ...(hit > 0 ? [statement("stops-may-slip", run.language)] : []),
      ];
    },
  });

/** The leading market; where that is not known, the most liquid one. */
async function leaderOf(
  { desk }: SourceDesk,
  related: Relationships | null,
  { nowMs }: SourceRun,
  options: CallOptions,
): Promise<MarketSymbol | null> {
  return related?.leader ?? (await desk.universe.at(nowMs, options)).assets[0] ?? null;
}

/** All do where nothing is known of what moves together; else what is linked with the leader, or of the mover's cluster. */
function movesWith(related: Relationships | null, mover: MarketSymbol, symbol: MarketSymbol): boolean {
  if (related === null || symbol === mover || clusterOf(related, mover).includes(symbol)) return true;
  return related.leader === mover && related.linkedToLeader.includes(symbol);
}

interface Outcome {
  readonly position: PositionView;
  /** What the price would do: fall to its stop, rise to its target, or neither. */
  readonly end: "stop" | "target" | "open";
  readonly change: Money;
}

function outcomeOf({ desk }: SourceDesk, position: PositionView, pct: number): Outcome {
  const { quantity, price, stopPrice, targetPrice, value } = position;
  const after = (price ?? Number.NaN) * (1 + pct / 100);
  const [{ loss } = { loss: null }] = stopLosses(desk, [position]).losses;
  if (loss !== null && stopPrice !== null && after <= toNumber(stopPrice))
    return { position, end: "stop", change: loss.change };
  // Sold at the target: what lies above it is not earned.
  if (targetPrice !== null && after >= toNumber(targetPrice))
    return { position, end: "target", change: subtract<string>(multiply(quantity, targetPrice), value) as Money };
  return { position, end: "open", change: percent(value, pct) as Money };
}

const ENDS = {
  stop: "its stop would be hit",
  target: "its target would be reached; no more than that is counted",
  open: "neither stop nor target would be reached",
} as const;

function outcomeFacts({ position, end, change }: Outcome, quote: string, { nowMs }: SourceRun): NewFact[] {
  const { symbol, strategyId } = position;
  const make = marketFactsOf(symbol, { asOfMs: nowMs, recordId: "account", strategyId });
  return [
    make.money("scenario", change, quote, `scenario: change of this position; ${ENDS[end]}`),
    make.text("scenario", ENDS[end], "scenario: what becomes of this position"),
  ];
}
