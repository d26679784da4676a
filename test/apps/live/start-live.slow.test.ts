// A desk whose orders go to a venue, as its operator starts it: what is refused before any order, and by what name.
import { afterAll, describe, expect, it } from "vitest";
import type { Exchange } from "#test/exchanges/exchange.ts";
import type { TradingAccount } from "#test/exchanges/trading/trading-account.ts";
import { runCli } from "#test/support/cli.ts";
import { freshHome } from "#test/support/fresh-home.ts";
import { createDatabase, isPostgresThere } from "#test/support/postgres-database.ts";
import { LIVE, openLiveVenue, VENUE } from "./live-venue.ts";

const opened: Exchange[] = [];
afterAll(() => Promise.all(opened.map((exchange) => exchange.close())));

const hasPostgres = await isPostgresThere();

async function trade(
  args: readonly string[],
  {
    change,
    env = {},
    venueId = VENUE,
  }: {
    readonly change?: (account: TradingAccount) => void;
    readonly env?: Record<string, string>;
    readonly venueId?: string;
  } = {},
) {
  const { account, exchange, env: keys } = await openLiveVenue(change, venueId);
  opened.push(exchange);
  await using database = hasPostgres ? await createDatabase() : null;
  const settings = {
    ...keys,
    ...(database === null ? {} : { DATABASE_URL: database.url }),
    ...env,
  };
  const kept = Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== ""));
  await using home = await freshHome();
  const result = await runCli(["trade", "--once", ...args], { home: home.dir, env: kept });
  return { account, exchange, ...result };
}

describe("a desk whose orders go to a venue", () => {
  const refused: readonly [string, readonly string[], Record<string, string>, RegExp][] = [
    [
      "without a second word",
      LIVE.filter((one) => !["--live-account", "7001"].includes(one)),
      {},
      /takes a second word/,
    ],
    ["without PostgreSQL", LIVE, { DATABASE_URL: "" }, /Set DATABASE_URL/],
    ["without a key", LIVE, { DEEPTRADER_EXCHANGE_KEY: "" }, /without a key of the venue/],
    [
      "at a venue that was never tried",
      LIVE.map((one) => (one === VENUE ? "mexc" : one)),
      {},
      /never tried|has no sandbox/,
    ],
  ];
  it.each(refused)("is not begun %s", async (_, args, env, said) => {
    const { code, stderr, account, exchange } = await trade(args, { env });
    expect(stderr).toMatch(said);
    expect(code).not.toBe(0);
    expect([account.orders.length, exchange.count("place")]).toEqual([0, 0]);
  });

  it.runIf(hasPostgres)("is not begun without an amount", async () => {
    const { code, stderr, account, exchange } = await trade(LIVE.filter((one) => !["--cash", "1000"].includes(one)));
    expect([code, stderr]).toEqual([1, expect.stringMatching(/has not begun on account 7001[\s\S]*say with --cash/)]);
    expect([account.orders.length, exchange.count("place")]).toEqual([0, 0]);
  });

  const keys: readonly [string, (account: TradingAccount) => void, RegExp][] = [
    ["that may withdraw", ({ rights }) => void Object.assign(rights, { withdraw: true }), /may withdraw/],
    ["that may only read", ({ rights }) => void Object.assign(rights, { trade: false }), /may not trade/],
    [
      "that ends within a day",
      ({ rights }) => void Object.assign(rights, { expiresMs: Date.now() + 3_600_000 }),
      /expires within a day/,
    ],
    ["that has ended", ({ rights }) => void Object.assign(rights, { expiresMs: Date.now() - 1 }), /refuses/],
  ];
  it.runIf(hasPostgres).each(keys)("sends nothing with a key %s", async (_, change, said) => {
    // Binance's sandbox says nothing of what a key may do; Bybit's does.
    const args = LIVE.map((one) => (one === VENUE ? "bybit" : one));
    const { code, stderr, exchange } = await trade(args, { change, venueId: "bybit" });
    expect(stderr).toMatch(said);
    expect(code).toBe(1);
    expect(exchange.count("place")).toBe(0);
  });

  it.runIf(hasPostgres)("sends nothing with the key of another account, and names both", async () => {
    const { stderr, exchange } = await trade(LIVE.map((one) => (one === "7001" ? "7002" : one)));
    expect(stderr).toMatch(/account 7001, and --live-account names 7002/);
    expect(exchange.count("place")).toBe(0);
  });

  const places: readonly [string, readonly string[]][] = [
    ["in a sandbox", LIVE],
    ["with money", LIVE.filter((one) => one !== "--sandbox")],
  ];
  it.runIf(hasPostgres).each(places)("runs a cycle on its own account %s, and never shows the key", async (_, args) => {
    const { code, stdout, stderr, exchange, account } = await trade(args);
    expect([code, stderr]).toEqual([0, expect.any(String)]);
    expect(account.orders).toEqual([]);
    expect(exchange.count("balances")).toBeGreaterThan(0);
    for (const secret of ["test-key-1", "dGVzdC1zZWNyZXQ"]) expect(stdout + stderr).not.toContain(secret);
  });
});
