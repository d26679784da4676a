// Floor 6. `init`: an empty folder → a project: package.json, configuration, a strategy and its test, README. Opens no home.
import { existsSync, statSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { UsageError } from "#schemas/errors.ts";
import { isFoundFrom } from "../package-folder.ts";
import { PROJECT_SCRIPTS, projectFiles } from "./project-files.ts";
import { idOf } from "./strategy-name.ts";
import { shown, writeNewFiles } from "./write-new-files.ts";

const STRATEGY = "my-cross";

export interface InitDocument {
  /** Absolute. */
  readonly folder: string;
  /** What was written, from the working folder. */
  readonly written: readonly string[];
  /** What was there and is used as it is. */
  readonly kept: readonly string[];
  /** What to do next, in this order. */
  readonly commands: readonly string[];
}

/** @throws UsageError where the folder holds what would have to be written over */
export async function init(dir: string): Promise<InitDocument> {
  const folder = resolve(dir);
  requireFolder(folder);
  const all = projectFiles(folder, idOf(basename(folder)) || "my-desk", STRATEGY);
  // `npm install deeptrader` in an empty folder has made one.
  const hasPackage = existsSync(join(folder, "package.json"));
  const files = hasPackage ? all.filter(([name]) => name !== "package.json") : all;
  const written = await writeNewFiles(folder, files);
  return {
    folder,
    written,
    kept: hasPackage ? [shown(join(folder, "package.json"))] : [],
    commands: [
      ...(folder === process.cwd() ? [] : [`cd ${quoted(shown(folder))}`]),
      ...(hasPackage ? [`npm pkg set type=module ${setScripts()}`] : []),
      ...(isFoundFrom(folder) ? [] : ["npm install"]),
      "npm test",
      "npx deeptrader backtest",
      "npx deeptrader start",
    ],
  };
}

export function renderInit({ written, kept, commands }: InitDocument): string {
  const files = [...written.map((file) => `wrote ${file}`), ...kept.map((file) => `kept  ${file}`)];
  return [...files, "", "Next:", ...commands.map((command) => `  ${command}`)].join("\n");
}

function requireFolder(folder: string): void {
  if (!existsSync(folder) || statSync(folder).isDirectory()) return;
  throw new UsageError({ was: `${shown(folder)} is a file.`, expected: "a folder", remedy: "Choose another name." });
}

const quoted = (path: string): string => (/\s/.test(path) ? `"${path}"` : path);

const setScripts = (): string =>
  Object.entries(PROJECT_SCRIPTS)
    .map(([name, line]) => `scripts.${name}="${line}"`)
    .join(" ");
