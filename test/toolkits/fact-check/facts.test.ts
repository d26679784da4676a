import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { comparedStatement, falseStatement } from "#test/support/fact-contradictions.ts";
import { checkRun, draftOf, factId, factTable } from "#test/support/fact-table.ts";
import { checkDraft } from "#toolkits/fact-check/check-draft.ts";
import type { Language } from "#toolkits/fact-check/check-run.ts";

const RUNS = { en: checkRun("en"), de: checkRun("de"), es: checkRun("es") };
const TABLES = { en: factTable("en"), de: factTable("de"), es: factTable("es") };
const check = (text: string, language: Language = "en") => checkDraft(draftOf(text), TABLES[language], RUNS[language]);
const ruleOf = (text: string, language: Language = "en"): string | undefined =>
  check(text, language).dropped.find(({ rule }) => rule !== "table-empty")?.rule;
const shown = (text: string, language: Language = "en"): string => {
  const result = check(text, language);
  return result.status === "stands" ? result.text : "";
};

describe("the fact layer", () => {
  it("shows words about facts where they are true, and drops them where they are not", () => {
    fc.assert(
      fc.property(comparedStatement, ({ draft, facts, language, isTrue }) => {
        const { status } = checkDraft(draft, facts, RUNS[language]);
        expect(status).toBe(isTrue ? "stands" : "nothing-stands");
      }),
      { numRuns: 3000 },
    );
  });

  it("drops what is wrong whatever the values: market, noun, event, position, rank, time", () => {
    fc.assert(
      fc.property(falseStatement, ({ draft, facts, language }) => {
        expect(checkDraft(draft, facts, RUNS[language]).status).toBe("nothing-stands");
      }),
      { numRuns: 1500 },
    );
  });

  it("drops the sign only where a word has said it", () => {
    expect(shown("ETH fell {{eth.change1d}}.")).toBe("ETH fell 4.6 %.");
    expect(shown("The change of ETH is {{eth.change1d}}.")).toBe("The change of ETH is −4.6 %.");
    expect(shown("The change of BTC is {{btc.change1d}}.")).toBe("The change of BTC is +2.1 %.");
    // A verb that is not listed: the sign stays and shows the contradiction.
    expect(shown("ETH printed {{eth.change1d}}.")).toBe("ETH printed −4.6 %.");
  });

  it("names the market of a value where the sentence names none", () => {
    expect(shown("The price is {{eth.price}} and the RSI is {{eth.rsi}}.")).toBe(
      "The price is 3,012.4 USDT (ETH) and the RSI is 27.4.",
    );
    expect(shown("The RSI is {{eth.rsi}} here and {{btc.rsi}} there.")).toBe(
      "The RSI is 27.4 (ETH) here and 71.2 (BTC) there.",
    );
  });

  it("does not take a clause with if or would for a claim, and a past passive not for a condition", () => {
    expect(shown("If ETH fell {{op.drop}}, you would lose {{scen.ethDrop}}.")).not.toBe("");
    expect(shown("ETH würde bei {{eth.stop}} verkauft.", "de")).not.toBe("");
    expect(ruleOf("Der Stop von ETH wurde bei {{eth.stop}} ausgelöst.", "de")).toBe("event");
    expect(ruleOf("Sí, ETH subió {{eth.change1d}}.", "es")).toBe("direction");
  });

  it("compares with the table where a side has no value, and with the sentence before", () => {
    expect(shown("BTC trades at {{btc.price}}, above its upper band.")).not.toBe("");
    expect(ruleOf("BTC trades at {{btc.price}}, below its upper band.")).toBe("comparison");
    expect(shown("The RSI of ETH is {{eth.rsi}}. That is below {{rule.oversold}}.")).toMatch(/That is below 30/);
    expect(ruleOf("The RSI of ETH is {{eth.rsi}}. That is above {{rule.oversold}}.")).toBe("comparison");
    // Unlike values are not compared.
    expect(ruleOf("ETH at {{eth.price}} is above its RSI of {{eth.rsi}}.")).toBe("comparison");
    expect(ruleOf("ETH at {{eth.price}} is below the upper band of BTC, {{btc.upper}}.")).toBe("comparison");
  });

  it("never takes the operator's figure for one of the market", () => {
    expect(ruleOf("ETH stands at {{op.level}}.")).toBe("operator-figure");
    expect(ruleOf("The price of ETH is {{op.level}}.")).toBe("kind");
    expect(ruleOf("ETH fell {{op.drop}}.")).toBe("direction");
    expect(shown("You asked about {{op.level}}, ETH is at {{eth.price}}.")).not.toBe("");
    expect(shown("ETH at {{eth.price}} is above {{op.level}}.")).not.toBe("");
    expect(ruleOf("ETH at {{eth.price}} is below {{op.level}}.")).toBe("comparison");
  });

  it("says that something is not so only by a fact that says it", () => {
    expect(shown("{{btc.notHeld}}")).toBe("BTC is not held.");
    expect(ruleOf("SOL is not held, its price is {{sol.price}}.")).toBe("held");
    expect(ruleOf("PEPE is not held, its price is {{pepe.price}}.")).toBe("held");
    // The table holds no position in it, and a statement that says so.
    expect(shown("BTC is not held, its price is {{btc.price}}.")).not.toBe("");
    expect(ruleOf("No orders were sent, ETH is at {{eth.price}}.")).toBe("quantifier");
    expect(ruleOf("ADA is not followed, ETH is at {{eth.price}}.")).toBe("asset");
    expect(shown("As for ADA: {{ada.notFollowed}}")).toBe("As for ADA: ADA is not followed.");
    expect(ruleOf("DOT is not followed, ETH is at {{eth.price}}.")).toBe("asset");
  });

  it("takes a position for held by its quantity, else by its entry or stop", () => {
    const sold = TABLES.en.map((fact) => (fact.id === factId("eth.qty") ? { ...fact, value: "0" } : fact));
    const draft = draftOf("You hold ETH, its price is {{eth.price}}.");
    expect(checkDraft(draft, TABLES.en, RUNS.en).status).toBe("stands");
    expect(checkDraft(draft, sold, RUNS.en).dropped[0]?.rule).toBe("held");
    const unknown = sold.filter(({ id }) => id !== factId("eth.qty"));
    expect(checkDraft(draft, unknown, RUNS.en).status).toBe("stands");
  });

  it("reads days in the operator's zone", () => {
    // 2 March, 09:00 UTC: a Monday; in Honolulu it is still Sunday.
    const run = { ...RUNS.en, timeZone: "Pacific/Honolulu" };
    const draft = draftOf("On Monday, {{eth.entryTime}}, ETH was bought.");
    expect(checkDraft(draft, TABLES.en, RUNS.en).status).toBe("stands");
    expect(checkDraft(draft, TABLES.en, run).dropped[0]?.rule).toBe("time");
    expect(checkDraft(draftOf("On Sunday, {{eth.entryTime}}, ETH was bought."), TABLES.en, run)).toMatchObject({
      text: "On Sunday, 2026-03-01 23:00 Pacific/Honolulu, ETH was bought.",
    });
  });

  it.each([
    ["en", "The change of ETH is {{eth.change1d}}. It @.", "fell", "rose"],
    ["en", "The change of ETH is {{eth.change1d}}. @.", "ETH fell", "The RSI fell"],
    ["en", "The oversold threshold is {{rule.oversold}}. ETH is @ that line at {{eth.rsi}}.", "under", "above"],
    ["en", "@ trades at {{pepe.price}}. The desk does not treat it as safe.", "PEPE", "ETH"],
    ["en", "@ was bought.", "ETH", "BTC"],
    ["en", "@ was not bought.", "BTC", "ETH"],
    ["en", "@", "Oversold?", "Isn't BTC oversold?"],
    ["en", "@", '"Oversold" is not the same as "buy".', "The market is oversold."],
    ["en", "@", "The RSI compares gains and losses.", "The desk made a loss."],
    ["en", "ETH fell @ than SOL, {{eth.change1d|abs}} against {{sol.change1d|abs}}.", "less", "more"],
    ["en", "SOL is the @ of all markets with {{sol.change1d}}.", "weakest", "strongest"],
    ["en", "The limits are: exposure @.", "{{limit.exposure}}", "{{desk.positions}}"],
    ["en", "The same size applies @ {{op.amount}}.", "for", "at"],
    ["en", "You bought it @ price of {{eth.entry}}.", "at a", "at the"],
    ["de", "@ sagt er nichts.", "Über die Richtung", "Über der Marke"],
    ["de", "Ich sehe ETH bei {{eth.price}} @ oberen Band.", "unter dem", "über dem"],
    ["de", "ETH notiert bei {{eth.price}}, @ dem oberen Band.", "unter", "über"],
    ["de", "@ hatte den stärksten Rückgang aller Märkte.", "SOL mit {{sol.change1d}}", "BTC mit {{btc.change1d}}"],
    ["de", "Sicher ist @ nicht.", "PEPE mit {{pepe.verdict}}", "ETH mit {{eth.verdict}}"],
    ["es", "PEPE cotiza a {{pepe.price}}, @.", "seguro no es", "seguro sí es"],
    ["es", "@, está bajo el umbral de {{rule.oversold}}.", "ETH, con {{eth.rsi}}", "BTC, con {{btc.rsi}}"],
  ] as const)(
    "reads the sentence before and the table (%s): %j holds with %j, not with %j",
    (language, text, right, wrong) => {
      const dropped = (words: string) =>
        check(`${text.replace("@", () => words)}\n\nSOL: {{sol.price}}.`, language).dropped;
      expect(dropped(right)).toEqual([]);
      expect(dropped(wrong)).not.toEqual([]);
    },
  );
});
