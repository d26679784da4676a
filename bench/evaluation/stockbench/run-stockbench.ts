// Bench. StockBench's window, as published and as this product trades it: buy and hold by the benchmark's own definition first, since
// only where that agrees are the rows of one table.
import { backtest } from "#apps/commands/backtest.ts";
import { parseOptions } from "#apps/options.ts";
import { openVenue } from "#apps/venues.ts";
import { NEVER_ABORTED } from "#schemas/abort.ts";
import { toNumber } from "#schemas/money.ts";
import type { MarketSymbol } from "#schemas/units.ts";
import { openReplayFolder } from "#toolkits/market/replay/folder.ts";
import { inRealDays } from "#toolkits/market/sessions/redate.ts";
import { buyAndHold, type HeldFigures } from "./buy-and-hold.ts";
import { BUY_AND_HOLD, TERMS, TOLERANCE_PCT, WINDOW } from "./published.ts";
import { stockbenchFolder } from "./to-folder.ts";

/** Shipped strategies that read daily candles alone, at their defaults; none was fitted to anything. */
const STRATEGIES = ["mean-reversion", "ema-cross"] as const;

/** How much of its equity the desk may use: what it ships with, and the whole of it in twenty equal parts. */
const SIZES = [
  { name: "as shipped (2 % an entry, 20 % in all)", env: {} },
  {
    name: "all of it (5 % an entry, 100 % in all)",
    env: {
      DEEPTRADER_ENTRY_PCT: "5",
      DEEPTRADER_MAX_EXPOSURE_PCT: "100",
      DEEPTRADER_MAX_OPEN_POSITIONS: "20",
      DEEPTRADER_MAX_ENTRIES_PER_SLOT: "20",
      DEEPTRADER_MAX_ENTRIES_PER_CLUSTER: "20",
      DEEPTRADER_MAX_DAY_LOSS_PCT: "100",
      DEEPTRADER_MAX_DRAWDOWN_PCT: "100",
    },
  },
] as const;

export interface DeskRow {
  readonly strategy: string;
  readonly size: string;
  readonly returnPct: number;
  readonly drawdownPct: number;
  readonly trades: number;
  readonly decisions: number;
  readonly sharpe252: number | null;
  readonly decisionsHash: string;
}

export interface StockbenchResult {
  readonly stocks: number;
  readonly held: HeldFigures;
  readonly withCosts: HeldFigures;
  /** Of the published one. */
  readonly differencePct: number;
  readonly agrees: boolean;
  readonly rows: readonly DeskRow[];
}

/** Every row is run twice. @throws DataFolderError where it is no checkout; Error where two runs differ */
export async function measureStockbench(checkout: string, folder: string): Promise<StockbenchResult> {
  const stocks = await stockbenchFolder(checkout, folder);
  const [firstMs, lastMs] = [Date.parse(WINDOW.first), Date.parse(WINDOW.last)];
  const read = await openReplayFolder(folder, { timeframe: "1d", signal: NEVER_ABORTED.signal });
  const { calendar } = read;
  if (calendar === null) throw new Error(`${folder} has no calendar.`);
  const at = calendar.sessions.filter((day) => day >= firstMs && day <= lastMs);
  const series = stocks.map((stock) => inRealDays(read.series(`${stock}/USD` as MarketSymbol), calendar));
  const held = buyAndHold(series, at, 0);
  const rows: DeskRow[] = [];
  for (const strategy of STRATEGIES)
    for (const size of SIZES) {
      const [row, again] = [
        await deskRow(folder, strategy, size, at.length),
        await deskRow(folder, strategy, size, at.length),
      ];
      if (JSON.stringify(row) !== JSON.stringify(again)) throw new Error(`Two runs of ${strategy} differ.`);
      rows.push(row);
    }
  const differencePct = held.returnPct - BUY_AND_HOLD.returnPct;
  return {
    stocks: stocks.length,
    held,
    withCosts: buyAndHold(series, at, TERMS.commissionBps + TERMS.slippageBps),
    differencePct,
    agrees: Math.abs(differencePct) <= TOLERANCE_PCT,
    rows,
  };
}

/** From the open of the window's first session to the close of its last. */
async function deskRow(
  folder: string,
  strategy: string,
  size: (typeof SIZES)[number],
  sessions: number,
): Promise<DeskRow> {
  const { config } = parseOptions(
    {
      venue: "replay",
      data: folder,
      timeframe: "1d",
      assets: "20",
      quote: "USD",
      cash: TERMS.cash,
      asOf: WINDOW.first,
      // Decided at the close before the window, and at each of its closes.
      cycles: String(sessions + 1),
      security: "skip",
      strategy,
    },
    { DEEPTRADER_SLIPPAGE_BPS: String(TERMS.slippageBps), ...size.env },
  );
  const { signal } = NEVER_ABORTED;
  const venue = await openVenue(config, { signal });
  const io = { note: () => {}, progress: () => {} };
  const document = await backtest(config, venue, io, { signal, startedMs: performance.now(), env: {} });
  return {
    strategy,
    size: size.name,
    returnPct: document.metrics.totalReturnPct,
    drawdownPct: -document.metrics.maxDrawdownPct,
    trades: document.metrics.tradesClosed,
    decisions: document.metrics.decisions,
    sharpe252: sharpeOf(document.equityLine, document.calendar?.sessionsPerYear ?? 365),
    decisionsHash: document.decisionsHash,
  };
}

/** Mean over sample deviation of the returns from one session's end to the next, times the root of sessions a year; no interest. */
function sharpeOf(line: readonly { readonly equity: string }[], periodsPerYear: number): number | null {
  const returns = line.slice(1).map(({ equity }, i) => toNumber(equity) / toNumber(line[i]?.equity ?? "1") - 1);
  const mean = returns.reduce((sum, r) => sum + r, 0) / returns.length;
  const variance = returns.reduce((sum, r) => sum + (r - mean) ** 2, 0) / (returns.length - 1);
  return variance > 0 ? (mean / Math.sqrt(variance)) * Math.sqrt(periodsPerYear) : null;
}
