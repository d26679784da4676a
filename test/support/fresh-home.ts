// Homes with an empty store in them, copied from the one that template-home.ts has made.
import { cp } from "node:fs/promises";
import { inject } from "vitest";
import { emptyFolder, type TemporaryFolder } from "./cli.ts";

/** Removed when the test's scope ends (`await using`). */
export async function freshHome(): Promise<TemporaryFolder> {
  const folder = await emptyFolder();
  await cp(inject("templateHome"), folder.dir, { recursive: true });
  return folder;
}
