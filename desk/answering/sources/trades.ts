// Floor 4. The source `trades`: closed trades with entry, exit, result and why; and the newest entry, which may still be open.
import { z } from "zod";
import { factSource, type NewFact, type SourceRun } from "#agents/deep-trader-manager/talk/fact-source.ts";
import type { JournalRow } from "#schemas/journal.ts";
import { isPositive, toNumber } from "#schemas/money.ts";
import type { ClosedTrade } from "#schemas/portfolio.ts";
import { DAY_MS, splitSymbol } from "#schemas/units.ts";
import { MOVED_BY_HAND } from "#toolkits/portfolio/trade.ts";
import { ENTRY_BECAUSE, type EntryReasons, entryReasonsOf } from "./entry-reasons.ts";
import { boundedFacts, factsOf, marketFactsOf } from "./make-facts.ts";
import { Asset, marketOf } from "./market-name.ts";
import { Limit, type SourceDesk, until } from "./source-desk.ts";
import { statement } from "./statement.ts";

const OUTCOMES = {
  all: () => true,
  losing: ({ pnl }: ClosedTrade) => toNumber(pnl) < 0,
  winning: ({ pnl }: ClosedTrade) => isPositive(pnl),
} as const;

export const tradesSource = (open: SourceDesk) =>
  factSource({
    id: "trades",
    description:
      "Closed trades, newest first: entry, exit, result, fees, why it was bought and why it was sold; and the newest entry. Use it for the last trade, losing trades, what was done and why.",
    input: z.object({
      asset: Asset.optional(),
      days: z.int().min(1).max(365).optional().describe("Trades that ended within so many days."),
      outcome: z.enum(["all", "losing", "winning"]).default("all"),
      limit: Limit,
    }),
    read: async ({ asset, days, outcome, limit }, run, options) => {
      const symbol = asset === undefined ? null : marketOf(open, asset);
      const rows = await until(open, run.nowMs)({ types: ["decision", "order-list", "fill"] }, options);
      const sinceMs = days === undefined ? 0 : run.nowMs - days * DAY_MS;
      const closed = open.desk.account
        .statistics()
        .trades()
        .filter(({ exitMs }) => exitMs <= run.nowMs && exitMs >= sinceMs)
        .filter((trade) => symbol === null || trade.symbol === symbol);
      const trades = closed.filter(OUTCOMES[outcome]).toReversed();
      const reasons = entryReasonsOf(rows);
      const which = outcome === "all" ? "" : `${outcome} `;
      const window = days === undefined ? {} : { window: `${days}d` };
      const shared = { asOfMs: run.nowMs, recordId: "account", ...window };
      const make = factsOf(shared);
      const found: NewFact[] =
        trades.length === 0
          ? [statement("no-such-trades", run.language)]
          : [
              make.count("count-trades", trades.length, `${which}closed trades`),
              outcomesFact(closed, run),
              ...boundedFacts(trades, limit, { kind: "count-trades", what: `${which}trades`, shared }, (trade) =>
                tradeFacts(trade, reasons, run),
              ),
            ];
      return [...found, ...newestEntry(rows, symbol, reasons)];
    },
  });

/** How many lost and how many gained, in a sentence: beside a bare count no word for it can be checked. */
const outcomesFact = (closed: readonly ClosedTrade[], { language }: SourceRun): NewFact =>
  statement("trades-lost-and-won", language, {
    all: String(closed.length),
    lost: String(closed.filter(OUTCOMES.losing).length),
    won: String(closed.filter(OUTCOMES.winning).length),
  });

const EXITS = {
  entry: "exit-decided",
  exit: "exit-decided",
  "stop-loss": "exit-at-stop",
  "take-profit": "exit-at-target",
  "write-off": "exit-written-off",
} as const;

const exitOf = ({ exitRole, exitReason }: ClosedTrade) =>
  exitReason === MOVED_BY_HAND ? "exit-moved-by-hand" : EXITS[exitRole];

function tradeFacts(trade: ClosedTrade, reasons: EntryReasons, { language }: SourceRun): NewFact[] {
  const { symbol, strategyId, entryMs, exitMs } = trade;
  const recordId = `trade ${strategyId} ${symbol} ${entryMs}`;
  const make = marketFactsOf(symbol, { asOfMs: exitMs, recordId, strategyId });
  const reason = reasons.of(trade);
  return [
    make.price("entry", trade.entryPrice, "average entry price", { asOfMs: entryMs }),
    make.time("time", entryMs, "bought at"),
    ...(reason === null ? [] : [make.text("reason", reason.text, ENTRY_BECAUSE, { recordId: reason.decisionId })]),
    make.price("exit", trade.exitPrice, "average exit price"),
    make.time("time", exitMs, "sold at"),
    {
      ...make.text("reason", statement(exitOf(trade), language, { market: symbol }).value, "why it was sold"),
      unit: "sentence",
    },
    make.quantity(trade.quantity, "sold"),
    make.money("pnl", trade.pnl, splitSymbol(symbol).quote, "result of the trade after fees"),
    make.pct("pnl", trade.returnPct, "result of the trade in percent of what was paid"),
    make.duration("duration", exitMs - entryMs, "held for"),
    ...trade.fees.map(({ currency, amount }) => make.money("fees", amount, currency, "fees of the trade")),
  ];
}

/** Of the newest entry order: its first fill, and what it was bought for. */
function newestEntry(rows: readonly JournalRow[], symbol: string | null, reasons: EntryReasons): NewFact[] {
  const isEntry = ({ event }: JournalRow): boolean =>
    event.type === "fill" && event.fill.role === "entry" && (symbol === null || event.fill.symbol === symbol);
  const newest = rows.findLast(isEntry);
  if (newest === undefined || newest.event.type !== "fill") return [];
  const { fill } = newest.event;
  const make = marketFactsOf(fill.symbol, { asOfMs: fill.atMs, recordId: newest.eventId, strategyId: fill.strategyId });
  const reason = reasons.ofOrder(fill.clientOrderId);
  return [
    make.price("entry", fill.price, "newest entry of all, open or closed since: its price"),
    make.quantity(fill.quantity, "newest entry: bought"),
    make.money("value", fill.notional, splitSymbol(fill.symbol).quote, "newest entry: what was paid before the fee"),
    make.time("time", fill.atMs, "newest entry: bought at"),
    ...(reason === null ? [] : [make.text("reason", reason.text, ENTRY_BECAUSE, { recordId: reason.decisionId })]),
  ];
}
