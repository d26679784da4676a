// Floor 2. A trade that only freqtrade or only we made → why the other did not. Pure.
import type { DifferingTrade, FreqtradeTrade, TradeDifference } from "#schemas/freqtrade-compare.ts";
import { windowsOf } from "../market/replay/describe-folder.ts";
import { type ComparisonInput, candleStart } from "./comparison-input.ts";
import { exitCandleOf } from "./exit-reasons.ts";

type Why = readonly [TradeDifference, string, (DifferingTrade["rule"] | undefined)?];

export function explainTheirs(theirs: FreqtradeTrade, input: ComparisonInput): DifferingTrade {
  const entryMs = candleStart(theirs.openMs, input.stepMs);
  const [is, why, rule = null] = whyNotOurs(theirs, entryMs, input);
  return { is, pair: theirs.pair, entryMs: entryMs as DifferingTrade["entryMs"], theirs, ours: null, rule, why };
}

function whyNotOurs(trade: FreqtradeTrade, entryMs: number, input: ComparisonInput): Why {
  const { pair } = trade;
  if (trade.isShort || trade.leverage !== 1 || pair.includes(":"))
    return [
      "not-spot",
      `${trade.isShort ? "A short trade" : `With leverage ${trade.leverage}`}: only spot is traded here.`,
    ];
  if (entryMs < input.firstSlotMs || entryMs > input.lastSlotMs)
    return ["not-tested", "Outside the time that was tested here."];
  const series = input.seriesOf(pair);
  const never = input.whyNotTraded(pair);
  if (series === null) return ["no-candle", never ?? "There are no candles of it here."];
  // An entry that was refused or made says more than a market's story.
  const refused = input.refused.find(({ symbol, slotMs }) => symbol === pair && slotMs === entryMs);
  if (refused !== undefined) return ["refused", `Rule ${refused.rule}: ${refused.reason}.`, refused.rule];
  const open = input.held.find(
    ({ symbol, openedAtMs }) => symbol === pair && candleStart(openedAtMs, input.stepMs) === entryMs,
  );
  if (open !== undefined)
    return ["still-held", `We entered too, and held it at the end; freqtrade left by ${trade.exitReason}.`];
  const holding = holdingAt(pair, entryMs, input);
  if (holding !== null) return ["already-held", `We held it since ${iso(holding)}.`];
  if (never !== null) return ["market-not-traded", `${never}.`];
  const windows = windowsOf(series, { fromMs: entryMs, toMs: entryMs });
  if (windows.full + windows.tooFew + windows.holed === 0)
    return ["no-candle", `The candle that closes at ${iso(entryMs)} is missing here.`];
  if (windows.full === 0)
    return ["warming-up", windows.holed > 0 ? "Too many candles before it are missing." : "Too few candles before it."];
  return ["unexplained", "Our strategy was asked at that close and did not want to enter."];
}

/** Since when we held a market at a moment; null: we did not. */
function holdingAt(pair: string, atMs: number, { ours, held }: ComparisonInput): number | null {
  const closed = ours.find((trade) => trade.pair === pair && trade.openMs <= atMs && atMs < trade.closeMs);
  const open = held.find(({ symbol, openedAtMs }) => symbol === pair && openedAtMs <= atMs);
  return closed?.openMs ?? open?.openedAtMs ?? null;
}

export function explainOurs(ours: FreqtradeTrade, input: ComparisonInput): DifferingTrade {
  const entryMs = candleStart(ours.openMs, input.stepMs);
  const [is, why] = whyNotTheirs(ours, entryMs, input);
  return { is, pair: ours.pair, entryMs: entryMs as DifferingTrade["entryMs"], theirs: null, ours, rule: null, why };
}

function whyNotTheirs({ pair }: FreqtradeTrade, entryMs: number, { result, stepMs }: ComparisonInput): Why {
  const { pairs, maxOpenTrades, startMs, endMs, isOurs } = result;
  if (pairs !== null && !pairs.includes(pair)) return ["their-pairlist", "Not in freqtrade's pair list."];
  // The first candle gives no signal there, the last takes no entry.
  if (!isOurs && ((startMs !== null && entryMs <= startMs) || (endMs !== null && entryMs >= endMs)))
    return ["their-range", "freqtrade enters from the second candle of its range to the last but one."];
  const open = result.trades.filter(
    (trade) => candleStart(trade.openMs, stepMs) <= entryMs && exitCandleOf(trade, stepMs, isOurs) >= entryMs,
  );
  const same = open.find((trade) => trade.pair === pair);
  if (same !== undefined) return ["they-held", `freqtrade held it since ${iso(same.openMs)}.`];
  if (maxOpenTrades !== null && open.length >= maxOpenTrades) {
    const ending = open.filter((trade) => exitCandleOf(trade, stepMs, isOurs) === entryMs).length;
    const note = ending === 0 ? "" : `, ${ending} of which ended in that candle`;
    return ["their-places", `freqtrade had ${open.length} of at most ${maxOpenTrades} trades open${note}.`];
  }
  const places = maxOpenTrades === null ? "No limit of open trades is in the result" : "freqtrade had a place free";
  return ["unexplained", `${places}, and it did not enter; its locks and protections are not in the result.`];
}

const iso = (ms: number): string => `${new Date(ms).toISOString().slice(0, 16).replace("T", " ")} UTC`;
