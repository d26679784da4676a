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
  if (!("default" in module)) throw refuse(noDefault(path, Object.keys(module)));
  const given = module["default"];
  const strategy = compileStrategy(given, { file, sourceDigest: imported.digest(), parameters });
  return { strategy, files: imported.files };
}

function noDefault(path: string, exported: readonly string[]): FileFault {
  const isEmpty = readFileSync(path, "utf8").trim() === "";
  const has = exported.length === 0 ? "nothing" : exported.join(", ");
  return {
    was: isEmpty ? "it is empty." : `it has no default export; it exports ${has}.`,
    expected: "export default defineStrategy({ … })",
    remedy: "Export the strategy as the file's default.",
  };
}
