// Floor 6. This package itself: its folder, and how another folder depends on it.
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { MODULE_NAME } from "#toolkits/user-files/module-name.ts";
import { VERSION } from "./version.ts";

/** Absolute, with a separator at its end. */
export const PACKAGE = fileURLToPath(new URL("../", import.meta.url));

/** What npm writes of a folder that it has installed. */
const Installed = z.object({ packages: z.record(z.string(), z.object({ resolved: z.string().optional() })) });

/** Whether `import … from "deeptrader"` is found from a folder by Node itself. */
export function isFoundFrom(folder: string): boolean {
  try {
    createRequire(join(folder, "file.js")).resolve(MODULE_NAME);
    return true;
  } catch {
    return false;
  }
}

/** What `dependencies` of a package.json in that folder say of this package: where it came from, else its version. */
export function dependencyFrom(folder: string): string {
  const isCheckout = existsSync(join(PACKAGE, "index.ts"));
  const source = isCheckout ? PACKAGE : installedFrom();
  return source === null ? `^${VERSION}` : `file:${relative(folder, source).split(sep).join("/")}`;
}

/** The tarball or folder that it was installed from, absolute; null: a registry, or npm does not say. */
function installedFrom(): string | null {
  const modules = dirname(PACKAGE);
  try {
    const { packages } = Installed.parse(JSON.parse(readFileSync(join(modules, ".package-lock.json"), "utf8")));
    const { resolved = "" } = packages[`node_modules/${MODULE_NAME}`] ?? {};
    return resolved.startsWith("file:") ? resolve(dirname(modules), resolved.slice("file:".length)) : null;
  } catch {
    return null;
  }
}
