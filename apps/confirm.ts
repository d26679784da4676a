// Floor 6. A question to the person at the terminal before what cannot be undone.
import { createInterface } from "node:readline/promises";
import { UsageError } from "#schemas/errors.ts";

interface Asking {
  readonly signal: AbortSignal;
}

/** @throws UsageError where there is no terminal */
export const confirmed = async (question: string, asking: Asking): Promise<boolean> =>
  /^y(es)?$/i.test(await answered(`${question} [y/N] `, asking));

/** Whether exactly this was typed. @throws UsageError where there is no terminal */
export const typed = async (question: string, expected: string, asking: Asking): Promise<boolean> =>
  (await answered(`${question} `, asking)) === expected;

async function answered(question: string, { signal }: Asking): Promise<string> {
  if (process.stdin.isTTY !== true) {
    throw new UsageError({
      was: "This asks before it acts, and there is no terminal to ask on.",
      remedy: "Add --yes to do it without being asked.",
    });
  }
  const prompt = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return (await prompt.question(question, { signal })).trim();
  } finally {
    prompt.close();
  }
}
