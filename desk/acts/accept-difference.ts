// Floor 4. The operator accepts a difference between the venue's account and the journal. What is missing at the venue is taken out of the
// journal, so that the two agree; of an order it bars entries no longer, until it is another. It loosens, so no model and no chat can
// propose it.
import { z } from "zod";
import { AccountDifference } from "#schemas/account-difference.ts";
import { PositionError, UnknownNameError } from "#schemas/errors.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { UnixMs } from "#schemas/units.ts";
import { barsEntries } from "#toolkits/execution/live/account-guard.ts";
import { namesPhrase } from "#toolkits/market/nearest-names.ts";
import { inTurn } from "../account/in-turn.ts";
import type { Desk } from "../desk.ts";
import { inOrderTurn, sendOrders } from "../run-slot/send.ts";
import type { Said } from "./act-row.ts";
import { settlementOf } from "./settle-difference.ts";

export const AcceptReport = AccountDifference.extend({
  by: z.string(),
  reason: z.string(),
  atMs: UnixMs.describe("when it was accepted"),
  settled: z
    .array(z.string())
    .readonly()
    .describe(
      "what it has changed in the journal, for people; empty: the difference stands and bars entries no longer",
    ),
  problems: z
    .array(z.string())
    .readonly()
    .describe("what went wrong at the venue afterwards; the next look goes on with it"),
  repeated: z.boolean().describe("true: it was accepted before as it is, and nothing was done"),
});
export type AcceptReport = z.infer<typeof AcceptReport>;

/** @param typed its key, or how that begins @throws UnknownNameError, PositionError on paper, ProviderError, StoreError */
export const acceptDifference = (desk: Desk, typed: string, said: Said, options: CallOptions): Promise<AcceptReport> =>
  inTurn(desk.account, options, async () => {
    const report = await inOrderTurn(desk, options, () => accept(desk, typed, said, options));
    if (report.settled.length === 0) return report;
    // What rested for coins that have gone has nothing to protect any more.
    const { problems } = await sendOrders(desk, options);
    return { ...report, problems };
  });

async function accept(desk: Desk, typed: string, said: Said, options: CallOptions): Promise<AcceptReport> {
  const { differences } = desk.venueBook;
  const atMs = desk.clock.now();
  await desk.reconciliation?.look(atMs, options);
  const { key, kind, amount, text } = named(desk, typed);
  const about = { key, kind, amount, text };
  const accepted = differences.isAccepted(about) ? (differences.get(key)?.accepted ?? null) : null;
  if (accepted !== null) return { ...about, ...accepted, settled: [], problems: [], repeated: true };
  const { events, lines } = await settlementOf(desk, about, { ...said, atMs }, options);
  const settled = events.length > 0 ? { settled: true } : {};
  const row = { type: "account-difference", ...about, atMs, state: "accepted", ...said, ...settled } as const;
  await desk.account.append([row, ...events], options);
  if (events.length > 0) desk.reconciliation?.settled(key);
  return { ...about, ...said, atMs, settled: lines, problems: [], repeated: false };
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
