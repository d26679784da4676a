// Floor 6. A question to the person at the terminal before what cannot be undone.
import { createInterface } from "node:readline/promises";
import { UsageError } from "#schemas/errors.ts";

/** @throws UsageError where there is no terminal */
export async function confirmed(question: string, { signal }: { readonly signal: AbortSignal }): Promise<boolean> {
  if (process.stdin.isTTY !== true) {
    throw new UsageError({
      was: "This asks before it acts, and there is no terminal to ask on.",
      remedy: "Add --yes to do it without being asked.",
    });
  }
  const prompt = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await prompt.question(`${question} [y/N] `, { signal })).trim());
  } finally {
    prompt.close();
  }
}
