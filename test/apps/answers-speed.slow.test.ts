import { expect, it } from "vitest";
import { prepareAnswer } from "#agents/deep-trader-manager/answers/prepared.ts";
import { managerModels } from "#apps/models.ts";
import { askDesk } from "#desk/answering/ask-desk.ts";
import { createBackgroundQueue } from "#desk/answering/background-queue.ts";
import { createConversations } from "#desk/answering/conversations.ts";
import { runSleepCycle } from "#desk/run-slot/sleep-cycle.ts";
import { intentKey } from "#schemas/question.ts";
import { unixMs } from "#schemas/units.ts";
import { openTestDesk, patience } from "#test/support/desk.ts";
import { createSimulatedVenue } from "#toolkits/market/simulated-venue.ts";
import { createSimulatedSecurity } from "#toolkits/security/simulated-security.ts";
import { createSimulatedUniverse } from "#toolkits/universe/simulated-universe.ts";

const START_MS = unixMs(Date.UTC(2024, 2, 1, 12, 0));
const SIMULATED = { seed: 7, assets: 50 };

it("a prepared answer about 50 markets is served many times faster than one market is delegated", async () => {
  const marketData = createSimulatedVenue(SIMULATED);
  const markets = new Map((await marketData.markets(patience)).map((market) => [market.symbol, market]));
  const venue = {
    marketData,
    markets,
    universe: createSimulatedUniverse(SIMULATED),
    security: createSimulatedSecurity(SIMULATED),
  };
  const opened = await openTestDesk({ venue, startMs: START_MS, assets: SIMULATED.assets });
  // Durations are real here, and nothing but a ratio of two of them is looked at.
  const desk = { ...opened.desk, monotonicMs: () => performance.now() };
  const open = {
    desk,
    store: opened.store,
    managerModels: managerModels(desk.config, {}),
    background: createBackgroundQueue(() => {}),
    conversations: createConversations(desk, opened.store, () => {}),
  };
  const ask = async (text: string) => {
    const answer = await askDesk(open, text, patience);
    await open.background.settled();
    return answer;
  };
  await runSleepCycle(desk, START_MS, patience);
  const { intent } = await ask("how is the market?");
  if (intent === null) throw new Error("it has an intent");
  const listed = await desk.khala.list(marketData.venueId, { nowMs: START_MS }, patience);
  const records = listed.map(({ recall }) => recall.record);
  const topic = intentKey(intent, { deskId: desk.deskId, venueId: marketData.venueId });
  const body = prepareAnswer(intent, records);
  const draft = { kind: "answer", topic, body, sources: records, validUntilMs: unixMs(START_MS + 300_000) } as const;
  await desk.topics.remember(draft, { nowMs: START_MS }, patience);

  const prepared: number[] = [];
  for (let call = 0; call < 60; call++) {
    const answer = await ask("how is the market?");
    expect(answer.path).toBe("pre-answered");
    prepared.push(answer.latencyMs);
  }
  const delegated: number[] = [];
  for (const symbol of [...markets.keys()].slice(0, 25)) {
    const answer = await ask(`RSI of ${symbol} on the 1h chart`);
    expect(answer.path).toBe("delegated");
    delegated.push(answer.latencyMs);
  }
  // The first ones of each load and compile what the others find ready.
  const ratio = medianOf(delegated.slice(5)) / medianOf(prepared.slice(10));
  process.stderr.write(
    `prepared ${medianOf(prepared.slice(10)).toFixed(3)} ms, delegated ${medianOf(delegated.slice(5)).toFixed(1)} ms: ${ratio.toFixed(0)} ×\n`,
  );
  expect(ratio).toBeGreaterThan(5);
});

const medianOf = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
