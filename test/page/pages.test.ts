// The pages as they leave the desk: structure, names as text, who may press what, and how often they are drawn.

import { Hono } from "hono";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Door } from "#apps/door.ts";
import type { HttpEnv } from "#apps/http/guards.ts";
import type { Documents } from "#apps/page/documents.ts";
import { PAGES } from "#apps/page/pages.ts";
import { pageRoutes } from "#apps/page/routes.ts";
import type { Quantity } from "#schemas/money.ts";
import { type MarketSymbol, unixMs } from "#schemas/units.ts";
import { START_MS } from "#test/apps/simulated-desk.ts";
import { servedDesk } from "#test/http/served-desk.ts";

const BTC = "BTC/USDT" as MarketSymbol;
const HOSTILE = `<script>alert("x")</script>'"&`;
const ADDRESSES = [
  "/",
  "/memory?market=BTC/USDT",
  "/market",
  "/market/BTC/USDT",
  "/thoughts",
  "/chat",
  "/ledger",
  "/research",
];

let desk: Awaited<ReturnType<typeof servedDesk>>;
beforeAll(async () => {
  desk = await servedDesk();
});
afterAll(() => desk.close());

/** Behind guards that have let in who asks. */
function pagesOf(door: Door, scope: "read" | "act" = "act") {
  const app = new Hono<HttpEnv>();
  app.use(async (context, next) => {
    context.set("scope", scope);
    await next();
  });
  app.route("/", pageRoutes(door));
  return async (path: string): Promise<string> => (await app.request(path)).text();
}

/** The desk's door, with documents changed on their way out, and its calls counted. */
function doorWith(change: (command: string, document: unknown) => unknown = (_, document) => document) {
  const asked: string[] = [];
  const door: Door = {
    ...desk.door,
    run: async (command, input) => {
      asked.push(command);
      return change(command, await desk.door.run(command, input));
    },
  };
  return { door, asked };
}

const count = (text: string, pattern: RegExp): number => text.match(pattern)?.length ?? 0;

describe("every page", () => {
  it("is one of those walked here", () => {
    const paths = ADDRESSES.map((address) => address.split("?")[0]?.replace("BTC", ":base").replace("USDT", ":quote"));
    expect(paths).toEqual(PAGES.map(({ path }) => path));
  });

  it.each(ADDRESSES)(
    "%s has one heading, its landmarks, a name for every table, and cells with a scope",
    async (address) => {
      const text = await pagesOf(desk.door)(address);
      expect(count(text, /<h1[ >]/g)).toBe(1);
      for (const tag of ["main", "nav", "header", "footer"])
        expect([tag, count(text, new RegExp(`<${tag}[ >]`, "g")) > 0]).toEqual([tag, true]);
      expect(count(text, /<table/g)).toBe(count(text, /<caption/g));
      expect(count(text, /<th[ >]/g)).toBe(count(text, /<th scope="(col|row)"/g));
      expect(text).toMatch(/<title>SIMULATED/);
      expect(text).toContain("SIMULATED – invented prices");
      expect(text).not.toContain('problem" role="alert" data-part');
    },
  );

  it.each(ADDRESSES)("%s has no inline style or script, which the policy of the page would refuse", async (address) => {
    const text = await pagesOf(desk.door)(address);
    expect(text).not.toMatch(/ style=|<style|<script(?![^>]* src=)| on[a-z]+="/);
    expect(text).not.toMatch(/hx-on|javascript:/);
    expect(text).not.toMatch(/(src|href)="(?!\/|#|https:\/\/www\.tradingview\.com\/)/);
  });

  it.each(ADDRESSES)("%s gives its parts alone to who asks for them again", async (address) => {
    const ask = pagesOf(desk.door);
    const whole = await ask(address);
    const again = /hx-get="([^"]+)"/.exec(whole)?.[1]?.replaceAll("&amp;", "&") ?? "";
    const parts = await ask(again);
    expect(parts).not.toContain("<html");
    for (const [, id] of parts.matchAll(/hx-target="#([^"]+)"/g))
      expect(whole).toContain(`<div id="${id}" class="part">`);
    expect(count(parts, /<hx-partial /g)).toBe(count(whole, / class="part">/g));
  });
});

describe("what others wrote", () => {
  it("is text on the page: names of tokens, reasons, proposals, alerts", async () => {
    const { door } = doorWith((_, document) =>
      JSON.parse(JSON.stringify(document), (key, value: unknown) =>
        typeof value === "string" && ["reason", "text", "evidence", "by", "words", "buyAndHold"].includes(key)
          ? HOSTILE
          : value,
      ),
    );
    await desk.ask("/api/v1/block", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: '{"what":"BTC"}',
    });
    for (const address of ADDRESSES) {
      const text = await pagesOf(door)(address);
      expect(text).not.toContain("<script>alert");
    }
    const text = await pagesOf(door)("/memory?market=BTC/USDT");
    expect(text).toContain("&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;&#39;&quot;&amp;");
  });

  it("is text in what is typed, too", async () => {
    const query = encodeURIComponent(HOSTILE);
    for (const path of [
      `/memory?search=${query}&market=${query}&sort=${query}`,
      `/market/${query}/USDT`,
      `/login?problem=${query}`,
    ])
      expect(await pagesOf(desk.door)(path)).not.toContain("<script>alert");
  });
});

