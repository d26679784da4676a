import { expect, it } from "vitest";
import { uncheckedWords } from "#schemas/fact.ts";
import { checkRun, draftOf, factTable, fixtureDrafts } from "#test/support/fact-table.ts";
import { checkDraft } from "#toolkits/fact-check/check-draft.ts";

const TABLES = { en: factTable("en"), de: factTable("de"), es: factTable("es") };
const TWINS = fixtureDrafts("twins.txt").map((each) => ({ ...each, text: uncheckedWords(each.draft) }));

// Wordings that are let through because the table agrees, and beside them those that are alike and untrue, or hide a figure.
it.each(TWINS)("$language, $group: $text", ({ language, group, text }) => {
  const { dropped } = checkDraft(draftOf(`${text}\n\nSOL: {{sol.price}}.`), TABLES[language], checkRun(language));
  expect(dropped.length > 0 ? "dropped" : "shown").toBe(group);
});
