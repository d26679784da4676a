// Floor 4. A market's stored analyses → each with what the desk's strategies said of it then, also those that were ended since.
import { readersOf, readingKeyOf } from "#memory/reading-strategy.ts";
import type { AnalysisKey } from "#schemas/analysis.ts";
import type { StoredAnalysis } from "#schemas/ports/memory.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import type { MarketView } from "#schemas/reading.ts";
import type { UnixMs } from "#schemas/units.ts";
import type { DeskMarket, DeskMemory } from "./desk.ts";

export type StoredView = Omit<StoredAnalysis, "record"> & { readonly record: MarketView };

/** Newest first, nothing later than `nowMs`. */
export async function pastViews(
  { khala, readings, hosts }: Pick<DeskMemory, "khala" | "readings"> & Pick<DeskMarket, "hosts">,
  key: AnalysisKey,
  range: { readonly nowMs: UnixMs; readonly limit: number },
  options: CallOptions,
): Promise<readonly StoredView[]> {
  const stored = await khala.history(key, range, options);
  const readers = readersOf(
    hosts.map(({ info }) => info),
    key.timeframe,
  );
  const said = await Promise.all(
    readers.map((strategy) => readings.history(readingKeyOf(key, strategy), range, options)),
  );
  return stored.map(({ record, ...rest }) => ({
    ...rest,
    record: {
      ...record,
      readings: said.flatMap((ofOne) => ofOne.find(({ analyses: [base] }) => base?.analysisId === record.id) ?? []),
    },
  }));
}
