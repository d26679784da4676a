// The tarball, installed by npm into an empty folder as a user does it. npm takes packages from its cache, else from the registry:
// where neither has them this is left out, and said.
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FULL_COUNT } from "#test/support/count.ts";
import { ROOT } from "#test/support/sources.ts";
import { sizeOf } from "../../build/size-of.ts";
import { hostNode } from "./host-node.ts";
import { firstFiveMinutes, run } from "./installed.ts";

/** Bytes beside the Node that comes along. */
const LIMIT = 300_000_000;

const host = hostNode();
let user = "";
/** Why nothing could be installed; null: it was. */
let leftOut: string | null = null;

beforeAll(async () => {
  user = await mkdtemp(join(tmpdir(), "deeptrader-install-"));
  leftOut = FULL_COUNT ? await installed().catch((error: Error) => error.message) : "it is long: npm run test:long";
  if (leftOut !== null) console.warn(`LEFT OUT: installing the package. ${leftOut}`);
});
afterAll(() => rm(user, { recursive: true, force: true, maxRetries: 5 }));

async function installed(): Promise<null> {
  await run(ROOT, process.execPath, join(ROOT, "build/main.ts"), join(user, "built"));
  const tarball = (await run(user, "npm", "pack", "--silent", join(user, "built"))).trim();
  // A registry that hangs is one that does not have them: without a timeout of ours npm waits for ten minutes.
  const patience = ["--fetch-retries=1", "--fetch-timeout=120000"];
  const npm = ["install", "--ignore-scripts", "--prefer-offline", ...patience, `../${tarball}`];
  for (const [folder, ...flags] of [["whole"], ["lean", "--omit=optional"]] as const) {
    await mkdir(join(user, folder));
    await writeFile(join(user, folder, "package.json"), '{ "private": true, "type": "module" }');
    await run(join(user, folder), "npm", ...npm, ...flags);
  }
  return null;
}

const launcherIn = (folder: string): string => join(user, folder, "node_modules/deeptrader/bin/deeptrader.js");
const modulesOf = (folder: string): string => join(user, folder, "node_modules");

describe("the installed package", () => {
  it("runs on the Node that comes along, whatever Node starts it", async ({ skip }) => {
    skip(leftOut !== null);
    const project = join(user, "whole/desk");
    await mkdir(project);
    const node = host?.path ?? process.execPath;
    await firstFiveMinutes(project, {
      node,
      launcher: launcherIn("whole"),
      newNode: join(modulesOf("whole"), ".bin/node"),
    });
  });

  it("runs on a new Node of the machine's own where that was left out", async ({ skip }) => {
    skip(leftOut !== null);
    const project = join(user, "lean/desk");
    await mkdir(project);
    await firstFiveMinutes(project, {
      node: process.execPath,
      launcher: launcherIn("lean"),
      newNode: process.execPath,
    });
  });

  it("takes at most 300 MB beside the Node that comes along", ({ skip }) => {
    skip(leftOut !== null);
    const whole = sizeOf(modulesOf("whole"));
    const lean = sizeOf(modulesOf("lean"));
    console.info(`installed: ${JSON.stringify({ whole, lean })}`);
    expect(whole.nodeBytes).toBeGreaterThan(100_000_000);
    expect(lean.nodeBytes).toBe(0);
    expect(Math.max(whole.bytes - whole.nodeBytes, lean.bytes)).toBeLessThanOrEqual(LIMIT);
  });
});
