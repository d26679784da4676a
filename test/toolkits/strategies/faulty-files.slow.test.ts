import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { TYPES } from "#toolkits/user-files/load-fault.ts";
import { ROOT } from "../../support/sources.ts";
import { StrategyFolder, strategyText } from "./strategy-files.ts";

const GOOD = strategyText("enter: () => false");
const CROSS = `import { defineStrategy, ema } from "deeptrader";\n`;
const WITH_HELPER = (specifier: string) => `import { period } from "${specifier}";\n${GOOD}`;

/** What a file is, its texts by name (the first is the strategy), and all that is said of it. */
const FAULTS: readonly (readonly [what: string, files: Readonly<Record<string, string>>, said: string])[] = [
  [
    "an enum",
    { "a.ts": `enum Side { Up, Down }\n${GOOD}` },
    'a.ts: a.ts:1: an enum is used, which is more than a type. Expected TypeScript whose types can be taken away. Write a union of texts ("up" | "down") or an object `as const`.',
  ],
  [
    "a parameter property",
    { "a.ts": `class Mean {\n  constructor(private readonly n: number) {}\n}\n${GOOD}` },
    "a.ts: a.ts:2: a constructor declares a property among its parameters. Expected TypeScript whose types can be taken away. Declare the field, and assign it in the constructor.",
  ],
  [
    "a namespace",
    { "a.ts": `namespace A { export const b = 1; }\n${GOOD}` },
    "a.ts: a.ts:1: a namespace is used, which is more than a type. Expected TypeScript whose types can be taken away. Write a file of its own, or an object.",
  ],
  [
    "an enum in a helper",
    { "a.ts": WITH_HELPER("./lib/helper.ts"), "lib/helper.ts": "export const period = 3;\nexport enum A { B }" },
    'a.ts: lib/helper.ts:2: an enum is used, which is more than a type. Expected TypeScript whose types can be taken away. Write a union of texts ("up" | "down") or an object `as const`.',
  ],
  [
    "an import without its ending",
    { "a.ts": WITH_HELPER("./helper"), "helper.ts": "export const period = 3;" },
    'a.ts: it imports "./helper", which is not there. Expected the name of a file with its ending. Write ./helper.ts.',
  ],
  [
    "an import with the ending that a build would give",
    { "a.ts": WITH_HELPER("./helper.js"), "helper.ts": "export const period = 3;" },
    'a.ts: it imports "./helper.js", which is not there. Expected the name of a file with its ending. Write ./helper.ts.',
  ],
  [
    "an import of a folder",
    { "a.ts": WITH_HELPER("./lib"), "lib/index.ts": "export const period = 3;" },
    'a.ts: it imports "./lib", which is not there. Expected the name of a file with its ending. Write ./lib/index.ts.',
  ],
  [
    "an import of a file that is nowhere, in a helper",
    { "a.ts": WITH_HELPER("./lib/helper.ts"), "lib/helper.ts": 'export { period } from "./base.ts";' },
    'a.ts: it imports "./base.ts" (in lib/helper.ts), which is not there. Correct the path.',
  ],
  [
    "a syntax error in TypeScript",
    { "a.ts": `${GOOD}\nconst x: number = ;` },
    "a.ts: a.ts:9: Expression expected. Correct the syntax.",
  ],
  [
    "a syntax error in JavaScript",
    { "a.mjs": `${GOOD}\nconst x = ;` },
    "a.mjs: a.mjs:9: Unexpected token ';'. Correct the syntax.",
  ],
  [
    "a type imported as a value",
    { "a.ts": `import { defineStrategy, StrategyDefinition } from "deeptrader";\nexport default defineStrategy({});` },
    'a.ts: a.ts:1: it imports StrategyDefinition from "deeptrader", which exports no such value. Expected a type to be imported as one. Since StrategyDefinition is a type, write { type StrategyDefinition } in the import.',
  ],
  [
    "an indicator that is not there",
    { "a.ts": `import { defineStrategy, emma } from "deeptrader";\nexport default defineStrategy({});` },
    'a.ts: a.ts:1: it imports emma from "deeptrader", which exports no such value. Expected a name such as ema, hma, sma. Correct the name; if it is a type, write { type emma } in the import.',
  ],
  [
    "a part of deeptrader that is not there",
    { "a.ts": `import { ema } from "deeptrader/indicators";\nexport default ema;` },
    'a.ts: it imports "deeptrader/indicators", which is not there. Import from "deeptrader".',
  ],
  [
    "a package that is not installed",
    { "a.ts": `import x from "no-such-package";\n${GOOD}` },
    'a.ts: it imports "no-such-package", which is not there. Expected deeptrader, a package that is installed, or a path. Install it with npm in the folder of a.ts, or write ./no-such-package.ts for a file.',
  ],
  [
    "TypeScript under node_modules",
    { "node_modules/pack/a.ts": GOOD },
    "node_modules/pack/a.ts: a TypeScript file lies under node_modules, where Node reads only JavaScript. Move it out of node_modules, or import the package's JavaScript.",
  ],
  [
    "a CommonJS package.json above it",
    { "a.ts": GOOD, "package.json": '{ "type": "commonjs" }' },
    'a.ts: the package.json above it says that .ts and .js files are CommonJS, and it is written with import and export. Name it .mts, or write "type": "module" in that package.json.',
  ],
  [
    "JSON imported without saying so",
    { "a.ts": `import data from "./data.json";\n${GOOD}`, "data.json": "{}" },
    'a.ts: a JSON file is imported without saying so. Write: import data from "./data.json" with { type: "json" }.',
  ],
  [
    "an error while it is read",
    { "a.ts": `${GOOD}\nthrow new RangeError("boom");` },
    "a.ts: a.ts:9: it threw RangeError: boom. Correct the file.",
  ],
  [
    "an indicator's setting out of range",
    { "a.ts": `${CROSS}export default defineStrategy({ id: "a", indicators: { fast: ema(0) }, enter: () => false });` },
    "a.ts: a.ts:2: The setting period of the indicator ema is 0. Expected a whole number from 1 to 1000. Correct it where the indicator is named.",
  ],
  [
    "no default export",
    { "a.ts": "export const strategy = {};" },
    "a.ts: it has no default export; it exports strategy. Expected export default defineStrategy({ … }). Export the strategy as the file's default.",
  ],
  [
    "an empty file",
    { "a.ts": "" },
    "a.ts: it is empty. Expected export default defineStrategy({ … }). Export the strategy as the file's default.",
  ],
  [
    "a default export that is no strategy",
    { "a.ts": "export default 5;" },
    "a.ts: it is 5. Expected a strategy: export default defineStrategy({ … }). Correct the file.",
  ],
  [
    "a class",
    { "a.ts": "export default class Strategy {}" },
    "a.ts: it is a function. Expected a strategy: export default defineStrategy({ … }). Correct the file.",
  ],
  [
    "a file over 1 MB",
    { "a.ts": `${GOOD}//${"x".repeat(1_048_576)}` },
    "a.ts: it has 1,048,748 bytes. Expected at most 1,048,576. Keep data in a file of its own, and read from it only what is needed.",
  ],
  [
    "a helper over 1 MB",
    { "a.ts": WITH_HELPER("./big.ts"), "big.ts": `export const period = 3; //${"x".repeat(1_048_576)}` },
    "a.ts: it imports big.ts: it has 1,048,603 bytes. Expected at most 1,048,576. Keep data in a file of its own, and read from it only what is needed.",
  ],
  [
    "another kind of file",
    { "a.py": "pass" },
    "a.py: its name ends in .py. Expected a name ending in .ts, .mts, .js, .mjs. Rename the file.",
  ],
  [
    "a promise that never comes",
    { "a.ts": `await new Promise(() => {});\n${GOOD}` },
    "a.ts: it waits at its top level for what never comes. Correct the file.",
  ],
  [
    "a loop without end",
    { "a.ts": `for (;;);\n${GOOD}` },
    "a.ts: it took longer than 0.5 s to be loaded. Correct the file; it is used at the next start.",
  ],
  [
    "an end of its thread",
    { "a.ts": `process.exit(3);\n${GOOD}` },
    "a.ts: it ended its own thread with exit code 3. Correct the file; it is used at the next start.",
  ],
];

