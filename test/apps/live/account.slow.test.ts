// `account` and `accept` as they are typed: on paper, at a venue that answers, and at one that does not.
import postgres from "postgres";
import { describe, expect, it } from "vitest";
import { openPostgresStore } from "#memory/stores/postgres.ts";
import { multiply, roundPrice } from "#schemas/money.ts";
import { documentOf, failureOf, runCli } from "#test/support/cli.ts";
import { freshHome } from "#test/support/fresh-home.ts";
import { createDatabase, isPostgresThere } from "#test/support/postgres-database.ts";
import { LIVE, openLiveVenue } from "./live-venue.ts";

const hasPostgres = await isPostgresThere();
/** A process that writes an account, as its row in the database names it. */
const OWNER = { pid: 7, incarnation: "", host: "elsewhere", label: "start" };
const withoutCash = LIVE.filter((one) => !["--cash", "1000"].includes(one));

describe("the account of a desk on paper", () => {
  it("is at no venue, and there is nothing to accept", async () => {
    await using home = await freshHome();
    const settings = { home: home.dir };
    expect(await documentOf(["account"], settings)).toMatchObject({ mode: "paper", atVenue: null, simulated: true });
    const { stdout, code } = await runCli(["account"], settings);
    expect([code, stdout]).toEqual([0, expect.stringContaining("there is no account at a venue")]);
    const unasked = await failureOf(["accept", "withdrawal:USDT", "--yes"], settings);
    expect(unasked).toMatchObject({ code: 2, message: expect.stringContaining("--reason") });
    const accepted = await failureOf(["accept", "withdrawal:USDT", "--yes", "--reason", "rent"], settings);
    expect(accepted).toMatchObject({ code: 1, message: expect.stringContaining("trades on paper") });
  });
});

