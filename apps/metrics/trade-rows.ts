// Floor 6, metrics. What the account holds, has earned and was refused, as `report`, `status` and `positions` have it.

import type { Figures } from "./figures.ts";
import { amountOf, byName, type FigureRow, labelled, ofSet, one, ratioOf, type Sample } from "./metric.ts";

type Row = FigureRow<Figures>;

const ofQuote = ({ report: { account } }: Figures, value: number | null): readonly Sample[] =>
  labelled({ currency: account.quote }, value);

const money = { type: "gauge", unit: "quote", labels: ["currency"] } as const;
const ratio = { type: "gauge", unit: "ratio", labels: [] } as const;
const counter = { type: "counter", labels: [] } as const;

const ACCOUNT: readonly Row[] = [
  {
    ...money,
    name: "deeptrader_equity",
    meaning: "Cash and positions at the newest closes.",
    from: "report: account.equity",
    read: (figures) => ofQuote(figures, amountOf(figures.report.account.equity)),
  },
  {
    ...money,
    name: "deeptrader_cash",
    meaning: "Cash of the account.",
    from: "report: account.cash",
    read: (figures) => ofQuote(figures, amountOf(figures.report.account.cash)),
  },
  {
    ...money,
    name: "deeptrader_starting_cash",
    meaning: "Cash that the run began with.",
    from: "report: account.startingCash",
    read: (figures) => ofQuote(figures, amountOf(figures.report.account.startingCash)),
  },
  {
    ...money,
    name: "deeptrader_allotted",
    meaning: "Put in since the run began, less what was taken out: neither profit nor loss.",
    from: "report: account.allotted",
    read: (figures) => ofQuote(figures, amountOf(figures.report.account.allotted)),
  },
  {
    ...money,
    name: "deeptrader_value_at_old_prices",
    meaning: "Part of the equity whose price is older than the newest slot.",
    from: "report: account.valueAtOldPrices",
    read: (figures) => ofQuote(figures, amountOf(figures.report.account.valueAtOldPrices)),
  },
  {
    ...ratio,
    name: "deeptrader_return_ratio",
    meaning:
      "Equity over starting cash, less 1, as if nothing had been put in or taken out; not known before two slots are settled.",
    from: "report: account.metrics.totalReturnPct",
    read: ({ report }) => one(ratioOf(report.account.metrics?.totalReturnPct)),
  },
  {
    ...ratio,
    name: "deeptrader_buy_and_hold_ratio",
    meaning: "What the same time would have brought with equal parts of all markets, without costs.",
    from: "report: account.metrics.buyAndHoldPct",
    read: ({ report }) => one(ratioOf(report.account.metrics?.buyAndHoldPct)),
  },
  {
    ...ratio,
    name: "deeptrader_day_change_ratio",
    meaning: "Change of equity since 00:00 UTC.",
    from: "status: dayChangePct",
    read: ({ status }) => one(ratioOf(status.dayChangePct)),
  },
  {
    ...ratio,
    name: "deeptrader_drawdown_ratio",
    meaning: "How far equity is below its 30-day peak.",
    from: "report: account.drawdownPct",
    read: ({ report }) => one(ratioOf(report.account.drawdownPct)),
  },
  {
    ...ratio,
    name: "deeptrader_max_drawdown_ratio",
    meaning: "Largest drawdown of the run.",
    from: "report: account.metrics.maxDrawdownPct",
    read: ({ report }) => one(ratioOf(report.account.metrics?.maxDrawdownPct)),
  },
  {
    ...ratio,
    name: "deeptrader_exposure_ratio",
    meaning: "Value of all positions over equity.",
    from: "status: exposurePct",
    read: ({ status }) => one(ratioOf(status.exposurePct)),
  },
];

const POSITIONS: readonly Row[] = [
  {
    name: "deeptrader_open_positions",
    type: "gauge",
    unit: "positions",
    labels: ["strategy"],
    meaning: "Positions open, without dust.",
    from: "status: strategies[].openPositions",
    read: ({ status }) => status.strategies.flatMap((s) => labelled({ strategy: s.strategyId }, s.openPositions)),
  },
  {
    name: "deeptrader_max_open_positions",
    type: "gauge",
    unit: "positions",
    labels: [],
    meaning: "Positions that may be open at once, of all strategies together.",
    from: "status: maxOpenPositions",
    read: ({ status }) => one(status.maxOpenPositions),
  },
  {
    name: "deeptrader_position_value",
    type: "gauge",
    unit: "quote",
    labels: ["strategy", "symbol"],
    meaning: "Value of a position at the newest close of its market.",
    from: "positions: positions[].value",
    read: ({ positions }) =>
      positions.flatMap((p) =>
        p.dust ? [] : labelled({ strategy: p.strategyId, symbol: p.symbol }, amountOf(p.value)),
      ),
  },
  {
    name: "deeptrader_position_profit_ratio",
    type: "gauge",
    unit: "ratio",
    labels: ["strategy", "symbol"],
    meaning: "Newest close of a position's market over its entry price, less 1.",
    from: "positions: positions[].pnlPct",
    read: ({ positions }) =>
      positions.flatMap((p) =>
        p.dust ? [] : labelled({ strategy: p.strategyId, symbol: p.symbol }, ratioOf(p.pnlPct)),
      ),
  },
];

