// Floor 4. The source `statistics`: how the strategies have done: trades, win rate, mean with its interval, return beside buy and
// hold, costs, drawdown. Of the whole run, or of the trades of the last days.
import { z } from "zod";
import { factSource, type NewFact, type SourceRun } from "#agents/deep-trader-manager/talk/fact-source.ts";
import { add, type Money, ZERO_MONEY } from "#schemas/money.ts";
import type { ClosedTrade } from "#schemas/portfolio.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { DAY_MS } from "#schemas/units.ts";
import { tradeFigures } from "../../account/summary.ts";
import { runMetrics, runSpan } from "../../documents/run-metrics.ts";
import { strategyIdsOf } from "../../documents/strategy-names.ts";
import { feesOf, strategyParts } from "../../documents/trades-report.ts";
import { factsOf } from "./make-facts.ts";
import { deskAt, type SourceDesk, until } from "./source-desk.ts";
import { statement } from "./statement.ts";

export const statisticsSource = (open: SourceDesk) =>
  factSource({
    id: "statistics",
    description:
      "How well the desk has done: closed trades, win rate, mean trade with its interval or that there are too few, profit factor, realised result, fees, return beside buy and hold, largest drawdown, by strategy.",
    input: z.object({
      days: z.int().min(1).max(365).optional().describe("Trades of the last days only; left out: the whole run."),
    }),
    read: async ({ days }, run, options) => {
      const trades = open.desk.account
        .statistics()
        .trades()
        .filter(({ exitMs }) => exitMs <= run.nowMs && (days === undefined || exitMs >= run.nowMs - days * DAY_MS));
      const window = days === undefined ? null : `${days}d`;
      return [
        ...tradesFacts(open, trades, window, run),
        ...(days === undefined ? await runFacts(open, run, options) : []),
      ];
    },
  });

function tradesFacts(
  { desk }: SourceDesk,
  trades: readonly ClosedTrade[],
  window: string | null,
  { nowMs, language }: SourceRun,
): NewFact[] {
  const shared = { asOfMs: nowMs, recordId: "account", window };
  const make = factsOf(shared);
  const { tradesClosed, winRatePct, meanTradePct, meanTradePct95, profitFactor } = tradeFigures(trades);
  if (tradesClosed === 0) return [statement("no-trades", language)];
  const realised = trades.reduce<Money>((sum, { pnl }) => add(sum, pnl), ZERO_MONEY);
  return [
    make.count("count-trades", tradesClosed, "closed trades"),
    make.pct("win-rate", winRatePct, "share of closed trades with a profit after fees"),
    make.pct("statistic", meanTradePct, "mean result of a trade"),
    ...(meanTradePct95 === null
      ? [statement("too-few-trades", language)]
      : [
          make.pct("interval", meanTradePct95[0], "mean result of a trade, 95 % interval, low end"),
          make.pct("interval", meanTradePct95[1], "mean result of a trade, 95 % interval, high end"),
        ]),
    profitFactor === null
      ? statement("no-losers", language)
      : make.ratio("statistic", profitFactor, "profit factor: profit of the winners over loss of the losers"),
    make.money("pnl", realised, desk.quote, "realised result after fees"),
    ...feesOf(trades).map(({ currency, amount }) => make.money("fees", amount, currency, "fees of these trades")),
    ...strategyParts(trades, strategyIdsOf(desk)).flatMap((part) => {
      const own = factsOf({ ...shared, strategyId: part.name });
      return [
        own.count("count-trades", part.trades, "closed trades of this strategy"),
        own.pct("win-rate", part.winRatePct, "win rate of this strategy"),
        own.money("pnl", part.pnl, desk.quote, "realised result of this strategy"),
      ];
    }),
  ];
}

/** Of the run from its first slot to its last: equity, costs and holding over the same time. */
async function runFacts(open: SourceDesk, run: SourceRun, options: CallOptions): Promise<NewFact[]> {
  const desk = deskAt(open.desk, run.nowMs);
  const events = (await until(open, run.nowMs)({ types: ["run-started"] }, options)).map(({ event }) => event);
  const span = runSpan(desk, events);
  if (span === null) return [statement("no-span", run.language)];
  const { metrics, held } = await runMetrics(desk, span, options);
  run.tally.count({ recordsRead: held.recordsRead });
  const make = factsOf({ asOfMs: span.endMs, recordId: "account" });
  const { costs } = desk.config;
  return [
    make.time("time", span.startMs, "the run began"),
    make.duration("duration", span.endMs - span.startMs, "length of the run"),
    make.pct(
      "return",
      metrics.totalReturnPct,
      "return of equity since the run began, open positions and costs included",
    ),
    metrics.buyAndHoldPct === null
      ? statement("no-buy-and-hold", run.language)
      : make.pct(
          "return",
          metrics.buyAndHoldPct,
          `buy and hold over the same time: equal weights of ${held.markets} markets of today's universe, no costs`,
        ),
    make.pct("drawdown", metrics.maxDrawdownPct, "largest drawdown of the run", { rank: "highest" }),
    make.money("fees", metrics.feesPaid, desk.quote, "fees paid in the run, open positions included"),
    make.pct("fees", costs.feeBps / 100, "assumed fee a side where the market states none", { recordId: "config" }),
    make.pct("fees", costs.slippageBps / 100, "assumed slippage a side", { recordId: "config" }),
    make.count("count", metrics.decisions, "decisions to enter or exit in the run"),
    make.count("count-refusals", metrics.refusals, "of them refused by the risk rules"),
  ];
}
