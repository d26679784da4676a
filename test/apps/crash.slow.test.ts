// A process that ends by an error that nothing has caught.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, it } from "vitest";
import { startCli } from "#test/support/cli.ts";
import { freshHome } from "#test/support/fresh-home.ts";

const CRASH = `
process.on("SIGUSR2", () => {
  const key = process.env.X_API_KEY;
  throw Object.assign(new Error("fetch failed " + key, { cause: new TypeError("because of " + key) }), { headers: { key } });
});
`;

it("a crash names its error and the causes, and prints no secret that they hold or that hangs on them", async () => {
  await using home = await freshHome();
  const file = join(home.dir, "crash.mjs");
  writeFileSync(file, CRASH);
  const env = { X_API_KEY: "canary-of-a-key", NODE_OPTIONS: `--import ${pathToFileURL(file)}` };
  const desk = startCli(["start", "--assets", "4", "--speed", "60"], { home: home.dir, env });
  await desk.waitFor(/analysed/);
  desk.signal("SIGUSR2");
  const { code, stdout, stderr } = await desk.ended;
  expect([code, stderr]).toEqual([
    1,
    expect.stringMatching(/fetch failed \*\*\*\n[\s\S]*caused by TypeError: because of \*\*\*/),
  ]);
  expect(stdout + stderr).not.toContain("canary-of-a-key");
});
