// Floor 6. `new-strategy`: writes a strategy, its test, and a tsconfig.json that gives an editor the types. Opens no home.
import { existsSync } from "node:fs";
import { mkdir, symlink } from "node:fs/promises";
import { dirname, join, resolve, sep } from "node:path";
import { MODULE_NAME } from "#toolkits/user-files/module-name.ts";
import { isFoundFrom, PACKAGE } from "../package-folder.ts";
import { strategyFiles, strategyTsconfig } from "./project-files.ts";
import { requireStrategyName } from "./strategy-name.ts";
import { shown, writeNewFiles } from "./write-new-files.ts";

export interface NewStrategy {
  /** What was written, from the working folder. */
  readonly written: readonly string[];
  /** What to do next. */
  readonly commands: readonly string[];
}

/** @throws UsageError for a name that is no id, or that is taken; nothing is overwritten */
export async function newStrategy(name: string, folder: string): Promise<NewStrategy> {
  requireStrategyName(name);
  const into = resolve(folder);
  const files = strategyFiles(name);
  const written = await writeNewFiles(into, hasTsconfig(into) ? files : [...files, strategyTsconfig()]);
  await linkPackage(into);
  const path = (file: string): string => shown(join(into, file));
  return {
    written,
    commands: [
      `${nodeCommand()} --test ${path(`${name}.test.ts`)}`,
      `npx deeptrader backtest --strategy ${path(`${name}.ts`)}`,
      `npx deeptrader start --strategy ${path(`${name}.ts`)}`,
    ],
  };
}

export const renderNewStrategy = ({ written, commands }: NewStrategy): string =>
  [...written.map((file) => `wrote ${file}`), "", "Next:", ...commands.map((command) => `  ${command}`)].join("\n");

/** Its own, which is left alone, or that of the project that it lies in. */
function hasTsconfig(folder: string): boolean {
  for (let at = folder; ; at = dirname(at)) {
    if (existsSync(join(at, "tsconfig.json"))) return true;
    if (existsSync(join(at, "package.json")) || at === dirname(at)) return false;
  }
}

/** So that plain `node --test` finds the package; the desk itself finds it without. */
async function linkPackage(folder: string): Promise<void> {
  if (isFoundFrom(folder)) return;
  const link = join(folder, "node_modules", MODULE_NAME);
  await mkdir(dirname(link), { recursive: true });
  await symlink(PACKAGE, link, "junction");
}

/** The Node that runs this where it came along with the package: one of the host may be too old for TypeScript. */
const nodeCommand = (): string =>
  process.execPath.includes(`${sep}node_modules${sep}`) ? shown(process.execPath) : "node";