const TRADES: readonly Row[] = [
  {
    name: "deeptrader_realised_profit",
    type: "gauge",
    unit: "quote",
    labels: ["strategy", "currency"],
    meaning: "Profit of closed trades after fees.",
    from: "report: account.byStrategy[].pnl",
    read: ({ report: { account } }) =>
      account.byStrategy.flatMap(({ name, pnl }) =>
        labelled({ strategy: name, currency: account.quote }, amountOf(pnl)),
      ),
  },
  {
    name: "deeptrader_trades_closed_total",
    type: "counter",
    unit: "trades",
    labels: ["strategy"],
    meaning: "Closed trades: an entry with all its exits.",
    from: "report: account.byStrategy[].trades",
    read: ({ report }) => report.account.byStrategy.flatMap(({ name, trades }) => labelled({ strategy: name }, trades)),
  },
  {
    name: "deeptrader_trades_won_total",
    type: "counter",
    unit: "trades",
    labels: ["strategy"],
    meaning: "Closed trades with a profit after fees.",
    from: "report: account.byStrategy[].won",
    read: ({ report }) => report.account.byStrategy.flatMap(({ name, won }) => labelled({ strategy: name }, won)),
  },
  {
    name: "deeptrader_fees_paid_total",
    type: "counter",
    unit: "quote",
    labels: ["currency"],
    meaning: "Fees paid in the settlement currency; not known before two slots are settled.",
    from: "report: account.metrics.feesPaid",
    read: (figures) => ofQuote(figures, amountOf(figures.report.account.metrics?.feesPaid)),
  },
  {
    ...counter,
    name: "deeptrader_fills_total",
    unit: "fills",
    meaning: "Fills of the run.",
    from: "report: account.metrics.fills",
    read: ({ report }) => one(report.account.metrics?.fills),
  },
  {
    name: "deeptrader_orders",
    type: "gauge",
    unit: "orders",
    labels: ["status"],
    meaning: "Orders of the run, stops and targets among them, by what they are now.",
    from: "report: journal.ordersByStatus",
    read: ({ report }) => byName("status", report.journal.ordersByStatus),
  },
  {
    ...counter,
    name: "deeptrader_decisions_total",
    unit: "decisions",
    meaning: "Decisions to enter or exit.",
    from: "report: leftOut.refusals.of",
    read: ({ report }) => one(report.leftOut.refusals.of),
  },
  {
    name: "deeptrader_refusals_total",
    type: "counter",
    unit: "decisions",
    labels: ["rule"],
    meaning: "Decisions that the risk gate refused, by rule.",
    from: "report: leftOut.refusals.byRule",
    read: ({ report }) => byName("rule", report.leftOut.refusals.byRule),
  },
  {
    name: "deeptrader_alerts_total",
    type: "counter",
    unit: "alerts",
    labels: ["kind"],
    meaning: "Alerts raised, by kind.",
    from: "report: journal.alertsByKind",
    read: ({ report }) => byName("kind", report.journal.alertsByKind),
  },
  {
    name: "deeptrader_markets_left_out",
    type: "gauge",
    unit: "markets",
    labels: ["reason"],
    meaning: "Markets that nothing may be entered on, by reason.",
    from: "report: leftOut.markets",
    read: ({ report }) => byName("reason", countsBy(report.leftOut.markets.map(({ reason }) => reason))),
  },
];

const STOPS = ["paused", "halted", "halt file", "day loss", "drawdown"] as const;

const CONTROL: readonly Row[] = [
  {
    name: "deeptrader_control_state",
    type: "gauge",
    unit: "0 or 1",
    labels: ["state"],
    meaning: "1 at the state that holds: running, paused (no entries) or halted (nothing is sent).",
    from: "status: control",
    read: ({ status }) => ofSet("state", ["running", "paused", "halted"], (state) => status.control === state),
  },
  {
    name: "deeptrader_entries_stopped",
    type: "gauge",
    unit: "0 or 1",
    labels: ["by"],
    meaning: "1 for each thing that stops entries now.",
    from: "status: entriesStoppedBy",
    read: ({ status }) => ofSet("by", STOPS, (by) => status.entriesStoppedBy.includes(by)),
  },
  {
    name: "deeptrader_strategy_running",
    type: "gauge",
    unit: "0 or 1",
    labels: ["strategy"],
    meaning: "1 where a strategy may enter; 0 where it is paused, or was ended for a fault.",
    from: "status: strategies[].paused, .ended",
    read: ({ status }) =>
      status.strategies.flatMap((s) => labelled({ strategy: s.strategyId }, s.paused || s.ended !== null ? 0 : 1)),
  },
  {
    name: "deeptrader_open_proposals",
    type: "gauge",
    unit: "proposals",
    labels: [],
    meaning: "Proposals that wait for the operator.",
    from: "status: proposals",
    read: ({ status }) => one(status.proposals.length),
  },
];

export const TRADE_ROWS: readonly Row[] = [...ACCOUNT, ...POSITIONS, ...TRADES, ...CONTROL];

function countsBy(names: readonly string[]): Readonly<Record<string, number>> {
  return Object.fromEntries([...Map.groupBy(names, (name) => name)].map(([name, of]) => [name, of.length]));
}
