// The shadow check behind the real question walk: whole desks, every kind of question, honest and not.

import { describe, expect, it } from "vitest";
import { distilAsset, distilMarket, marketTopic } from "#agents/deep-trader-manager/answers/distil.ts";
import { prepareAnswer } from "#agents/deep-trader-manager/answers/prepared.ts";
import { managerModels } from "#apps/models.ts";
import { type AskedDesk, askDesk } from "#desk/answering/ask-desk.ts";
import { createBackgroundQueue } from "#desk/answering/background-queue.ts";
import { createConversations } from "#desk/answering/conversations.ts";
import type { Desk } from "#desk/desk.ts";
import { runLiveSlot } from "#desk/run-slot/live-slot.ts";
import { type Answer, intentKey } from "#schemas/question.ts";
import { timeframeMs, unixMs } from "#schemas/units.ts";
import { openTestDesk, patience } from "#test/support/desk.ts";
import { createSimulatedVenue } from "#toolkits/market/simulated-venue.ts";
import { createSimulatedSecurity } from "#toolkits/security/simulated-security.ts";
import { createSimulatedUniverse } from "#toolkits/universe/simulated-universe.ts";

const SEED = 11;
const ASSETS = 12;
const START_MS = unixMs(Date.UTC(2024, 2, 1, 12, 0));
const STEP_MS = timeframeMs("5m");

const QUESTIONS = [
  "what is the RSI of BTC?",
  "bollinger bands of ETH",
  "ATR of SOL",
  "price of BTC",
  "is SOL trending up?",
  "is SOL safe?",
  "why is BTC blocked?",
  "should I buy ETH?",
  "at what price would you buy BTC?",
  "compare BTC and ETH",
  "which are oversold?",
  "which are overbought?",
  "what moved?",
  "which is the riskiest?",
  "how is the market?",
  "what do I hold?",
] as const;

async function openDesk(shadowEvery: number) {
  const marketData = createSimulatedVenue({ seed: SEED, assets: ASSETS });
  const venue = {
    marketData,
    markets: new Map((await marketData.markets(patience)).map((market) => [market.symbol, market])),
    universe: createSimulatedUniverse({ seed: SEED, assets: ASSETS }),
    security: createSimulatedSecurity({ seed: SEED, assets: ASSETS }),
  };
  const opened = await openTestDesk({ venue, startMs: START_MS, assets: ASSETS });
  const thinking = { ...opened.desk.config.thinking, shadowEvery };
  const desk = { ...opened.desk, config: { ...opened.desk.config, thinking } };
  const problems: string[] = [];
  const background = createBackgroundQueue((text) => {
    problems.push(text);
  });
  const open: AskedDesk = {
    desk,
    store: opened.store,
    managerModels: managerModels(desk.config, {}),
    background,
    conversations: createConversations(desk, () => {}),
  };
  const ask = async (text: string): Promise<Answer> => {
    const answer = await askDesk(open, text, patience);
    await background.settled();
    await desk.shadow.idle();
    expect(problems).toEqual([]);
    return answer;
  };
  const found = async () => {
    const counts: Record<string, number> = {};
    for (const { job, paths } of await desk.ledger.entries({}, patience)) {
      for (const [name, n] of job === "shadow" ? Object.entries(paths) : []) counts[name] = (counts[name] ?? 0) + n;
    }
    return counts;
  };
  return { ...opened, desk, ask, found };
}

/** Keeps the answer as thinking ahead would, where that would pay; `change` is what a bad disk would do to it. */
async function store(desk: Desk, { intent, analysisIds }: Answer, change = (text: string) => text) {
  const nowMs = desk.clock.now();
  const listed = await desk.views.list(desk.marketData.venueId, { nowMs }, patience);
  const sources = listed.map(({ recall }) => recall.record).filter(({ id }) => analysisIds.includes(id));
  const right = intent === null ? null : prepareAnswer(intent, sources, desk.hosts);
  if (intent === null || right === null) throw new Error("it can be prepared");
  const text = change(right.text);
  const topic = intentKey(intent, { deskId: desk.deskId, venueId: desk.marketData.venueId });
  const body = JSON.parse(JSON.stringify({ ...right, text }));
  const draft = { kind: "answer" as const, topic, body, sources, validUntilMs: unixMs(nowMs + STEP_MS) };
  await desk.topics.remember(draft, { nowMs }, patience);
  return { right, text };
}

