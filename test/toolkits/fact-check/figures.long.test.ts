import fc from "fast-check";
import { expect, it } from "vitest";
import { count } from "#test/support/count.ts";
import { figureAttack, isShown } from "#test/support/fact-attacks.ts";
import { checkRun, draftOf, factTable } from "#test/support/fact-table.ts";
import { spelledOut } from "#test/support/number-words.ts";
import { checkDraft } from "#toolkits/fact-check/check-draft.ts";
import { LANGUAGES } from "#toolkits/fact-check/check-run.ts";

const TABLES = { en: factTable("en"), de: factTable("de"), es: factTable("es") };
const RUNS = { en: checkRun("en"), de: checkRun("de"), es: checkRun("es") };

it("shows none of 100,000 figures that no reference stands behind", () => {
  const seen = new Map<string, number>();
  fc.assert(
    fc.property(figureAttack, (attack) => {
      seen.set(attack.name, (seen.get(attack.name) ?? 0) + 1);
      const { dropped } = checkDraft(attack.draft, TABLES[attack.language], RUNS[attack.language]);
      return !isShown(attack, dropped);
    }),
    { numRuns: count(100_000) },
  );
  expect(seen.size).toBeGreaterThanOrEqual(17);
});

it.each(LANGUAGES)("refuses every cardinal to 99,999 in %s, but for the article", (language) => {
  const step = 100_000 / count(100_000);
  const stood: number[] = [];
  for (let n = 0; n < 100_000; n += step) {
    const draft = draftOf(`ETH {{eth.price}}, ${spelledOut(n, language)}.`);
    if (checkDraft(draft, TABLES[language], RUNS[language]).status === "stands") stood.push(n);
  }
  expect(stood).toEqual([]);
});
