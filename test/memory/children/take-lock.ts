// `node take-lock.ts HOME`: on each line of its input tries to take the home's lock, and says what came of it; the next line
// finds the lock given back.
import { createInterface } from "node:readline";
import { acquireHomeLock } from "#memory/home-lock.ts";

const [, , home = ""] = process.argv;
let lock: ReturnType<typeof acquireHomeLock> | null = null;
process.stdout.write("ready\n");
for await (const round of createInterface({ input: process.stdin })) {
  lock?.release();
  lock = null;
  if (!round.startsWith("take")) {
    process.stdout.write(`${round} done\n`);
    continue;
  }
  try {
    lock = acquireHomeLock(home, "taker");
    process.stdout.write(`${round} took\n`);
  } catch (error) {
    process.stdout.write(`${round} ${(error as Error).name}\n`);
  }
}
