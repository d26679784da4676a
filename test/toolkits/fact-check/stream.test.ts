import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { InvariantError } from "#schemas/errors.ts";
import { modelText } from "#schemas/fact.ts";
import { figureAttack } from "#test/support/fact-attacks.ts";
import { checkRun, draftOf, factId, factTable, fixtureDrafts } from "#test/support/fact-table.ts";
import { checkDraft, createDraftStream } from "#toolkits/fact-check/check-draft.ts";
import type { Language } from "#toolkits/fact-check/check-run.ts";

const RUNS = { en: checkRun("en"), de: checkRun("de"), es: checkRun("es") };
const TABLES = { en: factTable("en"), de: factTable("de"), es: factTable("es") };
const check = (text: string, language: Language = "en") => checkDraft(draftOf(text), TABLES[language], RUNS[language]);
const shown = (text: string, language: Language = "en"): string => {
  const result = check(text, language);
  return result.status === "stands" ? result.text : "";
};
const rulesOf = (text: string): readonly string[] => check(text).dropped.map(({ rule }) => rule);

function streamed(draft: string, cuts: readonly number[], language: Language) {
  const stream = createDraftStream(() => TABLES[language], RUNS[language]);
  const places = [...new Set(cuts.map((cut) => cut % (draft.length + 1)))].sort((a, b) => a - b);
  const pieces = [0, ...places].map((from, index) => draft.slice(from, places[index] ?? draft.length));
  const parts = pieces.map((piece) => stream.push(modelText(piece)));
  const { shown: last, result } = stream.end();
  return { text: [...parts, last].join(""), result };
}

const ALL = fixtureDrafts("honest.txt");
/** Drafts put together from honest and dishonest ones, with other line breaks between. */
const mixed = fc
  .record({
    language: fc.constantFrom<Language>("en", "de", "es"),
    honest: fc.array(fc.nat(), { minLength: 1, maxLength: 4 }),
    attacks: fc.array(figureAttack, { maxLength: 3 }),
    gap: fc.constantFrom(" ", "\n", "\n\n", "\r\n", "\n- "),
    lead: fc.constantFrom("", "Here it is:\n", "## ETH\n", "So. "),
  })
  .map(({ language, honest, attacks, gap, lead }) => {
    const own = ALL.filter((draft) => draft.language === language);
    const texts = honest.map((index) => own[index % own.length]?.draft ?? "");
    return { language, draft: lead + [...texts, ...attacks.map(({ draft }) => draft)].join(gap) };
  });

describe("a draft in pieces", () => {
  it("shows what the whole draft shows, wherever it is cut", () => {
    fc.assert(
      fc.property(mixed, fc.array(fc.nat(), { maxLength: 30 }), ({ draft, language }, cuts) => {
        const whole = checkDraft(modelText(draft), TABLES[language], RUNS[language]);
        const { text, result } = streamed(draft, cuts, language);
        expect(result).toEqual(whole);
        expect(text).toBe(whole.status === "stands" ? whole.text : "");
      }),
      { numRuns: 500 },
    );
  });

  it("shows a sentence once the next one has begun, and what has no value with the first that has one", () => {
    const stream = createDraftStream(() => TABLES.en, RUNS.en);
    expect(stream.push(draftOf("Good question. ETH is at {{eth.price}}."))).toBe("");
    expect(stream.push(draftOf(" BTC"))).toBe("Good question. ETH is at 3,012.4 USDT.");
    expect(stream.push(draftOf(" is at {{btc.price}}."))).toBe("");
    expect(stream.end().shown).toBe(" BTC is at 64,210.5 USDT.");
  });

  it("knows facts that a tool has added while the model was writing", () => {
    const facts = TABLES.en.slice(0, 1);
    const stream = createDraftStream(() => facts, RUNS.en);
    stream.push(draftOf("ETH is at {{eth.price}}. The RSI of ETH is {{eth.rsi}}"));
    facts.push(...TABLES.en.slice(1));
    expect(stream.push(modelText(". "))).toBe(" The RSI of ETH is 27.4.");
    expect(stream.end().result).toMatchObject({ status: "stands", factIds: [factId("eth.price"), factId("eth.rsi")] });
  });
});

