// Floor 2. Why a trade ended: our words and freqtrade's.

/** freqtrade's words for how a trade ended, by ours; a tag that the strategy left it with stays as it is, as freqtrade's do. */
export const FREQTRADE_EXIT_REASONS: Readonly<Record<string, string>> = {
  "stop-loss": "stop_loss",
  "take-profit": "roi",
  "exit signal": "exit_signal",
  "write-off": "force_exit",
  "closed by hand": "force_exit",
};

/** Ours does not tell a stop that was raised from one that was not; `sell_…` is how freqtrade called them before 2022. */
const SAME_REASON: Readonly<Record<string, string>> = {
  trailing_stop_loss: "stop_loss",
  stoploss_on_exchange: "stop_loss",
  sell_signal: "exit_signal",
  force_sell: "force_exit",
};

export const isSameReason = (a: string, b: string): boolean => (SAME_REASON[a] ?? a) === (SAME_REASON[b] ?? b);

/** Stop and target fill within a candle: freqtrade dates them at its open, ours at its close. */
const WITHIN_A_CANDLE: ReadonlySet<string> = new Set(["stop_loss", "roi"]);

/** Open of the candle that a trade was left in. @param isOurs true: its moments are those of our fills */
export function exitCandleOf(
  { closeMs, exitReason }: { readonly closeMs: number; readonly exitReason: string },
  stepMs: number,
  isOurs: boolean,
): number {
  const atMs = isOurs && WITHIN_A_CANDLE.has(exitReason) ? closeMs - 1 : closeMs;
  return Math.floor(atMs / stepMs) * stepMs;
}
