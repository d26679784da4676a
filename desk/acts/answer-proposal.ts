// Floor 4. A person's word on a proposal. What was shown is looked at again; only if it is still so it is done, in the append that
// says `approved`: however many approve it, and wherever the process dies, it is done once or not at all.
import type { Proposal, ProposalEnd, ProposalOutcome } from "#schemas/act.ts";
import type { RiskRule } from "#schemas/decision.ts";
import { AccountInUseError, UnknownNameError } from "#schemas/errors.ts";
import type { JournalEvent } from "#schemas/journal.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { inTurn } from "../account/in-turn.ts";
import type { Desk } from "../desk.ts";
import type { ApprovalReport } from "../documents/act-report.ts";
import { formatAmount, formatPct, formatTime } from "../documents/format.ts";
import type { PreparedAct, Said } from "./act-row.ts";
import { reportOf } from "./do-act.ts";
import { isExpired } from "./proposal-book.ts";
import { openProposals, PRICE_TOLERANCE_PCT } from "./propose.ts";
import { haltRefusal, prepareAct } from "./registry.ts";
import { notApproved, refusalOf } from "./waiting-entries.ts";

export interface ProposalAnswer extends Said {
  readonly proposalId: string;
}

/** Where the desk itself ends a proposal. */
const DESK = "the desk";

/**
 * Does it, or ends it with the reason; one that had ended before is reported with who ended it.
 * @throws UnknownNameError; ProviderError where the venue is silent: then it waits on
 */
export const approveProposal = (desk: Desk, answer: ProposalAnswer, options: CallOptions): Promise<ApprovalReport> =>
  answered(desk, answer, options, async (proposal) => {
    const { act, proposalId } = proposal;
    const halt = haltRefusal(desk, act);
    if (halt !== null)
      return end(desk, proposal, { outcome: "refused", by: DESK, reason: halt, rule: "halt" }, options);
    const said = { by: answer.by, reason: `${answer.reason} (${proposalId})`.trim() };
    const prepared = await prepareAct(desk, act, said, options);
    if (prepared.status === "refused" && act.kind === "enter") {
      const { rule, reason: why } = prepared;
      const reason = `${answer.by} approved it, and the gate refuses it now${rule === null ? "" : ` by ${rule}`}: ${why}`;
      return end(desk, proposal, { outcome: "refused", by: DESK, reason, rule: rule ?? "approval", why }, options);
    }
    const changed = prepared.status === "refused" ? prepared.reason : changeSince(proposal, prepared);
    if (prepared.status === "refused" || changed !== null) {
      return end(
        desk,
        proposal,
        { outcome: "void", by: answer.by, reason: act.kind === "enter" ? `${changed}` : `${changed}. Ask again.` },
        options,
      );
    }
    const approved = endOf(desk, proposal, { outcome: "approved", by: answer.by, reason: answer.reason });
    await desk.account.append([rowOf(approved), ...prepared.events], options);
    const report = reportOf(act, said, approved.atMs, { done: await prepared.complete(options) });
    return { proposal, end: approved, already: false, report };
  });

/** @throws UnknownNameError */
export const refuseProposal = (desk: Desk, answer: ProposalAnswer, options: CallOptions): Promise<ApprovalReport> =>
  answered(desk, answer, options, (proposal) =>
    end(desk, proposal, { outcome: "refused", by: answer.by, reason: answer.reason }, options),
  );

/** Ends those whose time is over. Returns how many. */
export const endExpired = (desk: ExpiringDesk, options: CallOptions): Promise<number> => {
  // Looked at in every slot: without proposals nothing is waited for.
  if (desk.proposals.waiting().length === 0) return Promise.resolve(0);
  return inTurn(desk.account, options, async () => {
    const over = desk.proposals.waiting().filter((proposal) => isExpired(proposal, desk.clock.now()));
    const rows = over.flatMap((proposal) => rowsOf(proposal, endOf(desk, proposal, EXPIRED), EXPIRED));
    await desk.account.append(rows, options);
    return over.length;
  });
};

