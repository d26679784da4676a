// Floor 4. Values → facts: what many facts of one source share is said once, and each unit has its own function.
import type { NewFact } from "#agents/deep-trader-manager/talk/fact-source.ts";
import { type MarketSymbol, splitSymbol } from "#schemas/units.ts";

type Kind = NewFact["kind"];
type Value = NewFact["value"];
type More = Partial<Omit<NewFact, "kind" | "value" | "unit">>;

/** @param shared what all facts made with it carry: market, timeframe, time, record, strategy */
export function factsOf(shared: More) {
  const inUnit =
    (unit: NewFact["unit"]) =>
    (kind: Kind, value: Value, label: string, more: More = {}): NewFact => ({
      ...shared,
      kind,
      value,
      unit,
      label,
      ...more,
    });
  const inCurrency =
    (unit: NewFact["unit"]) =>
    (kind: Kind, value: Value, currency: string, label: string, more: More = {}): NewFact => ({
      ...shared,
      kind,
      value,
      unit,
      currency,
      label,
      ...more,
    });
  return {
    /** In percent: 4.6 is 4.6 %. */
    pct: inUnit("pct"),
    count: inUnit("count"),
    index: inUnit("index"),
    ratio: inUnit("ratio"),
    /** Epoch ms. */
    time: inUnit("time"),
    /** In ms. */
    duration: inUnit("duration"),
    verdict: inUnit("verdict"),
    text: inUnit("text"),
    /** In the settlement currency. */
    money: inCurrency("money"),
    /** In the quote of its market. */
    price: inCurrency("price"),
    /** Of a market's base coin. */
    quantity: inCurrency("quantity"),
  };
}

/** As above, of one market; prices and quantities know their currency. */
export function marketFactsOf(market: MarketSymbol, shared: More) {
  const { base, quote } = splitSymbol(market);
  const make = factsOf({ ...shared, market });
  return {
    ...make,
    price: (kind: Kind, value: Value, label: string, more: More = {}) => make.price(kind, value, quote, label, more),
    quantity: (value: Value, label: string, more: More = {}) => make.quantity("quantity", value, base, label, more),
  };
}

/** The one with the largest value, and the one with the least, carry the rank; none where two share it. */
export function withExtremes(facts: readonly NewFact[]): NewFact[] {
  const values = facts.flatMap(({ value }) => (value === null ? [] : [Number(value)]));
  const rankOf = (fact: NewFact): NewFact["rank"] => {
    if (fact.value === null || values.length < 2) return null;
    const value = Number(fact.value);
    if (values.filter((other) => other === value).length > 1) return null;
    return value === Math.max(...values) ? "highest" : value === Math.min(...values) ? "lowest" : null;
  };
  return facts.map((fact) => ({ ...fact, rank: rankOf(fact) }));
}

/** The first of a list that code has sorted carries its rank, unless the second is equal. */
export const withRank = (facts: readonly NewFact[], rank: "highest" | "lowest"): NewFact[] =>
  facts.map((fact, at) => (at === 0 && facts[1]?.value !== fact.value ? { ...fact, rank } : fact));

interface Listed {
  readonly kind: Kind;
  /** What the rows are, in the plural. */
  readonly what: string;
  readonly shared: More;
}

/** The first rows of a list as facts, and how many more there are. */
export const boundedFacts = <Row>(
  rows: readonly Row[],
  limit: number,
  listed: Listed,
  factsOfRow: (row: Row, at: number) => readonly NewFact[],
): NewFact[] => [
  ...rows.slice(0, limit).flatMap(factsOfRow),
  ...moreFact(listed, { of: rows.length, shown: Math.min(limit, rows.length) }),
];

/** How many rows a bounded list has left out; nothing where it is whole. */
export const moreFact = (
  { kind, what, shared }: Listed,
  { of, shown }: { readonly of: number; readonly shown: number },
): NewFact[] => (of <= shown ? [] : [factsOf(shared).count(kind, of - shown, `more ${what}, not listed here`)]);
