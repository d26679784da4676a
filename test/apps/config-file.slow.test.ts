// deeptrader.config.ts as its users have it: found or named, imported by Node, and refused with file, line and remedy.
import { execFile } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { documentOf, emptyFolder, failureOf, runCli, startCli } from "#test/support/cli.ts";
import { freshHome } from "#test/support/fresh-home.ts";
import { ROOT } from "#test/support/sources.ts";

async function write(dir: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(dir, name)), { recursive: true });
    await writeFile(join(dir, name), text);
  }
}

const defined = (settings: string): string =>
  `import { defineConfig } from "deeptrader";\n\nexport default defineConfig(${settings});\n`;

type Row = { readonly key: string; readonly value: unknown; readonly from: string };
async function rowsOf(args: readonly string[], cwd: string, env: Readonly<Record<string, string>> = {}) {
  const document = await documentOf(["config", ...args], { cwd, env });
  const rows = document["settings"] as readonly Row[];
  const row = (key: string) => rows.find((each) => each.key === key);
  return { file: document["file"], row };
}

/** What one process of Node, without a test runner's own loading of modules, says of each file. */
async function messagesOf(dir: string, names: readonly string[]): Promise<Readonly<Record<string, string>>> {
  const code = `
    import { loadConfigFile } from ${JSON.stringify(pathToFileURL(join(ROOT, "apps/config/config-file.ts")).href)};
    const messages = {};
    for (const name of ${JSON.stringify(names)})
      await loadConfigFile({ named: name, folder: ${JSON.stringify(dir)} }).then(
        () => { messages[name] = "loaded"; },
        (error) => { messages[name] = error.name + ": " + error.message; },
      );
    console.log(JSON.stringify(messages));`;
  // A file, since `node -e` has `require` and `module` everywhere.
  await write(dir, { "load.mjs": code });
  const { stdout } = await promisify(execFile)(join(ROOT, "node_modules/.bin/node"), [join(dir, "load.mjs")]);
  return JSON.parse(stdout) as Readonly<Record<string, string>>;
}

describe("the configuration file", () => {
  it.each(["deeptrader.config.ts", "deeptrader.config.mts", "deeptrader.config.js", "deeptrader.config.mjs"])(
    "%s of the working folder is found, whatever a package.json there says, and without a warning",
    async (name) => {
      await using folder = await emptyFolder();
      const { dir } = folder;
      await write(dir, {
        [name]: `import { helper } from "./helper.mjs";\n${defined("{ assets: helper }")}`,
        "helper.mjs": "export const helper = 9;\n",
        "package.json": JSON.stringify({ type: "commonjs" }),
      });
      const { code, stdout, stderr } = await runCli(["config", "--json"], { cwd: dir });
      expect([code, stderr]).toEqual([0, ""]);
      const { file, settings } = JSON.parse(stdout) as { file: string; settings: readonly Row[] };
      expect(file).toBe(join(dir, name));
      expect(settings.find(({ key }) => key === "assets")).toMatchObject({ value: 9, from: "config file" });
    },
  );

  it("is named by --config or its variable, in a folder with spaces; its paths are meant from there", async () => {
    await using folder = await emptyFolder();
    const { dir } = folder;
    const other = join(dir, "my desks #1", "trend");
    await write(dir, {
      "deeptrader.config.ts": defined("{ assets: 5 }"),
      "my desks #1/trend/desk.ts": defined(
        '{ assets: 7, home: "./home", strategies: [{ use: ".\\\\\\\\my strategy.ts" }] }',
      ),
    });
    for (const [args, env] of [
      [["--config", "my desks #1/trend/desk.ts"], {}],
      [[], { DEEPTRADER_CONFIG: join(other, "desk.ts") }],
    ] as const) {
      const { file, row } = await rowsOf(args, dir, env);
      expect(file).toBe(join(other, "desk.ts"));
      expect([row("assets")?.value, row("home")?.value]).toEqual([7, join(other, "home")]);
      expect(row("strategies")?.value).toMatchObject([{ use: join(other, "my strategy.ts"), sharePct: 100 }]);
    }
    expect((await rowsOf([], dir)).row("assets")?.value).toBe(5);
  });

  it("goes behind .env, and before what was learned", async () => {
    await using folder = await emptyFolder();
    const { dir } = folder;
    await write(dir, {
      "deeptrader.config.ts": defined('{ home: "./h", seed: 2, costs: { feeBps: 3 }, thinking: { shadowEvery: 4 } }'),
      ".env": "DEEPTRADER_FEE_BPS=6\n",
      "h/learned.json": JSON.stringify({
        accepted: { DEEPTRADER_SHADOW_EVERY: "8", DEEPTRADER_TEST_TIME_WEIGHT: "9" },
        rejected: [],
      }),
    });
    const { row } = await rowsOf(["--assets", "11"], dir, { DEEPTRADER_TIMEFRAME: "1h" });
    const seen = [
      "assets",
      "timeframe",
      "costs.feeBps",
      "thinking.shadowEvery",
      "thinking.testTimeWeight",
      "quote",
    ].map((key) => [row(key)?.value, row(key)?.from]);
    expect(seen).toEqual([
      [11, "flag"],
      ["1h", "environment"],
      [6, ".env"],
      [4, "config file"],
      [9, "learned"],
      [null, "default"],
    ]);
  });

  it.each(["README.md", "docs/configuration.md"])("of %s is taken as it stands", async (page) => {
    await using folder = await emptyFolder();
    const [, example = ""] =
      /```ts\n(import \{ defineConfig.*?)```/s.exec(await readFile(join(ROOT, page), "utf8")) ?? [];
    await write(folder.dir, { "deeptrader.config.ts": example });
    const { row } = await rowsOf([], folder.dir);
    expect(row("limits.entryPct")).toMatchObject({ value: 1.5, from: "config file" });
    expect(row("strategies")).toMatchObject({ value: [{ use: "mean-reversion", sharePct: 60 }] });
  });

  it("is loaded by no --help", async () => {
    await using folder = await emptyFolder();
    await write(folder.dir, { "deeptrader.config.ts": "throw new Error('loaded');" });
    for (const args of [["--help"], ["config", "--help"]]) {
      expect(await runCli(args, { cwd: folder.dir })).toMatchObject({ code: 0, stderr: "" });
    }
  });
});

