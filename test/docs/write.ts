// `npm run docs`: writes the pages that are generated: from settings.json and the schema's defaults, from the registry of
// indicators, from what the fact check shows, from the table of exchanges, from the tables of metrics.
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { configType, configurationTables } from "./configuration.ts";
import { factCheckPage, guarantees } from "./fact-check-page.ts";
import { indicatorsPage } from "./indicators-page.ts";
import { metricsPage } from "./metrics-page.ts";
import { venuesTable } from "./venues-table.ts";

const ROOT = join(import.meta.dirname, "../..");
const page = join(ROOT, "docs/configuration.md");
const type = join(ROOT, "apps/config/config-type.ts");

const BLOCK = /(?<=<!-- settings -->\n).*(?=<!-- end of settings -->)/s;
writeFileSync(
  page,
  readFileSync(page, "utf8").replace(BLOCK, () => `\n${configurationTables()}\n\n`),
);
writeFileSync(type, configType());
execFileSync(join(ROOT, "node_modules/.bin/biome"), ["format", "--write", type], { cwd: ROOT });

writeFileSync(join(ROOT, "docs/indicators.md"), indicatorsPage());
writeFileSync(join(ROOT, "docs/fact-check.md"), factCheckPage());
writeFileSync(join(ROOT, "docs/metrics.md"), metricsPage());

const agents = join(ROOT, "docs/agents.md");
const GUARANTEES = /(?<=<!-- guarantees -->\n).*(?=\n<!-- end of guarantees -->)/s;
writeFileSync(
  agents,
  readFileSync(agents, "utf8").replace(GUARANTEES, () => guarantees()),
);

const markets = join(ROOT, "docs/markets.md");
const VENUES = /(?<=<!-- venues -->\n).*(?=<!-- end of venues -->)/s;
writeFileSync(
  markets,
  readFileSync(markets, "utf8").replace(VENUES, () => `\n${venuesTable()}\n\n`),
);
