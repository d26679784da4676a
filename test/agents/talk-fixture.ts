// The manager on whatever model a test gives it, over three sources of facts: an analysis, a book without positions, and one
// that fails.
import { z } from "zod";
import { createDeepTraderManager } from "#agents/deep-trader-manager/agent.ts";
import { type FactSource, factSource, type NewFact } from "#agents/deep-trader-manager/talk/fact-source.ts";
import { FactTable } from "#agents/deep-trader-manager/talk/fact-table.ts";
import { type TalkOptions, talk } from "#agents/deep-trader-manager/talk/talk.ts";
import type { ModelChoice } from "#agents/models/select.ts";
import type { Message } from "#agents/run.ts";
import { UnknownNameError } from "#schemas/errors.ts";
import { type Work, WorkTally } from "#schemas/work.ts";
import { checkRun } from "#test/support/check-run.ts";
import { BTC, ETH, NOW_MS } from "./desk-fixture.ts";

const of = (market: string) => ({
  market,
  timeframe: "5m" as const,
  asOfMs: NOW_MS,
  recordId: `analysis of ${market}`,
});

/** By market: its RSI, its price, its change over a day. */
const ANALYSES: Readonly<Record<string, readonly NewFact[]>> = {
  BTC: [
    { ...of(BTC), kind: "rsi", value: 27.4, unit: "index", label: "RSI (Wilder, 14)" },
    { ...of(BTC), kind: "price", value: 98.5, unit: "price", currency: "USDT", label: "close of the newest candle" },
    { ...of(BTC), kind: "change", value: -4.6, unit: "pct", window: "1d", label: "change over a day" },
  ],
  ETH: [{ ...of(ETH), kind: "rsi", value: 61.2, unit: "index", label: "RSI (Wilder, 14)" }],
};

export const SOURCES: readonly FactSource[] = [
  factSource({
    id: "analysis",
    description: "One market: RSI, price, change.",
    input: z.object({ asset: z.string() }),
    read: async ({ asset }) => {
      const facts = ANALYSES[asset];
      if (facts !== undefined) return facts;
      throw new UnknownNameError({ was: `${asset} is not traded here.`, expected: "BTC or ETH", remedy: "Name one." });
    },
  }),
  factSource({
    id: "positions",
    description: "What is held.",
    input: z.object({}),
    read: async () => [{ kind: "statement", value: "No position is open.", unit: "sentence", label: "no positions" }],
  }),
  factSource({
    id: "broken",
    description: "Fails.",
    input: z.object({}),
    read: () => Promise.reject(new TypeError("sk-secret")),
  }),
];

interface TalkDeskParts {
  readonly choices: readonly ModelChoice[];
  readonly sources?: readonly FactSource[];
  readonly deadlineMs?: number;
  readonly maxTokens?: number;
}

export function createTalkDesk(parts: TalkDeskParts) {
  const { choices, sources = SOURCES, deadlineMs = 600_000, maxTokens = 1_000_000 } = parts;
  const managers = choices.map(async (choice) => ({
    model: choice.id,
    manager: await createDeepTraderManager({ model: choice.modelFor([]), sources }),
  }));
  return {
    async ask(
      question: string,
      {
        history = [],
        table = new FactTable(),
        ...options
      }: Partial<TalkOptions> & {
        readonly history?: readonly Message[];
        readonly table?: FactTable;
      } = {},
    ) {
      const tally = new WorkTally();
      const outcome = await talk(
        await Promise.all(managers),
        {
          ...{ question, conversation: null, history, table, opening: table.all(), tally },
          check: checkRun(),
          isForeign: false,
          nowMs: NOW_MS,
        },
        { deadlineMs, maxTokens, monotonicMs: () => performance.now() },
        { signal: new AbortController().signal, ...options },
      );
      const work: Work = tally.total();
      return { ...outcome, work };
    },
  };
}
