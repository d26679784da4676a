// Beside the floors. A node_modules folder → bytes of its files, those of the Node that comes along among them, and packages.
import { globSync, lstatSync } from "node:fs";
import { join } from "node:path";

/** The packages that hold a Node, one a platform. */
const NODES = /^node-(?:bin-)?(?:darwin|linux|win)-/;

export interface InstalledSize {
  readonly bytes: number;
  /** Of `bytes`. */
  readonly nodeBytes: number;
  /** Folders with a package.json of their own at the top, or under a scope. */
  readonly packages: number;
}

export function sizeOf(modules: string): InstalledSize {
  let bytes = 0;
  let nodeBytes = 0;
  for (const file of globSync("**", { cwd: modules })) {
    const stat = lstatSync(join(modules, file));
    if (!stat.isFile()) continue;
    bytes += stat.size;
    if (NODES.test(file)) nodeBytes += stat.size;
  }
  return { bytes, nodeBytes, packages: globSync("{*,@*/*}/package.json", { cwd: modules }).length };
}