describe("a strategy file that cannot be loaded", () => {
  it.each(FAULTS)("%s: is named with what to do", async (_, files, said) => {
    await using folder = new StrategyFolder();
    const file = folder.write(files);
    const heard = await folder.faultOf(file, said.includes("0.5 s") ? { loadMs: 500 } : {});
    expect(heard.replace(`in ${folder.path},`, "in the folder of a.ts,")).toBe(said);
  });

  it("a folder, and a file that is not there", async () => {
    await using folder = new StrategyFolder();
    expect(await folder.faultOf(folder.path)).toContain(": it is a folder. Expected a file. Name the file in it.");
    expect(await folder.faultOf(join(folder.path, "no.ts"))).toBe("no.ts: there is no such file. Correct the path.");
  });

  it("knows every type that the entry exports", () => {
    const entry = readFileSync(join(ROOT, "index.ts"), "utf8");
    const lists = [...entry.matchAll(/export type \{([^}]*)\}/g)].flatMap(([, names = ""]) => names.split(","));
    expect([...TYPES]).toEqual(
      lists
        .map((name) => name.trim())
        .filter((name) => name !== "")
        .sort(),
    );
  });
});

describe("a strategy file that can be loaded", () => {
  it.each([
    ["a.ts without a package.json", { "a.ts": GOOD }],
    ["a.mts in a CommonJS package", { "a.mts": GOOD, "package.json": '{ "type": "commonjs" }' }],
    ["a.js in a package of modules", { "a.js": GOOD, "package.json": '{ "type": "module" }' }],
    ["a.ts in a package without a type", { "a.ts": GOOD, "package.json": "{}" }],
    ["a.mjs", { "a.mjs": GOOD }],
    [
      "a package of its own",
      {
        "a.ts": `import three from "three";\n${GOOD}`,
        "node_modules/three/package.json":
          '{ "name": "three", "version": "3.0.0", "type": "module", "exports": "./index.js" }',
        "node_modules/three/index.js": "export default 3;",
      },
    ],
    [
      "JSON that is said to be",
      { "a.ts": `import data from "./data.json" with { type: "json" };\n${GOOD}`, "data.json": "{}" },
    ],
    ["a name with spaces, # and %", { "my #1 %20 strategy.ts": GOOD }],
    [
      "another deeptrader beside it, which is not used",
      {
        "a.ts": GOOD,
        "node_modules/deeptrader/index.js": "throw new Error('the wrong one');",
        "node_modules/deeptrader/package.json": '{ "type": "module", "exports": "./index.js" }',
      },
    ],
  ] as const)("%s", async (_, files) => {
    await using folder = new StrategyFolder();
    const lines: string[] = [];
    const host = await folder.open(folder.write(files), { onOutput: (_, line) => void lines.push(line) });
    expect(host.info).toMatchObject({ id: "mine", needRows: [270], hasExitHeld: false });
    expect(lines).toEqual([]);
  });
});
