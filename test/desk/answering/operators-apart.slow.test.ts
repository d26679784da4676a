// Conversations with the manager's model, at the desk's door: what it is told of earlier turns after a restart, that nobody's words
// reach another conversation or desk, that what is sent stays bounded, and that a purge leaves nothing.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { answerProposalLine } from "#apps/chat-approvals.ts";
import { openProposals } from "#desk/acts/propose.ts";
import { type AskedDesk, askDesk } from "#desk/answering/ask-desk.ts";
import { readThoughts } from "#desk/answering/thoughts.ts";
import { openPgliteStore } from "#memory/stores/pglite.ts";
import { createTopics } from "#memory/topics.ts";
import type { Store } from "#schemas/ports/memory.ts";
import type { Answer } from "#schemas/question.ts";
import { DeskId, unixMs } from "#schemas/units.ts";
import { factsGiven, questionIn } from "#test/support/competent-model.ts";
import { patience, type TestDesk } from "#test/support/desk.ts";
import { freshHome } from "#test/support/fresh-home.ts";
import {
  type OpenAiServer,
  type ServerReply,
  type ServerRequest,
  startOpenAiServer,
} from "#test/support/openai-server.ts";
import { askedWith } from "./question-desk.ts";
import { openTraded, START_MS, STEP_MS } from "./sources/asked-desk.ts";

const usage = { input: 90, output: 10 };

/** Follows up from what it was told, proposes where it is asked to, and else reads one market. */
function script(request: ServerRequest): ServerReply {
  const question = questionIn(request);
  if (question.includes("that again")) return { text: `The RSI of BTC was ${factsGiven(request).ref(/^RSI/)}.`, usage };
  if (question.includes("stop buying"))
    return request.toolResults === 0
      ? { tool: "propose", input: { act: "pause" }, usage }
      : { text: factsGiven(request).ref(/^proposal$/), usage };
  if (request.toolResults === 0) return { tool: "analysis", input: { asset: "BTC" }, usage };
  return { text: `The RSI of BTC is ${factsGiven(request).ref(/^RSI/)}.`, usage };
}

let server: OpenAiServer;
beforeAll(async () => {
  server = await startOpenAiServer(script);
});
afterAll(() => server[Symbol.asyncDispose]());

const opened = (test: TestDesk): AskedDesk =>
  askedWith(test, { model: "custom/m1", modelUrl: server.url }, (text) => expect.fail(text));
const say = (open: AskedDesk, conversation: string, text: string): Promise<Answer> =>
  askDesk(open, text, { ...patience, conversation });
const sent = ({ body }: ServerRequest): string => JSON.stringify(body.messages);

describe("a follow-up after a restart", () => {
  it("is told the exchange before it, and may refer to its facts under their ids", async () => {
    await using home = await freshHome();
    const open = (): Promise<Store> =>
      openPgliteStore(home.dir, "test", { ...patience, onNote: (text) => expect.fail(text) });
    const store = await open();
    const before = opened(await openTraded(4, { store }));
    const first = await say(before, "me", "what of bitcoin, in plain words?");
    const figure = /The RSI of BTC is (\d+\.?\d*)/.exec(first.answer)?.[1];
    await before.background.settled();
    await store.close();

    const again = await open();
    const after = opened(await openTraded(0, { store: again, startMs: unixMs(START_MS + 4 * STEP_MS) }));
    const calls = server.requests.length;
    const answer = await say(after, "me", "and that again, please?");
    expect(answer.answer).toBe(`SIMULATED – invented prices. The RSI of BTC was ${figure}.`);
    expect(answer.facts.map(({ id }) => id)).toEqual(first.facts.map(({ id }) => id));
    expect(server.requests.length).toBe(calls + 1);
    const told = sent(server.requests.at(-1) as ServerRequest);
    expect(told).toContain("what of bitcoin, in plain words?");
    expect(told).toContain(`The RSI of BTC is ${figure}`);
    await after.background.settled();
    await again.close();
  });
});

describe("two operators at once", () => {
  it("never see each other's words, and a yes of one is no yes to what the other was asked", async () => {
    const test = await openTraded(4);
    const open = opened(test);
    const from = server.requests.length;
    const turns = Array.from({ length: 6 }, (_, turn) =>
      ["anna", "boris"].map((who) => say(open, who, `${who}-secret-${turn}: what of bitcoin?`)),
    ).flat();
    await Promise.all(turns);
    await Promise.all([
      say(open, "anna", "anna-secret: stop buying"),
      say(open, "boris", "boris-secret: what of bitcoin?"),
    ]);
    const texts = server.requests.slice(from).map(sent);
    expect(texts.filter((text) => text.includes("anna-secret")).length).toBeGreaterThan(6);
    expect(texts.filter((text) => text.includes("anna-secret") && text.includes("boris-secret"))).toEqual([]);

    const [proposal] = openProposals(test.desk);
    expect(proposal?.conversation).toBe("anna");
    const ran: string[] = [];
    const door = (conversation: string) => ({
      conversation,
      run: async (name: string) => {
        ran.push(name);
        return { document: { open: openProposals(test.desk) }, text: name };
      },
    });
    expect(await answerProposalLine("yes", door("boris"))).toBeNull();
    expect(ran).toEqual(["approvals list"]);
    expect(await answerProposalLine("yes", door("anna"))).toBe("approvals approve");
  });
});

describe("a long conversation", () => {
  it("sends no more at turn 200 than half as much again as at turn 10", async () => {
    const open = opened(await openTraded(4, { thinking: { dayQuestionTokens: 1_000_000_000 } }));
    const bytes: number[] = [];
    for (let turn = 1; turn <= 200; turn++) {
      const answer = await say(open, "long", `turn ${String(turn).padStart(3, "0")}: what of bitcoin?`);
      expect(answer.path, answer.answer).toBe("reasoned");
      bytes.push(Buffer.byteLength(sent(server.requests.at(-1) as ServerRequest)));
    }
    await open.background.settled();
    expect(Math.max(...bytes.slice(189))).toBeLessThanOrEqual(1.5 * Math.max(...bytes.slice(5, 15)));
    expect(sent(server.requests.at(-1) as ServerRequest)).not.toContain("turn 150:");
  });
});

describe("a purge", () => {
  it("leaves no conversation, thought or proposal of the desk", async () => {
    const test = await openTraded(4);
    const open = opened(test);
    await say(open, "me", "what of bitcoin, in plain words?");
    await say(open, "me", "stop buying");
    await open.background.settled();
    const { desk, store, clock } = test;
    const range = { nowMs: clock.now(), limit: 10 };
    const left = async () => ({
      conversations: await open.conversations.count(),
      thoughts: (await readThoughts(desk, range, patience)).length,
      proposals: (await store.journal(desk.deskId, desk.runId).read({}, patience)).filter(
        ({ event }) => event.type === "proposal",
      ).length,
    });
    expect(await left()).toEqual({ conversations: 1, thoughts: 2, proposals: 1 });
    const others = createTopics({
      store,
      khala: { recallMany: async () => [] },
      deskId: DeskId.parse("other"),
      definitionId: () => "none",
    });
    expect(await others.history("conversation", { topic: null, ...range }, patience)).toEqual([]);
    expect(await others.history("thought", { topic: null, ...range }, patience)).toEqual([]);
    await store.purge(desk.deskId, patience);
    expect(await left()).toEqual({ conversations: 0, thoughts: 0, proposals: 0 });
  });
});
