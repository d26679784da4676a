// Floor 4. One round: the sources side by side, each at its own pace, over the contracts in their order, until all that can be known is
// known or the round's time is over. What was written stays; the next round goes on where this one ended.
import { type ContractId, contractText } from "#schemas/chain.ts";
import type { TokenSource } from "#schemas/ports/market.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { type Inquiry, isDue, type Outcome } from "./inquiry.ts";
import type { KeptReports } from "./kept-reports.ts";
import type { Patience } from "./patience.ts";

export interface RoundParts {
  readonly sources: readonly TokenSource[];
  readonly kept: KeptReports;
  readonly patience: Patience;
  readonly inquiry: Inquiry;
  readonly now: () => number;
  /** Looked at before every question. */
  readonly isOver: () => boolean;
  /** An answer was written. */
  readonly onAnswer?: (contract: ContractId) => Promise<void>;
}

export type RoundCounts = Readonly<Record<Outcome, number>>;

/** @throws StoreError; the signal's reason */
export async function inspectContracts(
  parts: RoundParts,
  contracts: readonly ContractId[],
  options: CallOptions,
): Promise<RoundCounts> {
  const counts = { answered: 0, known: 0, elsewhere: 0, silent: 0 };
  const failed = new AbortController();
  const signal = AbortSignal.any([options.signal, failed.signal]);
  const count = (outcome: Outcome): void => {
    counts[outcome] += 1;
  };
  const walks = parts.sources.map((source) => askInOrder(parts, source, contracts, count, { signal }));
  try {
    await Promise.all(walks);
  } finally {
    // Where one has failed, the others end too, before their caller hears of it.
    failed.abort();
    await Promise.allSettled(walks);
  }
  return counts;
}

async function askInOrder(
  parts: RoundParts,
  source: TokenSource,
  contracts: readonly ContractId[],
  count: (outcome: Outcome) => void,
  options: CallOptions,
): Promise<void> {
  const { kept, patience, inquiry, now, isOver, onAnswer } = parts;
  for (const contract of contracts) {
    if (!source.serves(contract.chain)) continue;
    if (isOver() || patience.restsUntilMs(source.id) > now()) return;
    const isOpen = isDue(kept.of(contract)?.get(source.id), now());
    if (!isOpen || !patience.mayAsk(source.id, contractText(contract), now())) continue;
    const outcome = await inquiry.ask(source, contract, options);
    count(outcome);
    if (outcome === "answered" || outcome === "known") await onAnswer?.(contract);
  }
}
