// Floor 2, search. What each way of searching is: batches of places, each answered before the next is asked for.

/** A place in (0, 1) for each parameter. */
export type Places = readonly number[];

export interface Answer {
  readonly places: Places;
  /** Larger is better; null: it could not be told, which is worse than any. */
  readonly objective: number | null;
}

export interface Method {
  /** Its next batch; how large is its own affair, never the machine's. None: all has been asked. */
  next(): readonly Places[];
  /** The whole batch, in its order. */
  tell(answers: readonly Answer[]): void;
}

/** Best first; those that could not be told last; equals as they came. */
export const bestFirst = (answers: readonly Answer[]): readonly Answer[] =>
  answers.toSorted((a, b) => (a.objective === b.objective ? 0 : worth(b) - worth(a)));

const worth = ({ objective }: Answer): number => objective ?? -Number.MAX_VALUE;