describe("a desk whose every hit is made again", () => {
  it("finds nothing wrong with itself, over slots, kinds and paths", async () => {
    const { desk, ask, found, clock } = await openDesk(1);
    const paths = new Set<string>();
    let hits = 0;
    for (let slot = 0; slot < 4; slot++) {
      const slotMs = unixMs(START_MS + slot * STEP_MS);
      clock.advanceTo(slotMs);
      await runLiveSlot(desk, slotMs, patience);
      for (let round = 0; round < 3; round++) {
        for (const question of QUESTIONS) {
          const answer = await ask(question);
          const { path, intent } = answer;
          if (round === 1 && intent?.kind !== "portfolio") await store(desk, answer);
          paths.add(path);
          const isChecked = ["pre-answered", "recalled", "distilled"].includes(path) && intent?.kind !== "portfolio";
          if (isChecked) hits += 1;
        }
      }
    }
    expect(await found()).toEqual({ agreed: hits });
    expect([...paths]).toEqual(expect.arrayContaining(["pre-answered", "recalled"]));
    expect(desk.quarantine.size).toBe(0);
  });
});

describe("a desk with a wrong digit in its memory", () => {
  it.each(["what is the RSI of BTC?", "compare BTC and ETH", "what moved?"])(
    "finds it within n hits of %s, and answers that kind from its analyses from then on",
    async (question) => {
      const { desk, ask, events } = await openDesk(20);
      await runLiveSlot(desk, START_MS, patience);
      const answer = await ask(question);
      const { intent } = answer;
      if (intent === null) throw new Error("it is understood");
      const change = (honest: string) => honest.replace(/\d(?=\D*$)/, (digit) => `${(Number(digit) + 1) % 10}`);
      const { right, text } = await store(desk, answer, change);
      expect(text).not.toBe(right.text);

      let wrongServed = 0;
      while (wrongServed <= 20 && !desk.quarantine.has(intent.kind)) {
        expect(await ask(question)).toMatchObject({ path: "pre-answered", answer: expect.stringContaining(text) });
        wrongServed += 1;
      }
      expect(wrongServed).toBeLessThanOrEqual(20);
      expect([...desk.quarantine]).toEqual([intent.kind]);
      const after = await ask(question);
      expect(after).toMatchObject({ path: "recalled", answer: expect.stringContaining(right.text) });
      const quarantines = (await events()).filter(({ type }) => type === "quarantine");
      expect(quarantines).toMatchObject([{ kind: intent.kind, state: "begun" }]);
    },
  );

  it("finds a wrong digest, stops the kind that it was served for, and voids the digest", async () => {
    const { desk, ask } = await openDesk(20);
    await runLiveSlot(desk, START_MS, patience);
    const { venueId } = desk.marketData;
    const honest = await ask("what moved?");
    const listed = await desk.views.list(venueId, { nowMs: START_MS }, patience);
    const sources = listed.map(({ recall }) => recall.record).filter(({ id }) => honest.analysisIds.includes(id));
    const body = JSON.parse(JSON.stringify(distilMarket(sources.map((record) => distilAsset(record, desk.hosts)))));
    for (const row of [...body.gainers, ...body.losers]) row.changePct += 1;
    const topic = marketTopic({ timeframe: "5m", venueId }, desk.hosts);
    const draft = { kind: "digest" as const, topic, body, sources, validUntilMs: unixMs(START_MS + STEP_MS) };
    await desk.topics.remember(draft, { nowMs: START_MS }, patience);

    let hits = 0;
    while (hits <= 20 && desk.quarantine.size === 0) {
      const wrong = await ask("what moved?");
      expect(wrong.path).toBe("distilled");
      expect(wrong.answer).not.toBe(honest.answer);
      hits += 1;
    }
    expect(hits).toBeLessThanOrEqual(20);
    expect([...desk.quarantine]).toEqual(["movers"]);
    const recall = await desk.topics.recall("digest", topic, { nowMs: START_MS }, patience);
    expect(recall).toMatchObject({ status: "stale", reason: "invalidated" });
    expect(await ask("what moved?")).toMatchObject({ path: "recalled", answer: honest.answer });
  });
});
