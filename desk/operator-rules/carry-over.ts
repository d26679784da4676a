// Floor 4. The operator's rules and watches of the run before → the new run of a simulated desk, whose account starts afresh: they
// are the operator's, not the run's.
import type { JournalEvent } from "#schemas/journal.ts";
import type { Store } from "#schemas/ports/memory.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { applyEvent, emptyPortfolio } from "#toolkits/portfolio/portfolio.ts";
import type { Desk } from "../desk.ts";
import { PriceWatches } from "../watch/price-watches.ts";

type NewRun = Pick<Desk, "account" | "clock" | "deskId" | "markets" | "quote" | "runId">;

/**
 * Journals in the desk's run what stands in the newest other run of it; watches of markets that the venue does not have stay
 * behind. @throws StoreError
 */
export async function carryOver(
  { account, clock, deskId, markets, quote, runId }: NewRun,
  store: Pick<Store, "bindings" | "journal">,
  options: CallOptions,
): Promise<{ readonly rules: number; readonly watches: number }> {
  const before = (await store.bindings(deskId, options)).find((binding) => binding.runId !== runId);
  if (before === undefined) return { rules: 0, watches: 0 };
  const watched = new PriceWatches();
  let portfolio = emptyPortfolio({ quote, cash: account.portfolio().startingCash });
  const types = ["operator-rule", "price-watch"] as const;
  for (const { event } of await store.journal(deskId, before.runId).read({ types }, options)) {
    if (event.type === "operator-rule") portfolio = applyEvent(portfolio, event);
    watched.take(event);
  }
  const atMs = clock.now();
  const rules = [...portfolio.rules.values()].map(
    ({ rule, by, words }, i): JournalEvent => ({
      type: "operator-rule",
      state: "added",
      ruleId: `r${i + 1}`,
      rule,
      by,
      words,
      atMs,
    }),
  );
  const watches = watched
    .standing()
    .filter(({ watch }) => markets.has(watch.symbol))
    .map(
      ({ watch, by }, i): JournalEvent => ({
        type: "price-watch",
        state: "added",
        watchId: `w${i + 1}`,
        watch,
        by,
        atMs,
      }),
    );
  await account.append([...rules, ...watches], options);
  return { rules: rules.length, watches: watches.length };
}
