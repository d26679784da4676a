import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { venuesTable } from "./venues-table.ts";

it("docs/markets.md has the table of exchanges as it is (npm run docs writes it)", () => {
  const page = readFileSync(new URL("../../docs/markets.md", import.meta.url), "utf8");
  expect(page).toContain(`<!-- venues -->\n\n${venuesTable()}\n\n<!-- end of venues -->`);
});
