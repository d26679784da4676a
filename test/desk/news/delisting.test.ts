import { describe, expect, it } from "vitest";
import { quotedTitle } from "#desk/news/delistings.ts";
import { watchBetween } from "#desk/watch/watch.ts";
import { patience } from "#test/support/desk.ts";
import { scriptedNews } from "#test/support/news.ts";
import { AAA, BBB, openStaged, type StagedDesk } from "../watch/staged-world.ts";

const NOTICE = { guid: "n", title: "Venue Will Delist AAA and ZZZ on 2026-03-09" };

async function read({ test }: StagedDesk): Promise<void> {
  const { news, clock } = test().desk;
  for (const source of news?.due(clock.now()) ?? []) await news?.read(source, patience);
  await watchBetween(test().desk, patience);
}
const told = async (staged: StagedDesk) =>
  (await staged.alerts()).filter(({ kind }) => kind === "delisting-notice").map(({ symbol, text }) => [symbol, text]);

describe("a delisting notice", () => {
  it("of a market that is held is an alert, once, whatever is read, edited, run or opened again", async () => {
    const source = scriptedNews([NOTICE]);
    const staged = await openStaged({ news: [source], restarts: true });
    await staged.run(3);
    await read(staged);
    expect(await told(staged)).toEqual([
      [
        AAA,
        'A delisting notice names AAA, of which AAA/USDT is held: "Venue Will Delist AAA and ZZZ on 2026-03-09" (venue.example, 2026-03-02 09:10 UTC). Nothing is sold for it; read it, and `close` if it is yours.',
      ],
    ]);
    source.headlines = [{ ...NOTICE, title: "Venue Will Delist AAA, YYY and ZZZ" }];
    for (let round = 0; round < 3; round += 1) {
      await staged.run(4);
      await read(staged);
    }
    await staged.again();
    expect(await told(staged)).toHaveLength(1);
    // What it says is told to a person; nothing is done for it.
    expect(
      (await staged.test().events()).filter((event) => event.type === "fill" && event.fill.side === "sell"),
    ).toEqual([]);
  });

  it("is told for each market that it names, and each notice by itself", async () => {
    const source = scriptedNews([NOTICE, { guid: "m", title: "Delisting of AAA & BBB" }]);
    const staged = await openStaged({ news: [source] });
    await staged.run(3);
    await read(staged);
    expect((await told(staged)).map(([symbol]) => symbol)).toEqual([AAA, AAA, BBB]);
  });

  it("of what is not held is none, until it is held", async () => {
    const staged = await openStaged({ news: [scriptedNews([NOTICE])] });
    await read(staged);
    expect(await told(staged)).toEqual([]);
    await staged.run(4);
    expect(await told(staged)).toHaveLength(1);
  });

  it("that is dated in the future is none before its time, and one that is long over is none", async () => {
    const staged = await openStaged();
    const atMs = staged.test().desk.clock.now();
    const source = scriptedNews([
      { ...NOTICE, publishedAtMs: atMs + 3 * 3_600_000 },
      { guid: "old", title: "Venue Will Delist BBB", publishedAtMs: atMs - 61 * 86_400_000 },
    ]);
    const later = await openStaged({ news: [source] });
    await later.run(3);
    await read(later);
    await later.run(30);
    expect(await told(later)).toEqual([]);
    await later.run(6);
    expect((await told(later)).map(([symbol]) => symbol)).toEqual([AAA]);
  });

  it("is none where the title says listing, maintenance, futures, or that nothing is delisted", async () => {
    const titles = [
      "Venue Will List AAA",
      "Wallet maintenance (AAA)",
      "Futures: Delisting of AAA Perpetual",
      "Venue will not delist AAA (AAA)",
    ];
    const staged = await openStaged({ news: [scriptedNews(titles.map((title) => ({ title })))] });
    await staged.run(3);
    await read(staged);
    expect(await told(staged)).toEqual([]);
  });
});

describe("a title in a message", () => {
  it.each([
    ["[claim](https://evil.example) @everyone <!channel>", '"claim (https evil.example) everyone !channel"'],
    ["*bold* _it_ ~no~ `code` {{f1}} a|b #tag", '"bold it no code f1 a b tag"'],
    ['say "hi"', '"say hi"'],
    ["Лис\u202eтинг 上架", '"Лис тинг 上架"'],
  ])("%s: nothing that a messenger acts on is left", (title, shown) => expect(quotedTitle(title)).toBe(shown));
});
