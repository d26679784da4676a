// Floor 6. A proposal → a message with two buttons; a pressed button → the proposal that it was shown under. Numbers of proposals begin
// anew with a run, so a button also carries what it was shown for: an old one answers no proposal of today.
import { proposalText } from "#desk/acts/propose.ts";
import type { ApprovalReport, ApprovalsList } from "#desk/documents/act-report.ts";
import type { Proposal } from "#schemas/act.ts";
import { hashOf } from "#schemas/hash.ts";
import type { Door } from "../door.ts";
import type { Reply } from "./reply.ts";

const PRESS = /^([ar]):(p\d{1,9}):([0-9a-f]{12})$/;

const markOf = (run: string, { proposalId, act, atMs }: Proposal): string => hashOf([run, proposalId, act, atMs], 12);

/** As it is shown, with the buttons that answer it. */
export function proposalReply({ about }: Pick<Door, "about">, proposal: Proposal): Reply {
  const { proposalId } = proposal;
  const mark = markOf(about.run, proposal);
  const buttons = [
    { label: `Approve ${proposalId}`, data: `a:${proposalId}:${mark}` },
    { label: `Refuse ${proposalId}`, data: `r:${proposalId}:${mark}` },
  ];
  return { text: `${proposalText(proposal)}\nby ${proposal.madeBy}`, buttons: [buttons] };
}

export interface ProposalPress {
  readonly approves: boolean;
  readonly proposalId: string;
  readonly mark: string;
}

/** Null where the button is another. */
export function proposalPress(data: string): ProposalPress | null {
  const [, letter, proposalId = "", mark = ""] = PRESS.exec(data) ?? [];
  return letter === undefined ? null : { approves: letter === "a", proposalId, mark };
}

const OLD = "This button belongs to a proposal that is not waiting any more. Nothing was done.";

/** Answers it once; says what became of one that had its answer already. */
export async function answerPress(door: Door, press: ProposalPress, by: string): Promise<string> {
  const { open, ended } = (await door.run("approvals list", { args: [], flags: {} })) as ApprovalsList;
  const known = [...open, ...ended.map(({ proposal }) => proposal)].find(
    (proposal) => proposal.proposalId === press.proposalId && markOf(door.about.run, proposal) === press.mark,
  );
  if (known === undefined) return OLD;
  const command = press.approves ? "approvals approve" : "approvals refuse";
  const flags = { by, reason: "refused on Telegram" };
  const document = (await door.run(command, { args: [press.proposalId], flags })) as ApprovalReport;
  return `${known.lines[0] ?? ""}\n${door.text(command, document)}`;
}
