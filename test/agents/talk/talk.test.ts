// A free-form question on a scripted provider, through the unmodified router: what is read, shown, left out and told again.
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { type FactSource, factSource } from "#agents/deep-trader-manager/talk/fact-source.ts";
import { FactTable } from "#agents/deep-trader-manager/talk/fact-table.ts";
import { selectModel } from "#agents/models/select.ts";
import { type ServerReply, type ServerRequest, startOpenAiServer } from "#test/support/openai-server.ts";
import { QUESTION } from "../diligent.ts";
import { createTalkDesk, SOURCES } from "../talk-fixture.ts";

type Asked = Parameters<ReturnType<typeof createTalkDesk>["ask"]>[1];

async function ask(
  script: (request: ServerRequest, index: number) => ServerReply,
  asked: Asked = {},
  sources: readonly FactSource[] = SOURCES,
) {
  await using server = await startOpenAiServer(script);
  const setting = { model: "custom/m1", modelUrl: server.url, env: {}, wait: async () => undefined, recording: null };
  const outcome = await createTalkDesk({ choices: [await selectModel(setting)], sources }).ask(QUESTION, asked);
  return { outcome, requests: server.requests };
}

/** Reads BTC first, then says this. */
const readsAndSays =
  (...texts: readonly string[]) =>
  ({ toolResults }: ServerRequest, index: number): ServerReply =>
    toolResults === 0 && index === 0
      ? { tool: "analysis", input: { asset: "BTC" } }
      : { text: texts[Math.min(index - 1, texts.length - 1)] ?? "" };

const textOf = ({ outcome }: Awaited<ReturnType<typeof ask>>): string => ("text" in outcome ? outcome.text : "");

describe("a model's answer", () => {
  it("is shown with the figures of its facts, and names them", async () => {
    const asked = await ask(readsAndSays("The RSI of BTC is {{f1}}; BTC fell {{f3}} over a day."));
    expect(textOf(asked)).toBe("The RSI of BTC is 27.4; BTC fell 4.6 % over a day.");
    expect(asked.outcome).toMatchObject({ status: "answered", facts: [{ id: "f1" }, { id: "f3" }], dropped: [] });
  });

  it("loses the sentence that has a figure of its own, and the rest stands", async () => {
    const asked = await ask(readsAndSays("The RSI of BTC is {{f1}}. Its fair value is 123456 USDT."));
    expect(textOf(asked)).toBe("The RSI of BTC is 27.4.");
    expect(asked.outcome.dropped).toMatchObject([{ rule: "digit", layer: "figure" }]);
  });

  it("is asked for once more where nothing of it stands, with the reasons; the second one counts", async () => {
    const asked = await ask(readsAndSays("The RSI is 27.4.", "The RSI of BTC is {{f1}}."));
    expect(textOf(asked)).toBe("The RSI of BTC is 27.4.");
    expect(asked.requests.at(-1)?.user).toMatch(/could not be shown[\s\S]*27\.4/);
    expect(asked.outcome.attempts).toHaveLength(2);
  });

  it("is no answer where the second does not stand either", async () => {
    const { outcome, requests } = await ask(readsAndSays("The RSI is 27.4."));
    expect(outcome).toMatchObject({ status: "nothing-stands" });
    expect(requests).toHaveLength(3);
  });

  it("is none where it is chatter alone, and that is said, unlike of silence", async () => {
    const why = async (text: string) => {
      const { outcome } = await ask(readsAndSays(text));
      return "why" in outcome ? outcome.why : outcome.status;
    };
    expect([await why("Let me know what else you need."), await why("")]).toEqual([
      "it referred to no fact",
      expect.not.stringContaining("fact"),
    ]);
  });

  it("is not what it says before it reads", async () => {
    const asked = await ask(({ toolResults }, index) =>
      index === 0 ? { text: "" } : toolResults > 0 ? { text: "No position is open: {{f1}}" } : { text: "" },
    );
    expect(asked.outcome.status).toBe("failed");
  });
});

