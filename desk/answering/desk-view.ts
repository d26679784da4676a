// Floor 4. What the manager is told of its own desk: from the fold of its journal, from the journal's rows, from its stores.
import type { DeskView } from "#agents/deep-trader-manager/desk-view.ts";
import type { JournalRow } from "#schemas/journal.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import type { Desk } from "../desk.ts";
import { sinceLook } from "../watch/since.ts";
import { benchmarkText } from "./views/benchmark.ts";
import { healthText } from "./views/health.ts";
import { feesText, portfolioText, standingText, stopLossText } from "./views/holdings.ts";
import { whyText } from "./views/why.ts";

export interface DeskViewParts {
  readonly desk: Desk;
  /** `memory`, `pglite` or `postgres`. */
  readonly storeKind: string;
  /** The run's journal, in order. */
  readonly readJournal: (options: CallOptions) => Promise<readonly JournalRow[]>;
}

export function createDeskView({ desk, storeKind, readJournal }: DeskViewParts): DeskView {
  const events = async (options: CallOptions) => (await readJournal(options)).map(({ event }) => event);
  return {
    portfolioText: ({ nowMs }, options) => portfolioText(desk, nowMs, options),
    stopLoss: (about, options) => stopLossText(desk, about, options),
    fees: async ({ nowMs }) => feesText(desk, nowMs),
    benchmark: async ({ nowMs }, options) => benchmarkText(desk, { events: await events(options), nowMs }, options),
    why: async (about, options) => whyText(desk, await events(options), about, options),
    since: async (_at, options) => {
      const { text, asOfMs, analysisIds, throughSeq } = sinceLook(desk, await readJournal(options));
      return { text, asOfMs, analysisIds, throughSeq };
    },
    health: ({ nowMs }, options) => healthText(desk, { store: storeKind, nowMs }, options),
    standing: (symbol) => standingText(desk, symbol),
  };
}
