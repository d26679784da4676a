// Floor 6. Closed trades → the text of a file: CSV, JSON, or the shape of freqtrade's backtest results, which its load_backtest_data and
// the tools around it read.
import type { TradesReport } from "#desk/documents/trades-report.ts";
import { toNumber } from "#schemas/money.ts";
import type { ClosedTrade } from "#schemas/portfolio.ts";
import { MINUTE_MS, splitSymbol } from "#schemas/units.ts";
import { FREQTRADE_EXIT_REASONS } from "#toolkits/freqtrade/exit-reasons.ts";
import { tradesCsv } from "./trades-text.ts";

export const EXPORT_FORMATS = ["csv", "json", "freqtrade"] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

export interface TradesToExport extends Pick<TradesReport, "trades" | "quote" | "strategies"> {
  readonly simulated: boolean;
  /** What was run; left out: not a backtest. */
  readonly run?: {
    readonly timeframe: string;
    readonly detail: string | null;
    readonly startMs: number;
    readonly endMs: number;
    readonly startingCash: number;
  };
}

/** Ends with a line break, as files do. */
export function tradesFileText(given: TradesToExport, format: ExportFormat): string {
  if (format === "csv") return `${tradesCsv(given)}\n`;
  return `${JSON.stringify(format === "json" ? given : freqtradeResult(given), null, 2)}\n`;
}

/**
 * `{strategy: {ID: {trades: […], …}}, strategy_comparison: […]}`, as of freqtrade 2024 and later. A strategy without a trade is in it, with
 * none. What is not kept of a trade is null: its stop prices, its highest and lowest rate.
 */
function freqtradeResult({ trades, quote, strategies, simulated, run }: TradesToExport) {
  const ids = [...new Set([...strategies, ...trades.map(({ strategyId }) => strategyId)])];
  const own = ids.map((id) => [id, trades.filter(({ strategyId }) => strategyId === id)] as const);
  return {
    metadata: {},
    strategy: Object.fromEntries(
      own.map(([id, some]) => [
        id,
        {
          trades: some.map(freqtradeTrade),
          strategy_name: id,
          stake_currency: quote,
          total_trades: some.length,
          profit_total_abs: some.reduce((sum, { pnl }) => sum + toNumber(pnl), 0),
          pairlist: [...new Set(some.map(({ symbol }) => symbol))].sort(),
          trading_mode: "spot",
          simulated_prices: simulated,
          ...(run === undefined
            ? {}
            : {
                timeframe: run.timeframe,
                timeframe_detail: run.detail ?? "",
                backtest_start: dateText(run.startMs),
                backtest_end: dateText(run.endMs),
                backtest_start_ts: run.startMs,
                backtest_end_ts: run.endMs,
                starting_balance: run.startingCash,
              }),
        },
      ]),
    ),
    strategy_comparison: own.map(([id, some]) => ({ key: id, trades: some.length })),
  };
}

/**
 * `stake_amount` is the entry's value without its fee; `profit_abs` is after both fees, `profit_ratio` that by stake and entry fee. Moments
 * are those of the fills: at the open of a candle, or at its close where it was filled inside.
 */
export function freqtradeTrade(trade: ClosedTrade) {
  const { symbol, quantity, entryMs, exitMs, exitReason, entryTag, pnl } = trade;
  const [amount, openRate, closeRate] = [quantity, trade.entryPrice, trade.exitPrice].map(toNumber) as [
    number,
    number,
    number,
  ];
  const stake = amount * openRate;
  const fee = feeRatioOf(trade);
  return {
    pair: symbol,
    stake_amount: stake,
    max_stake_amount: stake,
    amount,
    open_date: dateText(entryMs),
    close_date: dateText(exitMs),
    open_rate: openRate,
    close_rate: closeRate,
    fee_open: fee,
    fee_close: fee,
    trade_duration: Math.round((exitMs - entryMs) / MINUTE_MS),
    profit_ratio: stake === 0 ? 0 : toNumber(pnl) / (stake * (1 + fee)),
    profit_abs: toNumber(pnl),
    exit_reason: FREQTRADE_EXIT_REASONS[exitReason] ?? exitReason,
    initial_stop_loss_abs: null,
    initial_stop_loss_ratio: null,
    stop_loss_abs: null,
    stop_loss_ratio: null,
    min_rate: null,
    max_rate: null,
    is_open: false,
    enter_tag: entryTag ?? "",
    leverage: 1,
    is_short: false,
    open_timestamp: entryMs,
    close_timestamp: exitMs,
  };
}

/** Fees over what was turned over, 0–1; one in a third coin is in none. */
function feeRatioOf({ symbol, quantity, entryPrice, exitPrice, fees }: ClosedTrade): number {
  const { base, quote } = splitSymbol(symbol);
  const turnover = toNumber(quantity) * (toNumber(entryPrice) + toNumber(exitPrice));
  const priceOf = (currency: string): number => (currency === quote ? 1 : currency === base ? toNumber(entryPrice) : 0);
  const paid = fees.reduce((sum, { currency, amount }) => sum + toNumber(amount) * priceOf(currency), 0);
  return turnover === 0 ? 0 : paid / turnover;
}

/** `2018-01-10 07:15:00+00:00` */
const dateText = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19).replace("T", " ")}+00:00`;