describe("what hangs on a sentence", () => {
  it("goes with it: sentences that open with this or so, up to the end of the paragraph", () => {
    const rest = "It is the desk's own. So be it.\n\nThis is ETH: {{eth.price}}.";
    expect(shown(`BTC is at {{btc.price}}. ETH is at 3012. ${rest}`)).toBe(
      "BTC is at 64,210.5 USDT.\n\nThis is ETH: 3,012.4 USDT.",
    );
    expect(rulesOf(`ETH is at 3012. ${rest}`)).toEqual(["digit", "dependent", "dependent"]);
    expect(check("ETH is at 3012. It is so.").dropped.map(({ layer }) => layer)).toEqual(["figure", "figure"]);
  });

  it("goes with its items: a lead-in falls where none stands, and waits for the first that does", () => {
    const lead = "ETH is at {{eth.price}}.\n\nThe other markets:\n";
    expect(shown(`${lead}- BTC: 1\n- SOL: 2`)).toBe("ETH is at 3,012.4 USDT.");
    expect(shown(`${lead}\n- BTC: 1\n- SOL: {{sol.price}}`)).toBe(
      "ETH is at 3,012.4 USDT.\n\nThe other markets:\n\n- SOL: 142.37 USDT",
    );
    expect(rulesOf(`${lead}- BTC: 1`)).toEqual(["lead-in", "digit"]);
    expect(shown("The other markets:")).toBe("");
  });

  it("goes with its rows: a head falls where every row fell", () => {
    const head = "ETH is at {{eth.price}}.\n\n| market | price |\n|:--|--:|\n";
    expect(shown(`${head}| BTC | 1 |\n| SOL | 2 |\n\nBTC is at {{btc.price}}.`)).toBe(
      "ETH is at 3,012.4 USDT.\n\nBTC is at 64,210.5 USDT.",
    );
    expect(shown(`${head}| BTC | 1 |\n| SOL | {{sol.price}} |`)).toBe(
      "ETH is at 3,012.4 USDT.\n\n| market | price |\n|---|---|\n| SOL | 142.37 USDT |",
    );
    expect(shown("| market | 24h change | loss |\n|---|---|---|\n| ETH | {{eth.change1d}} | {{eth.pnl}} |")).toBe(
      "| market | 24h change | loss |\n|---|---|---|\n| ETH | −4.6 % | −45.9 USDT |",
    );
    expect(shown("| market | 7d change |\n|---|---|\n| ETH | {{eth.change1d}} |")).toBe("");
    expect(shown("| market | 24 |\n|---|---|\n| ETH | {{eth.price}} |")).toBe("");
  });

  it("does not end at an abbreviation, in a reference or at the number of an item", () => {
    expect(rulesOf("ETH, e.g. at {{eth.price}}, is at 3012.")).toEqual(["digit"]);
    expect(rulesOf("ETH is at {{f1. So}} it is.")).toEqual(["reference"]);
    expect(shown("ETH steht, z. B. heute, bei {{eth.price}}.", "de")).toBe("ETH steht, z. B. heute, bei 3.012,4 USDT.");
    expect(shown("1. ETH is at {{eth.price}}. BTC is at {{btc.price}}.")).toBe(
      "- ETH is at 3,012.4 USDT. BTC is at 64,210.5 USDT.",
    );
  });

  it("does not let a line break take a number word apart", () => {
    expect(rulesOf("ETH is at {{eth.price}}, no\nventa")).toContain("spelled-apart");
  });
});

describe("the answer", () => {
  it("is none where no sentence with a reference stands", () => {
    expect(check("Good question. I will look at it.")).toEqual({ status: "nothing-stands", dropped: [] });
    expect(check("")).toEqual({ status: "nothing-stands", dropped: [] });
    expect(check("Le cours de l'ETH est à {{eth.price}} et la tendance est stable.").status).toBe("nothing-stands");
    expect(check("Der Kurs von ETH ist {{eth.price}}.", "en").dropped).toMatchObject([{ rule: "other-language" }]);
  });

  it("names the facts that it shows, each once, in order", () => {
    const result = check("BTC is at {{btc.price}}. ETH is at {{eth.price}}. BTC again: {{btc.price}}. SOL is at 5.");
    expect(result).toMatchObject({ factIds: [factId("btc.price"), factId("eth.price")], status: "stands" });
    expect(result.dropped).toEqual([{ sentence: 4, rule: "digit", layer: "figure", words: "5" }]);
  });

  it("refuses a table in which an id stands twice", () => {
    const twice = [...TABLES.en, ...TABLES.en.slice(3, 4)];
    expect(() => checkDraft(draftOf("ETH is at {{eth.price}}."), twice, RUNS.en)).toThrow(InvariantError);
    expect(() => checkDraft(draftOf("ETH is at {{eth.price}}."), twice, RUNS.en)).toThrow(/The fact f4 stands twice/);
  });
});
