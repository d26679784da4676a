// Floor 4. A figure of what the desk has traded in a period: purchases, sales, closed trades, profit. Trades are those of the
// portfolio's fold, equity that of the journal's marks.
import { counted } from "#agents/deep-trader-manager/answers/render-text.ts";
import type { DatedAbout, DeskText } from "#agents/deep-trader-manager/desk-view.ts";
import type { JournalEvent } from "#schemas/journal.ts";
import { add, divide, type Money, subtract, toNumber, ZERO_MONEY } from "#schemas/money.ts";
import type { Fill } from "#schemas/order.ts";
import type { ClosedTrade } from "#schemas/portfolio.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import type { AccountFigure } from "#schemas/question.ts";
import { splitSymbol } from "#schemas/units.ts";
import { changeOf } from "#toolkits/portfolio/flows.ts";
import { openPositions } from "#toolkits/portfolio/positions.ts";
import { profitFactor, winRatePct } from "../../account/summary.ts";
import type { Desk } from "../../desk.ts";
import { formatAmount, formatPct, formatTime } from "../../documents/format.ts";
import { heldName, viewPortfolio } from "../../documents/portfolio-view.ts";
import { ofStrategy, strategyIdsOf } from "../../documents/strategy-names.ts";
import { costOf, ofAccount, signed } from "./of-account.ts";

/** Lines of one answer. */
const MAX_LINES = 8;

type About = DatedAbout & { readonly figure: AccountFigure };

export const isWithin = (period: DatedAbout["period"], atMs: number): boolean =>
  period === null || (atMs >= period.fromMs && atMs < period.untilMs);

/** What an answer is about, in words: the period, or the run. */
export function periodText(events: readonly JournalEvent[], { period }: Pick<DatedAbout, "period">): string {
  const beganMs = events.find((event) => event.type === "run-started")?.atMs ?? null;
  const began = beganMs === null ? "" : formatTime(beganMs);
  if (period === null) return beganMs === null ? "in this run" : `in this run (since ${began} UTC)`;
  return beganMs === null || beganMs <= period.fromMs ? period.words : `${period.words}; this run began ${began} UTC`;
}

/** What a figure is told from: trades are in the account's statistics, money that moved is not. */
export function typesOfFigure(figure: AccountFigure): readonly JournalEvent["type"][] {
  if (figure === "bought" || figure === "sold") return ["run-started", "fill"];
  return figure === "profit" ? ["run-started", "equity", "allotment", "coins-out", "coin-fee"] : ["run-started"];
}

/** @param events of these types, in order */
export async function tradeFigure(
  desk: Desk,
  events: readonly JournalEvent[],
  about: About,
  options: CallOptions,
): Promise<DeskText> {
  const past = events.filter((event) => event.atMs <= about.nowMs);
  const text =
    about.figure === "bought" || about.figure === "sold"
      ? fillsText(past, about, { figure: about.figure, strategies: strategyIdsOf(desk) })
      : about.figure === "profit"
        ? await profitText(desk, past, about, options)
        : closedText(desk, past, about);
  return ofAccount(desk, about.nowMs, text);
}

const of = ({ symbol }: Pick<About, "symbol">): string => (symbol === null ? "" : ` of ${symbol}`);
const listed = (lines: readonly string[], command: string): string =>
  lines.length <= MAX_LINES
    ? lines.join("\n")
    : `${lines.slice(-MAX_LINES).join("\n")}\n${lines.length - MAX_LINES} earlier ones: \`deeptrader ${command}\`.`;

