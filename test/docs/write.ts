// `npm run docs:configuration`: writes what is made of settings.json and the schema's defaults.
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { configType, configurationTables } from "./configuration.ts";

const ROOT = join(import.meta.dirname, "../..");
const page = join(ROOT, "docs/configuration.md");
const type = join(ROOT, "apps/config/config-type.ts");

const [before = "", , after = ""] = readFileSync(page, "utf8").split(
  /(?<=<!-- settings -->\n)|(?=<!-- end of settings -->)/,
);
writeFileSync(page, `${before}\n${configurationTables()}\n\n${after}`);
writeFileSync(type, configType());
execFileSync(join(ROOT, "node_modules/.bin/biome"), ["format", "--write", type], { cwd: ROOT });
