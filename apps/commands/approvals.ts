// Floor 6. `approvals list | approve | refuse`: what was proposed, and a person's word on it.
import { approveProposal, refuseProposal } from "#desk/acts/answer-proposal.ts";
import { openProposals, proposalText } from "#desk/acts/propose.ts";
import { ApprovalReport, ApprovalsList } from "#desk/documents/act-report.ts";
import { formatAge, formatTime } from "#desk/documents/format.ts";
import { type CommandInput, deskCommand } from "../command.ts";
import { actText, byOf, saidOf } from "./act-command.ts";

/** Of those that have ended. */
const ENDED_SHOWN = 5;

const approvalsList = deskCommand({
  name: "approvals list",
  document: ApprovalsList,
  reads: true,
  exchange: "not-asked",
  execute: async ({ desk }) => ({
    nowMs: desk.clock.now(),
    open: openProposals(desk),
    ended: desk.proposals.ended(ENDED_SHOWN),
  }),
  render: ({ nowMs, open, ended }, style) =>
    [
      ...(open.length === 0 ? ["Nothing waits for an answer."] : []),
      ...open.flatMap((proposal) => [
        style.bold(proposalText(proposal)),
        `by ${proposal.madeBy}, ${formatAge(nowMs - proposal.atMs)} ago`,
        style.dim(
          `deeptrader approvals approve ${proposal.proposalId} · deeptrader approvals refuse ${proposal.proposalId}`,
        ),
      ]),
      ...ended.map(({ end }) => style.dim(endText({ end, already: true }))),
    ].join("\n"),
});

const answerOf = ({ args, flags }: CommandInput, reason: string) => ({
  proposalId: args[0] ?? "",
  by: byOf(flags),
  reason,
});

const approve = deskCommand({
  name: "approvals approve",
  document: ApprovalReport,
  exclusive: true,
  writes: true,
  execute: ({ desk }, input, options) =>
    approveProposal(desk, answerOf(input, `approved by ${byOf(input.flags)}`), options),
  failed: ({ end, already }) => already || end.outcome !== "approved",
  render: approvalText,
});

const refuse = deskCommand({
  name: "approvals refuse",
  document: ApprovalReport,
  exchange: "not-asked",
  exclusive: true,
  writes: true,
  execute: ({ desk }, input, options) => refuseProposal(desk, answerOf(input, saidOf(input).reason), options),
  failed: ({ end, already }) => already || end.outcome !== "refused",
  render: approvalText,
});

function approvalText({ end, already, report }: ApprovalReport): string {
  return [endText({ end, already }), ...(report === null ? [] : [actText(report)])].join("\n");
}

/** `p7 was approved by anna at 2026-01-05 12:05 UTC.` */
function endText({ end, already }: Pick<ApprovalReport, "end" | "already">): string {
  const { proposalId, outcome, by, reason, atMs } = end;
  const when = already ? ` at ${formatTime(atMs)} UTC` : "";
  const was = already ? "was" : "is";
  const why = outcome === "approved" || reason === "" ? "" : `: ${reason.replace(/\.$/, "")}`;
  if (outcome === "expired") return `${proposalId} has expired: nobody answered in time, and nothing was done.`;
  return `${proposalId} ${was} ${outcome} by ${by}${when}${why}.${outcome === "void" ? " Nothing was done." : ""}`;
}

export const approvalsCommands = [approvalsList, approve, refuse] as const;
