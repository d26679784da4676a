// Floor 6. A worker's part in token security: asks its own sources about contracts that nothing holds of, claimed among all processes on the
// store, and leaves the reports where every desk looks.
import { Inquiry } from "#desk/security/inquiry.ts";
import { KeptReports, type ReportRoom } from "#desk/security/kept-reports.ts";
import { Patience } from "#desk/security/patience.ts";
import { inspectContracts } from "#desk/security/round.ts";
import type { JobHandler } from "#schemas/ports/jobs.ts";
import type { Clock, TokenSource } from "#schemas/ports/market.ts";
import type { Lease } from "#schemas/ports/work.ts";
import { SecurityInput, type SecurityResult } from "./security-job.ts";

export interface SecurityHandlerParts {
  readonly sources: readonly TokenSource[];
  readonly room: ReportRoom;
  readonly leases: Lease;
  readonly clock: Pick<Clock, "now">;
}

/** Remembers from job to job which source does not answer. */
export function createSecurityHandler({ sources, room, leases, clock }: SecurityHandlerParts): JobHandler {
  const patience = new Patience();
  return async (given, options): Promise<SecurityResult> => {
    const { contracts } = SecurityInput.parse(given);
    const kept = new KeptReports(room, sources);
    await kept.load(contracts, clock.now(), options);
    const inquiry = new Inquiry({ kept, patience, leases, clock });
    const parts = { sources, kept, patience, inquiry, now: clock.now, isOver: () => options.signal.aborted };
    const counts = await inspectContracts(parts, contracts, options);
    options.signal.throwIfAborted();
    return counts;
  };
}
