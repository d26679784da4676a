// The day's model tokens for questions, against a server that speaks the provider's protocol.
import { expect, it } from "vitest";
import { managerModels } from "#apps/models.ts";
import { type AskedDesk, askDesk } from "#desk/answering/ask-desk.ts";
import { createBackgroundQueue } from "#desk/answering/background-queue.ts";
import { createConversations } from "#desk/answering/conversations.ts";
import type { Store } from "#schemas/ports/memory.ts";
import type { Answer } from "#schemas/question.ts";
import { DAY_MS, unixMs } from "#schemas/units.ts";
import { referenceTo } from "#test/agents/diligent.ts";
import { openTestDesk, patience } from "#test/support/desk.ts";
import { type ServerRequest, startOpenAiServer } from "#test/support/openai-server.ts";
import { createSimulatedVenue } from "#toolkits/market/simulated-venue.ts";
import { createSimulatedSecurity } from "#toolkits/security/simulated-security.ts";
import { createSimulatedUniverse } from "#toolkits/universe/simulated-universe.ts";

const [SEED, ASSETS] = [7, 10];
const START_MS = unixMs(Date.UTC(2024, 2, 1, 12, 0));
const QUESTIONS = ["BTC", "ETH", "SOL", "BNB"].map((asset) => `does ${asset} worry you?`);
/** Of one call, as the server says; a question takes two. */
const usage = { input: 900, output: 100 };
const OF_RULES =
  /No model was asked: the day's \d+ model tokens for questions are spent \(DEEPTRADER_QUESTION_DAY_TOKENS\); this is what the rules say\.$/;

const diligent = (request: ServerRequest) =>
  request.toolResults > 0
    ? { text: referenceTo(request, /No news source/), usage }
    : { tool: "analysis", input: { asset: "BTC" }, usage };

interface Opened {
  readonly ask: (text: string) => Promise<Answer>;
  readonly store: Store;
  readonly settled: () => Promise<void>;
}

async function openDesk(
  modelUrl: string,
  dayQuestionTokens: number,
  { store, startMs = START_MS }: { store?: Store; startMs?: number } = {},
): Promise<Opened> {
  const marketData = createSimulatedVenue({ seed: SEED, assets: ASSETS });
  const markets = new Map((await marketData.markets(patience)).map((market) => [market.symbol, market]));
  const venue = {
    marketData,
    markets,
    universe: createSimulatedUniverse({ seed: SEED, assets: ASSETS }),
    security: createSimulatedSecurity({ seed: SEED, assets: ASSETS }),
  };
  const opened = await openTestDesk({
    venue,
    startMs: unixMs(startMs),
    assets: ASSETS,
    thinking: { dayQuestionTokens },
    ...(store === undefined ? {} : { store }),
  });
  const config = { ...opened.desk.config, model: "custom/m1", modelUrl, modelTimeoutMs: 60_000 };
  const desk = { ...opened.desk, config };
  const problem = (text: string): never => expect.fail(text);
  const open: AskedDesk = {
    desk,
    store: opened.store,
    managerModels: managerModels(config, {}),
    background: createBackgroundQueue(problem),
    conversations: createConversations(desk, problem),
  };
  return {
    ask: (text) => askDesk(open, text, patience),
    store: opened.store,
    settled: () => open.background.settled(),
  };
}

it("ends the day's model calls for questions: rules answer from there on, and the answer says so", async () => {
  await using server = await startOpenAiServer(diligent);
  const desk = await openDesk(server.url, 4_000);
  const answers: Answer[] = [];
  for (const question of QUESTIONS) answers.push(await desk.ask(question));
  expect(server.requests).toHaveLength(4);
  expect(answers.map(({ path, model, work }) => [path, model, work.modelCalls])).toEqual([
    ["reasoned", "custom/m1", 2],
    ["reasoned", "custom/m1", 2],
    ["declined", null, 0],
    ["declined", null, 0],
  ]);
  expect(answers.map(({ answer }) => OF_RULES.test(answer))).toEqual([false, false, true, true]);
});

it("does not end what costs none: an exact question is answered as ever", async () => {
  await using server = await startOpenAiServer(diligent);
  const desk = await openDesk(server.url, 0);
  expect((await desk.ask("RSI of SOL")).answer).toMatch(/The RSI \(Wilder, 14\) of SOL\/USDT 5m is \d[^\n]*old\.$/);
  expect(server.requests).toEqual([]);
});

it("ends inside a question too: the call that is over it is not made", async () => {
  await using server = await startOpenAiServer(diligent);
  const desk = await openDesk(server.url, 1_000);
  const answer = await desk.ask(QUESTIONS[0] ?? "");
  expect(server.requests).toHaveLength(1);
  expect(answer).toMatchObject({ path: "declined", model: null, work: { modelCalls: 1, inputTokens: 900 } });
  expect(answer.answer).toMatch(/tokens are spent\); this is what the rules say\.$/);
});

it("holds for questions side by side: no more than one call of each lies over it", async () => {
  await using server = await startOpenAiServer(diligent);
  const desk = await openDesk(server.url, 2_000);
  await Promise.all(QUESTIONS.map((question) => desk.ask(question)));
  expect(server.requests.length).toBeGreaterThanOrEqual(2);
  expect(server.requests.length).toBeLessThanOrEqual(2 + QUESTIONS.length);
});

it("is not begun anew by a restart, but by 00:00 UTC", async () => {
  await using server = await startOpenAiServer(diligent);
  const before = await openDesk(server.url, 2_000);
  await before.ask(QUESTIONS[0] ?? "");
  await before.settled();
  const { store } = before;
  const after = await openDesk(server.url, 2_000, { store });
  expect(await after.ask(QUESTIONS[1] ?? "")).toMatchObject({ model: null, work: { modelCalls: 0 } });
  const tomorrow = await openDesk(server.url, 2_000, { store, startMs: START_MS + DAY_MS / 2 });
  expect(await tomorrow.ask(QUESTIONS[1] ?? "")).toMatchObject({ model: "custom/m1", work: { modelCalls: 2 } });
  expect(server.requests).toHaveLength(4);
});
