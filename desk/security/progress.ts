// Floor 4. How far the rounds have come: how many contracts are judged, how many stand before one in the line, and how long the rest takes at
// the pace so far.
import { z } from "zod";
import { type ContractId, contractText } from "#schemas/chain.ts";
import { Count, MINUTE_MS } from "#schemas/units.ts";

export const TokenProgress = z.object({
  judged: Count,
  of: Count.describe("contracts that some source knows of"),
  minutesLeft: Count.nullable().describe("at the pace so far; null: too few were judged to tell, or none is left"),
});
export type TokenProgress = Readonly<z.infer<typeof TokenProgress>>;

/** `1,240 of 2,000 judged, 38 min left`. */
export function progressText({ judged, of, minutesLeft }: TokenProgress): string {
  const count = (value: number): string => value.toLocaleString("en-US");
  return `${count(judged)} of ${count(of)} judged${minutesLeft === null ? "" : `, ${count(minutesLeft)} min left`}`;
}

/** A pace that rests on fewer says little. */
const FEW = 10;

export class RoundProgress {
  readonly #monotonicMs: () => number;
  #of = 0;
  #judged = 0;
  /** Those that were not judged when the round began, by their place in it. */
  #places = new Map<string, number>();
  #judgedInRound = new Set<string>();
  /** Over all rounds of this process: since its first question, and how many were judged in that time. */
  #since: { readonly startedMs: number; judged: number } | null = null;

  constructor(monotonicMs: () => number) {
    this.#monotonicMs = monotonicMs;
  }

  begin(contracts: readonly ContractId[], isJudged: (contract: ContractId) => boolean): void {
    const open = contracts.filter((contract) => !isJudged(contract));
    this.#of = contracts.length;
    this.#judged = contracts.length - open.length;
    this.#places = new Map(open.map((contract, place) => [contractText(contract), place]));
    this.#judgedInRound = new Set();
    if (open.length > 0) this.#since ??= { startedMs: this.#monotonicMs(), judged: 0 };
  }

  judged(contract: ContractId): void {
    const name = contractText(contract);
    if (!this.#places.has(name) || this.#judgedInRound.has(name)) return;
    this.#judgedInRound.add(name);
    this.#judged += 1;
    if (this.#since !== null) this.#since.judged += 1;
  }

  /** How many that are not judged yet come before it; null: it is not in the line. */
  before(contract: ContractId): number | null {
    const place = this.#places.get(contractText(contract));
    return place === undefined ? null : Math.max(0, place - this.#judgedInRound.size);
  }

  now(): TokenProgress | null {
    if (this.#of === 0) return null;
    return { judged: this.#judged, of: this.#of, minutesLeft: this.#minutesLeft() };
  }

  #minutesLeft(): number | null {
    const left = this.#of - this.#judged;
    if (this.#since === null || this.#since.judged < FEW || left === 0) return null;
    const perMs = this.#since.judged / Math.max(1, this.#monotonicMs() - this.#since.startedMs);
    return Math.ceil(left / perMs / MINUTE_MS);
  }
}
