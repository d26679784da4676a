// Floor 4. The operator's rules of the run before → the new run of a simulated desk, whose account starts afresh: a rule is the
// operator's, not the run's.
import type { JournalEvent } from "#schemas/journal.ts";
import type { Store } from "#schemas/ports/memory.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { applyEvent, emptyPortfolio } from "#toolkits/portfolio/portfolio.ts";
import type { Desk } from "../desk.ts";

type NewRun = Pick<Desk, "account" | "clock" | "deskId" | "quote" | "runId"> & {
  readonly account: { portfolio(): { readonly startingCash: Parameters<typeof emptyPortfolio>[0]["cash"] } };
};

/** Journals in the desk's run the rules that stand in the newest other run of it. @returns how many @throws StoreError */
export async function carryRules(
  { account, clock, deskId, quote, runId }: NewRun,
  store: Pick<Store, "bindings" | "journal">,
  options: CallOptions,
): Promise<number> {
  const before = (await store.bindings(deskId, options)).find((binding) => binding.runId !== runId);
  if (before === undefined) return 0;
  const rows = await store.journal(deskId, before.runId).read({}, options);
  const isRule = ({ event }: (typeof rows)[number]): boolean => event.type === "operator-rule";
  const start = emptyPortfolio({ quote, cash: account.portfolio().startingCash });
  const { rules } = rows.filter(isRule).reduce((portfolio, { event }) => applyEvent(portfolio, event), start);
  const atMs = clock.now();
  const events = [...rules.values()].map(({ rule, by, words }, i): JournalEvent => {
    return { type: "operator-rule", state: "added", ruleId: `r${i + 1}`, rule, by, words, atMs };
  });
  await account.append(events, options);
  return events.length;
}
