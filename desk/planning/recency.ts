// Floor 4. Names in the order of their last use → how likely it is that the next is the one so far back. Pure; bounded.

/** Distinct names remembered, the newest first. */
const MAX_NAMES = 256;
/** Places are counted in groups that grow: 0, 1, … 15 alone, then 16–31, 32–63 and so on. */
const SINGLE_PLACES = 16;
/** Weight that every group starts with, so that none is impossible. */
const PRIOR = 0.5;
/** After every observation the counts are multiplied by this: they forget within some hundreds of questions. */
const FORGETTING = 0.998;

/** `NEW`: not among the names remembered. */
const NEW = -1;

const groupOf = (place: number): number =>
  place < SINGLE_PLACES ? place : SINGLE_PLACES + Math.floor(Math.log2(place / SINGLE_PLACES));

/** First place of a group, and how many places it has. */
const span = (group: number): readonly [first: number, size: number] => {
  if (group < SINGLE_PLACES) return [group, 1];
  const first = SINGLE_PLACES * 2 ** (group - SINGLE_PLACES);
  return [first, first];
};

export class Recency {
  readonly #names: string[] = [];
  readonly #groups = new Map<number, number>();

  /** The place of each name: 0 for the last used. */
  places(): ReadonlyMap<string, number> {
    return new Map(this.#names.map((name, place) => [name, place]));
  }

  /** Probability of the name at each place, and of one that is not remembered; they sum to 1. */
  distribution(): { readonly byPlace: readonly number[]; readonly unseen: number } {
    const weightOf = (group: number) => (this.#groups.get(group) ?? 0) + PRIOR;
    const lastGroup = this.#names.length === 0 ? -1 : groupOf(this.#names.length - 1);
    let total = weightOf(NEW);
    for (let group = 0; group <= lastGroup; group++) total += weightOf(group);
    const byPlace: number[] = [];
    for (let group = 0; group <= lastGroup; group++) {
      const [first, size] = span(group);
      const there = Math.min(size, this.#names.length - first);
      for (let i = 0; i < there; i++) byPlace.push(weightOf(group) / total / there);
    }
    return { byPlace, unseen: weightOf(NEW) / total };
  }

  use(name: string): void {
    const place = this.#names.indexOf(name);
    const group = place === -1 ? NEW : groupOf(place);
    for (const [each, weight] of this.#groups) this.#groups.set(each, weight * FORGETTING);
    this.#groups.set(group, (this.#groups.get(group) ?? 0) + 1);
    if (place !== -1) this.#names.splice(place, 1);
    this.#names.unshift(name);
    if (this.#names.length > MAX_NAMES) this.#names.pop();
  }
}
