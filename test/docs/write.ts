// `npm run docs:indicators`: writes the pages that are generated.
import { writeFileSync } from "node:fs";
import { indicatorsPage } from "./indicators-page.ts";

writeFileSync(new URL("../../docs/indicators.md", import.meta.url), indicatorsPage());
