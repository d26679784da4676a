// Floor 6. What `new-strategy` and `init` write: the texts of templates/ with a name in them, tsconfig.json and package.json.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { dependencyFrom, PACKAGE } from "../package-folder.ts";

/** Name from the folder, and content. */
export type NewFile = readonly [name: string, text: string];

/** As this repository has them. */
const TYPESCRIPT = "7.0.2";
const NODE_TYPES = "26.6.6";

/** @param folder where they go, from the folder of the project, with / at its end */
export const strategyFiles = (id: string, folder = ""): readonly NewFile[] => [
  [`${folder}${id}.ts`, templateOf("strategy", id)],
  [`${folder}${id}.test.ts`, templateOf("test", id)],
];

/** A folder of strategies outside any project: an editor finds the types of Node where this package has them. */
export function strategyTsconfig(): NewFile {
  const types = join(PACKAGE, "node_modules/@types");
  return tsconfig(["*.ts"], existsSync(join(types, "node")) ? { types: ["node"], typeRoots: [types] } : {});
}

/** @param folder absolute, where the project is to be. @param name its name in package.json */
export function projectFiles(folder: string, name: string, strategy: string): readonly NewFile[] {
  return [
    ["package.json", json(projectPackage(folder, name))],
    ["deeptrader.config.ts", templateOf("config", strategy)],
    ...strategyFiles(strategy, "strategies/"),
    tsconfig(["*.ts", "strategies"], { types: ["node"] }),
    [".env.example", readFileSync(join(PACKAGE, ".env.example"), "utf8")],
    [".gitignore", templateOf("gitignore", strategy)],
    ["README.md", templateOf("readme", strategy).replaceAll("TITLE", name)],
  ];
}

export const PROJECT_SCRIPTS = {
  start: "deeptrader start",
  backtest: "deeptrader backtest",
  // Named, since a Node that is too old would find none and call that a success.
  test: "node --test strategies/*.test.ts",
};

const projectPackage = (folder: string, name: string) => ({
  name,
  private: true,
  type: "module",
  scripts: { ...PROJECT_SCRIPTS, types: "tsc" },
  dependencies: { deeptrader: dependencyFrom(folder) },
  devDependencies: { "@types/node": NODE_TYPES, typescript: TYPESCRIPT },
});

function tsconfig(include: readonly string[], types: Readonly<Record<string, unknown>>): NewFile {
  const options = {
    target: "es2024",
    lib: ["es2024", "esnext.disposable"],
    module: "preserve",
    moduleResolution: "bundler",
    noEmit: true,
    strict: true,
    erasableSyntaxOnly: true,
    verbatimModuleSyntax: true,
    allowImportingTsExtensions: true,
    resolveJsonModule: true,
    skipLibCheck: true,
    ...types,
  };
  return ["tsconfig.json", json({ compilerOptions: options, include })];
}

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

const templateOf = (name: string, id: string): string =>
  readFileSync(new URL(`./templates/${name}.txt`, import.meta.url), "utf8").replaceAll("NAME", id);
