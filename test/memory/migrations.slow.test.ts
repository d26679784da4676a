import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

it("finds nothing to generate: the committed SQL is what the tables say", () => {
  // drizzle-kit takes paths relative to where it runs only.
  const out = mkdtempSync("node_modules/.migrations-");
  try {
    cpSync("memory/stores/migrations", out, { recursive: true });
    const before = readdirSync(out).sort();
    execFileSync(
      process.execPath,
      [
        "node_modules/drizzle-kit/bin.cjs",
        "generate",
        "--dialect=postgresql",
        "--schema=./memory/stores/tables.ts",
        `--out=./${out}`,
      ],
      { stdio: "pipe" },
    );
    expect(readdirSync(out).sort()).toEqual(before);
    expect(readdirSync(join(out, "meta"))).toHaveLength(2);
  } finally {
    rmSync(out, { recursive: true });
  }
});
