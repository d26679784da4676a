// Floor 5. The trades of the run in 1,000 other orders: whether its drawdown was luck.
import type { Outcome } from "#schemas/research.ts";
import type { TradeOrder, ValidationCheck } from "#schemas/validation.ts";
import { counted, notRun, passed } from "./check.ts";
import { type Path, quantile, reshuffleTrades } from "./reshuffle-trades.ts";

const RESHUFFLES = 1000;
const LEAST_TRADES = 10;

export interface OrderOfTrades {
  readonly check: ValidationCheck;
  readonly figures: TradeOrder | null;
}

export function checkTradeOrder({ trades, startingCash }: Outcome, seed: number): OrderOfTrades {
  if (trades.length < LEAST_TRADES)
    return {
      check: notRun(
        "trade-order",
        `${counted(trades.length, "closed trade")}: under ${LEAST_TRADES} there is little to reorder`,
        "Choose a longer range or more markets.",
      ),
      figures: null,
    };
  const pnls = trades.toSorted((a, b) => a.exitMs - b.exitMs).map(({ pnl }) => Number(pnl));
  const { own, shuffled, drawn } = reshuffleTrades(pnls, startingCash, RESHUFFLES, seed);
  const figures: TradeOrder = {
    reshuffles: RESHUFFLES,
    trades: trades.length,
    ...own,
    shuffled: spreadOf(shuffled, "drawdownPct"),
    drawn: { drawdownPct: spreadOf(drawn, "drawdownPct"), finalEquity: spreadOf(drawn, "finalEquity") },
  };
  return { check: checkOf(figures, startingCash), figures };
}

const spreadOf = (paths: readonly Path[], of: keyof Path) => {
  const values = paths.map((path) => path[of]);
  return { p5: quantile(values, 0.05), p50: quantile(values, 0.5), p95: quantile(values, 0.95) };
};

function checkOf(f: TradeOrder, cash: number): ValidationCheck {
  const { drawn, shuffled } = f;
  const isLucky = f.drawdownPct < shuffled.p5;
  const mayLose = f.finalEquity > cash && drawn.finalEquity.p5 < cash;
  const flags = [
    ...(isLucky ? ["its drawdown is smaller than 95 % of other orders give: expect more"] : []),
    ...(mayLose ? ["drawn with replacement, 5 % of the runs or more lose money"] : []),
  ];
  return passed(
    "trade-order",
    [
      `drawdown ${pct(f.drawdownPct)} trade after trade; the same trades in ${f.reshuffles.toLocaleString("en-US")} other orders: 5–95 % ${pct(shuffled.p5)} to ${pct(shuffled.p95)}`,
      `drawn with replacement: drawdown ${pct(drawn.drawdownPct.p5)} to ${pct(drawn.drawdownPct.p95)}, end ${money(drawn.finalEquity.p5)} to ${money(drawn.finalEquity.p95)} beside ${money(f.finalEquity)}`,
    ],
    flags.length === 0
      ? {}
      : { flags, toDo: `Size for the drawdown of the 95th percentile, ${pct(drawn.drawdownPct.p95)}.` },
  );
}

const pct = (value: number): string => `${value.toFixed(2)} %`;
const money = (value: number): string => value.toLocaleString("en-US", { maximumFractionDigits: 2 });
