// Floor 4. What the manager knows of its own desk: from the fold of its journal, from the journal's rows, from its stores.
import type { DeskView } from "#agents/deep-trader-manager/desk-view.ts";
import type { JournalEvent } from "#schemas/journal.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { type AccountFigure, TRADE_FIGURES } from "#schemas/question.ts";
import type { ReadJournal } from "../account/journal-pages.ts";
import type { Desk } from "../desk.ts";
import { readSince } from "../watch/since.ts";
import { benchmarkText } from "./views/benchmark.ts";
import { FEE_TYPES, feesText } from "./views/fees.ts";
import { healthText } from "./views/health.ts";
import { blockedText, portfolioText, standingText, stopLossText } from "./views/holdings.ts";
import { newsText } from "./views/news.ts";
import { positionFigure } from "./views/own-positions.ts";
import { tradeFigure, typesOfFigure } from "./views/own-trades.ts";
import { stressText } from "./views/stress.ts";
import { whyText } from "./views/why.ts";

export interface DeskViewParts {
  readonly desk: Desk;
  /** `memory`, `pglite` or `postgres`. */
  readonly storeKind: string;
  readonly readJournal: ReadJournal;
}

const OF_TRADES: ReadonlySet<AccountFigure> = new Set(TRADE_FIGURES);

export function createDeskView({ desk, storeKind, readJournal }: DeskViewParts): DeskView {
  const events = async (types: readonly JournalEvent["type"][], options: CallOptions) =>
    (await readJournal({ types }, options)).map(({ event }) => event);
  return {
    portfolioText: (about, options) =>
      about.symbol === null
        ? portfolioText(desk, about.nowMs, options)
        : positionFigure(desk, { ...about, figure: "unrealised" }, options),
    stopLoss: (about, options) => stopLossText(desk, about, options),
    stress: (about, options) => stressText(desk, about, options),
    account: async (about, options) =>
      OF_TRADES.has(about.figure)
        ? tradeFigure(desk, await events(typesOfFigure(about.figure), options), about, options)
        : positionFigure(desk, about, options),
    fees: async (about, options) => feesText(desk, await events(FEE_TYPES, options), about),
    benchmark: async ({ nowMs }, options) =>
      benchmarkText(desk, { events: await events(["run-started"], options), nowMs }, options),
    why: async (about, options) => whyText(desk, readJournal, about, options),
    since: async ({ period }, options) => {
      const { throughSeq, ...since } = await readSince(desk, readJournal, period, options);
      const { text, asOfMs, analysisIds } = since;
      // A look at a period is none at everything before it.
      return period === null ? { text, asOfMs, analysisIds, throughSeq } : { text, asOfMs, analysisIds };
    },
    news: async (about) => newsText(desk, about),
    health: ({ nowMs }, options) => healthText(desk, { store: storeKind, nowMs }, options),
    standing: (symbol) => standingText(desk, symbol),
    blocked: (symbol) => blockedText(desk, symbol),
  };
}
