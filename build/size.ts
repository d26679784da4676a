// Beside the floors. `npm run size`: what a production install takes, from the lockfile and from the package, with the Node that
// comes along and without. Packages come from npm's cache where it has them, else from the registry; four installs, some minutes.
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sizeOf } from "./size-of.ts";

const ROOT = join(import.meta.dirname, "..");
/** Bytes beside the Node that comes along. */
const LIMIT = 300_000_000;

const folder = mkdtempSync(join(tmpdir(), "deeptrader-size-"));
const npm = (cwd: string, ...args: readonly string[]): string =>
  execFileSync("npm", [...args, "--ignore-scripts", "--prefer-offline"], { cwd, encoding: "utf8" });

try {
  const rows: [name: string, size: ReturnType<typeof sizeOf>][] = [];
  const measure = (name: string, args: readonly string[]): void => {
    rmSync(join(folder, "node_modules"), { recursive: true, force: true });
    npm(folder, ...args);
    rows.push([name, sizeOf(join(folder, "node_modules"))]);
  };
  for (const name of ["package.json", "package-lock.json", ".npmrc"]) cpSync(join(ROOT, name), join(folder, name));
  measure("npm ci --omit=dev", ["ci", "--omit=dev"]);
  measure("npm ci --omit=dev --omit=optional", ["ci", "--omit=dev", "--omit=optional"]);
  execFileSync(process.execPath, [join(ROOT, "build/main.ts"), join(folder, "built")], { stdio: "ignore" });
  const tarball = npm(folder, "pack", join(folder, "built"), "--silent").trim();
  for (const name of ["package.json", "package-lock.json"]) rmSync(join(folder, name));
  measure("npm install TARBALL", ["install", "--no-save", `./${tarball}`]);
  measure("npm install TARBALL --omit=optional", ["install", "--no-save", "--omit=optional", `./${tarball}`]);

  const line = ([first = "", ...others]: readonly string[]): string =>
    first.padEnd(38) + others.map((cell) => cell.padStart(12)).join("");
  const mb = (bytes: number): string => `${Math.round(bytes / 1e6)} MB`;
  process.stdout.write(`${line(["", "all", "Node", "beside it", "packages"])}\n`);
  for (const [name, { bytes, nodeBytes, packages }] of rows) {
    process.stdout.write(`${line([name, mb(bytes), mb(nodeBytes), mb(bytes - nodeBytes), `${packages}`])}\n`);
  }
  const most = Math.max(...rows.map(([, { bytes, nodeBytes }]) => bytes - nodeBytes));
  process.stdout.write(`The limit beside Node is ${mb(LIMIT)}: ${most <= LIMIT ? "kept" : "exceeded"}.\n`);
  if (most > LIMIT) process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
