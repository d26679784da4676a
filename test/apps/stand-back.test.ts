import { execFileSync } from "node:child_process";
import { getPriority } from "node:os";
import { expect, test } from "vitest";

/** The priority of a process that was started with one, and has stood back. */
const after = (started: number, call: string): number =>
  Number(
    execFileSync("nice", [
      ...["-n", String(started), process.execPath, "--input-type=module", "-e"],
      `import { getPriority } from "node:os"; import { standBack } from "#apps/stand-back.ts"; ${call}; console.log(getPriority());`,
    ]),
  );

test.skipIf(process.platform === "win32")(
  "leaves the machine to others by 10, and never by less than it was started with",
  () => {
    expect(after(0, "standBack()")).toBe(Math.max(getPriority(), 10));
    expect(after(12, "standBack()")).toBe(Math.max(getPriority() + 12, 10));
  },
);
