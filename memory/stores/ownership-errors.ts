// Floor 2. Who owns a run or an account → how messages name it, and the refusals of those who do not. The same words from
// every store.
import { AccountInUseError, StoreError, WriterLostError } from "#schemas/errors.ts";
import { type DeskId, toIso } from "#schemas/units.ts";
import type { ProcessIdentity } from "./process-identity.ts";

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

export const processName = ({ pid, label, host }: ProcessIdentity): string => `process ${pid} (${label}) on ${host}`;

/** @param holder null where it has not said yet who it is */
export const accountInUse = (deskId: DeskId, holder: ProcessIdentity | null): AccountInUseError =>
  new AccountInUseError({
    was: `Desk ${deskId} is run by ${holder === null ? "another process" : processName(holder)}.`,
    remedy: "Stop it there, wait for it with `start --standby`, or open an account of its own with --desk.",
  });

/** @param holder null where the desk was purged, or given back by this very process */
export const writerLost = (deskId: DeskId, holder: ProcessIdentity | null): WriterLostError =>
  new WriterLostError({
    was: `This process no longer owns desk ${deskId}: ${holder === null ? "it was given back or purged" : `${processName(holder)} has taken it`}.`,
    remedy: "Nothing was written or sent; start it again where it is to run, once.",
  });
