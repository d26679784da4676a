import { describe, expect, it } from "vitest";
import { documentOf, emptyFolder, failureOf, runCli } from "#test/support/cli.ts";
import { createDatabase, isPostgresThere } from "#test/support/postgres-database.ts";

const there = await isPostgresThere();

describe.skipIf(!there)("DATABASE_URL on a PostgreSQL (skipped where 127.0.0.1:5432 does not answer)", () => {
  it("holds what was slept on, across homes and processes", async () => {
    await using one = await emptyFolder();
    await using other = await emptyFolder();
    await using database = await createDatabase();
    const env = { DATABASE_URL: database.url };
    const flags = ["--assets", "8", "--as-of", "2024-03-01T12:00Z"];
    expect(await documentOf(["sleep", "--once", ...flags], { home: one.dir, env })).toMatchObject({ analysed: 8 });
    expect(await documentOf(["ask", "rsi of BTC", ...flags], { home: other.dir, env })).toMatchObject({
      path: "recalled",
      work: { providerCalls: 0, modelCalls: 0 },
    });
    const run = await documentOf(["start", ...flags, "--cycles", "3", "--speed", "1e9"], { home: one.dir, env });
    expect(run).toMatchObject({ cycles: 3, analyses: 24, simulated: true });
    const status = await documentOf(["status", ...flags], { home: other.dir, env });
    expect(status).toMatchObject({ store: "postgres", run: run["run"], openPositions: run["openPositions"] });
  });
});

describe("DATABASE_URL on nothing", () => {
  it("is said without the password, and the halt file is written all the same", async () => {
    await using home = await emptyFolder();
    const env = { DATABASE_URL: "postgres://bob:s3cretpassw0rd@127.0.0.1:1/desk" };
    for (const command of [["status"], ["start", "--cycles", "1"]]) {
      const { code, name, message, stderr } = await failureOf(command, { home: home.dir, env });
      expect([code, name]).toEqual([1, "StoreError"]);
      expect(message).toMatch(/127\.0\.0\.1:1.*Check DATABASE_URL/);
      expect(`${message}${stderr}`).not.toContain("s3cret");
    }
    const { code, stdout, stderr } = await runCli(["halt", "--json"], { home: home.dir, env });
    expect([code, JSON.parse(stdout)]).toMatchObject([
      0,
      { control: "halted", journaled: false, why: { name: "StoreError" } },
    ]);
    expect(stderr).toMatch(/halt file written in .*Not journaled: .*127\.0\.0\.1:1/s);
    expect(`${stdout}${stderr}`).not.toContain("s3cret");
  });
});
