// Floor 4. The source `stops`: what it costs if every resting stop is hit, position by position and together.
import { z } from "zod";
import { factSource } from "#agents/deep-trader-manager/talk/fact-source.ts";
import { viewPortfolio } from "../../documents/portfolio-view.ts";
import { stopLosses } from "../views/holdings.ts";
import { shareOfEquityPct } from "./account-facts.ts";
import { boundedFacts, factsOf, marketFactsOf } from "./make-facts.ts";
import { Asset, marketOf } from "./market-name.ts";
import { deskAt, Limit, type SourceDesk } from "./source-desk.ts";
import { statement } from "./statement.ts";

export const stopsSource = (open: SourceDesk) =>
  factSource({
    id: "stops",
    description:
      "What is lost if all resting stops are hit at their prices, each and together, in money and percent of equity; fee and slippage included. Use it for how risky the book is.",
    input: z.object({ asset: Asset.optional(), limit: Limit }),
    read: async ({ asset, limit }, { language, nowMs }, options) => {
      const { desk } = open;
      const symbol = asset === undefined ? null : marketOf(open, asset);
      const view = await viewPortfolio(deskAt(desk, nowMs), options);
      const held = view.positions.filter((p) => !p.dust && (symbol === null || p.symbol === symbol));
      if (held.length === 0)
        return [statement(symbol === null ? "no-positions" : "not-held", language, { market: symbol ?? "" })];
      const { losses, total, fees } = stopLosses(desk, held);
      const bounded = losses.flatMap(({ position, loss }) => (loss === null ? [] : [{ position, loss }]));
      const shared = { asOfMs: nowMs, recordId: "account" };
      const make = factsOf(shared);
      const worstFirst = bounded.toSorted((a, b) => Number(a.loss.change) - Number(b.loss.change));
      const each = boundedFacts(
        worstFirst,
        limit,
        { kind: "count-positions", what: "stops", shared },
        ({ position, loss }) => {
          const { strategyId, symbol: market, stopPrice } = position;
          const own = marketFactsOf(market, { asOfMs: nowMs, recordId: "account", strategyId });
          return [
            own.price("stop", stopPrice, "resting stop"),
            own.money("risk", loss.change, view.quote, "change from the value now if this stop is hit"),
            own.pct("risk", shareOfEquityPct(loss.change, view), "change if this stop is hit, percent of equity"),
          ];
        },
      );
      return [
        make.count(
          "count-positions",
          held.length - bounded.length,
          "positions without a stop: nothing bounds their loss",
        ),
        ...(bounded.length === 0
          ? [statement("no-stops", language)]
          : [
              make.money("risk", total, view.quote, "change from the value now if all stops are hit"),
              make.pct("risk", shareOfEquityPct(total, view), "change if all stops are hit, percent of equity"),
              make.money("fees", fees, view.quote, "fees within the change if all stops are hit"),
              ...each,
              statement("stops-may-slip", language),
            ]),
      ];
    },
  });
