import { afterEach, describe, expect, it } from "vitest";
import { newsFinding } from "#apps/commands/doctor-news.ts";
import { newsCommand } from "#apps/commands/news.ts";
import type { NewsReport } from "#desk/overviews/news-report.ts";
import { DeskConfig } from "#schemas/config.ts";
import { UsageError } from "#schemas/errors.ts";
import { DAY_MS } from "#schemas/units.ts";
import { patience, testConfig } from "#test/support/desk.ts";
import { scriptedNews } from "#test/support/news.ts";
import { body, type FeedServer, openFeedServer, rss } from "#test/toolkits/news/feed-server.ts";
import { START_MS, simulatedDesk } from "./simulated-desk.ts";

async function deskWithNews() {
  const [feed, broken] = [
    scriptedNews([
      { title: "Venue Will List Foo (FOO)", publishedAtMs: START_MS - DAY_MS },
      { title: "Venue Will Delist BTC, \u001b[31mBAR", publishedAtMs: START_MS - 3 * DAY_MS },
      { title: "Old maintenance (BTC)", publishedAtMs: START_MS - 20 * DAY_MS },
      { title: "Not yet (BTC)", publishedAtMs: START_MS + DAY_MS },
    ]),
    scriptedNews(null, "broken.example"),
  ];
  const opened = await simulatedDesk({ assets: 4, news: [feed, broken] });
  for (const source of [feed, broken]) await opened.desk.news?.read(source, patience);
  return opened;
}

describe("news", () => {
  it("lists what is there, newest first, in quotes, and which feed was silent", async () => {
    const { run } = await deskWithNews();
    const { document, text } = await run<NewsReport>(newsCommand);
    expect(document.items.map(({ title }) => title)).toEqual([
      "Venue Will List Foo (FOO)",
      "Venue Will Delist BTC, [31mBAR",
    ]);
    expect(document.feeds.map(({ fault }) => fault === null)).toEqual([true, false]);
    expect(text).toContain('"Venue Will List Foo (FOO)"');
    expect(text).toContain("Not read when last asked: broken.example. There may be more.");
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that none is left is what is looked for
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
  });

  it("of one coin, since a moment, and as many as were asked for", async () => {
    const { run } = await deskWithNews();
    const titles = async (flags: object, args: string[] = []) =>
      (await run<NewsReport>(newsCommand, flags as never, args)).document.items.map(({ title }) => title.slice(0, 10));
    expect(await titles({ since: "30d" }, ["btc"])).toEqual(["Venue Will", "Old mainte"]);
    expect(await titles({ since: "2d" }, ["BTC/USDT"])).toEqual([]);
    expect(await titles({ limit: "1" })).toHaveLength(1);
    expect((await run(newsCommand, { since: "1d" }, ["ZZZ"])).text).toMatch(
      /\nNot read when last asked: broken.example. There may be more.$/,
    );
  });

  it("says that none is read, and refuses what is no coin", async () => {
    const { run } = await simulatedDesk({ assets: 4 });
    expect((await run(newsCommand)).text).toMatch(/\nNo news source is configured/);
    expect(() => newsCommand.check?.({ args: ["a b; rm"], flags: {} } as never)).toThrow(UsageError);
  });
});

describe("doctor", () => {
  const servers: FeedServer[] = [];
  afterEach(async () => {
    for (const server of servers.splice(0)) await server.close();
  });

  it("asks each feed, and names the one that cannot be read", async () => {
    const server = await openFeedServer();
    servers.push(server);
    server.serve("/good", body(rss([{ title: "x", date: "Mon, 05 Jan 2026 10:00:00 GMT" }])));
    server.serve("/html", body("<!doctype html><html></html>", "text/html"));
    const finding = (feeds: readonly string[], venue = "binance") =>
      newsFinding(DeskConfig.parse({ ...testConfig({}), venue, news: { feeds } }), patience);
    expect(await finding([])).toMatch(/^none is read/);
    expect(await finding([`${server.url}/good`], "sim")).toMatch(/beside a real venue only/);
    expect(await finding([`${server.url}/good`])).toEqual({
      state: "ok",
      detail: expect.stringMatching(/: 1 item, the newest of 2026-01-05 10:00 UTC$/),
    });
    expect(await finding([`${server.url}/good`, `${server.url}/html`])).toEqual({
      state: "warn",
      detail: expect.stringMatching(/\(2\) is an HTML page/),
    });
  });
});
