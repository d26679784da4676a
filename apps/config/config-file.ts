// Floor 6. deeptrader.config.ts → its default export. It is the operator's own file: it runs in this process, with all that
// this process may do. Only commands that need the configuration load it.
import { existsSync, statSync } from "node:fs";
import { registerHooks } from "node:module";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { ConfigError } from "#schemas/errors.ts";
import { registerModuleName } from "#toolkits/user-files/module-name.ts";
import { importFault } from "./import-fault.ts";

const NAMES = [
  "deeptrader.config.ts",
  "deeptrader.config.mts",
  "deeptrader.config.js",
  "deeptrader.config.mjs",
] as const;

export interface LoadedConfigFile {
  /** Absolute. */
  readonly path: string;
  /** Its default export, unchecked. */
  readonly content: unknown;
}

export interface WhereToLook {
  /** The file named by `--config` or DEEPTRADER_CONFIG; left out: one of the usual names in `folder`, if there is one. */
  readonly named?: string;
  readonly folder: string;
}

/** Null where no file is named and none is there. @throws ConfigError with file, line where it is known, and remedy */
export async function loadConfigFile({ named, folder }: WhereToLook): Promise<LoadedConfigFile | null> {
  const path = named === undefined ? foundIn(folder) : namedFile(resolve(folder, named));
  return path === null ? null : { path, content: await defaultExport(path) };
}

function foundIn(folder: string): string | null {
  const found = NAMES.map((name) => join(folder, name)).filter(isFile);
  const [path = null, other] = found;
  if (other === undefined) return path;
  throw new ConfigError({
    was: `${folder} has ${found.map((file) => basename(file)).join(" and ")}.`,
    expected: "one configuration file",
    remedy: "Remove the others, or name one with --config FILE.",
  });
}

function namedFile(path: string): string {
  if (!isFile(path)) {
    throw new ConfigError({
      was: `There is no configuration file ${path}${existsSync(path) ? ": that is a folder" : ""}.`,
      remedy: "Correct --config (or DEEPTRADER_CONFIG), or leave it out.",
    });
  }
  if (/\.[cm]?[jt]s$/i.test(path)) return path;
  throw new ConfigError({
    was: `${path} is no TypeScript or JavaScript file.`,
    expected: "a name that ends in .ts, .mts, .js or .mjs",
    remedy: 'Write it as `export default defineConfig({ … })`; `import { defineConfig } from "deeptrader"`.',
  });
}

const isFile = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;

async function defaultExport(path: string): Promise<unknown> {
  registerModuleName();
  const href = pathToFileURL(path).href;
  const hooks = readAsModules(href);
  let loaded: { readonly default?: unknown };
  try {
    loaded = (await import(href)) as typeof loaded;
  } catch (error) {
    throw importFault(path, error);
  } finally {
    hooks.deregister();
  }
  const { default: content } = loaded;
  if (isSettings(content)) return content;
  const was =
    content === undefined
      ? "has no default export"
      : `exports ${kindOf(content)} by default, which is no configuration`;
  throw new ConfigError({
    was: `${path} ${was}.`,
    expected: "`export default defineConfig({ … })`",
    remedy: "Correct it; docs/configuration.md has an example.",
  });
}

/**
 * The file, and every TypeScript file that it imports, is a module, whatever a package.json beside it says of its folder: Node
 * would take it for CommonJS, or warn that it does not know.
 */
const readAsModules = (href: string) =>
  registerHooks({
    resolve: (specifier, context, next) => {
      const found = next(specifier, context);
      if (found.url.startsWith("file:") && /\.ts$/.test(fileURLToPath(found.url)))
        return { ...found, format: "module-typescript" };
      return found.url === href && /\.js$/.test(href) ? { ...found, format: "module" } : found;
    },
  });

const isSettings = (content: unknown): boolean =>
  typeof content === "object" && content !== null && !Array.isArray(content) && !(content instanceof Promise);

function kindOf(content: unknown): string {
  if (content === null) return "null";
  if (Array.isArray(content)) return "a list";
  if (content instanceof Promise) return "a promise (write `await` before it)";
  return typeof content === "function" ? "a function (call it)" : `a ${typeof content}`;
}

/** As messages name it: short where it lies in the working folder. */
export const nameOf = (path: string, folder: string): string =>
  dirname(path) === resolve(folder) ? basename(path) : path;
