// Floor 2. A run → how messages name it, and the refusal to whoever has lost it. The same words from every store.
import { StoreError } from "#schemas/errors.ts";
import { toIso } from "#schemas/units.ts";

export interface RunName {
  readonly job: string;
  readonly slotMs: number;
}

export const runName = (run: RunName): string => `${run.job} at ${toIso(run.slotMs)}`;

export const lostRun = (run: RunName): StoreError =>
  new StoreError({
    was: `The run of ${runName(run)} is no longer this caller's.`,
    expected: "a run that was begun here and neither purged nor taken up by another meanwhile",
    remedy: "Do not purge a desk while it works; then run the slot again.",
  });
