// A desk on the simulated venue whose briefs a scripted model writes, with whatever it holds and whatever was asked of it.

import type { Rule } from "#agents/models/rule-model.ts";
import { rememberFree } from "#desk/answering/free-question.ts";
import { freeFormHere } from "#desk/answering/serve-ahead.ts";
import { runBriefCycle } from "#desk/judgement/brief-cycle.ts";
import { recallBrief } from "#desk/judgement/brief-store.ts";
import { runLiveSlot } from "#desk/run-slot/live-slot.ts";
import type { BriefScope } from "#schemas/brief.ts";
import type { DeskConfig } from "#schemas/config.ts";
import { type MarketSymbol, timeframeMs, type UnixMs, unixMs } from "#schemas/units.ts";
import { patience, type TestDeskParts } from "#test/support/desk.ts";
import { asleep, scriptedChoice } from "../../../bench/support/scripted-model.ts";
import { openThinkingDesk, slot } from "../planning/thinking-desk.ts";

export const QUESTION = "Tell me what is going on with BTC in plain words";
const STEP_MS = timeframeMs("5m");

export interface BriefDeskParts extends Partial<Omit<TestDeskParts, "venue">> {
  readonly rule?: Rule;
  readonly thinking?: Partial<DeskConfig["thinking"]>;
}

export async function openBriefDesk({ rule = asleep, thinking = {}, ...parts }: BriefDeskParts = {}) {
  const model = scriptedChoice("scripted/asleep", rule);
  const opened = await openThinkingDesk({
    assets: 6,
    sleepModels: async () => [model.choice],
    sleepModel: "scripted/asleep",
    thinking: { briefDayTokens: 10_000_000, testTimeWeight: 10, ...thinking },
    ...parts,
  });
  const { desk, clock, symbols } = opened;
  const scope = (symbol: MarketSymbol): BriefScope => ({
    of: "market",
    venueId: desk.marketData.venueId,
    timeframe: desk.config.timeframe,
    symbol,
  });
  const btc = symbols.find((symbol) => symbol.startsWith("BTC/")) ?? symbols[0];
  if (btc === undefined) throw new Error("there are markets");
  return {
    ...opened,
    model,
    btc,
    scope,
    /** A slot of the desk, then its briefs. */
    async sleepThrough(n: number) {
      clock.advanceTo(slot(n));
      await runLiveSlot(desk, slot(n), patience);
      return runBriefCycle(desk, slot(n), patience);
    },
    /** Remembered as asked so often, at now. */
    async asked(text: string, times: number): Promise<void> {
      const free = freeFormHere(desk, text, [...desk.markets.keys()]);
      if (free === null) throw new Error(`${text} is none that is remembered`);
      for (let i = 0; i < times; i++)
        await rememberFree(desk, { free, path: "reasoned", atMs: clock.now(), topicIds: [] });
    },
    brief: (symbol: MarketSymbol = btc) => recallBrief(desk, scope(symbol), clock.now(), patience),
    rows: async () => (await desk.ledger.entries({}, patience)).filter(({ job }) => job === "brief"),
    later: (ms: number): UnixMs => unixMs(clock.now() + ms),
    stepMs: STEP_MS,
  };
}
