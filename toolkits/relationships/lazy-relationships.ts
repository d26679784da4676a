// Floor 2, relationships. What moves together at an hour, made only where a rule asks for it: what `relate` gives of the same returns.
import type { GateRelationships, Relationships } from "#schemas/relationship.ts";
import { type MarketSymbol, splitSymbol, type Timeframe, type UnixMs } from "#schemas/units.ts";
import { mayLink, type ReturnSums, returnSums } from "./correlation.ts";
import { LINKED_CORRELATION, relate } from "./relate.ts";

/** Clusters and links are worked out when they are read first; of single markets it is known before whether they may be linked. */
export class LazyRelationships implements GateRelationships {
  readonly hourMs: UnixMs;
  readonly timeframe: Timeframe;
  readonly leader: MarketSymbol | null;
  /** No rule reads them. */
  readonly labels = {};
  readonly #order: readonly MarketSymbol[];
  readonly #returnsOf: (symbol: MarketSymbol) => Float64Array | null;
  readonly #sumsOf: (symbol: MarketSymbol) => ReturnSums | null;
  #whole: Relationships | null = null;

  /**
   * @param order all markets in question, most liquid first
   * @param returnsOf up to the hour; null: not read, or too short to say anything
   */
  constructor(
    { hourMs, timeframe }: Pick<Relationships, "hourMs" | "timeframe">,
    order: readonly MarketSymbol[],
    returnsOf: (symbol: MarketSymbol) => Float64Array | null,
  ) {
    this.hourMs = hourMs;
    this.timeframe = timeframe;
    this.leader = order[0] ?? null;
    this.#order = order;
    this.#returnsOf = remembered(returnsOf);
    this.#sumsOf = remembered((symbol) => {
      const returns = this.#returnsOf(symbol);
      return returns === null ? null : returnSums(returns);
    });
  }

  /** Members of a cluster are linked, each with each. */
  mayJoin(symbol: MarketSymbol, bases: ReadonlySet<string>): readonly MarketSymbol[] {
    const linked = this.#order.filter(
      (other) => other !== symbol && bases.has(splitSymbol(other).base) && this.#mayBeLinked(symbol, other),
    );
    return [symbol, ...linked];
  }

  get clusters(): Relationships["clusters"] {
    return this.#made().clusters;
  }

  get linkedToLeader(): Relationships["linkedToLeader"] {
    return this.#made().linkedToLeader;
  }

  #mayBeLinked(a: MarketSymbol, b: MarketSymbol): boolean {
    const left = this.#sumsOf(a);
    const right = this.#sumsOf(b);
    return left !== null && right !== null && mayLink(left, right, LINKED_CORRELATION);
  }

  #made(): Relationships {
    if (this.#whole !== null) return this.#whole;
    const returns = new Map<MarketSymbol, Float64Array>();
    for (const symbol of this.#order) {
      const known = this.#returnsOf(symbol);
      if (known !== null) returns.set(symbol, known);
    }
    const { hourMs, timeframe } = this;
    this.#whole = relate(returns, { hourMs, timeframe, order: this.#order });
    return this.#whole;
  }
}

function remembered<T>(make: (symbol: MarketSymbol) => T): (symbol: MarketSymbol) => T {
  const known = new Map<MarketSymbol, T>();
  return (symbol) => {
    const value = known.get(symbol);
    if (value !== undefined) return value;
    const made = make(symbol);
    known.set(symbol, made);
    return made;
  };
}
