// Floor 2. One market's candles from one folder into another, in any format: every value to the bit, nothing that is there is lost.
import { join } from "node:path";
import { DataFormatError } from "#schemas/errors.ts";
import type { Clock } from "#schemas/ports/market.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { toIso } from "#schemas/units.ts";
import type { CandleFile } from "../files/file-names.ts";
import { lockMarket } from "./market-lock.ts";
import { mergeRows } from "./rows.ts";
import { readStored, writeStored } from "./stored-market.ts";
import { removeUnfinished } from "./write-whole.ts";

export interface Copied {
  /** Candles that the target had not. */
  readonly added: number;
  readonly candles: number;
}

/**
 * @param to.exists the target's candles are kept, and the source's must be the same where both have one
 * @throws DataFormatError for a fault of either file, and for a candle that differs: nothing is written then; DataFolderError
 */
export async function copyMarket(
  from: { readonly dir: string; readonly name: CandleFile },
  to: { readonly dir: string; readonly name: CandleFile; readonly exists: boolean },
  { sleep, ...options }: CallOptions & Pick<Clock, "sleep">,
): Promise<Copied> {
  const parts = { sleep, onWait: () => {}, onTakenOver: () => removeUnfinished(to.dir, to.name.file) };
  await using _lock = await lockMarket(to.dir, to.name.file, parts, options);
  const source = await readStored(from.dir, from.name, options);
  if (!to.exists) {
    await writeStored(to.dir, to.name, source);
    return { added: source.rows.openMs.length, candles: source.rows.openMs.length };
  }
  const target = await readStored(to.dir, to.name, options);
  const { rows, added, conflicts } = mergeRows(target.rows, source.rows);
  const [first] = conflicts;
  if (first !== undefined) {
    const count = conflicts.length === 1 ? "one candle differs" : `${conflicts.length} candles differ`;
    throw new DataFormatError({
      where: from.name.file,
      was: `${count}: ${toIso(first.openMs)} has ${first.field} ${first.theirs} here and ${first.mine} in ${join(to.dir, to.name.file)}.`,
      expected: "the same candles",
      remedy: "Nothing was merged. Remove the wrong file, or give another --data DIR.",
    });
  }
  if (added > 0) await writeStored(to.dir, to.name, { rows, note: target.note });
  return { added, candles: rows.openMs.length };
}
