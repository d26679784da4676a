// Bench. A session's questions → what plain caches would have done with them: no sleep, no prediction, filled by demand.
import { LRUCache } from "lru-cache";
import { WORK_WEIGHTS } from "#schemas/work.ts";
import type { Asked, Session } from "./session.ts";

export interface ControlRow {
  readonly name: string;
  readonly equal: number;
  readonly unitsPerQuestion: number;
  readonly cut: number;
}

interface Kept {
  readonly bar: number;
  readonly content: string;
}

/** Looks at a question and what is kept; null: a miss. */
type Lookup = (row: Asked, cache: LRUCache<string, readonly Kept[]>) => readonly Kept[] | null;

const HIT_UNITS = WORK_WEIGHTS.recordsRead;
/** Stale answers that the oracle may choose from. */
const DRAFTS = [1, 3, 5] as const;

const sameQuestion = (row: Asked): string => row.item.text;
const sameAsset = (row: Asked): string => row.item.symbol ?? row.item.text;

export function runControls(session: Session): readonly ControlRow[] {
  const size = madeAhead(session);
  const fresh: Lookup = (row, cache) => {
    const kept = cache.get(sameQuestion(row))?.filter(({ bar }) => bar === row.bar) ?? [];
    return kept.length > 0 ? kept : null;
  };
  const stale =
    (drafts: number): Lookup =>
    (row, cache) =>
      cache.get(sameQuestion(row))?.slice(0, drafts) ?? null;
  const anyOfAsset: Lookup = (row, cache) => cache.get(sameAsset(row))?.slice(0, 1) ?? null;
  return [
    run(session, {
      name: `LRU of ${sizeWord}, same bar only`,
      size,
      keyOf: sameQuestion,
      lookup: fresh,
      refill: false,
    }),
    run(session, {
      name: `LRU of ${sizeWord}, whatever its age`,
      size,
      keyOf: sameQuestion,
      lookup: stale(1),
      refill: false,
    }),
    run(session, {
      name: "latest answer for this asset, whatever was asked",
      size,
      keyOf: sameAsset,
      lookup: anyOfAsset,
      refill: false,
    }),
    ...DRAFTS.map((drafts) =>
      run(session, {
        name: `pass@${drafts}: newest ${drafts} stale answers and a free oracle`,
        size,
        keyOf: sameQuestion,
        lookup: stale(drafts),
        refill: true,
      }),
    ),
  ];
}

const sizeWord = "the same size";

/** Entries made ahead a bar, at least one. */
function madeAhead({ entries, bars }: Session): number {
  const sum = entries
    .filter(({ phase }) => phase === "sleep")
    .reduce(
      (total, { made, prepared = {} }) => total + made + Object.values(prepared).reduce((n, count) => n + count, 0),
      0,
    );
  return Math.max(1, Math.round(sum / bars));
}

interface Control {
  readonly name: string;
  readonly size: number;
  readonly keyOf: (row: Asked) => string;
  readonly lookup: Lookup;
  /** True: what was wrong is made from scratch and kept (the oracle has seen it), and that work is counted. */
  readonly refill: boolean;
}

function run({ asked }: Session, { name, size, keyOf, lookup, refill }: Control): ControlRow {
  const cache = new LRUCache<string, readonly Kept[]>({ max: size });
  let [units, equal, scratch] = [0, 0, 0];
  for (const row of asked) {
    scratch += row.scratchUnits;
    const found = lookup(row, cache);
    const isRight = found?.some(({ content }) => content === row.content) ?? false;
    if (found !== null) units += HIT_UNITS * found.length;
    if (found !== null && isRight) equal += 1;
    if (found === null || (refill && !isRight)) {
      units += row.scratchUnits;
      equal += 1;
      const kept = cache.get(keyOf(row)) ?? [];
      cache.set(keyOf(row), [{ bar: row.bar, content: row.content }, ...kept].slice(0, Math.max(...DRAFTS)));
    }
  }
  return { name, equal: equal / asked.length, unitsPerQuestion: units / asked.length, cut: scratch / units };
}
