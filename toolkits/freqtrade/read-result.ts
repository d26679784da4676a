// Floor 2. freqtrade's backtest result, as its JSON file has it → the trades of one of its strategies, and what was run.
import { z } from "zod";
import { DataFormatError, UsageError } from "#schemas/errors.ts";
import { FreqtradeTrade } from "#schemas/freqtrade-compare.ts";
import { isRecord } from "#schemas/is-record.ts";

/** Unlike freqtrade's own columns, these names were others before 2022. */
const OLD_NAMES: Readonly<Record<string, string>> = { sell_reason: "exit_reason", buy_tag: "enter_tag" };

const Moment = z.union([z.int().nonnegative(), z.string()]).nullish();
const Row = z.object({
  pair: z.string(),
  amount: z.number(),
  open_rate: z.number(),
  close_rate: z.number(),
  open_timestamp: Moment,
  open_date: Moment,
  close_timestamp: Moment,
  close_date: Moment,
  fee_open: z.number(),
  fee_close: z.number(),
  profit_ratio: z.number(),
  exit_reason: z.string(),
  enter_tag: z.string().nullish(),
  is_short: z.boolean().default(false),
  leverage: z.number().default(1),
  is_open: z.boolean().default(false),
});

const Run = z.looseObject({
  trades: z.array(z.unknown()),
  stake_currency: z.string().nullish(),
  timeframe: z.string().nullish(),
  backtest_start_ts: z.int().nonnegative().nullish(),
  backtest_end_ts: z.int().nonnegative().nullish(),
  pairlist: z.array(z.string()).nullish(),
  max_open_trades: z.number().nullish(),
});

export interface FreqtradeResult {
  /** Empty: the file does not say. */
  readonly strategy: string;
  readonly trades: readonly FreqtradeTrade[];
  /** Null: the file does not say. */
  readonly quote: string | null;
  readonly timeframe: string | null;
  /** Open of the first and of the last candle; null: the file does not say. */
  readonly startMs: number | null;
  readonly endMs: number | null;
  readonly pairs: readonly string[] | null;
  /** Null: not limited, or not known. */
  readonly maxOpenTrades: number | null;
  /** It was written by `backtest --export`: its moments are those of our fills, and its start and end those of our slots. */
  readonly isOurs: boolean;
  /** Trades of it that were still open. */
  readonly open: number;
}

/**
 * @param document the JSON, parsed
 * @param where the file, for messages
 * @param wanted whose trades; null: the only strategy that there is
 * @throws DataFormatError naming row and column; UsageError where several strategies are in it, or the wanted one is not
 */
export function readFreqtradeResult(document: unknown, where: string, wanted: string | null): FreqtradeResult {
  if (Array.isArray(document)) return resultOf("", { trades: document }, where);
  const strategies = isRecord(document) ? document["strategy"] : undefined;
  if (!isRecord(strategies)) throw fault(where, "it has no member strategy, which holds the trades.");
  const names = Object.keys(strategies);
  const [only] = names;
  const name = wanted ?? (names.length === 1 ? only : undefined);
  if (name !== undefined && Object.hasOwn(strategies, name)) return resultOf(name, strategies[name], where);
  throw new UsageError({
    was: wanted === null ? `${where} has ${names.length} strategies.` : `${where} has no strategy ${wanted}.`,
    expected: `--result-strategy with one of ${names.join(", ") || "its strategies, of which there is none"}`,
    remedy: "Name one.",
  });
}

function resultOf(strategy: string, given: unknown, where: string): FreqtradeResult {
  const run = Run.safeParse(given);
  if (!run.success) throw fault(where, `strategy ${strategy}: ${wordOf(run.error)}`);
  const { data } = run;
  const rows = data.trades.map((trade, i) => rowOf(trade, `${where}: trade ${i + 1}`));
  const { pairlist, max_open_trades: most } = data;
  return {
    strategy,
    trades: rows.flatMap(({ trade }) => trade ?? []),
    quote: data.stake_currency ?? null,
    timeframe: data.timeframe ?? null,
    startMs: data.backtest_start_ts ?? null,
    endMs: data.backtest_end_ts ?? null,
    pairs: pairlist === null || pairlist === undefined || pairlist.length === 0 ? null : pairlist,
    maxOpenTrades: most !== null && most !== undefined && most > 0 && Number.isFinite(most) ? most : null,
    isOurs: "simulated_prices" in data,
    open: rows.filter(({ trade }) => trade === null).length,
  };
}

function rowOf(given: unknown, where: string): { readonly trade: FreqtradeTrade | null } {
  if (!isRecord(given)) throw fault(where, "not an object. Lists of lists are of freqtrade before 2020.");
  const named = Object.fromEntries(Object.entries(given).map(([key, value]) => [OLD_NAMES[key] ?? key, value]));
  if (named["is_open"] === true) return { trade: null };
  const parsed = Row.safeParse(named);
  if (!parsed.success) throw fault(where, wordOf(parsed.error));
  const row = parsed.data;
  const trade = FreqtradeTrade.safeParse({
    pair: row.pair,
    amount: row.amount,
    openMs: momentOf(row.open_timestamp ?? row.open_date ?? ""),
    closeMs: momentOf(row.close_timestamp ?? row.close_date ?? ""),
    openRate: row.open_rate,
    closeRate: row.close_rate,
    feeOpen: row.fee_open,
    feeClose: row.fee_close,
    profitRatio: row.profit_ratio,
    exitReason: row.exit_reason,
    enterTag: row.enter_tag ?? "",
    isShort: row.is_short,
    leverage: row.leverage,
  });
  if (trade.success) return { trade: trade.data };
  throw fault(`${where} (${row.pair})`, wordOf(trade.error));
}

/** `2018-01-10 07:15:00+00:00`; NaN for what is no moment, which is then refused. */
const momentOf = (given: number | string): number =>
  typeof given === "number" ? given : Date.parse(given.replace(" ", "T"));

const wordOf = ({ issues: [issue] }: z.ZodError): string =>
  `${issue?.path.join(".") || "it"}: ${issue?.message ?? "not as expected"}.`;

const fault = (where: string, was: string): DataFormatError =>
  new DataFormatError({
    where,
    was,
    expected: "freqtrade's backtest result, backtest-result-….json",
    remedy: "Name that file; `freqtrade backtesting --export trades` writes it.",
  });
