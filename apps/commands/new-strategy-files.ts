// Floor 6. What `new-strategy` writes.
import { existsSync } from "node:fs";
import { join } from "node:path";

export const strategyTemplate = (id: string): string => `import { defineStrategy, ema } from "deeptrader";

/** Enters where the fast mean crosses above the slow one, exits where it crosses back below. */
export default defineStrategy({
  id: "${id}",
  parameters: {
    fast: { default: 12, min: 2, max: 100 },
    slow: { default: 48, min: 3, max: 400 },
  },
  indicators: ({ fast, slow }) => ({ fast: ema(fast), slow: ema(slow) }),
  enter: ({ now, ago }) => now.fast > now.slow && ago(1).fast <= ago(1).slow && "the fast mean crossed above the slow one",
  exit: ({ now, ago }) => now.fast < now.slow && ago(1).fast >= ago(1).slow && "the fast mean crossed below the slow one",
  // Percent of the entry price.
  bracket: { stopPct: 5, targetPct: 10 },
});
`;

export const testTemplate = (id: string): string => `import assert from "node:assert/strict";
import test from "node:test";
import { testStrategy } from "deeptrader";
import strategy from "./${id}.ts";

const steps = (count: number, step: number) => Array.from({ length: count }, (_, i) => step * (i + 1));
const fall = steps(300, -0.1).map((change) => 100 + change);
const rise = steps(60, 0.5).map((change) => 70 + change);
const fallAgain = steps(60, -0.5).map((change) => 100 + change);

test("enters once in a rise after a fall, and exits once in the fall after it", () => {
  const { enters, exits } = testStrategy(strategy, [...fall, ...rise, ...fallAgain]);
  assert.equal(enters.length, 1);
  assert.equal(exits.length, 1);
  assert.ok(enters[0]! >= fall.length && enters[0]! < fall.length + rise.length);
  assert.ok(exits[0]! >= fall.length + rise.length);
});

test("does nothing while the price does not move", () => {
  const { enters, exits } = testStrategy(strategy, Array(400).fill(100));
  assert.deepEqual([enters, exits], [[], []]);
});
`;

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
