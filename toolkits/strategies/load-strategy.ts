// Floor 2. A strategy file → a strategy, in the thread that calls this: the file is imported here, and everything that can be
// wrong with it is said in its own terms.
import { readFileSync } from "node:fs";
import { StrategyError } from "#schemas/errors.ts";
import { ImportedFiles, urlOf } from "../user-files/imported-files.ts";
import { loadFault } from "../user-files/load-fault.ts";
import { MODULE_NAME, registerModuleName } from "../user-files/module-name.ts";
import { type FileFault, type FileState, pathFault } from "../user-files/user-file.ts";
import { compileStrategy } from "./compile-strategy.ts";
import type { Strategy } from "./strategy.ts";

export interface FileToLoad {
  /** Absolute path of the file. */
  readonly path: string;
  /** As the user wrote it. */
  readonly file: string;
  readonly parameters: Readonly<Record<string, unknown>>;
}

export interface LoadedStrategy {
  readonly strategy: Strategy;
  /** The file and all that it imports by path. */
  readonly files: readonly FileState[];
}

/** @throws StrategyError */
export async function loadStrategy({ path, file, parameters }: FileToLoad): Promise<LoadedStrategy> {
  const refuse = (fault: FileFault, cause?: unknown): StrategyError =>
    new StrategyError({ strategy: file, ...fault, ...(cause === undefined ? {} : { cause }) });
  const wrongPath = pathFault(path);
  if (wrongPath !== null) throw refuse(wrongPath);
  registerModuleName();
  const imported = new ImportedFiles(path);
  let module: Readonly<Record<string, unknown>>;
  try {
    module = await import(urlOf(path));
  } catch (error) {
    const exported = Object.keys(await import(MODULE_NAME as string));
    const files = imported.files.map((each) => each.path);
    throw refuse(loadFault(error, { file: path, files, failed: imported.failed, exported }), error);
  }
  const missing = noDefault(path, module);
  if (missing !== null) throw refuse(missing);
  const strategy = compileStrategy(module["default"], { file, sourceDigest: imported.digest(), parameters });
  return { strategy, files: imported.files };
}

const EXPECTED = {
  expected: "export default defineStrategy({ … })",
  remedy: "Export the strategy as the file's default.",
};

/** Null: it has one. A file without any import or export, an empty one too, is CommonJS for Node, and has one without meaning it. */
function noDefault(path: string, module: Readonly<Record<string, unknown>>): FileFault | null {
  if (readFileSync(path, "utf8").trim() === "") return { was: "it is empty.", ...EXPECTED };
  if ("default" in module) return null;
  const exported = Object.keys(module);
  return { was: `it has no default export; it exports ${exported.join(", ") || "nothing"}.`, ...EXPECTED };
}
