// `init`: what it writes, what it refuses, and that what it keeps in step with the repository is in step.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { describe, expect, it } from "vitest";
import { init, renderInit } from "#apps/commands/init.ts";
import { emptyFolder } from "#test/support/cli.ts";
import { ROOT } from "#test/support/sources.ts";

const FILES = [
  ".env.example",
  ".gitignore",
  "README.md",
  "deeptrader.config.ts",
  "package.json",
  "strategies/my-cross.test.ts",
  "strategies/my-cross.ts",
  "tsconfig.json",
];
const jsonIn = (...path: readonly string[]) => JSON.parse(readFileSync(join(...path), "utf8"));

describe("init", () => {
  it("writes a project named after its folder, and says what to do next", async () => {
    await using folder = await emptyFolder();
    const into = join(folder.dir, "My Desk");
    const document = await init(into);
    expect(document).toEqual({
      folder: into,
      written: expect.arrayContaining(FILES.map((file) => join(into, file))),
      kept: [],
      commands: [`cd "${into}"`, "npm install", "npm test", "npx deeptrader backtest", "npx deeptrader start"],
    });
    expect(document.written).toHaveLength(FILES.length);
    const { name, type, scripts, dependencies, devDependencies } = jsonIn(into, "package.json");
    expect([name, type, scripts.start]).toEqual(["my-desk", "module", "deeptrader start"]);
    // This is a checkout: the project stands on it until there is a published version to stand on.
    expect(dependencies).toEqual({ deeptrader: `file:${relative(into, ROOT)}` });
    const ours = jsonIn(ROOT, "package.json").devDependencies;
    for (const [of, version] of Object.entries(devDependencies)) expect([of, version]).toEqual([of, ours[of]]);
    const texts = FILES.map((file) => readFileSync(join(into, file), "utf8"));
    expect(texts.filter((text) => /NAME\b(?!=)|TITLE/.test(text.replaceAll(/^#.*$/gm, "")))).toEqual([]);
    expect(renderInit(document)).toContain(
      `wrote ${join(into, "README.md")}\n\nNext:\n  cd "${into}"\n  npm install\n`,
    );
  });

  it("refuses a folder in which it would have to write over something, names all of it, and writes nothing", async () => {
    await using folder = await emptyFolder();
    writeFileSync(join(folder.dir, "README.md"), "mine");
    mkdirSync(join(folder.dir, "strategies"));
    writeFileSync(join(folder.dir, "strategies/my-cross.ts"), "mine too");
    await expect(init(folder.dir)).rejects.toThrow(
      /my-cross\.ts, \S+README\.md are there already\..* nothing was written over/,
    );
    expect(readdirSync(folder.dir).sort()).toEqual(["README.md", "strategies"]);
    expect(readFileSync(join(folder.dir, "README.md"), "utf8")).toBe("mine");
    await expect(init(join(folder.dir, "README.md"))).rejects.toThrow(/README\.md is a file/);
  });

  it("keeps a package.json, which `npm install deeptrader` has made, and says what is to be set in it", async () => {
    await using folder = await emptyFolder();
    const text = '{ "dependencies": { "deeptrader": "^1.0.0" } }';
    writeFileSync(join(folder.dir, "package.json"), text);
    writeFileSync(join(folder.dir, "notes.txt"), "mine");
    const { kept, commands } = await init(folder.dir);
    expect(kept).toEqual([join(folder.dir, "package.json")]);
    expect(readFileSync(join(folder.dir, "package.json"), "utf8")).toBe(text);
    expect(commands[1]).toMatch(
      /^npm pkg set type=module scripts\.start="deeptrader start" .*scripts\.test="node --test strategies\/\*\.test\.ts"$/,
    );
    expect(existsSync(join(folder.dir, "deeptrader.config.ts"))).toBe(true);
  });
});
