import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { DATA_FILE } from "../../bench/evaluation/paper/problems.ts";
import { startOpenAiServer } from "../support/openai-server.ts";
import { ownFile } from "./paper-problems.ts";

const MAIN = fileURLToPath(new URL("../../bench/evaluation/main.ts", import.meta.url));
const ENV = { ...process.env, OPENAI_API_KEY: "", DEEPTRADER_REAL_DATA: undefined };
const run = (...args: readonly string[]) => {
  const { status, stderr, stdout } = spawnSync(process.execPath, [MAIN, ...args], { encoding: "utf8", env: ENV });
  return { status, stderr, stdout };
};

describe("npm run eval", () => {
  it.each([
    [["--only", "Z"], /no part Z\. Expected: B, A, C, D, M/],
    [["--seeds", "many"], /--seeds is many; expected a whole number/],
    [["--write", "--only", "A"], /leave --only out/],
    [["--speed"], /Usage: npm run eval/],
    [["--paper", "."], /name one with --model provider\/model/],
    [["--paper", ".", "--model", "openai/x", "--sleep", "1,-2"], /--sleep is 1,-2; expected whole numbers from 0/],
    [
      ["--paper", ".", "--model", "openai/x", "--verbosity", "5"],
      /--verbosity is 5; expected whole numbers from 0 to 4/,
    ],
    [["--paper", ".", "--model", "openai/x", "--limit", "0"], /--limit is 0; expected a whole number above 0/],
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

  it("says in one line what is wrong with the paper's folder, and exits 1", () => {
    const { status, stderr, stdout } = run(
      "--paper",
      "/nowhere",
      "--model",
      "openai/gpt-5",
      "--model-url",
      "http://127.0.0.1:1/v1",
    );
    expect(stderr).toMatch(/^\/nowhere\/GSM_p2\.jsonl cannot be read \(ENOENT\)/);
    expect(stderr).not.toMatch(/ {4}at /);
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
  });

  it("asks about the paper's problems, is ended by Ctrl-C, and goes on from there", async () => {
    const dir = await mkdtemp(join(tmpdir(), "paper-"));
    await writeFile(join(dir, DATA_FILE), ownFile());
    let hangsFrom = 7;
    const asked = Promise.withResolvers<void>();
    await using server = await startOpenAiServer((_, index) => {
      if (index < hangsFrom) return { text: "The answer is 24.", usage: { input: 50, output: 5 } };
      asked.resolve();
      return { hang: true };
    });
    const start = () => {
      const args = [
        "--paper",
        dir,
        "--model",
        "openai/gpt-5",
        "--model-url",
        server.url,
        "--sleep",
        "0,1",
        "--verbosity",
        "0",
      ];
      const child = spawn(process.execPath, [MAIN, ...args, "--parallel", "1"], { env: ENV });
      const texts = { out: "", err: "" };
      child.stdout.on("data", (data) => (texts.out += data));
      child.stderr.on("data", (data) => (texts.err += data));
      return { child, texts, closed: once(child, "close") };
    };
    const first = start();
    await asked.promise;
    first.child.kill("SIGINT");
    expect(await first.closed).toEqual([130, null]);
    expect(first.texts.err).toContain("Ended; 7 of 23 calls are made and kept.");
    hangsFrom = Number.POSITIVE_INFINITY;
    const second = start();
    expect(await second.closed).toEqual([0, null]);
    // The one that was under way is made again.
    expect(server.requests).toHaveLength(23 + 1);
    expect(second.texts.out).toContain("## P. The paper's own problems");
    expect(second.texts.out).toContain("| no sleep, verbosity 0 | 12.5 (2.24–47.1) |");
    await rm(dir, { recursive: true });
  });
});
