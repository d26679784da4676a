// What the product takes from packages by name, asked of Node itself: the test runner gives CommonJS packages names that Node does not, so a file
// may pass every test and end the program where it is imported.
import { execFileSync } from "node:child_process";
import { expect, it } from "vitest";
import { codeOf, filesOf, PRODUCT, ROOT } from "./support/sources.ts";

const NAMED = /(?:^|\n)\s*import\s+(?!type\b)(?:[\w$]+\s*,\s*)?\{([^}]*)\}\s*from\s*"([^"#.][^"]*)"/g;

/** By package, the names that are values. */
function namesTaken(): ReadonlyMap<string, ReadonlySet<string>> {
  const taken = new Map<string, Set<string>>();
  for (const file of PRODUCT.flatMap(filesOf)) {
    for (const [, list = "", from = ""] of codeOf(file).matchAll(NAMED)) {
      if (from.startsWith("node:")) continue;
      const names = list.split(",").flatMap((part) => /^\s*(?!type\s)([\w$]+)/.exec(part)?.[1] ?? []);
      const known = taken.get(from) ?? new Set<string>();
      for (const name of names) known.add(name);
      taken.set(from, known);
    }
  }
  return taken;
}

const ASKED = `
const missing = [];
for (const [from, names] of JSON.parse(process.argv[1])) {
  const found = await import(from);
  for (const name of names) if (!(name in found)) missing.push(from + " has no " + name);
}
process.stdout.write(JSON.stringify(missing));
process.exit(0);
`;

it("every name that the product imports from a package is one that Node finds in it", () => {
  const taken = [...namesTaken()]
    .map(([from, names]) => [from, [...names]] as const)
    .filter(([, names]) => names.length > 0);
  expect(taken.map(([from]) => from)).toEqual(expect.arrayContaining(["zod", "commander", "drizzle-orm"]));
  const said = execFileSync(process.execPath, ["--input-type=module", "-e", ASKED, JSON.stringify(taken)], {
    cwd: ROOT,
    encoding: "utf8",
  });
  expect(JSON.parse(said)).toEqual([]);
});