describe("a file that cannot be loaded is named, with its line where that is known and what to write", () => {
  const cases: Readonly<Record<string, readonly [text: string, message: RegExp]>> = {
    "syntax.ts": [
      "const a = 1;\nexport default { assets: };\n",
      /syntax\.ts:2 is not valid TypeScript: .*Correct that line/,
    ],
    "syntax.js": ["export default { assets: };\n", /syntax\.js is not valid JavaScript: /],
    "throws.ts": ["\n\nthrow new Error('no rate');\nexport default {};", /throws\.ts:3 threw Error: no rate\./],
    "throws-text.ts": ["throw 'no rate';\nexport default {};", /throws-text\.ts threw "no rate"/],
    "reference.ts": ["export default { seed: sed };", /reference\.ts:1 threw ReferenceError: sed is not defined/],
    "nothing.ts": [
      "export const config = {};",
      /nothing\.ts has no default export\. Expected `export default defineConfig/,
    ],
    "function.ts": ["export default () => ({});", /function\.ts exports a function \(call it\) by default/],
    "list.ts": ["export default [];", /list\.ts exports a list by default/],
    "promise.ts": ["export default Promise.resolve({});", /promise\.ts exports a promise \(write `await` before it\)/],
    "enum.ts": [
      "enum Side { Buy }\nexport default { seed: Side.Buy };",
      /enum\.ts:1 uses what Node does not run: .*enum.*as const/,
    ],
    "parameter.ts": [
      "class A { constructor(private x: number) {} }\nexport default new A(1);",
      /parameter\.ts:1 uses what Node does not run: .*a field, assigned in the constructor/,
    ],
    "ending.ts": [
      "import { x } from './helper';\nexport default { seed: x };",
      /ending\.ts imports .*helper without an ending\. .*"helper\.ts"/,
    ],
    "missing.ts": [
      "import { x } from './gone.ts';\nexport default { seed: x };",
      /missing\.ts imports .*gone\.ts, which is not there/,
    ],
    "package.ts": [
      "import x from 'no-such-package';\nexport default { seed: x };",
      /imports no-such-package, which is not installed\. Run `npm install no-such-package`/,
    ],
    "type.ts": [
      "import { T } from './helper.ts';\nexport default { seed: 1 as T };",
      /type\.ts:1 imports T, .*`import \{ type T \}`/,
    ],
    "name.ts": [
      "import { defineConfg } from 'deeptrader';\nexport default defineConfg({});",
      /name\.ts:1 imports defineConfg, .*correct the name/,
    ],
    "commonjs.js": ["module.exports = { seed: 1 };", /commonjs\.js:1 is CommonJS: .*`import` and `export default`/],
    "require.ts": [
      "const { join } = require('node:path');\nexport default { home: join('a') };",
      /require\.ts:1 is CommonJS/,
    ],
    "inner.ts": [
      "import './broken.ts';\nexport default {};",
      /broken\.ts:1 \(imported by .*inner\.ts\) is not valid TypeScript/,
    ],
    "gone/none.ts": ["", /There is no configuration file .*none\.ts\. Correct --config/],
    "config.json": ["{}", /config\.json is no TypeScript or JavaScript file\. Expected a name that ends in \.ts/],
  };

  it("each in its own words", async () => {
    await using folder = await emptyFolder();
    const { dir } = folder;
    await write(dir, { "helper.ts": "export const x = 1;\nexport type T = number;\n", "broken.ts": "const = ;\n" });
    for (const [name, [text]] of Object.entries(cases))
      if (!name.startsWith("gone/")) await write(dir, { [name]: text });
    const messages = await messagesOf(dir, Object.keys(cases));
    for (const [name, [, message]] of Object.entries(cases)) {
      expect(messages[name]).toMatch(message);
      expect(messages[name]).toContain(dir);
    }
  });

  it("with exit code 1, and without a stack", async () => {
    await using folder = await emptyFolder();
    await write(folder.dir, { "deeptrader.config.ts": "\nthrow new Error('no rate');" });
    const failure = await failureOf(["config"], { cwd: folder.dir });
    expect(failure).toMatchObject({ code: 1, name: "ConfigError" });
    expect(failure.message).toContain(join(folder.dir, "deeptrader.config.ts:2 threw Error: no rate."));
    expect(failure.stderr).not.toMatch(/\n\s+at /);
  });

  it("as are two in one folder, and every fault of one, at once", async () => {
    await using folder = await emptyFolder();
    const { dir } = folder;
    await write(dir, {
      "deeptrader.config.ts": defined("{ asets: 5, limits: { stopPct: 200 } } as object"),
      ".env": "DEEPTRADER_FE_BPS=6\n",
    });
    const faults = await failureOf(["config"], { cwd: dir });
    expect(faults.code).toBe(1);
    expect(faults.message).toMatch(
      /3 faults\..*DEEPTRADER_FE_BPS.*asets in deeptrader\.config\.ts is no setting: the nearest is assets.*limits\.stopPct in deeptrader\.config\.ts is 200: expected/s,
    );
    await write(dir, { "deeptrader.config.js": "export default {};" });
    expect((await failureOf(["config"], { cwd: dir })).message).toMatch(
      /has deeptrader\.config\.ts and deeptrader\.config\.js/,
    );
  });

  it("and halts the desk of the home all the same", async () => {
    await using folder = await emptyFolder();
    const { dir } = folder;
    await write(dir, { "deeptrader.config.ts": "export default {", "h/note": "" });
    const { code, stderr } = await runCli(["halt", "--home", "h"], { cwd: dir });
    expect(code).toBe(0);
    expect(stderr).toMatch(/halt file written in h.*Not journaled/s);
    expect(await readFile(join(dir, "h", "halt"), "utf8")).not.toBe("");
    // Which home it would name is not known: the halt may be another desk's.
    expect(await runCli(["halt"], { cwd: dir })).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/--home DIR/),
    });
    await using home = await freshHome();
    await write(dir, { "deeptrader.config.ts": defined(`{ home: ${JSON.stringify(home.dir)} }`) });
    expect(await runCli(["halt"], { cwd: dir })).toMatchObject({ code: 0 });
    expect(await readFile(join(home.dir, "halt"), "utf8")).not.toBe("");
  });
});

describe("a desk on a configuration file", () => {
  it("runs with what config says, and a command that asks for other strategies is refused", async () => {
    await using folder = await emptyFolder();
    await using home = await freshHome();
    const { dir } = folder;
    const settings = `{
      assets: 8, seed: 3, timeframe: "15m", asOf: "2026-01-05", home: ${JSON.stringify(home.dir)}, cash: 2500,
      markets: { include: ["*/USDT"], exclude: ["BTC/*"] },
      limits: { entryPct: 3 },
    }`;
    await write(dir, { "deeptrader.config.ts": defined(settings) });
    const { row } = await rowsOf([], dir);
    const running = startCli(["start", "--speed", "1"], { cwd: dir });
    await running.waitFor(/1 slot|day, entries stop/);
    const file = JSON.parse(await readFile(join(home.dir, "desk.json"), "utf8")) as { settings: object };
    expect(file.settings).toEqual({
      venue: row("venue")?.value,
      dataDir: null,
      seed: row("seed")?.value,
      timeframe: row("timeframe")?.value,
      asOfMs: row("asOf")?.value,
      assets: row("assets")?.value,
      quote: "USDT",
      securityPolicy: row("security")?.value,
      deskId: row("desk")?.value,
      scenario: null,
      strategies: "mean-reversion",
    });
    const status = await documentOf(["status"], { cwd: dir });
    expect(status).toMatchObject({ simulated: true });
    const same = await documentOf(["status", "--strategy", "mean-reversion"], { cwd: dir });
    expect(same).toMatchObject({ simulated: true });
    const otherwise = await failureOf(["status", "--strategy", "mean-reversion,ema-cross"], { cwd: dir });
    expect(otherwise).toMatchObject({ code: 1, name: "DeskMismatchError" });
    expect(otherwise.message).toContain("--strategy mean-reversion+ema-cross (the desk runs mean-reversion)");
    const memory = await documentOf(["memory", "list"], { cwd: dir });
    const symbols = (memory["records"] as readonly { symbol: string }[]).map(({ symbol }) => symbol);
    expect(symbols).toHaveLength(7);
    expect(symbols).not.toContain("BTC/USDT");
    running.signal("SIGINT");
    await running.ended;
  });
});
