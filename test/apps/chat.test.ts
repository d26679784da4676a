import { PassThrough } from "node:stream";
import { describe, expect, it } from "vitest";
import { parseQuestion } from "#agents/deep-trader-manager/language/intent.ts";
import { joinPasted, startTerminalChat } from "#apps/chat.ts";
import { EXAMPLES } from "#apps/chat-examples.ts";
import { PLAIN_STYLE } from "#apps/io.ts";
import { startPipedChat } from "#apps/piped-chat.ts";
import type { MarketSymbol } from "#schemas/units.ts";

/** A prompt at which `keys` are typed, each piece after the one before has been dealt with; what came of it. */
const typed = (...pieces: readonly string[]) => typedWith(null, pieces);

async function typedWith(helpNote: string | null, pieces: readonly string[]) {
  const stdin = new PassThrough();
  const stdout = new PassThrough();
  const seen = { asked: [] as string[], out: [] as string[], ends: [] as string[] };
  const ask = async (text: string) => {
    seen.asked.push(text);
    throw new Error("no desk");
  };
  const io = { out: (text: string) => void seen.out.push(text), piece: () => {}, attach: () => {}, style: PLAIN_STYLE };
  const ends = { onQuit: () => void seen.ends.push("quit"), onEnd: () => void seen.ends.push("end"), helpNote };
  const chat = startTerminalChat(ask, io, { ...ends, signal: new AbortController().signal }, { stdin, stdout });
  chat.open();
  for (const piece of pieces) {
    stdin.write(piece);
    // Reading, taking the lines and answering each end in a turn of the event loop of their own.
    for (let turn = 0; turn < 5; turn += 1) await new Promise(setImmediate);
  }
  return seen;
}

describe("the prompt", () => {
  it("closes at Ctrl-D and does not ask the desk to stop", async () => {
    expect(await typed("\u0004")).toMatchObject({ ends: ["end"], asked: [] });
  });

  it.each(["quit", "exit", "/quit", "EXIT"])("%s leaves, and is no question", async (word) => {
    expect(await typed(`${word}\r`)).toMatchObject({ ends: ["quit"], asked: [] });
  });

  it.each(["help", "/help", "?"])("%s shows ten questions and the commands, and is no question", async (word) => {
    const { out, asked } = await typed(`${word}\r`);
    expect(EXAMPLES).toHaveLength(10);
    for (const text of [...EXAMPLES, "quit", "pause, resume or halt"]) expect(out.join()).toContain(text);
    expect(asked).toEqual([]);
  });

  it("says in its help how free-form questions are switched on, where they are not", async () => {
    expect((await typedWith("Free-form questions: …", ["help\r"])).out.join()).toMatch(
      /halt\.\nFree-form questions: …$/,
    );
  });

  it.each(EXAMPLES)("names no question that the desk would not understand: %s", (question) => {
    const symbols = ["BTC/USDT", "ETH/USDT", "SOL/USDT"] as MarketSymbol[];
    const context = { symbols, quote: "USDT", defaultTimeframe: "5m", names: new Map<string, string>() } as const;
    expect(parseQuestion(question, context).status).toBe("parsed");
  });

  it("asks a pasted text of several lines as one question, once its last line is ended", async () => {
    expect((await typed("what is the\rRSI of BTC?\r")).asked).toEqual(["what is the RSI of BTC?"]);
    const unfinished = await typed("which are\rovers");
    expect(unfinished.asked).toEqual([]);
    expect((await typed("which are\rovers", "old\r")).asked).toEqual(["which are oversold"]);
  });
});

describe("lines that come in one piece", () => {
  it("are one question where a pasted text was broken over them", () => {
    expect(joinPasted(["what is the", "  RSI of BTC", "", "on 1h?"])).toEqual(["what is the RSI of BTC on 1h?"]);
    expect(joinPasted(["which are", "oversold"])).toEqual(["which are oversold"]);
  });

  it("are questions of their own where each ends a sentence, or is a command typed ahead", () => {
    expect(joinPasted(["what is the RSI of BTC?", "is it", "safe?"])).toEqual([
      "what is the RSI of BTC?",
      "is it safe?",
    ]);
    expect(joinPasted(["help", "rsi of btc", "/quit"])).toEqual(["help", "rsi of btc", "/quit"]);
  });

  it("are none where nothing was typed", () => {
    expect(joinPasted(["", "  "])).toEqual([]);
  });
});

describe("lines of a pipe", () => {
  /** What is piped in before the desk is open, and after; what was asked, said, noted and ended. */
  async function piped(before: string, after = "", json = false) {
    const stdin = new PassThrough();
    const seen = { asked: [] as string[], out: [] as string[], notes: [] as string[], quits: 0 };
    const ended = new AbortController();
    const chat = startPipedChat(
      async (text) => void seen.asked.push(text),
      { json, out: (text) => void seen.out.push(text), note: (text) => void seen.notes.push(text) },
      {
        signal: ended.signal,
        onQuit: () => {
          seen.quits += 1;
        },
        isQuit: (text) => text === "quit",
      },
      stdin,
    );
    const write = async (text: string) => {
      if (text !== "") stdin.write(text);
      for (let turn = 0; turn < 5; turn += 1) await new Promise(setImmediate);
    };
    await write(before);
    const early = [...seen.asked];
    chat.open();
    await write(after);
    stdin.end();
    await chat.settled();
    chat.close();
    return { ...seen, early };
  }

  it("are questions, one a line, answered in order once the desk is open, until quit", async () => {
    const { early, asked, out, quits } = await piped("rsi of btc?\n\n  and ETH?  \n", "what do I hold?\nquit\n");
    expect(early).toEqual([]);
    expect(asked).toEqual(["rsi of btc?", "and ETH?", "what do I hold?"]);
    expect(out).toEqual(asked.map((text) => `ask> ${text}`));
    expect(quits).toBe(1);
  });

  it("approve nothing: that takes a person at a terminal", async () => {
    const { asked, out } = await piped("approve p7\nyes\n");
    expect(asked).toEqual([]);
    expect(out.join()).toMatch(/answered at a terminal/);
  });

  it("are not answered with --json, which is said once and on stderr", async () => {
    const { asked, out, notes } = await piped("rsi of btc?\nand ETH?\n", "", true);
    expect([asked, out]).toEqual([[], []]);
    expect(notes).toEqual([expect.stringMatching(/not read with --json.*deeptrader ask/)]);
    expect((await piped("", "", true)).notes).toEqual([]);
  });
});
