// Floor 2. The name of a file ↔ which market's candles of which timeframe it holds, in which format: ours (BTC-USDT-5m.csv) and
// that of freqtrade's data folders (BTC_USDT-5m.feather).
import { MarketSymbol, splitSymbol, Timeframe } from "#schemas/units.ts";

/** In the order in which one wins over another that holds the same market. */
export const FILE_FORMATS = ["feather", "parquet", "csv", "json", "json.gz"] as const;
export type FileFormat = (typeof FILE_FORMATS)[number];

/** A candle file by its name. */
export interface CandleFile {
  readonly file: string;
  readonly symbol: MarketSymbol;
  readonly timeframe: Timeframe;
  readonly format: FileFormat;
}

const CANDLE_FILE =
  /^([\p{Lu}\p{Lo}\p{M}\p{N}._]+-[\p{Lu}\p{Lo}\p{M}\p{N}._]+|[^-]+_[^-_]+)-(\d+[A-Za-z]+)\.([a-z]+(?:\.gz)?)$/u;

/** `market`: its candles; `timeframe`: as one, but of a length that is none of ours; null: none. */
export type NamedFile =
  | ({ readonly kind: "market" } & CandleFile)
  | { readonly kind: "timeframe"; readonly file: string }
  | null;

/** What a file is by its name alone. */
export function namedFile(file: string): NamedFile {
  const [, pair = "", length, ending] = CANDLE_FILE.exec(file) ?? [];
  const format = FILE_FORMATS.find((one) => one === ending);
  // BASE-QUOTE, or BASE_QUOTE, where a base may hold the stroke itself.
  const cut = pair.includes("-") ? pair.indexOf("-") : pair.lastIndexOf("_");
  const symbol = MarketSymbol.safeParse(`${pair.slice(0, cut)}/${pair.slice(cut + 1)}`);
  if (format === undefined || !symbol.success) return null;
  const timeframe = Timeframe.safeParse(length);
  if (!timeframe.success) return { kind: "timeframe", file };
  return { kind: "market", file, symbol: symbol.data, timeframe: timeframe.data, format };
}

/** CSV files are named as they always were here; the others so that freqtrade finds them. */
export function candleFile(symbol: MarketSymbol, timeframe: Timeframe, format: FileFormat): CandleFile {
  const { base, quote } = splitSymbol(symbol);
  return { file: `${base}${format === "csv" ? "-" : "_"}${quote}-${timeframe}.${format}`, symbol, timeframe, format };
}
