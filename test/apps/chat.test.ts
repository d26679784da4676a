import { describe, expect, it } from "vitest";
import { joinPasted } from "#apps/chat.ts";

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
