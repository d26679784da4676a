import { describe, expect, it } from "vitest";
import { checkRun, draftOf, factTable } from "#test/support/fact-table.ts";
import { checkDraft } from "#toolkits/fact-check/check-draft.ts";
import type { CheckRun, Language } from "#toolkits/fact-check/check-run.ts";
import { lexiconVersion } from "#toolkits/fact-check/lexicon.ts";

const TABLES = { en: factTable("en"), de: factTable("de"), es: factTable("es") };
const ruleOf = (text: string, language: Language = "en", parts: Partial<CheckRun> = {}): string | undefined =>
  checkDraft(draftOf(`${text}\n\nETH: {{eth.price}}.`), TABLES[language], checkRun(language, parts)).dropped[0]?.rule;

describe("the claim layer", () => {
  it.each([
    ["ETH at {{eth.price}} will soon rise.", "en", "forecast"],
    ["ETH will reach {{eth.levelExit}} by {{time.nextRun}}.", "en", "forecast"],
    ["You should buy ETH at {{eth.price}}.", "en", "advice"],
    ["A profit of {{sol.pnl}} on SOL is guaranteed.", "en", "promise"],
    ["ETH fell {{eth.change1d}} because of inflation.", "en", "cause"],
    ["Analysts like ETH at {{eth.price}}.", "en", "authority"],
    ["ETH is cheap at {{eth.price}}.", "en", "valuation"],
    ["These are real prices, ETH at {{eth.price}}.", "en", "simulated"],
    ["ETH wird bei {{eth.price}} bald steigen.", "de", "forecast"],
    ["Sie sollten ETH bei {{eth.price}} kaufen.", "de", "advice"],
    ["ETH fiel um {{eth.change1d}} wegen der Inflation.", "de", "cause"],
    ["ETH ist bei {{eth.price}} günstig.", "de", "valuation"],
    ["ETH subirá pronto desde {{eth.price}}.", "es", "forecast"],
    ["Usted debería comprar ETH a {{eth.price}}.", "es", "advice"],
    ["ETH cayó {{eth.change1d}} debido a la inflación.", "es", "cause"],
    ["ETH está barato en {{eth.price}}.", "es", "valuation"],
  ] as const)("drops %j (%s): %s", (text, language, rule) => {
    expect(ruleOf(text, language)).toBe(rule);
  });

  it("lets a cause stand beside the reason that is recorded, and a forecast beside a scenario", () => {
    expect(ruleOf("The entry was refused because of the {{refusal.reason}}.")).toBeUndefined();
    expect(ruleOf("ETH at {{eth.price}} moved because of news.")).toBe("cause");
    expect(ruleOf("A drop of {{op.drop}} is likely to cost {{scen.ethDrop}}.")).toBeUndefined();
  });

  it("takes saying that the desk makes no forecast for none", () => {
    expect(ruleOf("I do not make forecasts.")).toBeUndefined();
    expect(ruleOf("My forecast for ETH at {{eth.price}} is good.")).toBe("forecast");
  });

  it("shows a sentence without a reference in chat unless a list has something against it", () => {
    expect(ruleOf("The market keeps moving.")).toBeUndefined();
    expect(ruleOf("ETH rose.")).toBe("direction");
    expect(ruleOf("Buy now.")).toBe("advice");
  });

  it("shows it where it is pushed only if all its words are neutral, or it is a heading or a lead-in", () => {
    const pushed = { strictness: "pushed" } as const;
    expect(ruleOf("The market keeps moving.", "en", pushed)).toBe("not-neutral");
    expect(ruleOf("This is the state of the desk.", "en", pushed)).toBeUndefined();
    expect(ruleOf("## Market overview", "en", pushed)).toBeUndefined();
    expect(ruleOf("Der Markt bewegt sich weiter.", "de", pushed)).toBe("not-neutral");
    expect(ruleOf("Das ist der Stand.", "de", pushed)).toBeUndefined();
    expect(ruleOf("El mercado se mueve.", "es", pushed)).toBe("not-neutral");
    expect(ruleOf("Este es el estado de la mesa.", "es", pushed)).toBeUndefined();
  });

  it("drops a denial of the simulation only where the market is simulated; saying that it is changes nothing", () => {
    expect(ruleOf("These are live prices, ETH at {{eth.price}}.")).toBe("simulated");
    expect(ruleOf("These are live prices, ETH at {{eth.price}}.", "en", { simulated: false })).toBeUndefined();
    expect(ruleOf("SIMULATED: ETH is at {{eth.price}}.")).toBeUndefined();
  });
});

it("names the lists that a draft was checked with", () => {
  expect(lexiconVersion("de")).toMatch(/^de-\d+\.\d+$/);
});
