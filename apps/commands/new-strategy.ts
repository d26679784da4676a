// Floor 6. `new-strategy`: writes a strategy, its test, and a tsconfig.json that gives an editor the types. Opens no home.
import { existsSync } from "node:fs";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { UsageError } from "#schemas/errors.ts";
import { strategyIds } from "#toolkits/strategies/registry.ts";
import { MODULE_NAME } from "#toolkits/user-files/module-name.ts";
import { strategyTemplate, testTemplate, tsconfigTemplate } from "./new-strategy-files.ts";

const PACKAGE = fileURLToPath(new URL("../../", import.meta.url));
const ID = /^[a-z0-9][a-z0-9-]{0,39}$/;

export interface NewStrategy {
  /** What was written, from the working folder. */
  readonly written: readonly string[];
  /** What to do next. */
  readonly commands: readonly string[];
}

/** @throws UsageError for a name that is no id, or that is taken; nothing is overwritten */
export async function newStrategy(name: string, folder: string): Promise<NewStrategy> {
  requireName(name);
  const into = resolve(folder);
  const files: readonly (readonly [string, string])[] = [
    [`${name}.ts`, strategyTemplate(name)],
    [`${name}.test.ts`, testTemplate(name)],
  ];
  const taken = files.find(([file]) => existsSync(join(into, file)));
  if (taken !== undefined) throw isTaken(join(into, taken[0]));
  await mkdir(into, { recursive: true });
  const tsconfig = join(into, "tsconfig.json");
  // A folder of several strategies has one, and a project's own is left alone.
  const all = existsSync(tsconfig) ? files : [...files, ["tsconfig.json", tsconfigTemplate(PACKAGE)] as const];
  for (const [file, text] of all) {
    await writeFile(join(into, file), text, { flag: "wx" }).catch((cause: NodeJS.ErrnoException) => {
      throw cause.code === "EEXIST" ? isTaken(join(into, file)) : cause;
    });
  }
  await linkPackage(into);
  const path = (file: string): string => shown(join(into, file));
  return {
    written: all.map(([file]) => path(file)),
    commands: [
      `${nodeCommand()} --test ${path(`${name}.test.ts`)}`,
      `npx deeptrader backtest --strategy ${path(`${name}.ts`)}`,
      `npx deeptrader start --strategy ${path(`${name}.ts`)}`,
    ],
  };
}

export const renderNewStrategy = ({ written, commands }: NewStrategy): string =>
  [...written.map((file) => `wrote ${file}`), "", "Next:", ...commands.map((command) => `  ${command}`)].join("\n");

function requireName(name: string): void {
  if (strategyIds().includes(name)) {
    throw new UsageError({
      was: `${name} is a strategy that comes with the product.`,
      expected: "an id of its own, by which positions and trades are told apart",
      remedy: "Choose another name.",
    });
  }
  if (ID.test(name)) return;
  const words = name.replace(/\.m?[tj]s$/, "").replace(/([a-z0-9])([A-Z])/g, "$1-$2");
  const id = words
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 40);
  throw new UsageError({
    was: `${JSON.stringify(name)} cannot be a strategy's id.`,
    expected: "1-40 of a-z, 0-9 and -",
    remedy: id === "" ? "Choose another name." : `Write ${id}; the folder goes to --dir.`,
  });
}

const isTaken = (path: string): UsageError =>
  new UsageError({
    was: `${shown(path)} is there already.`,
    remedy: "Choose another name, another --dir, or move the file away; nothing was written over.",
  });

/** So that plain `node --test` finds the package; the desk itself finds it without. */
async function linkPackage(folder: string): Promise<void> {
  if (isFoundFrom(folder)) return;
  const link = join(folder, "node_modules", MODULE_NAME);
  await mkdir(dirname(link), { recursive: true });
  await symlink(PACKAGE, link, "junction");
}

function isFoundFrom(folder: string): boolean {
  try {
    createRequire(join(folder, "file.js")).resolve(MODULE_NAME);
    return true;
  } catch {
    return false;
  }
}

/** From the working folder, with ./ so that it is seen to be a path. */
function shown(path: string): string {
  const short = relative(process.cwd(), path);
  if (short.startsWith("..")) return path;
  return short.includes("/") || short.includes("\\") ? short : `./${short}`;
}

/** The Node that runs this: one of the host may be too old for TypeScript. */
const nodeCommand = (): string => (process.execPath.startsWith(PACKAGE) ? process.execPath : "node");
