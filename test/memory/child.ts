// Child processes of the slow tests: they say one line per step on stdout and are killed or end by themselves.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

export interface Child {
  readonly process: ChildProcess;
  /** Every line said so far. */
  readonly lines: readonly string[];
  /** The first line that starts so, said or still to come; rejects with what it said on stderr when it ends without. */
  line(start: string): Promise<string>;
  /** Resolves when it has ended: its exit code, or null where it was killed. */
  ended(): Promise<number | null>;
}

/** @param stdin `pipe` where the test has something to say to it */
export function startChild(script: URL, args: readonly string[], stdin: "ignore" | "pipe" = "ignore"): Child {
  const child = spawn(process.execPath, [script.pathname, ...args], { stdio: [stdin, "pipe", "pipe"] });
  if (child.stdout === null || child.stderr === null) throw new Error("both are pipes");
  const lines: string[] = [];
  const errors: string[] = [];
  const waiting = new Set<() => void>();
  const wake = () => {
    for (const check of waiting) check();
  };
  createInterface({ input: child.stdout }).on("line", (line) => {
    lines.push(line);
    wake();
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => errors.push(text));
  const closed = once(child, "close").then(([code]) => code as number | null);
  void closed.then(wake);
  return {
    process: child,
    lines,
    ended: () => closed,
    line: (start) =>
      new Promise((resolve, reject) => {
        const check = () => {
          const found = lines.find((line) => line.startsWith(start));
          if (found === undefined && child.exitCode === null && child.signalCode === null) return;
          waiting.delete(check);
          if (found !== undefined) resolve(found);
          else reject(new Error(`the child ended without saying "${start}": ${errors.join("")}`));
        };
        waiting.add(check);
        check();
      }),
  };
}
