import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { visibleLength } from "#apps/text/table.ts";
import { wrapText } from "#apps/text/wrap.ts";

describe("wrapText", () => {
  it("breaks between words, and keeps a number with its unit and a date with its time", () => {
    expect(wrapText("The fee of it was 0.20 USDT", 23)).toBe("The fee of it was\n0.20 USDT");
    expect(wrapText("It rose by 12 % since 2018-01-16 12:05 UTC", 36)).toBe(
      "It rose by 12 % since\n2018-01-16 12:05 UTC",
    );
    expect(wrapText("an analysis is 17 min old", 16)).toBe("an analysis is\n17 min old");
  });

  it("goes on beneath a table's last column, and beneath an indented text", () => {
    expect(wrapText("market    because it is not known who may mint", 36)).toBe(
      "market    because it is not known\n          who may mint",
    );
    expect(wrapText("      refused BTC/USDT: no cash is left", 26)).toBe(
      "      refused BTC/USDT: no\n      cash is left",
    );
  });

  it("loses nothing, breaks no word, and is no wider than the terminal where the words allow it", () => {
    const word = fc.stringMatching(/^[a-z0-9%:.,-]{1,12}$/);
    fc.assert(
      fc.property(
        fc.array(word, { minLength: 1, maxLength: 30 }),
        fc.integer({ min: 30, max: 120 }),
        (words, columns) => {
          const text = words.join(" ");
          const wrapped = wrapText(text, columns);
          expect(wrapped.split(/\s+/)).toEqual(words);
          for (const line of wrapped.split("\n")) expect(line.length).toBeLessThanOrEqual(columns);
        },
      ),
    );
  });

  it("counts no colour code, and leaves a pipe and a word without room as they are", () => {
    const esc = String.fromCharCode(27);
    const red = `${esc}[31mbad${esc}[39m`;
    expect(wrapText(`${red} ${red} ${red}`, 11)).toBe(`${red} ${red} ${red}`);
    expect(visibleLength(wrapText(`${red} ${red} ${red}`, 8).split("\n")[0] ?? "")).toBe(7);
    expect(wrapText("a b c", Number.POSITIVE_INFINITY)).toBe("a b c");
    expect(wrapText("f".repeat(64), 40)).toBe("f".repeat(64));
  });
});
