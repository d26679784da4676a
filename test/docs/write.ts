// `npm run docs`: writes the pages that are generated: from settings.json and the schema's defaults, from the registry of
// indicators, from what the fact check shows, from the table of exchanges, from the tables of metrics, from the rubric of tokens,
// from what local exchanges and sources make of 100 large caps.
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { largeCapTables } from "../coins/large-caps.ts";
import { configType, configurationTables } from "./configuration.ts";
import { factCheckPage, guarantees } from "./fact-check-page.ts";
import { indicatorsPage } from "./indicators-page.ts";
import { metricsPage } from "./metrics-page.ts";
import { rubricTables, trustedTable } from "./security-tables.ts";
import { venuesTable } from "./venues-table.ts";

const ROOT = join(import.meta.dirname, "../..");

/** What stands between a page's two marks of that name. */
function writeBlock(file: string, name: string, text: string): void {
  const path = join(ROOT, "docs", file);
  const block = new RegExp(`(?<=<!-- ${name} -->\n).*(?=\n<!-- end of ${name} -->)`, "s");
  writeFileSync(
    path,
    readFileSync(path, "utf8").replace(block, () => text),
  );
}

const type = join(ROOT, "apps/config/config-type.ts");
writeFileSync(type, configType());
execFileSync(join(ROOT, "node_modules/.bin/biome"), ["format", "--write", type], { cwd: ROOT });

writeFileSync(join(ROOT, "docs/indicators.md"), indicatorsPage());
writeFileSync(join(ROOT, "docs/fact-check.md"), factCheckPage());
writeFileSync(join(ROOT, "docs/metrics.md"), metricsPage());

writeBlock("configuration.md", "settings", `\n${configurationTables()}\n`);
writeBlock("agents.md", "guarantees", guarantees());
writeBlock("markets.md", "venues", `\n${venuesTable()}\n`);
writeBlock("token-security.md", "rubric", `\n${rubricTables()}\n`);
writeBlock("token-security.md", "large-caps", `\n${await largeCapTables()}\n`);
writeBlock("token-security.md", "trusted", `\n${trustedTable()}\n`);