type ExpiringDesk = Pick<Desk, "proposals" | "clock" | "account">;
interface Ending extends Pick<ProposalEnd, "outcome" | "by" | "reason"> {
  /** Of the gate, where it bars an entry; left out: the operator's word, or that there was none. */
  readonly rule?: RiskRule;
  /** What the rule says; left out: the reason. */
  readonly why?: string;
}
const EXPIRED: Ending = { outcome: "expired" satisfies ProposalOutcome, by: DESK, reason: "" };

function answered(
  desk: Desk,
  { proposalId }: ProposalAnswer,
  options: CallOptions,
  answer: (proposal: Proposal) => Promise<ApprovalReport>,
): Promise<ApprovalReport> {
  return inTurn(desk.account, options, async () => {
    const known = desk.proposals.get(proposalId.trim().toLowerCase());
    if (known === null) throw unknownProposal(desk, proposalId);
    const { proposal, end: before } = known;
    if (before !== null) return { proposal, end: before, already: true, report: null };
    if (!desk.account.mayWrite) throw onlyRead(proposal);
    if (isExpired(proposal, desk.clock.now())) return end(desk, proposal, EXPIRED, options);
    return answer(proposal);
  });
}

async function end(desk: Desk, proposal: Proposal, ending: Ending, options: CallOptions): Promise<ApprovalReport> {
  const ended = endOf(desk, proposal, ending);
  await desk.account.append(rowsOf(proposal, ended, ending), options);
  return { proposal, end: ended, already: false, report: null };
}

const endOf = (
  { clock }: Pick<Desk, "clock">,
  { proposalId }: Proposal,
  { outcome, by, reason }: Ending,
): ProposalEnd => ({
  proposalId,
  outcome,
  by,
  reason,
  atMs: clock.now(),
});

const rowOf = (ended: ProposalEnd): JournalEvent => ({ type: "proposal-ended", atMs: ended.atMs, end: ended });

/** Of an entry that is not sent, its refusal stands behind it: each decision ends as an order or a refusal. */
function rowsOf({ act }: Proposal, ended: ProposalEnd, { rule, why }: Ending): readonly JournalEvent[] {
  if (act.kind !== "enter" || ended.outcome === "approved") return [rowOf(ended)];
  const reason = why ?? (rule === undefined ? notApproved(ended) : ended.reason);
  return [rowOf(ended), { type: "refusal", atMs: ended.atMs, refusal: refusalOf(act, rule ?? "approval", reason) }];
}

/** What is not as it was shown; null: it is. */
function changeSince({ stands, price }: Proposal, now: PreparedAct): string | null {
  for (const name of new Set([...Object.keys(stands), ...Object.keys(now.stands)])) {
    const [was, is] = [stands[name] ?? "nothing", now.stands[name] ?? "nothing"];
    if (was !== is) return `${name} was ${was} and is ${is}`;
  }
  if (price === null || now.price === null) return null;
  const movedPct = (now.price.price / price.price - 1) * 100;
  if (Math.abs(movedPct) <= PRICE_TOLERANCE_PCT) return null;
  return `the price of ${price.symbol} moved ${formatPct(movedPct)}, from ${formatAmount(price.price)} to ${formatAmount(now.price.price)} at ${formatTime(now.price.asOfMs)} UTC; ${PRICE_TOLERANCE_PCT} % is allowed`;
}

function unknownProposal(desk: Desk, typed: string): UnknownNameError {
  const ids = openProposals(desk).map(({ proposalId }) => proposalId);
  return new UnknownNameError({
    was: `There is no proposal ${JSON.stringify(typed)}.`,
    expected: ids.length === 0 ? "one that waits for an answer, and there is none" : `one of ${ids.join(", ")}`,
    remedy: "See `deeptrader approvals`.",
  });
}

const onlyRead = ({ proposalId }: Proposal): AccountInUseError =>
  new AccountInUseError({
    was: `This process only reads the account, so ${proposalId} cannot be answered here.`,
    remedy: `Answer it with \`deeptrader approvals approve ${proposalId}\`, or in the chat of the running desk.`,
  });