describe.runIf(hasPostgres)("the account of a desk whose store is lost", () => {
  it("is flattened by its key alone, once, and by nobody while a desk runs on it", async () => {
    const { account, exchange, env } = await openLiveVenue((there) => there.deposit("BTC", "1"));
    await using database = await createDatabase();
    await using home = await freshHome();
    const rest = { symbol: "BTC/USDT", side: "sell", quantity: "0.01" } as const;
    const at = roundPrice(multiply(account.priceOf("BTC/USDT"), "0.9"), "0.01", "sell");
    account.place({ ...rest, clientId: "a".repeat(32), type: "stop", triggerPrice: at });
    const typed = ["flatten", "--without-journal", "--yes", ...LIVE];
    // Its tables are there, and a desk has its lock.
    const url = database.url;
    await (await openPostgresStore(url, "test", { signal: new AbortController().signal })).close();
    const session = postgres(url, { max: 1 });
    await session`select pg_advisory_lock(hashtextextended(${"khala account main"}::text, 0))`;
    const refused = await failureOf(typed, { home: home.dir, env: { ...env, DATABASE_URL: url } });
    expect(refused).toMatchObject({ message: expect.stringContaining("A desk is running") });
    expect(account.total("BTC")).toBe("1");
    await session.end();
    // Under another name a desk trades this account, and under a third another one.
    const other = postgres(url, { max: 1 });
    await other`insert into khala.accounts values ('two', 1, ${JSON.stringify(OWNER)}, 0), ('three', 1, ${JSON.stringify(OWNER)}, 0)`;
    await other`insert into khala.journal (desk_id, run_id, event_id, event) values ('two', 'live:sandbox:7001', 'a', '{}')`;
    await other`insert into khala.journal (desk_id, run_id, event_id, event) values ('three', 'live:sandbox:7002', 'a', '{}')`;
    await other`select pg_advisory_lock(hashtextextended(${"khala account two"}::text, 0))`;
    const byTwo = await failureOf(typed, { home: home.dir, env: { ...env, DATABASE_URL: url } });
    expect(byTwo).toMatchObject({ message: expect.stringMatching(/A desk is running \(desk two, process 7/) });
    expect(account.total("BTC")).toBe("1");
    await other`select pg_advisory_unlock_all(), pg_advisory_lock(hashtextextended(${"khala account three"}::text, 0))`;
    const withDatabase = { home: home.dir, env: { ...env, DATABASE_URL: url } };
    const first = await documentOf(typed, withDatabase);
    await other.end();
    expect(first).toMatchObject({ account: "7001", sandbox: true, orders: [{ sold: "0.01", done: true }], coins: [] });
    expect(account.total("BTC")).toBe("0.99");
    const { stdout, code } = await runCli(typed, { home: home.dir, env });
    expect([code, stdout]).toEqual([0, expect.stringMatching(/No order of a desk rests[\s\S]*0\.99 BTC: no stop/)]);
    await exchange.close();
  });
});

describe.runIf(hasPostgres)("the account of a desk at a venue", () => {
  it("is named with what it differs by, settled, given money, and shown when the venue is gone", async () => {
    const { account, exchange, env } = await openLiveVenue();
    await using database = await createDatabase();
    await using home = await freshHome();
    const settings = { home: home.dir, env: { ...env, DATABASE_URL: database.url } };
    const unbegun = await failureOf(["status", ...withoutCash], settings);
    expect(unbegun).toMatchObject({ code: 1, message: expect.stringContaining("has not begun on account 7001") });
    await documentOf(["trade", "--once", ...LIVE], settings);
    // What is the desk's stands in its journal: it is asked for once.
    expect(await documentOf(["status", ...withoutCash], settings)).toMatchObject({ equity: "1000", cash: "1000" });
    expect(await documentOf(["account", ...withoutCash], settings)).toMatchObject({ mode: "live" });
    for (const name of ["positions", "journal", "trades", "equity", "report"])
      expect([name, (await runCli([name, ...withoutCash], settings)).code]).toEqual([name, 0]);
    expect((await runCli(["trade", "--once", ...withoutCash], settings)).code).toBe(0);
    // The owner takes nearly all of it.
    account.deposit("USDT", "-9900");
    const accept = ["accept", "withdrawal", "--yes", "--reason", "moved", "--by", "anna", ...LIVE];
    expect(await documentOf(accept, settings)).toMatchObject({
      key: "withdrawal:USDT",
      amount: "900",
      repeated: false,
    });
    expect(await failureOf(accept, settings)).toMatchObject({
      code: 1,
      message: expect.stringContaining("there is none"),
    });
    const allot = (amount: string) => ["allot", amount, "--yes", "--reason", "more", "--by", "anna", ...LIVE];
    expect(await failureOf(allot("1"), settings)).toMatchObject({
      code: 1,
      message: expect.stringContaining("0 USDT"),
    });
    account.deposit("USDT", "60");
    expect(await documentOf(allot("50"), settings)).toMatchObject({ cash: "150", allotted: "-850", spare: "10" });
    expect(await documentOf(allot("-20"), settings)).toMatchObject({ cash: "130", spare: null });
    await exchange.close();
    const shown = await documentOf(["account", ...LIVE], settings);
    expect(shown).toMatchObject({
      mode: "live",
      atVenue: {
        sandbox: true,
        accountId: "7001",
        heardAtMs: null,
        problem: expect.stringContaining("no desk"),
        socket: { heardAtMs: null, ageMs: null, problem: expect.any(String), askedEveryMs: 10_000 },
        differences: [],
        balances: [{ currency: "USDT", journal: "130", venue: null }],
      },
    });
    const { stdout } = await runCli(["account", ...LIVE], settings);
    expect(stdout).toMatch(/account 7001 at .*sandbox[\s\S]*differs {4}in nothing/);
    expect((await runCli(["status", ...LIVE], settings)).stdout).toMatch(/^account {4}7001 at .*, not compared yet/m);
  });
});
