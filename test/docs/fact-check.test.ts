import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { claimRows, factCheckPage, guarantees, honestRows } from "./fact-check-page.ts";

it("docs/fact-check.md is what is measured (npm run docs writes it)", () => {
  const page = readFileSync(new URL("../../docs/fact-check.md", import.meta.url), "utf8");
  expect(page).toBe(factCheckPage());
  expect(page).not.toContain("NaN");
});

it("loses at most 2 % of honest drafts by figures, and none of those that the lists were tuned on", () => {
  for (const { name, figure, whole, drafts, strictness } of honestRows()) {
    expect(figure / drafts, name).toBeLessThanOrEqual(0.02);
    if (name === "tuned on" && strictness === "chat") expect(whole).toBe(drafts);
  }
});

it("measures at least 120 claims, and lets fewer through where they are pushed", () => {
  const rows = claimRows();
  expect(rows.reduce((sum, { claims }) => sum + claims, 0)).toBeGreaterThanOrEqual(120);
  for (const { name, chat, pushed } of rows) expect(pushed, name).toBeLessThanOrEqual(chat);
});

it("is told in docs/agents.md with the measured shares", () => {
  const agents = readFileSync(new URL("../../docs/agents.md", import.meta.url), "utf8");
  expect(agents).toContain(`<!-- guarantees -->\n${guarantees()}\n<!-- end of guarantees -->`);
});
