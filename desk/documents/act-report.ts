// Floor 4. What an act did, and what became of a proposal: what the operator's commands print.
import { z } from "zod";
import { Act, Proposal, ProposalEnd } from "#schemas/act.ts";
import { OrderSummary } from "#schemas/order.ts";
import { UnixMs } from "#schemas/units.ts";

export const ActReport = z.object({
  act: Act,
  /** False: it was refused, and nothing was journaled. */
  done: z.boolean(),
  /** Null where it was done. */
  refusal: z.string().nullable(),
  by: z.string(),
  reason: z.string(),
  atMs: UnixMs,
  /** What was done, and what is left. */
  lines: z.array(z.string()).readonly(),
  orders: z.array(OrderSummary).readonly(),
  /** What went wrong on the way; the next slot goes on with it. */
  problems: z.array(z.string()).readonly(),
});
export type ActReport = z.infer<typeof ActReport>;

/** Whether a proposal could be made: itself, or why not. */
export const ProposeReport = z.object({ proposal: Proposal.nullable(), refusal: z.string().nullable() });
export type ProposeReport = z.infer<typeof ProposeReport>;

export const ApprovalsList = z.object({
  nowMs: UnixMs,
  /** Those that wait for an answer, oldest first. */
  open: z.array(Proposal).readonly(),
  /** The newest of those that have ended, oldest first. */
  ended: z.array(z.object({ proposal: Proposal, end: ProposalEnd })).readonly(),
});
export type ApprovalsList = z.infer<typeof ApprovalsList>;

export const ApprovalReport = z.object({
  proposal: Proposal,
  /** How it ended; `already` where it had before this answer. */
  end: ProposalEnd,
  already: z.boolean(),
  /** What was done; null where nothing was. */
  report: ActReport.nullable(),
});
export type ApprovalReport = z.infer<typeof ApprovalReport>;
