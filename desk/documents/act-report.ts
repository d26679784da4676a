// Floor 4. What an act did, and what became of a proposal: what the operator's commands print.
import { z } from "zod";
import { Act, ActProposal, Proposal, ProposalEnd, ProposedAct } from "#schemas/act.ts";
import { OrderSummary } from "#schemas/order.ts";
import { UnixMs } from "#schemas/units.ts";

export const ActReport = z.object({
  act: Act,
  done: z.boolean().describe("false: it was refused, and nothing was journaled"),
  refusal: z.string().nullable().describe("null where it was done"),
  by: z.string(),
  reason: z.string(),
  atMs: UnixMs,
  lines: z.array(z.string()).readonly().describe("what was done, and what is left"),
  orders: z.array(OrderSummary).readonly(),
  problems: z.array(z.string()).readonly().describe("what went wrong on the way; the next slot goes on with it"),
});
export type ActReport = z.infer<typeof ActReport>;

/** Whether a proposal could be made: itself, or why not. */
export const ProposeReport = z.object({ proposal: ActProposal.nullable(), refusal: z.string().nullable() });
export type ProposeReport = z.infer<typeof ProposeReport>;

export const ApprovalsList = z.object({
  nowMs: UnixMs,
  open: z.array(Proposal).readonly().describe("those that wait for an answer, oldest first"),
  ended: z
    .array(z.object({ proposal: Proposal, end: ProposalEnd }))
    .readonly()
    .describe("the newest of those that have ended, oldest first"),
});
export type ApprovalsList = z.infer<typeof ApprovalsList>;

export const ApprovalReport = z.object({
  proposal: Proposal,
  end: ProposalEnd.describe("how it ended; `already` where it had before this answer"),
  already: z.boolean(),
  report: ActReport.extend({ act: ProposedAct }).nullable().describe("what was done; null where nothing was"),
});
export type ApprovalReport = z.infer<typeof ApprovalReport>;
