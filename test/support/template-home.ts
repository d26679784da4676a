// Runs once before the slow tests: a home with an empty store, which each test that wants one copies. Creating a store takes
// seconds, copying it a fraction of one.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { openStore } from "#memory/stores/open.ts";
import { NEVER_ABORTED } from "#schemas/abort.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** The folder to copy. */
    readonly templateHome: string;
  }
}

export async function setup({ provide }: Pick<TestProject, "provide">): Promise<() => Promise<void>> {
  const home = await mkdtemp(join(tmpdir(), "deeptrader-template-"));
  await (await openStore({ kind: "pglite", home, owner: "test" }, NEVER_ABORTED)).close();
  provide("templateHome", home);
  return () => rm(home, { recursive: true, force: true });
}
