// Floor 2. A model's draft and the facts of its run → the text that a person may read. Pure; the only way from ModelText to
// ShownText, whole or in pieces.
import { type Fact, type ModelText, type ShownText, uncheckedWords } from "#schemas/fact.ts";
import type { CheckResult, CheckRun } from "./check-run.ts";
import { createDraftFold } from "./fold-draft.ts";
import { createUnitSplitter } from "./units.ts";

/** @throws InvariantError where two facts have one id, or a fact's value is not of its unit */
export function checkDraft(draft: ModelText, facts: readonly Fact[], run: CheckRun): CheckResult {
  const stream = createDraftStream(() => facts, run);
  stream.push(draft);
  return stream.end().result;
}

export interface DraftStream {
  /** The next words of the model → what is shown because of them; often nothing. Nothing shown is ever withdrawn. */
  readonly push: (piece: ModelText) => ShownText;
  /** What is still shown, and the result: the same as that of the whole draft. */
  readonly end: () => { readonly shown: ShownText; readonly result: CheckResult };
  /** The same of a draft that breaks off: the sentence that was being written is none. */
  readonly breakOff: () => ReturnType<DraftStream["end"]>;
}

/** @param facts those that the model has been given by now: they may grow with its tool calls */
export function createDraftStream(facts: () => readonly Fact[], run: CheckRun): DraftStream {
  const splitter = createUnitSplitter(run.language);
  const fold = createDraftFold(run, facts);
  const endWith = (isWhole: boolean): ReturnType<DraftStream["end"]> => {
    const { units, isCut } = splitter.end();
    // The unit that was being written when the draft was cut is not whole.
    const before = fold.take(isCut || !isWhole ? units.slice(0, -1) : units);
    const { shown, result } = fold.end(isCut);
    return { shown: `${before}${shown}` as ShownText, result };
  };
  return {
    push: (piece) => fold.take(splitter.push(uncheckedWords(piece))),
    end: () => endWith(true),
    breakOff: () => endWith(false),
  };
}
