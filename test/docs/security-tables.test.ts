import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { rubricTables, trustedTable } from "./security-tables.ts";

it("docs/token-security.md has the rubric and the table of contracts as they are (npm run docs writes it)", () => {
  const page = readFileSync(new URL("../../docs/token-security.md", import.meta.url), "utf8");
  expect(page).toContain(`<!-- rubric -->\n\n${rubricTables()}\n\n<!-- end of rubric -->`);
  expect(page).toContain(`<!-- trusted -->\n\n${trustedTable()}\n\n<!-- end of trusted -->`);
});
