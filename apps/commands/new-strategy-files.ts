// Floor 6. What `new-strategy` writes: the texts of new-strategy/ with the strategy's id in them, and a tsconfig.json.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

export const strategyTemplate = (id: string): string => templateOf("strategy", id);
export const testTemplate = (id: string): string => templateOf("test", id);

const templateOf = (name: string, id: string): string =>
  readFileSync(new URL(`./new-strategy/${name}.txt`, import.meta.url), "utf8").replaceAll("NAME", id);

/** @param root folder of this package */
export function tsconfigTemplate(root: string): string {
  const types = join(root, "node_modules/@types");
  const node = existsSync(join(types, "node")) ? { types: ["node"], typeRoots: [types] } : {};
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
    ...node,
    paths: { deeptrader: [join(root, "index.ts")] },
  };
  return `${JSON.stringify({ compilerOptions: options, include: ["*.ts"] }, null, 2)}\n`;
}
