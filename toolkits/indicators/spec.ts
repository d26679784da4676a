// Floor 2. What the registry says of an indicator: settings with ranges, outputs with units, how many rows it needs, and how
// to make its kernel. Strategies, documentation and the next close read it here and nowhere else.
import type { Timeframe } from "#schemas/units.ts";
import type { Kernel, RowColumn } from "./kernel.ts";

/** A number in a range, or one of a few words. */
export type SettingSpec =
  | { readonly default: number; readonly min: number; readonly max: number; readonly integer: boolean }
  | { readonly default: string; readonly options: readonly string[] };

export type SettingValues = Readonly<Record<string, number | string>>;

/** `price`: quote per base · `points`: a scale of the indicator's own · `ratio` · `volume`: base coins · `source`: that of its source column. */
export type OutputUnit = "price" | "points" | "ratio" | "volume" | "source";

export interface IndicatorSpec<Outputs extends string = string> {
  readonly id: string;
  readonly title: string;
  /** Where its definition comes from, and what was decided where the field splits; one or two sentences. */
  readonly definition: string;
  /** What it says of rows without a move or without volume. */
  readonly flat: string;
  /** Changes whenever its arithmetic does. */
  readonly definitionId: string;
  readonly settings: Readonly<Record<string, SettingSpec>>;
  readonly outputs: Readonly<Record<Outputs, OutputUnit>>;
  /** Package that computes it; absent: our own kernel. */
  readonly library?: string;
  /** What is wrong with settings that are each in range but do not go together; null: nothing. */
  conflict?(settings: SettingValues): string | null;
  /** Which columns of a row it reads: one that reads the close alone has exact action levels. */
  reads(settings: SettingValues): readonly RowColumn[];
  /** Rows until its seed weighs under 1e-4 (EMA n: 5.6 n, Wilder n: 10 n), or its finite memory. */
  needRows(settings: SettingValues): number;
  kernel(settings: SettingValues): Kernel;
}

/** An indicator as a strategy names it: `ema(50)`, `ema(50).on("1h")`. `Outputs` are the names it is read under. */
export interface IndicatorRef<Outputs extends string = string> {
  readonly indicator: string;
  readonly settings: SettingValues;
  /** Null: the base timeframe. */
  readonly timeframe: Timeframe | null;
  /** In the order of the registry; a single one called `value` is read without a name. */
  readonly outputs: readonly Outputs[];
  /** The same of a higher timeframe: of its newest candle that has closed by then. */
  on(timeframe: Timeframe): IndicatorRef<Outputs>;
}
