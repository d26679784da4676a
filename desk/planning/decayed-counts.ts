// Floor 4. Occurrences in time → counts that halve with every half-life. Pure; holds a bounded number of names.

/**
 * A count of each name in which an occurrence of one half-life ago weighs 1/2. Time never goes back: an earlier moment than
 * the last counts as the last. Where there are too many names, the lightest goes.
 */
export class DecayedCounts {
  readonly #halfLifeMs: number;
  readonly #maxNames: number;
  readonly #weights = new Map<string, number>();
  #atMs = 0;
  #total = 0;

  constructor(halfLifeMs: number, maxNames: number) {
    this.#halfLifeMs = halfLifeMs;
    this.#maxNames = maxNames;
  }

  add(name: string, atMs: number): void {
    this.#moveTo(atMs);
    this.#set(name, this.weight(name) + 1);
    if (this.#weights.size > this.#maxNames) this.#dropLightest();
  }

  /** At the last moment given. */
  weight(name: string): number {
    return this.#weights.get(name) ?? 0;
  }

  /** Sum of all weights at `nowMs`. */
  total(nowMs: number = this.#atMs): number {
    return this.#total * this.#factor(nowMs);
  }

  /** Sum of what each name weighs up to `limit`: what absolute discounting takes away. */
  sumUpTo(limit: number): number {
    let sum = 0;
    for (const weight of this.#weights.values()) sum += Math.min(weight, limit);
    return sum;
  }

  get size(): number {
    return this.#weights.size;
  }

  names(): readonly string[] {
    return [...this.#weights.keys()];
  }

  has(name: string): boolean {
    return this.#weights.has(name);
  }

  #factor(nowMs: number): number {
    return 2 ** (-Math.max(0, nowMs - this.#atMs) / this.#halfLifeMs);
  }

  #moveTo(atMs: number): void {
    const factor = this.#factor(atMs);
    this.#atMs = Math.max(this.#atMs, atMs);
    if (factor === 1) return;
    this.#total = 0;
    for (const [name, weight] of this.#weights) {
      this.#weights.set(name, weight * factor);
      this.#total += weight * factor;
    }
  }

  #set(name: string, weight: number): void {
    this.#total += weight - this.weight(name);
    this.#weights.set(name, weight);
  }

  #dropLightest(): void {
    let lightest: string | undefined;
    for (const [name, weight] of this.#weights) {
      if (lightest === undefined || weight < this.weight(lightest)) lightest = name;
    }
    if (lightest === undefined) return;
    this.#total -= this.weight(lightest);
    this.#weights.delete(lightest);
  }
}
