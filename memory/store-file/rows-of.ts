// Floor 2. What `execute` gives: the two drivers give it differently.

type Row = Readonly<Record<string, unknown>>;

/** The rows of a statement that was run as it is. */
export const rowsOf = (result: unknown): readonly Row[] =>
  Array.isArray(result) ? (result as readonly Row[]) : (result as { readonly rows: readonly Row[] }).rows;
