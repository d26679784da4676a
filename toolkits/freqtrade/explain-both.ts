// Floor 2. A trade that freqtrade and we both made → what differs in it, and whether slippage or fees are all of it. Pure.
import type { DifferingTrade, FreqtradeTrade, TradeDifference } from "#schemas/freqtrade-compare.ts";
import { type Candle, candleAt } from "#schemas/market.ts";
import { firstIndexAbove } from "../market/closed-candles.ts";
import { type ComparisonInput, candleStart } from "./comparison-input.ts";
import { exitCandleOf, isSameReason } from "./exit-reasons.ts";

/** Relative; freqtrade reckons in float64 and writes all digits. */
const CLOSE = 1e-6;

export function explainBoth(theirs: FreqtradeTrade, ours: FreqtradeTrade, input: ComparisonInput): DifferingTrade {
  const { stepMs, result } = input;
  const [is, why] = differenceOf({ theirs, ours, input, prices: pricesOf(theirs, ours, input) });
  const exitMs = exitCandleOf(theirs, stepMs, result.isOurs);
  const moved = candleStart(theirs.openMs, stepMs) - candleStart(ours.openMs, stepMs);
  const note = moved === 0 ? "" : ` We entered a candle ${moved > 0 ? "earlier" : "later"}.`;
  const entry = { pair: theirs.pair, entryMs: candleStart(theirs.openMs, stepMs) as DifferingTrade["entryMs"] };
  const impossible = is === "same" ? null : outsideOf(theirs, exitMs, input);
  if (impossible !== null) return { is: "outside-candle", ...entry, theirs, ours, rule: null, why: impossible + note };
  return moved !== 0 && is === "same"
    ? { is: "entry-price", ...entry, theirs, ours, rule: null, why: `At the same price.${note}` }
    : { is, ...entry, theirs, ours, rule: null, why: why + note };
}

interface Both {
  readonly theirs: FreqtradeTrade;
  readonly ours: FreqtradeTrade;
  readonly input: ComparisonInput;
  readonly prices: readonly PricePair[];
}

interface PricePair {
  readonly is: "entry-price" | "exit-price";
  readonly theirs: number;
  readonly ours: number;
  readonly isSame: boolean;
  /** Ours is freqtrade's moved against us by the slippage assumed, on the tick. */
  readonly isSlippage: boolean;
}

function pricesOf(theirs: FreqtradeTrade, ours: FreqtradeTrade, input: ComparisonInput): readonly PricePair[] {
  const tick = input.tickOf(theirs.pair);
  const slip = input.slippageBpsOf(theirs.pair) / 10_000;
  const isNear = (a: number, b: number): boolean => Math.abs(a - b) <= tick * (1 + CLOSE) + CLOSE * Math.abs(b);
  const pair = (is: PricePair["is"], a: number, b: number, factor: number): PricePair => ({
    is,
    theirs: a,
    ours: b,
    isSame: isNear(b, a),
    isSlippage: slip > 0 && isNear(b, a * factor),
  });
  return [
    pair("entry-price", theirs.openRate, ours.openRate, 1 + slip),
    pair("exit-price", theirs.closeRate, ours.closeRate, 1 - slip),
  ];
}

function differenceOf({ theirs, ours, input, prices }: Both): readonly [TradeDifference, string] {
  const { stepMs, result } = input;
  const [a, b] = [ownExitOf(theirs, input, result.isOurs), ownExitOf(ours, input, true)];
  const reasons = `freqtrade ${theirs.exitReason} at ${theirs.closeRate}, ours ${ours.exitReason} at ${ours.closeRate}`;
  if (a !== b) {
    const candles = Math.abs(a - b) / stepMs;
    return [
      "exit-candle",
      `Ours left ${candles} candle${candles === 1 ? "" : "s"} ${b > a ? "later" : "earlier"}: ${reasons}.`,
    ];
  }
  if (!isSameReason(theirs.exitReason, ours.exitReason)) return ["exit-reason", `In the same candle: ${reasons}.`];
  const unlike = prices.filter(({ isSame }) => !isSame);
  const other = unlike.find(({ isSlippage }) => !isSlippage);
  if (other !== undefined) return [other.is, `${priceText(other)}, which slippage does not explain.`];
  if (unlike.length > 0) {
    const bps = input.slippageBpsOf(theirs.pair);
    return ["slippage", `${unlike.map(priceText).join("; ")}: exactly the slippage of ${bps} bps against us.`];
  }
  return moneyOf(theirs, ours);
}

/** A target that the open has passed is filled there, and so dated: the candle before did not reach its price. */
function ownExitOf(trade: FreqtradeTrade, input: ComparisonInput, isOurs: boolean): number {
  const candleMs = exitCandleOf(trade, input.stepMs, isOurs);
  if (!isOurs || trade.exitReason !== "roi") return candleMs;
  const candle = candleOf(trade.pair, candleMs, input);
  return candle !== null && candle.high < trade.closeRate ? candleStart(trade.closeMs, input.stepMs) : candleMs;
}

/** Prices, candles and reason are the same. */
function moneyOf(theirs: FreqtradeTrade, ours: FreqtradeTrade): readonly [TradeDifference, string] {
  const isOtherFee =
    Math.abs(theirs.feeOpen - ours.feeOpen) > CLOSE || Math.abs(theirs.feeClose - ours.feeClose) > CLOSE;
  const share = ours.amount / theirs.amount;
  const size = Math.abs(share - 1) <= CLOSE ? "" : ` Ours is ${(100 * share).toFixed(4)} % of its size.`;
  if (isOtherFee) {
    const [a, b] = [100 * theirs.profitRatio, 100 * ours.profitRatio].map((pct) => pct.toFixed(4));
    return ["fee", `freqtrade paid ${feeText(theirs)}, we ${feeText(ours)}: ${a} % and ${b} %.${size}`];
  }
  return size === "" ? ["same", ""] : ["stake", size.trim()];
}

const priceText = ({ is, theirs, ours }: PricePair): string =>
  `${is === "entry-price" ? "entered" : "left"} at ${ours}, freqtrade at ${theirs} (${((ours / theirs - 1) * 10_000).toFixed(2)} bps)`;

const feeText = ({ feeOpen, feeClose }: FreqtradeTrade): string =>
  `${(10_000 * feeOpen).toFixed(2)} and ${(10_000 * feeClose).toFixed(2)} bps`;

/** A price that the candle did not have cannot have been paid; null: both lie inside, or the candle is not there. */
function outsideOf(trade: FreqtradeTrade, exitMs: number, input: ComparisonInput): string | null {
  const tick = input.tickOf(trade.pair);
  for (const [what, price, atMs] of [
    ["entry", trade.openRate, candleStart(trade.openMs, input.stepMs)],
    ["exit", trade.closeRate, exitMs],
  ] as const) {
    const candle = candleOf(trade.pair, atMs, input);
    // Our own export moves prices by slippage, which may leave the candle.
    if (candle === null || input.result.isOurs) continue;
    if (price > candle.high + tick || price < candle.low - tick)
      return `freqtrade's ${what} at ${price} lies outside its candle, ${candle.low} to ${candle.high}; ours is kept.`;
  }
  return null;
}

function candleOf(symbol: string, openMs: number, input: ComparisonInput): Candle | null {
  const series = input.seriesOf(symbol);
  if (series === null) return null;
  const row = firstIndexAbove(series.openMs, openMs - 1);
  const candle = candleAt(series, row);
  return candle?.openMs === openMs ? candle : null;
}
