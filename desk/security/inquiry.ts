// Floor 4. One source and one contract → its report, asked for once: within this process, and among the processes on one store.
import { type ContractId, contractText } from "#schemas/chain.ts";
import { isPassing, ProviderRefusedError } from "#schemas/errors.ts";
import type { Clock, TokenSource } from "#schemas/ports/market.ts";
import type { CallOptions, Lease } from "#schemas/ports/work.ts";
import type { SecurityReport } from "#schemas/security.ts";
import { withLostFindings } from "#toolkits/security/lost-findings.ts";
import type { KeptReports } from "./kept-reports.ts";
import type { Patience } from "./patience.ts";

/** `known`: another has asked meanwhile; `elsewhere`: another is asking now; `silent`: no answer, what was known holds until its time is over. */
export type Outcome = "answered" | "known" | "elsewhere" | "silent";

export interface InquiryParts {
  readonly kept: KeptReports;
  readonly patience: Patience;
  readonly leases: Lease;
  readonly clock: Pick<Clock, "now">;
}

/** Longer than an answer takes, with the wait for its turn. */
const LEASE_MS = 120_000;
/** One that cannot be given back runs out. */
const RELEASE_WITHIN_MS = 1_000;
/** The last part of a report's time, in which it is asked for again so that it never runs out. */
const RENEWED_IN_LAST = 0.25;

/** Nothing that holds is known, or not for much longer. */
export function isDue(report: SecurityReport | undefined, nowMs: number): boolean {
  if (report === undefined) return true;
  const { observedAtMs, validUntilMs } = report;
  return nowMs >= validUntilMs - RENEWED_IN_LAST * (validUntilMs - observedAtMs);
}

export class Inquiry {
  readonly #parts: InquiryParts;
  readonly #underWay = new Map<string, Promise<Outcome>>();

  constructor(parts: InquiryParts) {
    this.#parts = parts;
  }

  /** Whoever asks for the same meanwhile waits for the same answer. @throws StoreError; the signal's reason */
  async ask(source: TokenSource, contract: ContractId, options: CallOptions): Promise<Outcome> {
    const name = `security:${source.id}:${contractText(contract)}`;
    const other = this.#underWay.get(name);
    if (other !== undefined) {
      const outcome = await other.catch(() => null);
      options.signal.throwIfAborted();
      // The other was stopped: its reason is not this caller's.
      return outcome ?? this.ask(source, contract, options);
    }
    const asking = this.#underLease(name, source, contract, options).finally(() => this.#underWay.delete(name));
    this.#underWay.set(name, asking);
    return asking;
  }

  async #underLease(name: string, source: TokenSource, contract: ContractId, options: CallOptions): Promise<Outcome> {
    const { kept, leases, clock } = this.#parts;
    const lease = await leases.acquire(name, LEASE_MS, options);
    if (lease === null) return "elsewhere";
    try {
      await kept.reload(contract, clock.now(), options);
      if (!isDue(kept.of(contract)?.get(source.id), clock.now())) return "known";
      return await this.#askNow(source, contract, options);
    } finally {
      await lease.release({ signal: AbortSignal.timeout(RELEASE_WITHIN_MS) }).catch(() => {});
    }
  }

  async #askNow(source: TokenSource, contract: ContractId, options: CallOptions): Promise<Outcome> {
    const { kept, patience, clock } = this.#parts;
    let report: SecurityReport;
    try {
      report = await source.report(contract, { nowMs: clock.now() }, options);
    } catch (error) {
      options.signal.throwIfAborted();
      if (!isPassing(error) && !(error instanceof ProviderRefusedError)) throw error;
      patience.failed(source.id, contractText(contract), error, clock.now());
      return "silent";
    }
    patience.answered(source.id, contractText(contract));
    const before = kept.of(contract)?.get(source.id);
    await kept.keep(source.id, contract, withLostFindings(before, report), options);
    return "answered";
  }
}
