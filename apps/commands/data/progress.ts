// Floor 6. How far a long work on files is: a bar on a terminal, a line now and then elsewhere.
import type { Io } from "../../io.ts";

const BAR = 20;
/** Elsewhere a line each time so long has gone by: what is quickly done needs none. */
const LINE_MS = 10_000;

export interface Tally {
  /** What is worked on, for example `BTC/USDT 5m (2 of 3)`. */
  readonly what: string;
  /** 0–1. */
  readonly ratio: number;
  readonly candles: number;
}

/** @param isTerminal whether stderr is one */
export function createProgress(
  io: Pick<Io, "note" | "progress">,
  isTerminal: boolean,
  nowMs = () => performance.now(),
) {
  let what = "";
  let startMs = 0;
  let startRatio = 0;
  let saidMs = nowMs();
  return ({ ratio, candles, ...tally }: Tally): void => {
    if (tally.what !== what) {
      what = tally.what;
      startMs = nowMs();
      startRatio = ratio;
    }
    const doneMs = nowMs() - startMs;
    const leftMs = ratio > startRatio ? (doneMs * (1 - ratio)) / (ratio - startRatio) : null;
    const left = leftMs === null || ratio === 1 ? "" : `, ${durationText(leftMs)} left`;
    const figures = `${Math.floor(ratio * 100)} %, ${candles.toLocaleString("en-US")} candles${left}`;
    if (isTerminal) io.progress(`${what}  ${barText(ratio)}  ${figures}`);
    else if (nowMs() - saidMs >= LINE_MS) {
      saidMs = nowMs();
      io.note(`${what}: ${figures}`);
    }
  };
}

/** `█████░░░░░░░░░░░░░░░`. @param ratio 0–1 */
export function barText(ratio: number): string {
  const filled = Math.round(ratio * BAR);
  return `${"█".repeat(filled)}${"░".repeat(BAR - filled)}`;
}

/** `40 s`, `12 min`, `3.1 h`. */
export function durationText(ms: number): string {
  if (ms < 90_000) return `${Math.ceil(ms / 1000)} s`;
  return ms < 5_400_000 ? `${Math.round(ms / 60_000)} min` : `${(ms / 3_600_000).toFixed(1)} h`;
}
