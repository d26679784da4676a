// Floor 2. One candle file → what is in it, and everything that is wrong with it, not only the first fault.
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { DeepTraderError } from "#schemas/errors.ts";
import type { CandleSeries } from "#schemas/market.ts";
import { type MarketSymbol, type Timeframe, timeframeMs, toIso } from "#schemas/units.ts";
import type { FaultKind, RowFault } from "../files/candle-check.ts";
import { readCandleFile } from "../files/candle-file.ts";
import type { CandleFile, FileFormat } from "../files/file-names.ts";
import { judgeJumps } from "../judge-jumps.ts";
import { folderFault } from "../replay/folder-files.ts";
import { readStored } from "./stored-market.ts";

/** `unclosed` and `implausible` are seen in rows that are candles by themselves. */
export type ProblemKind = FaultKind | "unclosed" | "implausible";

export interface Problem {
  readonly kind: ProblemKind;
  readonly where: string;
  readonly text: string;
}

/** A run of missing candles: open of the first, close of the last. */
export interface Gap {
  readonly fromMs: number;
  readonly toMs: number;
  readonly candles: number;
}

export interface MarketFile {
  readonly symbol: MarketSymbol;
  readonly timeframe: Timeframe;
  readonly file: string;
  readonly format: FileFormat;
  readonly bytes: number;
  /** That it was downloaded from; null: it does not say. */
  readonly venue: string | null;
  readonly candles: number;
  /** Open of the first candle, close of the last; null: there is none. */
  readonly fromMs: number | null;
  readonly toMs: number | null;
  readonly gaps: readonly Gap[];
  /** Identical rows that fall together. */
  readonly duplicates: number;
  /** What the desk refuses to read, or should not trade on. */
  readonly problems: readonly Problem[];
}

/** @param nowMs what closes later cannot have happened yet */
export async function inspectMarket(
  dir: string,
  name: CandleFile,
  { nowMs, signal }: { readonly nowMs: number; readonly signal: AbortSignal },
): Promise<MarketFile> {
  const path = join(dir, name.file);
  const faults: RowFault[] = [];
  const series = await readAll(path, name, faults, signal);
  const bytes = await stat(path).then(
    ({ size }) => size,
    () => 0,
  );
  const problems = faults.map(({ kind, where, was, expected }) => ({
    kind,
    where,
    text: `${was} Expected ${expected}.`,
  }));
  const { symbol, timeframe, file, format } = name;
  const common = { symbol, timeframe, file, format, bytes };
  if (series === null) {
    return { ...common, venue: null, candles: 0, fromMs: null, toMs: null, gaps: [], duplicates: 0, problems };
  }
  const { openMs, notes } = series;
  const [firstMs = 0, lastMs = 0] = [openMs[0], openMs.at(-1)];
  return {
    ...common,
    venue: faults.length > 0 ? null : ((await readStored(dir, name, { signal })).note?.venue ?? null),
    candles: openMs.length,
    fromMs: firstMs,
    toMs: lastMs + timeframeMs(timeframe),
    gaps: gapsOf(series),
    duplicates: notes.filter(({ kind }) => kind === "duplicate").length,
    problems: [...problems, ...unclosed(file, series, nowMs), ...implausible(file, series)],
  };
}

async function readAll(path: string, name: CandleFile, faults: RowFault[], signal: AbortSignal) {
  try {
    const bytes = await readFile(path, { signal });
    return await readCandleFile(name, bytes, { signal, onFault: (fault) => faults.push(fault) });
  } catch (cause) {
    signal.throwIfAborted();
    const error = cause instanceof DeepTraderError ? cause : folderFault(path, cause);
    // Where every row is wrong, that has been said.
    if (faults.length === 0) faults.push({ kind: "file", where: name.file, was: error.message, expected: "candles" });
    return null;
  }
}

function gapsOf({ openMs, timeframe }: CandleSeries): readonly Gap[] {
  const lengthMs = timeframeMs(timeframe);
  const gaps: Gap[] = [];
  for (let row = 1; row < openMs.length; row++) {
    const fromMs = (openMs[row - 1] ?? 0) + lengthMs;
    const toMs = openMs[row] ?? 0;
    if (toMs > fromMs) gaps.push({ fromMs, toMs, candles: (toMs - fromMs) / lengthMs });
  }
  return gaps;
}

const unclosed = (file: string, { openMs, timeframe }: CandleSeries, nowMs: number): readonly Problem[] =>
  Array.from(openMs.subarray(-5))
    .filter((atMs) => atMs + timeframeMs(timeframe) > nowMs)
    .map((atMs) => ({
      kind: "unclosed",
      where: file,
      text: `the candle ${toIso(atMs)} has not closed: it was recorded under way, or its time is wrong.`,
    }));

/** As the desk judges them, but without the leader's candles: a crash that all markets shared is named too. */
function implausible(file: string, series: CandleSeries): readonly Problem[] {
  const { verdicts } = judgeJumps(series, { leader: null, known: new Map() });
  return verdicts
    .filter(({ verdict }) => verdict !== "agreed")
    .map(({ openMs }) => {
      const row = series.openMs.indexOf(openMs);
      const [before, price, after] = [series.close[row - 1], series.close[row], series.close[row + 1]];
      const neighbours =
        after === undefined ? `after a close of ${before}` : `between closes of ${before} and ${after}`;
      return {
        kind: "implausible",
        where: file,
        text: `the candle ${toIso(openMs)} closes at ${price}, ${neighbours}.`,
      };
    });
}