describe("a stream", () => {
  it("shows each sentence as soon as it stands, before the model has ended, and takes nothing back", async () => {
    const { promise: sawFirst, resolve: see } = Promise.withResolvers<void>();
    const shown: string[] = [];
    async function* pieces() {
      yield "The RSI of B";
      yield "TC is {{f1}}. BTC fe";
      // The model goes on only once the first sentence has been seen.
      await sawFirst;
      yield "ll {{f3}} over a day.";
    }
    const asked = await ask(
      ({ toolResults }) => (toolResults === 0 ? { tool: "analysis", input: { asset: "BTC" } } : { pieces: pieces() }),
      {
        onShown: (piece) => {
          shown.push(piece);
          see();
        },
      },
    );
    expect(shown[0]).toContain("27.4");
    expect(shown.join("")).toBe(textOf(asked));
    expect(textOf(asked)).toBe("The RSI of BTC is 27.4. BTC fell 4.6 % over a day.");
  });

  it("that is cut off keeps its whole sentences, and says that it broke off", async () => {
    function* pieces() {
      yield "The RSI of BTC is {{f1}}. BTC fell {{f3}} over a day. And ";
      throw new Error("cut");
    }
    const asked = await ask(({ toolResults }) =>
      toolResults === 0 ? { tool: "analysis", input: { asset: "BTC" } } : { pieces: pieces() },
    );
    expect(textOf(asked)).toBe("The RSI of BTC is 27.4. BTC fell 4.6 % over a day.");
    expect(asked.outcome).toMatchObject({ status: "answered", brokeOff: expect.stringMatching(/model/) });
  });
});

describe("the tools", () => {
  it("tell the model what is wrong with a market in our words, and of other failures nothing", async () => {
    const asked = await ask((_request, index): ServerReply => {
      if (index === 0) return { tool: "analysis", input: { asset: "NOSUCH" } };
      if (index === 1) return { tool: "broken", input: {} };
      return index === 2 ? { tool: "positions", input: {} } : { text: "{{f1}}" };
    });
    const told = JSON.stringify(asked.requests.at(-1)?.body.messages);
    expect(told).toContain("NOSUCH is not traded here");
    expect(told).toContain("That could not be read.");
    expect(told).not.toContain("sk-secret");
    expect(textOf(asked)).toBe("No position is open.");
    expect(asked.outcome.attempts[0]?.uses.map(({ tool, refusal }) => [tool, refusal === null])).toEqual([
      ["analysis", false],
      ["broken", false],
      ["positions", true],
    ]);
  });

  it("say how much of a long list they have left out", async () => {
    const many = factSource({
      id: "many",
      description: "A long list.",
      input: z.object({}),
      read: async () =>
        Array.from({ length: 250 }, (_, n) => ({ kind: "count", value: n, unit: "count", label: "row" })),
    });
    const asked = await ask(
      ({ toolResults }) => (toolResults === 0 ? { tool: "many", input: {} } : { text: "{{f240}}" }),
      {},
      [many],
    );
    const told = JSON.stringify(asked.requests.at(-1)?.body.messages);
    expect(told).toContain("10 more facts are not shown");
    expect(told).not.toContain("f241 =");
    expect(textOf(asked)).toBe("239");
  });

  it("are offered by name, and none of them acts", async () => {
    const { requests } = await ask(readsAndSays("{{f1}}"));
    expect(requests[0]?.tools).toEqual(["analysis", "positions", "broken"]);
  });
});

describe("a conversation", () => {
  it("gives the model what was said before, and facts of earlier turns by their ids", async () => {
    const earlier = new FactTable().add([
      { kind: "rsi", value: 33.3, unit: "index", label: "RSI (Wilder, 14)", market: "ETH/USDT", timeframe: "5m" },
    ]);
    const history = [
      { role: "user", content: "how is ETH?" },
      { role: "assistant", content: "The RSI of ETH is 33.3." },
    ] as const;
    const asked = await ask(() => ({ text: "The RSI of ETH is {{f1}}." }), { history, table: new FactTable(earlier) });
    expect(textOf(asked)).toBe("The RSI of ETH is 33.3.");
    const sent = JSON.stringify(asked.requests[0]?.body.messages);
    expect(sent).toContain("how is ETH?");
    expect(sent).toContain("f1 = 33.3");
    expect(asked.outcome.nextFactId).toBe(2);
  });
});
