// Floor 6. Contracts to ask token sources about, as a job. What is sent to a worker, and what it sends back: the reports lie in the store. It
// names no source, no address and no key: those are the worker's own.
import { z } from "zod";
import { ContractId } from "#schemas/chain.ts";
import { hashOf } from "#schemas/hash.ts";
import type { Job } from "#schemas/ports/jobs.ts";

/** A minute of a source at the usual pace: whoever wants a turn between two jobs has it soon. */
const CONTRACTS_A_JOB = 20;

export const SecurityInput = z.object({ contracts: z.array(ContractId) });
export type SecurityInput = Readonly<z.infer<typeof SecurityInput>>;

/** Questions by what came of them, as in a desk's own round. */
export const SecurityResult = z.object({
  answered: z.int(),
  known: z.int(),
  elsewhere: z.int(),
  silent: z.int(),
});
export type SecurityResult = Readonly<z.infer<typeof SecurityResult>>;

/** The last contracts first: who asks begins at the front, and they meet. @param askedMs the same contracts later are work of its own */
export function securityJobs(contracts: readonly ContractId[], askedMs: number, owner: string) {
  const jobs: (Job & { readonly input: SecurityInput })[] = [];
  for (let first = 0; first < contracts.length; first += CONTRACTS_A_JOB) {
    const input = { contracts: contracts.slice(first, first + CONTRACTS_A_JOB) };
    jobs.unshift({ role: "security", key: hashOf([input, askedMs], 32), input, urgency: "thought", owner });
  }
  return jobs;
}
