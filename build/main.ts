// Beside the floors. `npm run build [FOLDER]`: this repository → dist/, the folder that `npm pack ./dist` makes a package of.
// Sources become JavaScript and declarations, by tsc alone; every other file of a product folder is copied as it is.
import { execFileSync } from "node:child_process";
import { cpSync, globSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { FLOORS, packageFileOf } from "./package-file.ts";
import { declarationsOf, readByCode } from "./read-by-code.ts";

const ROOT = join(import.meta.dirname, "..");
/** Beside the product's folders. The pages are what messages point to. */
const ALSO = ["bin", "docs", "README.md", "CHANGELOG.md", "LICENSE", ".env.example"];

const out = resolve(process.argv[2] ?? join(ROOT, "dist"));
rmSync(out, { recursive: true, force: true });
const tsc = join(ROOT, "node_modules/typescript/bin/tsc");
execFileSync(process.execPath, [tsc, "-p", join(ROOT, "tsconfig.build.json"), "--outDir", out], { stdio: "inherit" });
// Of some 800 declarations a reader of the types sees a dozen: the entry's, and those that they name.
const declarations = declarationsOf(out);
for (const file of globSync("**/*.d.ts", { cwd: out })) if (!declarations.has(file)) rmSync(join(out, file));
for (const name of [...FLOORS, ...ALSO]) {
  cpSync(join(ROOT, name), join(out, name), { recursive: true, filter: (path) => isCopied(path) });
}
const repository = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as Parameters<typeof packageFileOf>[0];
const written = packageFileOf(repository);
writeFileSync(join(out, "package.json"), `${JSON.stringify(written, null, 2)}\n`);

const { missing } = readByCode(out);
for (const line of missing) process.stderr.write(`missing: ${line}\n`);
const { messages } = await publint({ pkgDir: out, pack: false, level: "warning" });
for (const message of messages) process.stderr.write(`publint: ${formatMessage(message, written, { color: false })}\n`);
if (missing.length > 0 || messages.length > 0) process.exit(1);
process.stdout.write(`${written.name} ${written.version} is built in ${out}; \`npm pack ${out}\` packs it.\n`);

/** TypeScript is compiled; what begins with a dot was left by an editor or a tool, but for the example of settings. */
function isCopied(path: string): boolean {
  const name = basename(path);
  if (name.startsWith(".") && name !== ".env.example") return false;
  return statSync(path).isDirectory() || !name.endsWith(".ts");
}
