// Floor 4. The source `stress`: the stress book (documents/stress-report.ts) as facts. A scenario, with what it assumes said.
import { z } from "zod";
import { factSource, type NewFact, type SourceRun } from "#agents/deep-trader-manager/talk/fact-source.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { MOST_STRESS_MINUTES, type StressedPosition } from "#schemas/stress.ts";
import type { MarketSymbol } from "#schemas/units.ts";
import { type StressReport, stressReportOf } from "../../documents/stress-report.ts";
import { boundedFacts, factsOf, marketFactsOf } from "./make-facts.ts";
import { Asset, marketOf } from "./market-name.ts";
import { deskAt, Limit, type SourceDesk } from "./source-desk.ts";
import { statement } from "./statement.ts";

const USUAL_MINUTES = 60;

export const stressSource = (open: SourceDesk) =>
  factSource({
    id: "stress",
    description:
      "What happens to the held positions if a market (left out: the leading one) moves by `pct` percent in `minutes`: which stops sell at what price, change in money and percent of equity, fees and slippage included. A scenario, not a forecast.",
    input: z.object({
      pct: z.number().min(-90).max(100).describe("Percent; negative for a fall."),
      minutes: z.int().min(1).max(MOST_STRESS_MINUTES).default(USUAL_MINUTES).describe("In which it moves."),
      asset: Asset.optional(),
      limit: Limit,
    }),
    read: async ({ pct, minutes, asset, limit }, run, options) => {
      const alone = asset === undefined ? null : marketOf(open, asset);
      const shock = { movePct: pct, minutes, gapPct: 0 };
      const report = await stressReportOf(deskAt(open.desk, run.nowMs), shock, options, alone);
      const { positions, total, atOnce, quote, leader } = report;
      if (positions.length === 0) return [statement("no-positions", run.language)];
      const mover = leader ?? (await mostLiquid(open, run, options));
      if (mover === null) return [statement("no-leader", run.language)];
      const shared = { asOfMs: run.nowMs, recordId: "account" };
      const make = factsOf(shared);
      const count = (value: number, what: string) => make.count("count-positions", value, `scenario: ${what}`);
      const moved = positions.filter(({ movePct }) => movePct !== null && (movePct !== 0 || pct === 0));
      return [
        factsOf({ market: mover, recordId: "scenario" }).pct("scenario", pct, "scenario: the move that is assumed"),
        assumption(report, mover, alone, run),
        count(moved.length, "positions that move with it"),
        count(positions.filter(({ price }) => price === null).length, "positions left out: no price is known"),
        count(total.stopsHit, "stops that would be hit"),
        make.money("scenario", total.change, quote, "scenario: change of equity"),
        make.pct("scenario", total.changePct, "scenario: change in percent of equity"),
        make.money("scenario", atOnce.change, quote, "scenario: change of equity if it all came as one gap"),
        ...boundedFacts(moved, limit, { kind: "count-positions", what: "positions", shared }, (position) =>
          positionFacts(position, quote, run),
        ),
        ...(total.stopsHit > 0 ? [statement("stops-may-slip", run.language)] : []),
      ];
    },
  });

/** Where it is not known which market leads. */
const mostLiquid = async (
  { desk }: SourceDesk,
  { nowMs }: SourceRun,
  options: CallOptions,
): Promise<MarketSymbol | null> => (await desk.universe.at(nowMs, options)).assets[0] ?? null;

function assumption(
  { betas }: StressReport,
  market: MarketSymbol,
  alone: MarketSymbol | null,
  { language }: SourceRun,
) {
  if (betas !== null) return statement("moves-by-beta", language, { market });
  return statement(alone === market ? "moves-alone" : "moves-one-to-one", language, { market });
}

const ENDS = {
  stop: "its stop would be hit",
  target: "its target would be reached; no more than that is counted",
  open: "neither stop nor target would be reached",
} as const;

function endOf({ fills }: StressedPosition): keyof typeof ENDS {
  if (fills.some(({ role }) => role === "stop-loss")) return "stop";
  return fills.some(({ role }) => role === "take-profit") ? "target" : "open";
}

function positionFacts(position: StressedPosition, quote: string, { nowMs }: SourceRun): NewFact[] {
  const { symbol, strategyId, change, beta, fills } = position;
  const end = ENDS[endOf(position)];
  const make = marketFactsOf(symbol, { asOfMs: nowMs, recordId: "account", strategyId });
  const stop = fills.find(({ role }) => role === "stop-loss");
  return [
    make.money("scenario", change, quote, `scenario: change of this position; ${end}`),
    make.text("scenario", end, "scenario: what becomes of this position"),
    ...(stop === undefined ? [] : [make.price("scenario", stop.price, "scenario: price at which its stop would sell")]),
    ...(beta === null
      ? []
      : [make.ratio("scenario", beta, "scenario: beta of this market, how far it goes with the leader")]),
  ];
}
