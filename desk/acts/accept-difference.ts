// Floor 4. The operator accepts a difference between the venue's account and the journal: it bars entries no longer, until it is another. It
// loosens, so no model and no chat can propose it.
import { z } from "zod";
import { AccountDifference } from "#schemas/account-difference.ts";
import { PositionError, UnknownNameError } from "#schemas/errors.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { UnixMs } from "#schemas/units.ts";
import { barsEntries } from "#toolkits/execution/live/account-guard.ts";
import { namesPhrase } from "#toolkits/market/nearest-names.ts";
import { inTurn } from "../account/in-turn.ts";
import type { Desk } from "../desk.ts";
import type { Said } from "./act-row.ts";

export const AcceptReport = AccountDifference.extend({
  by: z.string(),
  reason: z.string(),
  atMs: UnixMs.describe("when it was accepted"),
  repeated: z.boolean().describe("true: it was accepted before as it is, and nothing was done"),
});
export type AcceptReport = z.infer<typeof AcceptReport>;

/** @param typed its key, or how that begins @throws UnknownNameError, PositionError on paper, StoreError */
export const acceptDifference = (desk: Desk, typed: string, said: Said, options: CallOptions): Promise<AcceptReport> =>
  inTurn(desk.account, options, () => accept(desk, typed, said, options));

async function accept(desk: Desk, typed: string, { by, reason }: Said, options: CallOptions): Promise<AcceptReport> {
  const { differences } = desk.venueBook;
  const atMs = desk.clock.now();
  await desk.reconciliation?.refresh(atMs, options);
  const { key, kind, amount, text } = named(desk, typed);
  const about = { key, kind, amount, text };
  const accepted = differences.isAccepted(about) ? (differences.get(key)?.accepted ?? null) : null;
  if (accepted !== null) return { ...about, ...accepted, repeated: true };
  const row = { type: "account-difference", ...about, atMs, state: "accepted", by, reason } as const;
  await desk.account.append([row], options);
  return { ...about, by, reason, atMs, repeated: false };
}

function named({ execution, reconciliation, venueBook }: Desk, typed: string): AccountDifference {
  if (execution.kind !== "live") {
    throw new PositionError({
      was: "This desk trades on paper: it has no account at a venue that could differ.",
      remedy: "Name the account with --live-account, as for `start`.",
    });
  }
  // As they are now where the venue was heard, else as the journal has them.
  const seen = reconciliation?.state.atMs == null ? null : reconciliation.state.differences;
  const all = (seen ?? venueBook.differences.standing()).filter(barsEntries);
  const found = all.filter(({ key }) => key === typed);
  const [one, ...others] = found.length > 0 ? found : all.filter(({ key }) => typed !== "" && key.startsWith(typed));
  if (one !== undefined && others.length === 0) return one;
  throw new UnknownNameError({
    was:
      one === undefined
        ? `There is no difference ${JSON.stringify(typed)}.`
        : `${others.length + 1} differences begin with ${JSON.stringify(typed)}.`,
    expected:
      all.length === 0
        ? "a difference that `deeptrader account` shows; there is none"
        : `one of ${namesPhrase(
            typed,
            all.map(({ key }) => key),
          )}`,
    remedy: "Give its key, or so much of it that no other begins so.",
  });
}
