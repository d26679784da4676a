// Floor 3. The facts of one conversation: what its sources have read, each under an id that is never used twice. The model sees
// one line a fact, the fact check looks them up, and a later turn may still refer to those of an earlier one.
import { Fact } from "#schemas/fact.ts";
import { toIso } from "#schemas/units.ts";
import type { NewFact } from "./fact-source.ts";

/** Facts of earlier turns that stay resolvable; older ids are forgotten, never given again. */
const MOST_EARLIER = 200;

export class FactTable {
  readonly #facts = new Map<string, Fact>();
  /** What is equal but for its id is the same fact. */
  readonly #known = new Map<string, Fact>();
  #next: number;
  /** The same list until a fact is added: who reads it may keep what was made of it. */
  #all: readonly Fact[] | null = null;

  /** @param earlier facts of the conversation's earlier turns, oldest first; ids go on behind the highest ever given */
  constructor(earlier: readonly Fact[] = [], nextId = 1) {
    for (const fact of earlier.slice(-MOST_EARLIER)) this.#keep(fact);
    this.#next = Math.max(nextId, ...earlier.map(({ id }) => Number(id.slice(1)) + 1));
  }

  /** Gives each its id; one that is known keeps it. @throws ZodError for what is no fact */
  add(facts: readonly NewFact[]): readonly Fact[] {
    return facts.map((fact) => {
      const made = Fact.parse({ ...fact, id: `f${this.#next}` });
      const known = this.#known.get(identityOf(made));
      if (known !== undefined) return known;
      this.#next += 1;
      this.#keep(made);
      return made;
    });
  }

  get(id: string): Fact | null {
    return this.#facts.get(id) ?? null;
  }

  all(): readonly Fact[] {
    this.#all ??= [...this.#facts.values()];
    return this.#all;
  }

  /** The number that the next fact would get. */
  get nextId(): number {
    return this.#next;
  }

  #keep(fact: Fact): void {
    this.#all = null;
    this.#facts.set(fact.id, fact);
    this.#known.set(identityOf(fact), fact);
  }
}

/** `f12 = 27.4 · RSI (Wilder, 14) · ETH/USDT 1h · 2026-01-05T14:00Z`, one a line: what the model reads. */
export const factLines = (facts: readonly Fact[]): string => facts.map(factLine).join("\n");

function factLine(fact: Fact): string {
  const { id, value, unit, currency, label, market, timeframe, window, asOfMs, strategyId, rank, quoted } = fact;
  const text = unit === "time" ? minuteOf(Number(value)) : quoted ? JSON.stringify(value) : String(value);
  const shown = value === null ? "not known" : text;
  const of = [market, timeframe].filter((part) => part !== null).join(" ");
  const parts = [
    unit === "pct" ? `${shown} %` : currency === null ? shown : `${shown} ${currency}`,
    label,
    of,
    window === null ? "" : `over ${window}`,
    strategyId === null ? "" : `strategy ${strategyId}`,
    rank === null ? "" : `${rank} of the list`,
    asOfMs === null ? "" : minuteOf(asOfMs),
  ];
  return `${id} = ${parts.filter((part) => part !== "").join(" · ")}`;
}

/** `2026-01-05T14:00Z` */
const minuteOf = (timeMs: number): string => `${toIso(timeMs).slice(0, 16)}Z`;

const identityOf = ({ id: _, ...fact }: Fact): string => JSON.stringify(fact);
