// Floor 6. freqtrade's trades beside ours, as a table and a line a trade.
import { formatPct, formatTime } from "#desk/documents/format.ts";
import { type FreqtradeComparison, TradeDifference } from "#schemas/freqtrade-compare.ts";
import type { Style } from "../../io.ts";
import { SIMULATED } from "../../text/analysis-text.ts";
import { table } from "../../text/table.ts";

const SHOWN = 40;

const MEANING: Readonly<Record<TradeDifference, string>> = {
  same: "prices, candles, reason, size and fees",
  "outside-candle": "freqtrade's price lies outside its candle",
  "exit-candle": "left in another candle",
  "exit-reason": "left in the same candle for another reason",
  "entry-price": "entered at another price, or a candle apart",
  "exit-price": "left at another price",
  slippage: "other prices, by exactly the slippage assumed here",
  fee: "the same prices, other fees",
  stake: "the same prices and fees, another size",
  "not-spot": "freqtrade alone: short, or with leverage",
  "not-tested": "freqtrade alone: outside the time tested here",
  "no-candle": "freqtrade alone: the candle is missing here",
  "warming-up": "freqtrade alone: too few candles before it here",
  "market-not-traded": "freqtrade alone: the market is not traded here",
  refused: "freqtrade alone: a rule of the gate refused ours",
  "already-held": "freqtrade alone: we held the market already",
  "still-held": "both entered, ours was still held at the end",
  "their-pairlist": "ours alone: not in freqtrade's pair list",
  "their-places": "ours alone: freqtrade had no place free",
  "they-held": "ours alone: freqtrade held the market already",
  "their-range": "ours alone: outside freqtrade's range",
  unexplained: "one alone: neither run says why",
};

export function freqtradeComparisonText(d: FreqtradeComparison, style: Style): string {
  const whose = d.resultStrategy === "" ? "freqtrade" : `freqtrade's ${d.resultStrategy}`;
  const rows = TradeDifference.options.filter((is) => d.counts[is] !== undefined);
  const [theirs, ours] = [d.profitPct.theirs, d.profitPct.ours].map((pct) => formatPct(pct, 2));
  return [
    style.bold(
      `${whose} and ${d.strategies.join(", ")}, ${formatTime(d.firstSlotMs)} – ${formatTime(d.lastSlotMs)} UTC, ${d.timeframe}`,
    ),
    ...(d.simulated ? [style.warn(SIMULATED)] : []),
    ...d.notes.map((note) => style.warn(note)),
    ...d.settings.map(({ what, ...set }) => style.warn(`${what}: freqtrade ${set.theirs}, ours ${set.ours}`)),
    `${d.trades.theirs} trades of freqtrade, ${d.trades.ours} of ours, ${d.trades.same} the same. Sum of profits: ${theirs} and ${ours}.`,
    "",
    table(rows, [
      { title: "trades", value: (is) => String(d.counts[is] ?? 0), align: "right" },
      { title: "", value: (is) => is },
      { title: "", value: (is) => MEANING[is] },
    ]),
    ...(d.differing.length === 0 ? [] : [""]),
    ...d.differing.slice(0, SHOWN).map(({ is, pair, entryMs, why }) => `${formatTime(entryMs)} ${pair} ${is}: ${why}`),
    ...(d.differing.length > SHOWN ? [`… ${d.differing.length - SHOWN} more with --json`] : []),
  ].join("\n");
}
