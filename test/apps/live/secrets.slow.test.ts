// A desk whose venue repeats its key and its secret in what it says of every request: they are in nothing that the desk prints or keeps, nor
// is any other secret of its environment.
import { expect, it } from "vitest";
import { type CliResult, runCli } from "#test/support/cli.ts";
import { freshHome } from "#test/support/fresh-home.ts";
import { createDatabase, isPostgresThere } from "#test/support/postgres-database.ts";
import { tablesOf } from "./canaries.ts";
import { LIVE, openLiveVenue } from "./live-venue.ts";

it.runIf(await isPostgresThere())("no secret is in anything that a live desk prints or keeps", async () => {
  const { exchange, faults, env } = await openLiveVenue();
  await using database = await createDatabase();
  await using home = await freshHome();
  const url = new URL(database.url);
  url.password = "canary-of-the-database";
  const secrets = {
    DATABASE_URL: "canary-of-the-database",
    DEEPTRADER_EXCHANGE_KEY: env["DEEPTRADER_EXCHANGE_KEY"] ?? "",
    DEEPTRADER_EXCHANGE_SECRET: env["DEEPTRADER_EXCHANGE_SECRET"] ?? "",
    DEEPTRADER_EXCHANGE_PASSWORD: "canary-of-the-passphrase",
    DEEPTRADER_TELEGRAM_TOKEN: "12345:canary-of-the-messenger",
    ANTHROPIC_API_KEY: "canary-of-the-model",
  };
  const settings = {
    home: home.dir,
    env: { ...env, ...secrets, DATABASE_URL: String(url) },
  };
  const told = [
    secrets.DEEPTRADER_EXCHANGE_KEY,
    secrets.DEEPTRADER_EXCHANGE_SECRET,
    secrets.DEEPTRADER_EXCHANGE_PASSWORD,
  ];
  const body = JSON.stringify({ code: -9999, msg: `no: ${told.join(" ")} ?key=${encodeURIComponent(told.join("&"))}` });
  const repeats = { fault: { kind: "status", status: 400, body }, times: 1_000 } as const;
  const said: CliResult[] = [];
  const run = async (...args: readonly string[]): Promise<CliResult> => {
    const result = await runCli([...args], settings);
    said.push(result);
    return result;
  };
  faults.add({ ...repeats, at: ["open-orders", "trades", "order", "place"] });
  expect((await run("trade", "--once", ...LIVE)).code).toBe(0);
  faults.add({ ...repeats, at: ["key", "balances"] });
  // It is not begun, and says why.
  const refused = await run("trade", "--once", ...LIVE);
  expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining("no: ")]);
  for (const command of ["journal", "account"]) await run(command, "--json", ...LIVE);
  await exchange.close();
  const places = { printed: JSON.stringify(said), tables: await tablesOf(database.url) };
  expect(places.tables).toContain("run-started");
  const found = Object.entries(places).flatMap(([place, text]) =>
    Object.entries(secrets).flatMap(([name, secret]) => (text.includes(secret) ? [`${name} is in ${place}`] : [])),
  );
  expect(found).toEqual([]);
});
