// Floor 2. The facts of a run, looked up by id and by what they are about.
import { InvariantError } from "#schemas/errors.ts";
import type { Fact, FactKind } from "#schemas/fact.ts";
import type { MarketSymbol, Timeframe } from "#schemas/units.ts";

export interface FactTable {
  readonly all: readonly Fact[];
  readonly byId: ReadonlyMap<string, Fact>;
  /** Markets that some fact is about. */
  readonly markets: ReadonlySet<MarketSymbol>;
}

const tables = new WeakMap<readonly Fact[], FactTable>();

/** @throws InvariantError where an id stands twice */
export function factTable(all: readonly Fact[]): FactTable {
  const known = tables.get(all);
  // The same array may have grown.
  if (known !== undefined && known.all.length === all.length) return known;
  const table = tableOf([...all]);
  tables.set(all, table);
  return table;
}

function tableOf(all: readonly Fact[]): FactTable {
  const byId = new Map(all.map((fact) => [fact.id, fact]));
  if (byId.size !== all.length) {
    const twice = all.find((fact, index) => all.findIndex(({ id }) => id === fact.id) !== index);
    throw new InvariantError({
      was: `The fact ${twice?.id} stands twice in one table.`,
      expected: "one fact an id",
      remedy: "Number the facts of a conversation on.",
    });
  }
  return { all, byId, markets: new Set(all.flatMap(({ market }) => (market === null ? [] : [market]))) };
}

/** The newest fact of a kind and a market (null: of the desk); of that timeframe where both have one. */
export function factOf(
  table: FactTable,
  kind: FactKind,
  market: MarketSymbol | null,
  timeframe: Timeframe | null = null,
): Fact | undefined {
  return table.all.findLast(
    (fact) =>
      fact.kind === kind &&
      fact.market === market &&
      (timeframe === null || fact.timeframe === null || fact.timeframe === timeframe),
  );
}

/** The value as a number; null where it is not known or is no number. For comparing and showing only. */
export function numberOf({ value }: Fact): number | null {
  if (value === null || value === "") return null;
  const number = Number(value);
  return Number.isFinite(number) ? number : null;
}
