// A model's words as they may be looked at: no figure of it is read.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MASK, maskFigures as masked } from "#toolkits/fact-check/mask-figures.ts";

const maskFigures = (text: string) => masked(text, "en");

/** Numerals as they are written, of many scripts. */
const FIGURES = [
  "27.4",
  "1,234,567.89",
  "1 234 567",
  "-4.6 %",
  "−4,6 %",
  "+12%",
  "3/4",
  "12:30",
  "2026-01-05",
  "½",
  "²",
  "①",
  "Ⅷ",
  "٢٧",
  "२७",
  "２７",
  "𝟮𝟳",
  "二十七",
  "5\uFE0F\u20E3",
  "2\u200B7",
] as const;
const numeral = /[\p{N}〇零一二三四五六七八九十百千万億亿兆两兩]/u;

describe("figures of a model", () => {
  it.each(FIGURES)("are hidden whole: %s", (figure) => {
    expect(maskFigures(`RSI is ${figure} now.`)).toBe(`RSI is ${MASK} now.`);
  });

  it("are hidden beside letters, signs and each other", () => {
    expect(maskFigures("BTC at $27, x2, RSI14 and 30-40.")).toBe(`BTC at $${MASK}, x${MASK}, RSI${MASK} and ${MASK}.`);
  });

  it("are hidden around references, which stay: they are ids, not values", () => {
    expect(maskFigures("1{{f1}}, {{f12|abs}} and {{f12|at}}")).toBe(`${MASK}{{f1}}, {{f12|abs}} and {{f12|at}}`);
    expect(maskFigures("{{f27.4}} {{ f12 }} f12")).toBe(`{{f${MASK}}} {{ f${MASK} }} f${MASK}`);
  });

  it.each([
    ["en", "up twenty-seven, double, 30k", `up ${MASK}-${MASK}, ${MASK}, ${MASK}${MASK}`],
    ["en", "about twnty thosand", `about ${MASK} ${MASK}`],
    ["de", "steigt um siebenundzwanzig, dreifach", `steigt um ${MASK}, ${MASK}`],
    ["de", "rund fünfzig", `rund ${MASK}`],
    ["es", "sube veinticinco", `sube ${MASK}`],
  ] as const)("are hidden as words too, %s: %s", (language, text, hidden) => {
    expect(masked(text, language)).toBe(hidden);
  });

  it("leave an honest sentence as it was written", () => {
    const sentence = "The RSI of BTC is {{f12}}, below its band; nothing of it is held.";
    expect(maskFigures(sentence)).toBe(sentence);
    // The coin Harmony.
    expect(masked("ONE/USDT", null)).toBe("ONE/USDT");
  });

  it("leave no numeral in any text but those of references, and change no text without one", () => {
    const words = fc.array(
      fc.oneof(fc.string({ unit: "grapheme" }), fc.constantFrom(...FIGURES, "{{f12}}", " ", "RSI")),
    );
    fc.assert(
      fc.property(words, (parts) => {
        const hidden = maskFigures(parts.join(""));
        expect(hidden.replaceAll(/\{\{f\d+\}\}/g, "")).not.toMatch(numeral);
        expect(maskFigures(hidden)).toBe(hidden);
      }),
    );
    fc.assert(
      fc.property(fc.stringMatching(/^[a-zäöüñ .,;:!?()\n]*$/), (text) => {
        expect(masked(text, null)).toBe(text);
      }),
    );
  });

  it("take no time of their own on a long text", () => {
    expect(maskFigures("1.".repeat(50_000) + "x".repeat(50_000)).length).toBeLessThan(50_010);
  });

  it("cannot move a terminal's cursor", () => {
    expect(maskFigures("a\u001B[2Kb\rc\u202Ed\ne")).toBe(`a[${MASK}Kbcd\ne`);
  });
});