describe("the account at a venue", () => {
  const atVenue: NonNullable<Documents["account"]["atVenue"]> = {
    sandbox: true,
    accountId: "7001",
    heardAtMs: unixMs(START_MS),
    ageMs: 0,
    problem: "It did not answer.",
    socket: { heardAtMs: unixMs(START_MS), ageMs: 3000, problem: "", askedEveryMs: 10_000 },
    entriesBarred: "it differs",
    inFlight: [],
    inDoubt: [],
    cover: [
      { strategyId: "s", symbol: BTC, quantity: "2" as Quantity, dust: false, stops: [], uncovered: "1.5" as Quantity },
    ],
    differences: [
      {
        ...{ key: "short:USDT", kind: "short", amount: "100", text: HOSTILE, state: "found" },
        ...{ sinceMs: unixMs(START_MS), by: null, reason: null, barsEntries: true, command: "deeptrader accept" },
      },
    ],
    unclaimed: [],
    balances: [{ currency: "USDT", journal: "1000", venue: "900", reserved: "0" }],
  };
  const liveDoor = (): Door => {
    const { door } = doorWith((command, document) =>
      command === "account" ? { ...(document as object), mode: "live", atVenue } : document,
    );
    return { ...door, about: { ...door.about, run: "live:sandbox:7001" } };
  };

  it("stands beside the positions of a live desk: compared when, what has no stop, where it differs", async () => {
    const text = await pagesOf(liveDoor())("/");
    expect(text).toMatch(/<h2 id="venue-title">Account at the venue<\/h2>/);
    expect(text).toContain("short:USDT");
    expect(text).toMatch(/1\.5 of <a href="\/market\/BTC\/USDT">BTC\/USDT<\/a> has no stop at the venue/);
    expect(text).toContain("It did not answer.");
    expect(text).toMatch(/<h2 id="slippage-title">[\s\S]*No order has ended yet\./);
    expect(text).toContain("heard 3 s ago");
    expect(text).not.toContain("<script>alert");
    expect(count(text, /<table/g)).toBe(count(text, /<caption/g));
    expect(text).not.toContain('problem" role="alert" data-part');
  });

  it("is on no page of a desk on paper, and costs it no question", async () => {
    const { door, asked } = doorWith();
    expect(await pagesOf(door)("/")).not.toContain("Account at the venue");
    expect(asked).not.toContain("account");
    expect(asked).not.toContain("slippage");
  });
});

describe("a browser that may only read", () => {
  it("is given no button that acts, and the others are", async () => {
    expect(await pagesOf(desk.door, "act")("/")).toContain('data-act="halt"');
    expect(await pagesOf(desk.door, "read")("/")).not.toMatch(/data-act=|<dialog id="act"/);
  });
});

describe("fifty open pages", () => {
  it("cost one: each document is read once, until something happens", async () => {
    const { door, asked } = doorWith();
    const ask = pagesOf(door);
    await Promise.all(Array.from({ length: 50 }, () => ask("/?part=live")));
    expect(count(asked.join(" "), /\bpositions\b/g)).toBe(1);
    expect(asked.filter((command) => command === "status")).toHaveLength(1);
    await ask("/?part=live");
    await ask("/");
    expect(asked.filter((command) => command === "status")).toHaveLength(1);
    const revision = desk.feed.revision();
    desk.feed.slotEnded(desk.clock.now());
    expect(desk.feed.revision()).toBeGreaterThan(revision);
    await ask("/?part=live");
    expect(asked.filter((command) => command === "status")).toHaveLength(2);
  });

  it("are told of a failure in the place of the part that failed, and try again", async () => {
    let isBroken = true;
    const { door } = doorWith((command, document) => {
      if (command === "positions" && isBroken) throw new Error("the store <is> away");
      return document;
    });
    const ask = pagesOf(door);
    const text = await ask("/");
    expect(text).toContain("the store &lt;is&gt; away");
    expect(text).toContain("run-started");
    isBroken = false;
    desk.feed.slotEnded(desk.clock.now());
    expect(await ask("/")).not.toContain("is&gt; away");
  });
});

describe("a desk on the system clock that does no slots any more", () => {
  it("is said to be late after two of them, though it answers", async () => {
    const { lastSleepSlot } = (await desk.door.run("status", { args: [], flags: {} })) as { lastSleepSlot: number };
    const pageLate = (minutes: number, run = "live") =>
      pagesOf({ ...desk.door, about: { ...desk.door.about, run }, nowMs: () => lastSleepSlot + minutes * 60_000 })("/");
    expect(await pageLate(11)).toContain("No slot for 11 min: numbers are of 12:00 UTC.");
    expect(await pageLate(9)).not.toContain("No slot for");
    // A simulated clock stands still as long as it is told to.
    expect(await pageLate(11, "sim-1")).not.toContain("No slot for");
  });
});

describe("the map of the memory", () => {
  it("is searched, filtered and sorted by what the address says", async () => {
    const ask = pagesOf(desk.door);
    const symbols = (text: string) => [...text.matchAll(/<tr id="market-([^"]+)"/g)].map(([, symbol]) => symbol);
    const all = symbols(await ask("/memory"));
    expect(all).toHaveLength(4);
    expect(symbols(await ask("/memory?search=btc"))).toEqual(["BTC/USDT"]);
    expect(symbols(await ask("/memory?sort=market&dir=desc"))).toEqual(all.toSorted().reverse());
    const { markets } = (await desk.door.run("memory map", { args: [], flags: {} })) as {
      markets: { symbol: string; rsi: number }[];
    };
    expect(symbols(await ask("/memory?sort=rsi"))).toEqual(
      markets.toSorted((a, b) => a.rsi - b.rsi).map(({ symbol }) => symbol),
    );
    expect(await ask("/memory?only=held")).toContain("No market is like that now.");
    expect(symbols(await ask("/memory?sort=constructor&only=toString"))).toEqual(all);
  });
});