/** One line an order, in however many fills. */
function fillsText(
  events: readonly JournalEvent[],
  about: About,
  { figure, strategies }: { readonly figure: "bought" | "sold"; readonly strategies: readonly string[] },
): string {
  const side = figure === "bought" ? "buy" : "sell";
  const fills = events.flatMap((event) =>
    event.type === "fill" && event.fill.side === side && isWithin(about.period, event.fill.atMs) ? [event.fill] : [],
  );
  const own = fills.filter((fill) => about.symbol === null || fill.symbol === about.symbol);
  const when = periodText(events, about);
  if (own.length === 0) return `Nothing${of(about)} was ${figure} ${when}.`;
  const orders = [...Map.groupBy(own, (fill) => fill.clientOrderId).values()];
  const head = `${figure === "bought" ? "Bought" : "Sold"}${of(about)} ${when}:`;
  return `${head}\n${listed(
    orders.map((own) => orderLine(own, strategies)),
    "journal",
  )}`;
}

function orderLine(fills: readonly Fill[], strategies: readonly string[]): string {
  const [first] = fills;
  if (first === undefined) return "";
  const quantity = fills.reduce((sum, fill) => add<string>(sum, fill.quantity), "0");
  const notional = fills.reduce((sum, fill) => add(sum, fill.notional), ZERO_MONEY);
  const price = divide(notional, quantity);
  const role = first.side === "sell" ? `, ${first.role}` : "";
  return `${formatTime(first.atMs)} ${first.symbol}${ofStrategy(first.strategyId, strategies)} ${quantity} at ${formatAmount(price)} ${splitSymbol(first.symbol).quote}${role}`;
}

/** `APT/USDT +1.20 USDT (+1.31 %), 12.3 from 4.5564 to 4.6161, 2026-01-05 00:05 to 2026-01-05 09:10, stop` */
export const tradeLine = (trade: ClosedTrade, strategies: readonly string[]): string =>
  `${trade.symbol}${ofStrategy(trade.strategyId, strategies)} ${signed(trade.pnl)} ${splitSymbol(trade.symbol).quote} (${formatPct(trade.returnPct)}), ${trade.quantity} from ${formatAmount(trade.entryPrice)} to ${formatAmount(trade.exitPrice)}, ${formatTime(trade.entryMs)} to ${formatTime(trade.exitMs)}, ${trade.exitRole}`;

const sumOf = (trades: readonly ClosedTrade[]): Money => trades.reduce((sum, { pnl }) => add(sum, pnl), ZERO_MONEY);

function ofPeriod(desk: Pick<Desk, "account">, { symbol, period }: About): readonly ClosedTrade[] {
  const trades = desk.account.statistics().trades();
  return trades.filter((trade) => (symbol === null || trade.symbol === symbol) && isWithin(period, trade.exitMs));
}

function closedText(desk: Desk, events: readonly JournalEvent[], about: About): string {
  const strategies = strategyIdsOf(desk);
  const line = (trade: ClosedTrade): string => tradeLine(trade, strategies);
  const trades = ofPeriod(desk, about);
  const when = periodText(events, about);
  const open = openText(desk, about);
  if (trades.length === 0) return `No trade${of(about)} was closed ${when}${open}.`;
  const byProfit = [...trades].sort((a, b) => toNumber(a.pnl) - toNumber(b.pnl));
  const head = `${counted(trades.length, "trade")}${of(about)} closed ${when}`;
  switch (about.figure) {
    case "trades":
      return `${head}${open}:\n${listed(trades.map(line), "trades")}`;
    case "best-trade":
      return `The best of ${head}: ${byProfit.slice(-1).map(line).join("")}.`;
    case "worst-trade":
      return `The worst of ${head}: ${byProfit.slice(0, 1).map(line).join("")}.`;
    case "last-trade":
      return `The last closed trade: ${trades.slice(-1).map(line).join("")}.`;
    case "profit-factor": {
      const factor = profitFactor(trades);
      return `${head}: ${factor === null ? "none of them lost, so there is no profit factor" : `profit factor ${factor.toFixed(2)}`}.`;
    }
    case "realised":
      return `Realised ${signed(sumOf(trades))} ${desk.quote} after fees in ${head}.${parts(trades)}`;
    default: {
      const won = trades.filter(({ pnl }) => toNumber(pnl) > 0).length;
      const lost = trades.filter(({ pnl }) => toNumber(pnl) < 0).length;
      return `${head}: ${won} won, ${lost} lost${won + lost < trades.length ? `, ${trades.length - won - lost} even` : ""}; win rate ${winRatePct(trades)?.toFixed(1)} %${open}.`;
    }
  }
}

