import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const MAIN = fileURLToPath(new URL("../../bench/evaluation/main.ts", import.meta.url));
const run = (...args: readonly string[]) => {
  const env = { ...process.env, OPENAI_API_KEY: "", DEEPTRADER_REAL_DATA: undefined };
  const { status, stderr, stdout } = spawnSync(process.execPath, [MAIN, ...args], { encoding: "utf8", env });
  return { status, stderr, stdout };
};

describe("npm run eval", () => {
  it.each([
    [["--only", "Z"], /no part Z\. Expected: B, A, C, D/],
    [["--seeds", "many"], /--seeds is many; expected a whole number/],
    [["--write", "--only", "A"], /leave --only out/],
    [["--speed"], /Usage: npm run eval/],
  ])("exits 2 and says what is wrong: %j", (args, said) => {
    const { status, stderr, stdout } = run(...args);
    expect(stderr).toMatch(said);
    expect(stdout).toBe("");
    expect(status).toBe(2);
  });

  it("prints one JSON document with the weights its figures rest on", () => {
    const { status, stdout } = run("--only", "A", "--seeds", "1", "--json");
    expect(status).toBe(0);
    const document = JSON.parse(stdout) as { weights: Record<string, number>; sections: readonly { id: string }[] };
    expect(document.weights["providerCalls"]).toBe(100);
    expect(document.sections.map(({ id }) => id)).toEqual(["A"]);
  });
});
