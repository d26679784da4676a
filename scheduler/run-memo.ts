// Floor 5. What one run of a bench leaves for the next over the same venue: candles as they were read and screened, and columns.
import { type CandleSeries, candleColumns } from "#schemas/market.ts";
import { KeptColumns } from "#toolkits/strategies/kept-columns.ts";

const MIB = 1024 * 1024;
const SERIES_BYTES = 1024 * MIB;
const COLUMN_BYTES = 512 * MIB;

export interface RunMemo {
  readonly columns: KeptColumns;
  /** What `load` gives, once for a key: the same object for as long as it is kept. */
  series(key: string, load: () => Promise<CandleSeries>): Promise<CandleSeries>;
}

export function createRunMemo({ seriesBytes = SERIES_BYTES, columnBytes = COLUMN_BYTES } = {}): RunMemo {
  const kept = new Map<string, { readonly series: CandleSeries; readonly bytes: number }>();
  let bytes = 0;
  return {
    columns: new KeptColumns(columnBytes),
    async series(key, load) {
      const known = kept.get(key);
      if (known !== undefined) {
        // Longest unused first.
        kept.delete(key);
        kept.set(key, known);
        return known.series;
      }
      const series = await load();
      const its = bytesOf(series);
      for (const [oldest, other] of kept) {
        if (bytes + its <= seriesBytes) break;
        kept.delete(oldest);
        bytes -= other.bytes;
      }
      if (bytes + its <= seriesBytes) {
        kept.set(key, { series, bytes: its });
        bytes += its;
      }
      return series;
    },
  };
}

function bytesOf(series: CandleSeries): number {
  let bytes = 0;
  candleColumns((name) => {
    bytes += series[name].byteLength;
    return series[name];
  });
  return bytes;
}
