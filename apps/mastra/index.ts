// Floor 6. For Mastra users: `mastra` with the desk's manager and its traces. Offline and without a key it answers by rules.
//
// Mastra's dev server bundles this file and moves it; what the desk needs lies beside its sources (migrations, instructions).
// So the desk itself is imported from the sources at run time, by a path that a bundler cannot see.
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { Mastra } from "@mastra/core/mastra";

const STUDIO = "apps/mastra/studio.ts";

/** The clone: the nearest folder above that holds the sources. */
function projectRoot(from: string): string {
  for (let folder = from; ; folder = dirname(folder)) {
    if (existsSync(join(folder, STUDIO))) return folder;
    if (folder === dirname(folder)) throw new Error(`${STUDIO} is not above ${from}; run this inside the clone.`);
  }
}

const root = projectRoot(import.meta.dirname);
const { openStudio } = (await import(pathToFileURL(join(root, STUDIO)).href)) as typeof import("./studio.ts");

// Mastra's logger prints failed calls with the server's whole answer, which may echo a key.
export const mastra = new Mastra({ ...(await openStudio(root)), logger: false });
