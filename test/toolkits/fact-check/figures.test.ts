import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { modelText } from "#schemas/fact.ts";
import { figureAttack, isShown } from "#test/support/fact-attacks.ts";
import { checkRun, draftOf, factTable } from "#test/support/fact-table.ts";
import { spelledOut } from "#test/support/number-words.ts";
import { checkDraft } from "#toolkits/fact-check/check-draft.ts";
import { LANGUAGES, type Language } from "#toolkits/fact-check/check-run.ts";

const TABLES = { en: factTable("en"), de: factTable("de"), es: factTable("es") };
const RUNS = { en: checkRun("en"), de: checkRun("de"), es: checkRun("es") };
const check = (text: string, language: Language = "en") => checkDraft(draftOf(text), TABLES[language], RUNS[language]);
const ruleOf = (text: string, language: Language = "en"): string | undefined =>
  check(text, language).dropped.find(({ rule }) => rule !== "table-empty")?.rule;
const shown = (text: string, language: Language = "en"): string => {
  const result = check(text, language);
  return result.status === "stands" ? result.text : "";
};

describe("the figure layer", () => {
  it("shows none of 5,000 figures that no reference stands behind, whatever they are written in", () => {
    fc.assert(
      fc.property(figureAttack, (attack) => {
        const { dropped } = checkDraft(attack.draft, TABLES[attack.language], RUNS[attack.language]);
        return !isShown(attack, dropped);
      }),
      { numRuns: 5000 },
    );
  });

  it.each(LANGUAGES)("refuses cardinals spelled out in %s, but for the article", (language) => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 99_999 }), (n) => {
        const draft = draftOf(`ETH {{eth.price}}, ${spelledOut(n, language)}.`);
        return checkDraft(draft, TABLES[language], RUNS[language]).status === "nothing-stands";
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ["ETH is at 3012.", "digit"],
    ["ETH is at {{eth.price}} (٣).", "character"],
    ["ETH is at {{eth.price}}​.", "character"],
    ["ETH is at {{eth.price}}, thr**ee**.", "markup"],
    ["ETH is at {{f99999}}.", "unknown-fact"],
    ["ETH is at {{eth.price|round}}.", "reference"],
    ["ETH is at {{ eth.price }}.", "reference"],
    ["ETH is at `{{eth.price}}`.", "inline-code"],
    ["ETH is at {{eth.price}}, see kraken.com.", "markup"],
    ["```\n{{eth.price}}\n```", "markup"],
    ["ETH is at {{eth.price}} and lO.", "look-alike"],
    ["ETH is at {{eth.price}}, phase XIV.", "roman"],
    ["ETH is at {{eth.price}}, t h r e e.", "spelled-apart"],
    ["ETH is at {{eth.price}}, tick tick tick.", "tally"],
    ["ETH is at {{eth.price}} = good.", "symbol"],
    ["ETH est à {{eth.price}} avec les volumes pour la session.", "other-language"],
    ["ETH is at {{eth.price}}, twenty seven.", "number-word"],
    ["ETH is at {{eth.price}}, twen-ty.", "spelled-apart"],
    ["ETH is at {{eth.price}}, sold at once.", "number-word"],
    ["ETH is at {{eth.price}}, a hundrd.", "near-number-word"],
    ["ETH is at {{eth.price}} with twentysixthou coins.", "near-number-word"],
    ["ETH: quartter, price {{eth.price}}.", "near-number-word"],
    ["Overview of the pewar:", "unknown-word"],
    ["The RSI 14 of ETH is 14 %, its price {{eth.price}}.", "digit"],
    ["The RSI 14.5 of ETH is {{eth.rsi}}.", "digit"],
    ["The RSI of ETH is pewar, the price {{eth.price}}.", "unknown-word"],
    ["The plimbing of ETH at {{eth.price}} frumbled and quobbled gratingly.", "unreadable"],
    ["ETH is at -{{eth.price}}.", "edge"],
    ["ETH is at {{eth.price}}-fold.", "edge"],
    ["ETH is at {{eth.price}} {{eth.rsi}}.", "edge"],
    ["ETH is at about {{eth.price}}.", "hedge"],
    ["ETH is at {{eth.price}} or so.", "hedge"],
    ["ETH is at {{eth.price}} %.", "unit"],
    ["ETH is at {{eth.price}} BTC.", "unit"],
    ["ETH is at {{eth.price}} hours.", "unit"],
    ["| ETH | {{eth.price}} |", "table"],
    ["| market | price |\n|---|---|\n| ETH | {{eth.price}} | {{eth.rsi}} |", "table"],
    ["| market | price |\n|---|---|\n| ETH {{eth.price}} ||| |", "tally"],
  ])("names what is wrong with %j: %s", (text, rule) => {
    expect(ruleOf(text)).toBe(rule);
  });

  it("swallows a unit that is the fact's own, and shows it once", () => {
    expect(shown("ETH is at {{eth.price}} USDT.")).toBe("ETH is at 3,012.4 USDT.");
    expect(shown(`ETH is at $${"{{eth.price}}"}.`)).toBe("ETH is at 3,012.4 USDT.");
    expect(shown("ETH fell {{eth.change1d}} percent in 24 hours.")).toBe("ETH fell 4.6 % in 24 hours.");
    expect(shown("Sie halten {{eth.qty}} ETH.", "de")).toBe("Sie halten 0,5 ETH.");
  });

  it("shows settings, lengths of time and symbols with digits in a form that is no value", () => {
    expect(shown("The RSI 14 of ETH is {{eth.rsi}} on the 1h chart.")).toBe(
      "The RSI (period 14) of ETH is 27.4 on the 1h chart.",
    );
    expect(ruleOf("The RSI 15 of ETH is {{eth.rsi}}.")).toBe("digit");
    expect(ruleOf("ETH is at {{eth.price}} on the 4h chart.")).toBe("digit");
    expect(ruleOf("ETH is at {{eth.price}}, a volume of 1h.")).toBe("digit");
    expect(ruleOf("ETH is at {{eth.price}} in 24 hours.")).toBe("digit");
    const oneInch = { ...TABLES.en[0], id: "f900", market: "1INCH/USDT" } as (typeof TABLES.en)[number];
    const result = checkDraft(modelText("1INCH is at {{f900}}."), [...TABLES.en, oneInch], RUNS.en);
    expect(result).toMatchObject({ status: "stands", text: "1INCH/USDT is at 3,012.4 USDT." });
  });

  it("does not show the numbers of a list", () => {
    expect(shown("7. ETH: {{eth.price}}\n3. BTC: {{btc.price}}")).toBe("- ETH: 3,012.4 USDT\n- BTC: 64,210.5 USDT");
  });

  it("takes idioms with number words for what they are, and no others", () => {
    expect(shown("On the one hand ETH is at {{eth.price}}.")).toBe("On the one hand ETH is at 3,012.4 USDT.");
    expect(shown("Der Stop von ETH wird außer Acht gelassen, er ist {{eth.stop}}.", "de")).not.toBe("");
    expect(ruleOf("ETH is at {{eth.price}}, the next one USDT.")).toBe("number-word");
    expect(ruleOf("Acht Positionen, ETH bei {{eth.price}}.", "de")).toBe("number-word");
  });

  it("takes a word of the language for that word, and not where it would be read as a figure", () => {
    expect(shown("Servus! ETH pendelt bei {{eth.price}} im Pseudoaufwind.", "de")).not.toBe("");
    expect(ruleOf("The foray of ETH ends at {{eth.price}}.")).toBeUndefined();
    expect(ruleOf("The RSI of ETH is foray, its price {{eth.price}}.")).toBe("near-number-word");
    expect(ruleOf("ETH: foray, price {{eth.price}}.")).toBe("near-number-word");
    expect(ruleOf("El RSI de ETH es siento, el precio {{eth.price}}.", "es")).toBe("near-number-word");
    expect(ruleOf("Lo siento, ETH está en {{eth.price}}.", "es")).toBeUndefined();
    expect(ruleOf("El RSI de ETH es rua tekau y el precio {{eth.price}}.", "es")).toBe("unknown-word");
    expect(ruleOf("Der Kurs von ETH ist {{eth.price}} (dreiig).", "de")).toBe("near-number-word");
  });

  it("knows hedges that say what the value is", () => {
    expect(ruleOf("ETH traded as high as {{eth.high}}.")).toBeUndefined();
    expect(ruleOf("ETH traded as high as {{eth.price}}.")).toBe("hedge");
    expect(ruleOf("The gate allows up to {{limit.exposure}}.")).toBeUndefined();
    expect(ruleOf("Exposure is up to {{desk.exposure}}.")).toBe("hedge");
    expect(ruleOf("ETH aflojó hasta {{eth.price}}.", "es")).toBeUndefined();
    expect(ruleOf("ETH vale hasta {{eth.price}}.", "es")).toBe("hedge");
    expect(ruleOf("The desk traded {{desk.trades}} times.")).toBeUndefined();
    expect(ruleOf("The risk is {{desk.trades}} times the limit.")).toBe("hedge");
    expect(shown("Wir haben {{sol.qty}} Solana.", "de")).toBe("Wir haben 5,6 SOL.");
    expect(ruleOf("Wir haben {{sol.qty}} Bitcoin.", "de")).toBe("unit");
  });

  it("cuts a draft that is too long, and says so", () => {
    const long = `ETH is at {{eth.price}}.\n${"BTC is at {{btc.price}}. ".repeat(2000)}`;
    const result = check(long);
    expect(result).toMatchObject({ status: "stands" });
    expect(result.dropped).toMatchObject([{ rule: "too-long", layer: "figure" }]);
    expect(result.status === "stands" && result.text.split("BTC").length).toBeLessThan(1060);
  });

  it.each([
    ["letters", "a"],
    ["spaces", " "],
    ["braces", "{{"],
    ["stops", ". "],
    ["strokes", "|"],
    ["quote marks", "`*_"],
    ["references", "{{eth.price}} "],
    ["number words", "seven "],
    ["emoji", "👍‍"],
    ["combining marks", "à́"],
    ["line breaks", "\n"],
    ["hyphens", "a-"],
  ])("comes to an end with 100 kB of %s", (_, piece) => {
    expect(check(piece.repeat(Math.ceil(100_000 / piece.length))).dropped.length).toBeLessThan(20_000);
  });
});
