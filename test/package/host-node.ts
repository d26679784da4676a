// The Node of the machine, if it has one besides the repository's own.
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join, sep } from "node:path";

export interface HostNode {
  readonly path: string;
  /** Such as 20.20.2. */
  readonly version: string;
}

/** The first on the path that no package brings. Null: the machine has none, and what wants one is left out and said. */
export function hostNode(): HostNode | null {
  const folders = (process.env["PATH"] ?? "")
    .split(delimiter)
    .filter((folder) => !folder.includes(`${sep}node_modules`));
  const path = folders.map((folder) => join(folder, "node")).find((file) => existsSync(file));
  if (path === undefined) return null;
  return { path, version: execFileSync(path, ["--version"], { encoding: "utf8" }).trim().slice(1) };
}
