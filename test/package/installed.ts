// A folder with the package in its node_modules, as a user has it, and the commands that are given there.
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect } from "vitest";

const execute = promisify(execFile);

/** A registry that answers slowly, three hundred times, is as one that does not answer. */
const BOUNDS = { timeout: 240_000, maxBuffer: 64 * 1024 * 1024 } as const;

/** Runs a program to its end in a folder. @throws with its output where it fails */
export async function run(cwd: string, program: string, ...args: readonly string[]): Promise<string> {
  const { PATH, HOME } = process.env;
  const { stdout } = await execute(program, [...args], { cwd, env: { PATH, HOME }, ...BOUNDS });
  return stdout;
}

/** A moment, so that invented prices are the same every day, and an end. */
const BOUNDED = ["--as-of", "2024-03-01T12:00:00Z", "--json"];

/**
 * What a user does first, in `project`: help, init, the strategy's own test, a backtest of it, the desk for two slots.
 * @param node that starts the launcher. @param launcher bin/deeptrader.js of the package
 * @param newNode that reads TypeScript, for the strategy's test
 */
export async function firstFiveMinutes(
  project: string,
  { node, launcher, newNode }: { readonly node: string; readonly launcher: string; readonly newNode: string },
): Promise<void> {
  const deeptrader = (...args: readonly string[]) => run(project, node, launcher, ...args);
  expect(await deeptrader("--help")).toContain("Usage: deeptrader COMMAND");
  const made = JSON.parse(await deeptrader("init", ".", "--json"));
  expect(made.written).toContain("strategies/my-cross.ts");
  expect(await run(project, newNode, "--test", "strategies/my-cross.test.ts")).toMatch(/pass 2\n.*fail 0/);
  const backtest = JSON.parse(await deeptrader("backtest", "--cycles", "100", ...BOUNDED));
  expect(backtest.trades.length).toBeGreaterThan(0);
  expect(backtest.trades[0]).toMatchObject({ strategyId: "my-cross" });
  const start = JSON.parse(await deeptrader("start", "--cycles", "2", "--speed", "1000000", ...BOUNDED));
  expect(start).toMatchObject({ cycles: 2, analyses: 100 });
  // Words, prompts and pages that are read when they are wanted.
  const html = join(project, "report.html");
  await deeptrader("report", "--html", html);
  expect(
    await run(project, node, "-p", `require("node:fs").readFileSync(${JSON.stringify(html)}, "utf8").length > 1000`),
  ).toBe("true\n");
}
