// Floor 6. `freqtrade config FILE`: freqtrade's configuration → deeptrader.config.ts, beside it the bracket, and a word on every key.
import { basename, dirname, resolve } from "node:path";
import type { ImportedConfig } from "#toolkits/freqtrade/import-config.ts";
import { importConfig } from "#toolkits/freqtrade/import-config.ts";
import { writeNewFiles } from "../../commands/write-new-files.ts";
import type { Call, Done } from "../../own-command.ts";
import { readFreqtradeConfig } from "./read-config.ts";

/** Quoted, as a user's file names this package. */
const PACKAGE = JSON.stringify("deeptrader");
const BRACKET_FILE = "freqtrade-bracket.ts";

export async function freqtradeConfig({ input }: Call): Promise<Done> {
  const [file = ""] = input.args;
  const { out } = input.flags;
  const target = resolve(typeof out === "string" ? out : "deeptrader.config.ts");
  const imported = importConfig(await readFreqtradeConfig(resolve(file)));
  const written = await writeNewFiles(dirname(target), [
    [basename(target), configText(imported, basename(file))],
    ...(imported.bracket === null ? [] : [[BRACKET_FILE, bracketText(imported.bracket, basename(file))] as const]),
  ]);
  return { document: { written, ...imported }, text: report(imported, written) };
}

/** As a file that `defineConfig` takes. */
export const configText = ({ values }: ImportedConfig, from: string): string =>
  [
    `import { defineConfig } from ${PACKAGE};`,
    "",
    `// From freqtrade's ${from}. \`npx deeptrader config\` prints what holds. Secrets are read from the environment alone.`,
    `export default defineConfig(${literal(values, 0)});`,
    "",
  ].join("\n");

export const bracketText = (bracket: Readonly<Record<string, unknown>>, from: string): string =>
  [
    `import type { BracketWish } from ${PACKAGE};`,
    "",
    `// Stops, ROI and trailing of freqtrade's ${from}. In a strategy: \`import { bracket } from "./${BRACKET_FILE}"\`, then`,
    "// `defineStrategy({ …, bracket })`.",
    `export const bracket: BracketWish = ${literal(bracket, 0)};`,
    "",
  ].join("\n");

/** JSON, with names as TypeScript writes them. */
function literal(value: unknown, depth: number): string {
  const inner = "  ".repeat(depth + 1);
  if (Array.isArray(value)) return `[${value.map((one) => literal(one, depth)).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const lines = Object.entries(value).map(([key, one]) => {
    const name = /^([A-Za-z_]\w*|\d+)$/.test(key) ? key : JSON.stringify(key);
    return `${inner}${name}: ${literal(one, depth + 1)},`;
  });
  return lines.length === 0 ? "{}" : `{\n${lines.join("\n")}\n${"  ".repeat(depth)}}`;
}

function report({ taken, left, secrets, bracket }: ImportedConfig, written: readonly string[]): string {
  const lines = (notes: ImportedConfig["taken"]): string[] => {
    const width = Math.min(44, Math.max(0, ...notes.map(({ key }) => key.length)));
    return notes.map(({ key, note }) => `  ${key.padEnd(width)}  ${note}`);
  };
  const variables = [...new Set(secrets.flatMap(({ variable }) => variable ?? []))];
  return [
    `Written: ${written.join(", ")}`,
    "",
    `Taken over (${taken.length}):`,
    ...lines(taken),
    "",
    `Left out (${left.length}):`,
    ...lines(left),
    "",
    ...(variables.length === 0
      ? []
      : [`No secret was written. Set in the environment or .env: ${variables.join(", ")}`]),
    ...(bracket === null
      ? []
      : [`The bracket belongs to a strategy: import it from ./${BRACKET_FILE} into defineStrategy.`]),
    "Security of tokens, the day's loss and the other rules of the gate go on: they are stricter than freqtrade.",
  ].join("\n");
}
