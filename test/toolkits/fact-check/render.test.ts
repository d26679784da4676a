import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { InvariantError } from "#schemas/errors.ts";
import { Fact } from "#schemas/fact.ts";
import { checkRun, draftOf, factId, factTable } from "#test/support/fact-table.ts";
import { checkDraft } from "#toolkits/fact-check/check-draft.ts";
import { LANGUAGES, type Language } from "#toolkits/fact-check/check-run.ts";
import { listFacts } from "#toolkits/fact-check/list-facts.ts";
import { renderFact } from "#toolkits/fact-check/render-fact.ts";
import { retryNote } from "#toolkits/fact-check/retry-note.ts";
import type { FactForm } from "#toolkits/fact-check/sentence.ts";

const TABLE = factTable("en");
const named = (name: string): Fact => {
  const fact = TABLE.find(({ id }) => id === factId(name));
  if (fact === undefined) throw new Error(name);
  return fact;
};
const show = (fact: Fact, form: FactForm = "value", language: Language = "en"): string =>
  renderFact(fact, { form }, checkRun(language));

describe("a fact", () => {
  it.each([
    ["eth.price", "3,012.4 USDT", "3.012,4 USDT", "3.012,4 USDT"],
    ["pepe.price", "0.00001234 USDT", "0,00001234 USDT", "0,00001234 USDT"],
    ["eth.rsi", "27.4", "27,4", "27,4"],
    ["eth.change1d", "−4.6 %", "−4,6 %", "−4,6 %"],
    ["btc.change1d", "+2.1 %", "+2,1 %", "+2,1 %"],
    ["eth.pnl", "−45.9 USDT", "−45,9 USDT", "−45,9 USDT"],
    ["eth.qty", "0.5 ETH", "0,5 ETH", "0,5 ETH"],
    ["desk.equity", "10,214.5 USDT", "10.214,5 USDT", "10.214,5 USDT"],
    ["desk.positions", "2", "2", "2"],
    ["eth.probability", "0.41", "0,41", "0,41"],
    ["age.eth", "5 min", "5 min", "5 min"],
    ["time.nextRun", "2026-03-04 15:00 UTC", "2026-03-04 15:00 UTC", "2026-03-04 15:00 UTC"],
    ["pepe.verdict", "block", "gesperrt", "bloqueado"],
    ["eth.signal", "hold", "halten", "esperar"],
  ])("%s is %s, %s, %s", (name, en, de, es) => {
    expect([show(named(name)), show(named(name), "value", "de"), show(named(name), "value", "es")]).toEqual([
      en,
      de,
      es,
    ]);
  });

  it("that is not known is said so, in every form and language, and is no number", () => {
    const words = { en: "not known", de: "nicht bekannt", es: "no se sabe" };
    for (const language of LANGUAGES) {
      const empty = { ...named("eth.price"), value: null, asOfMs: null };
      for (const form of ["value", "abs", "at"] as const) expect(show(empty, form, language)).toBe(words[language]);
    }
  });

  it("has a magnitude, a data time and a market", () => {
    expect(show(named("eth.change1d"), "abs")).toBe("4.6 %");
    expect(show(named("eth.price"), "at")).toBe("2026-03-04 14:00 UTC");
    expect(show(named("eth.price"), "name")).toBe("ETH/USDT");
    const result = checkDraft(
      draftOf("The market {{eth.price|name}} moved by {{eth.change1d|abs}}."),
      TABLE,
      checkRun("en"),
    );
    expect(result).toMatchObject({ text: "The market ETH/USDT moved by 4.6 %." });
    const forms = ["{{desk.cash|name}}", "{{eth.verdict|abs}}"].map(
      (form) => checkDraft(draftOf(`ETH: ${form}.`), TABLE, checkRun("en")).dropped[0]?.rule,
    );
    expect(forms).toEqual(["reference", "reference"]);
  });

  it("small or zero keeps its digits and has no sign at zero", () => {
    expect(show({ ...named("eth.change1d"), value: -0.0041 })).toBe("−0.0041 %");
    expect(show({ ...named("eth.change1d"), value: 0 })).toBe("0 %");
    expect(show({ ...named("desk.fees"), value: "0.0000123" })).toBe("0.000012 USDT");
  });

  it("shows the digits of its value and no others", () => {
    fc.assert(
      fc.property(
        fc.double({ min: -1e6, max: 1e6, noNaN: true }),
        fc.constantFrom("price", "money", "pct", "index" as const),
        (value, unit) => {
          const fact = { ...named("eth.price"), value, unit, kind: "indicator" as const };
          const text = show(fact)
            .replace("−", "-")
            .replaceAll(/[^\d.-]/g, "");
          expect(Number(text)).toBeCloseTo(value, 1);
        },
      ),
    );
  });

  it("of a stranger is quoted, in printable ASCII, at most 80 characters, and named as his words", () => {
    const name = `Visit https://x.y <b>now</b> \`rm\` | **100x** ‮evil "quote" ${"z".repeat(100)}`;
    const text = show({ ...named("pepe.quoted"), value: name });
    expect(text).toMatch(/^"[ -~]{1,80}" \(the token's own words\)$/);
    expect(text.slice(1, -1)).not.toMatch(/[<>`|*\\[\]{}]/);
    expect(show(named("pepe.quoted"), "value", "de")).toBe("„PEPE 100x gem“ (Worte des Tokens selbst)");
    const title = { ...named("pepe.quoted"), strategyId: "my-cross", market: null };
    expect(show(title)).toBe('"PEPE 100x gem" (the strategy\'s own words)');
  });

  it("whose value is not of its unit is a bug, and said", () => {
    const wrong = Fact.parse({ id: "f1", kind: "price", unit: "price", value: "soon", label: "x" });
    expect(() => show(wrong)).toThrow(InvariantError);
    expect(() => show(wrong)).toThrow(/The fact f1 has the value "soon"/);
  });
});

it("lists facts plainly, a line each", () => {
  const labels = { "eth.rsi": "RSI (Wilder, 14)", "eth.change1d": "change over a day", "desk.equity": "equity" };
  const facts = ["eth.rsi", "eth.change1d", "desk.equity", "news.none"].map((name) => ({
    ...named(name),
    label: labels[name as keyof typeof labels] ?? name,
  }));
  expect(listFacts(facts, checkRun("en"))).toBe(
    "- ETH/USDT RSI (Wilder, 14) (1h): 27.4\n- ETH/USDT change over a day (1d): −4.6 %\n- equity: 10,214.5 USDT\n- No news source is configured.",
  );
  // Labels are English; in other languages the kind says what it is.
  expect(listFacts(facts.slice(0, 2), checkRun("de"))).toBe(
    "- ETH/USDT RSI (1h): 27,4\n- ETH/USDT Veränderung (1d): −4,6 %",
  );
  expect(listFacts([], checkRun("en"))).toBe("");
});

it("tells the model what was left out, and which fact has the figure that it copied", () => {
  const { dropped } = checkDraft(
    draftOf("ETH is at {{eth.price}}. The RSI is 27.4. ETH rose {{eth.change1d}}. Sure, 4 %."),
    TABLE,
    checkRun("en"),
  );
  expect(retryNote(dropped, TABLE)).toBe(
    [
      `sentence 2: bare figure "27.4"; ${factId("eth.rsi")} has that value`,
      `sentence 3: direction that no fact beside it shows "rose … {{${factId("eth.change1d")}}}"`,
      'sentence 4: bare figure "4"',
    ].join("\n"),
  );
  expect(retryNote([], TABLE)).toBe("");
});
