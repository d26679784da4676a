// Floor 5. A pass → what the strategy says at every close of every market, whether it holds anything or not: asked as the backtest
// asks, a block of rows of one market after another, each slot's entries and exits in their turn.

import type { CallOptions } from "#schemas/ports/work.ts";
import { type MarketSymbol, timeframeMs, type UnixMs, unixMs } from "#schemas/units.ts";
import type { Answer } from "#toolkits/strategies/rule-view.ts";
import type { Strategy } from "#toolkits/strategies/strategy.ts";
import type { StrategyTrack } from "#toolkits/strategies/strategy-track.ts";
import type { BacktestInput } from "../../backtest-input.ts";
import type { Track } from "../../backtest-track.ts";
import { BacktestTracks } from "../../backtest-tracks.ts";
import type { ResearchInput } from "../run-variation.ts";
import type { MarketVerdicts, Pass } from "./pass.ts";
import { passedInput } from "./passed-input.ts";
import { textHash } from "./text-hash.ts";

const ENTER = 1;
const EXIT = 2;
const EXIT_HELD = 3;
const WORDS = ["nothing", "enter", "exit", "exit what is held"] as const;

/** What a number of `MarketVerdicts.said` means, in a word. */
export const wordOf = (said: number): string => (Number.isNaN(said) ? "not warm" : (WORDS[said % 4] ?? "nothing"));

/** Slots between two looks at the abort signal. */
const SLOTS_BETWEEN_LOOKS = 512;

/** @throws StrategyError where a rule fails */
export async function readVerdicts(
  given: ResearchInput,
  pass: Pass,
  options: RowOptions,
): Promise<readonly MarketVerdicts[]> {
  /** Closes at which `enter` was asked, and that have not come to their turn. */
  const asked = new Set<string>();
  const input = passedInput(given, pass, (strategy) => [heard(strategy, asked)]);
  const rows = new Map<MarketSymbol, { readonly openMs: number[]; readonly said: number[] }>();
  await eachRow(input, options, (track, openMs) => {
    const [rule] = track.rules;
    if (rule === undefined) return;
    const said = saidAt(track, rule, openMs, asked);
    const of = rows.get(track.symbol) ?? { openMs: [], said: [] };
    rows.set(track.symbol, of);
    of.openMs.push(openMs);
    of.said.push(said);
  });
  return [...rows].map(([symbol, { openMs, said }]) => ({
    symbol,
    openMs: Float64Array.from(openMs),
    said: Float64Array.from(said),
  }));
}

type RowOptions = CallOptions & { readonly onSlot?: (slotMs: UnixMs) => void };

/** Every close of every market of the day's universe, slot after slot, in the order in which a backtest comes to them. */
export async function eachRow(
  input: BacktestInput,
  options: RowOptions,
  take: (track: Track, openMs: number) => void,
): Promise<void> {
  const tracks = new BacktestTracks(input);
  const stepMs = timeframeMs(input.config.timeframe);
  let done = 0;
  for (let slotMs = input.firstSlotMs; slotMs <= input.lastSlotMs; slotMs = unixMs(slotMs + stepMs)) {
    if (done++ % SLOTS_BETWEEN_LOOKS === 0) {
      options.signal.throwIfAborted();
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
    options.onSlot?.(slotMs);
    if (tracks.isNewDay(slotMs)) await tracks.beginDay(slotMs, options);
    tracks.moveOn(slotMs - stepMs);
    for (const track of tracks.list) {
      if (track.present && track.inUniverse) take(track, slotMs - stepMs);
    }
    // What a rule has put off until later comes to its turn here.
    await null;
  }
}

/** What it says at the close of a candle, in one number; NaN: it is not warm. @param asked of `heard` */
export function saidAt(track: Track, rule: StrategyTrack, openMs: number, asked: Set<string>): number {
  const n = openMs / timeframeMs(track.series.timeframe);
  const entry = rule.enters(n);
  return asked.delete(`${track.symbol} ${openMs}`) ? codeOf(entry, track, rule, n) : Number.NaN;
}

/** Notes at which closes it was asked whether it enters: where it is not, it is not warm. */
export function heard(strategy: Strategy, asked: Set<string>): Strategy {
  const { enter } = strategy.rule;
  const listening = (at: Parameters<typeof enter>[0]): unknown => {
    asked.add(`${at.symbol} ${at.openMs}`);
    return enter(at);
  };
  return { ...strategy, rule: { ...strategy.rule, enter: listening } };
}

function codeOf(entry: Answer | null, track: Track, rule: StrategyTrack, n: number): number {
  if (entry !== null) return numberOf(ENTER, entry);
  const exit = rule.exits(n);
  if (exit !== null) return numberOf(EXIT, exit);
  if (!rule.strategy.hasExitHeld) return 0;
  const held = rule.viewAt(n)?.exitsHeld(heldAt(track, n)) ?? null;
  return held === null ? 0 : numberOf(EXIT_HELD, held);
}

/** A position that hangs on the candle alone, so that every pass asks about the same. */
function heldAt({ series, cursor }: Track, n: number) {
  const gainPct = (n % 9) - 4;
  const close = series.close[cursor - 1] ?? Number.NaN;
  const candles = 1 + (n % 31);
  const openedAtMs = (n - candles + 1) * timeframeMs(series.timeframe);
  return { entryPrice: close / (1 + gainPct / 100), openedAtMs, candles, gainPct };
}

const numberOf = (word: number, { strength, reasons }: Answer): number =>
  4 * textHash(`${strength} ${reasons.join("\n")}`) + word;
