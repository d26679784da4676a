import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { INDICATORS } from "#toolkits/indicators/registry.ts";
import { indicatorsPage } from "./indicators-page.ts";

it("docs/indicators.md is what the registry says (npm run docs writes it)", () => {
  const page = readFileSync(new URL("../../docs/indicators.md", import.meta.url), "utf8");
  expect(page).toBe(indicatorsPage());
  for (const { title } of INDICATORS) expect(page).toContain(`### ${title}: \``);
  expect(page).not.toContain("undefined");
});