/** A trade that goes on is in no count. */
function openText({ account }: Pick<Desk, "account">, { symbol }: About): string {
  const held = openPositions(account.portfolio()).filter((p) => symbol === null || p.symbol === symbol);
  return held.length === 0 ? "" : `; ${held.length} ${held.length === 1 ? "is" : "are"} still open`;
}

/** Profit by market, by day and by strategy, where there is more than one. */
function parts(trades: readonly ClosedTrade[]): string {
  const by = (name: string, keyOf: (trade: ClosedTrade) => string): string => {
    const groups = [...Map.groupBy(trades, keyOf)].map(([key, own]) => ({ key, pnl: sumOf(own) }));
    if (groups.length < 2) return "";
    return `\nBy ${name}: ${groups
      .slice(0, MAX_LINES)
      .map(({ key, pnl }) => `${key} ${signed(pnl)}`)
      .join(", ")}${groups.length > MAX_LINES ? ", …" : ""}.`;
  };
  return `${by("market", ({ symbol }) => symbol)}${by("day", ({ exitMs }) => formatTime(exitMs).slice(0, 10))}${by("strategy", ({ strategyId }) => strategyId)}`;
}

/** Of a market: closed trades and what is open. Of the desk: equity now against equity at the beginning of the period. */
async function profitText(desk: Desk, events: readonly JournalEvent[], about: About, options: CallOptions) {
  const { symbol, period, nowMs } = about;
  const trades = ofPeriod(desk, about);
  const when = periodText(events, about);
  const realised = `${signed(sumOf(trades))} ${desk.quote} realised in ${counted(trades.length, "closed trade")}`;
  const view = await viewPortfolio(desk, options);
  if (symbol !== null) {
    const held = view.positions.filter((p) => p.symbol === symbol);
    if (held.length === 0)
      return trades.length === 0
        ? `${symbol} is not held, and no trade of it was closed ${when}.`
        : `${symbol} is not held; ${realised} ${when}.`;
    const open = held.map((p) => {
      const profit =
        p.pnlPct === null
          ? "its open profit is not known (no price)"
          : `open profit now ${signed(subtract(p.value, costOf(p)))} ${desk.quote} (${formatPct(p.pnlPct)})`;
      return `${heldName(p, view)}: ${profit}`;
    });
    return `${open.join("; ")}; ${realised} ${when}.`;
  }
  const markBy = (ms: number): number => events.findLastIndex((e) => e.type === "equity" && e.slotMs <= ms);
  const equityAt = (index: number): Money | undefined => {
    const event = events[index];
    return event?.type === "equity" ? event.equity : undefined;
  };
  const { startingCash } = desk.account.portfolio();
  const endsNow = period === null || period.untilMs > nowMs;
  const from = period === null ? -1 : markBy(period.fromMs);
  const until = endsNow ? events.length - 1 : markBy(period.untilMs);
  const to = endsNow ? view.equity : equityAt(until);
  const [first] = events;
  if (to === undefined || (period !== null && first !== undefined && first.atMs >= period.untilMs))
    return `The profit ${when} is not known: the journal has no equity of it.`;
  const start = equityAt(from) ?? startingCash;
  const between = events.slice(from + 1, until + 1);
  const { amount, pct } = changeOf(start, to, between);
  const moved = subtract(subtract(to, start), amount);
  const movedText = moved === "0" ? "" : `, ${signed(moved)} put in or taken out`;
  return `Profit ${when}: ${signed(amount)} ${desk.quote}${pct === null ? "" : ` (${formatPct(pct)})`}, equity ${formatAmount(start)} to ${formatAmount(to)}${movedText}; ${realised}, fees and open positions included in the equity.`;
}
