// Floor 6. Markets that could not be read → lines: one each, or one for all that failed in the same words.

/** Names shown of many. */
const NAMED = 3;

export function failedLines(failed: readonly { readonly symbol: string; readonly error: string }[]): readonly string[] {
  const byWords = Map.groupBy(failed, ({ error }) => error);
  return [...byWords].map(([error, markets]) => {
    const names = markets.slice(0, NAMED).map(({ symbol }) => symbol);
    const who = markets.length <= NAMED ? names.join(", ") : `${markets.length} markets (${names.join(", ")}, …)`;
    return `failed ${who}: ${error}`;
  });
}
