// The built folder, where a package manager would put it: what it holds, what of it is read, and that it runs there.
import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PRODUCT, ROOT } from "#test/support/sources.ts";
import { readByCode } from "../../build/read-by-code.ts";
import { hostNode } from "./host-node.ts";
import { firstFiveMinutes, run } from "./installed.ts";

const TSC = join(ROOT, "node_modules/typescript/bin/tsc");
const host = hostNode();
let user = "";
let built = "";

beforeAll(async () => {
  user = await mkdtemp(join(tmpdir(), "deeptrader-package-"));
  built = join(user, "node_modules/deeptrader");
  await run(ROOT, process.execPath, join(ROOT, "build/main.ts"), built);
  // What npm would put beside it.
  for (const name of await readdir(join(ROOT, "node_modules"))) {
    if (!name.startsWith(".")) await symlink(join(ROOT, "node_modules", name), join(user, "node_modules", name));
  }
});
afterAll(() => rm(user, { recursive: true, force: true, maxRetries: 5 }));

describe("the package", () => {
  it("holds every file of the product that is not TypeScript, and packs it", async () => {
    const npm = await run(built, "npm", "pack", "--dry-run", "--json", "--ignore-scripts");
    const packed = new Set(JSON.parse(npm)[0].files.map(({ path }: { readonly path: string }) => path));
    const listed = await run(
      ROOT,
      "git",
      "ls-files",
      "--cached",
      "--others",
      "--exclude-standard",
      "--",
      ...PRODUCT,
      "bin",
      "docs",
    );
    const wanted = listed
      .trim()
      .split("\n")
      .filter((file) => !file.endsWith(".ts"));
    expect(wanted.length).toBeGreaterThan(60);
    expect(wanted.filter((file) => !packed.has(file))).toEqual([]);
    for (const file of ["README.md", "LICENSE", ".env.example", "index.js", "index.d.ts"])
      expect(packed).toContain(file);
    expect([...packed].filter((file) => /(?<!\.d)\.ts$/.test(String(file)))).toEqual([]);
  });

  it("names no file that is not there and no package that it does not depend on, and the build would notice", async () => {
    const { missing, files } = readByCode(built);
    expect(missing).toEqual([]);
    expect(files).toEqual(
      expect.arrayContaining(["apps/text/report.css", "memory/stores/migrations", "agents/debate/*.md"]),
    );
    await using less = await copyOf(built);
    for (const name of [
      "apps/text/report.css",
      "agents/deep-trader-manager/plan/instructions.md",
      "apps/settings.json",
      "memory/stores/create-pglite.js",
    ]) {
      await rm(join(less.dir, name), { recursive: true });
    }
    const file = join(less.dir, "package.json");
    await writeFile(file, (await readFile(file, "utf8")).replace('"ccxt"', '"other"'));
    expect(readByCode(less.dir).missing).toEqual(
      expect.arrayContaining([
        "apps/text/report-html.js: ./report.css",
        "agents/deep-trader-manager/plan/write-plan.js: ./instructions.md",
        "apps/settings.js: ./settings.json",
        "memory/stores/pglite.js: #memory/stores/create-pglite.ts",
        "toolkits/market/ccxt/client.js: ccxt is no dependency",
      ]),
    );
  });

  it("says of itself what a user needs, and nothing of what only the repository does", async () => {
    const ours = JSON.parse(await readFile(join(ROOT, "package.json"), "utf8"));
    const theirs = JSON.parse(await readFile(join(built, "package.json"), "utf8"));
    expect(theirs).toMatchObject({ version: ours.version, dependencies: ours.dependencies, bin: ours.bin });
    expect(theirs.optionalDependencies).toEqual(ours.optionalDependencies);
    for (const key of ["private", "scripts", "devDependencies"]) expect(theirs).not.toHaveProperty(key);
    expect(Object.keys(theirs.exports["."])).toEqual(["types", "default"]);
  });

  it.each(["nodenext", "bundler"])("gives its types under %s, declarations of its own checked", async (resolution) => {
    await writeFile(join(user, "use.ts"), USE);
    const module = resolution === "bundler" ? "preserve" : resolution;
    const options = [
      "--noEmit",
      "--strict",
      "--skipLibCheck",
      "false",
      "--target",
      "es2024",
      "--types",
      "",
      "--module",
      module,
    ];
    expect(
      await run(user, process.execPath, TSC, "--ignoreConfig", ...options, "--moduleResolution", resolution, "use.ts"),
    ).toBe("");
  });

  it("runs there: help, a project, its strategy's test, a backtest and the desk", async () => {
    await firstFiveMinutes(await projectIn("new"), {
      node: process.execPath,
      launcher: join(built, "bin/deeptrader.js"),
      newNode: process.execPath,
    });
    // What init has written type-checks with the package as it is built.
    expect(
      await run(join(user, "new"), process.execPath, TSC, "-p", ".", "--typeRoots", join(ROOT, "node_modules/@types")),
    ).toBe("");
  });

  it.skipIf(host === null)("starts under the machine's own Node, which hands over where it is too old", async () => {
    const deeptrader = [host?.path ?? "", join(built, "bin/deeptrader.js")] as const;
    const project = await projectIn("host");
    expect(await run(project, ...deeptrader, "--help")).toContain("Usage: deeptrader COMMAND");
    await run(project, ...deeptrader, "init", ".");
    const doctor = JSON.parse(await run(project, ...deeptrader, "doctor", "--json"));
    expect(doctor.healthy).toBe(true);
    expect(JSON.stringify(doctor)).toMatch(/my-cross from \S+my-cross\.ts/);
  });

  it.skipIf(host === null || Number.parseInt(host.version, 10) >= 22)(
    "says what to do where the Node of the machine is too old and none came along",
    async () => {
      await using alone = await copyOf(join(built, "bin"));
      const launcher = join(alone.dir, "deeptrader.mjs");
      await rename(join(alone.dir, "deeptrader.js"), launcher);
      const refused = promisify(execFile)(host?.path ?? "", [launcher], { env: {} });
      await expect(refused).rejects.toMatchObject({
        code: 1,
        stderr: expect.stringContaining("install without --omit=optional"),
      });
    },
  );
});

async function projectIn(name: string): Promise<string> {
  await mkdir(join(user, name));
  return join(user, name);
}

async function copyOf(folder: string) {
  const dir = await mkdtemp(join(tmpdir(), "deeptrader-package-"));
  await cp(folder, dir, { recursive: true });
  return { dir, [Symbol.asyncDispose]: () => rm(dir, { recursive: true, force: true }) };
}

const USE = `
import { type Config, defineConfig, defineStrategy, ema, testStrategy } from "deeptrader";
const config: Config = { venue: "sim" };
export const made = defineConfig(config);
export const one = defineStrategy({ id: "one", indicators: () => ({ fast: ema(3) }), enter: ({ now }) => now.fast > 1, exit: () => false });
// @ts-expect-error no indicator of that name
export const two = defineStrategy({ id: "two", indicators: () => ({ fast: ema(3) }), enter: ({ now }) => now.slow > 1, exit: () => false });
testStrategy(one, [1, 2]).enters.map((index) => index.toFixed());
`;
