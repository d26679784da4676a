// Floor 6. Files of a person's own folder are written, or nothing is: what is there already is never written over.
import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { UsageError } from "#schemas/errors.ts";
import type { NewFile } from "./project-files.ts";

/** @returns their paths as shown. @throws UsageError naming what is there already */
export async function writeNewFiles(folder: string, files: readonly NewFile[]): Promise<readonly string[]> {
  const paths = files.map(([name]) => join(folder, name));
  const taken = paths.filter((path) => existsSync(path));
  if (taken.length > 0) throw areTaken(taken);
  for (const [name, text] of files) {
    const path = join(folder, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text, { flag: "wx" }).catch((cause: NodeJS.ErrnoException) => {
      throw cause.code === "EEXIST" ? areTaken([path]) : cause;
    });
  }
  return paths.map(shown);
}

const areTaken = (paths: readonly string[]): UsageError =>
  new UsageError({
    was: `${paths.map(shown).join(", ")} ${paths.length === 1 ? "is" : "are"} there already.`,
    remedy: `Choose another name or folder, or move ${paths.length === 1 ? "it" : "them"} away; nothing was written over.`,
  });

/** From the working folder, with ./ so that it is seen to be a path. */
export function shown(path: string): string {
  const short = relative(process.cwd(), path);
  if (short.startsWith("..")) return path;
  return short.includes("/") || short.includes("\\") ? short : `./${short}`;
}
