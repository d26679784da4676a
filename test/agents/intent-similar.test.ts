import { describe, expect, it } from "vitest";
import { similarKind } from "#agents/deep-trader-manager/language/intent-similar.ts";

describe("similarity of wordings", () => {
  it("tells a kind by its nearest example, whatever the order of the words", () => {
    expect(similarKind("direction _x is moving in what", 1)).toBe("trend");
    expect(similarKind("i hold what do", 0)).toBe("portfolio");
  });

  it("tells none where two kinds are about as near, or nothing is near", () => {
    expect(similarKind("what is", 0)).toBeNull();
    expect(similarKind("colourless green ideas", 0)).toBeNull();
    expect(similarKind("", 0)).toBeNull();
  });

  it("never chooses between opposites, nor a kind that has a name or a side", () => {
    const words = ["which are oversold", "which are overbought", "should i buy _x", "should i sell _x", "is _x safe"];
    for (const text of words) {
      const kind = similarKind(text, text.includes("_x") ? 1 : 0);
      expect(["oversold", "overbought", "signal", "trigger", "security", "rsi", "bollinger", "atr"]).not.toContain(
        kind,
      );
    }
  });

  it("keeps questions about an asset apart from those about none", () => {
    expect(similarKind("how is _x doing", 0)).not.toBe("summary");
    expect(similarKind("biggest movers", 1)).toBeNull();
  });
});
