import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { NEVER_ABORTED } from "#schemas/abort.ts";
import type { NewsItem } from "#schemas/news.ts";
import { unixMs } from "#schemas/units.ts";
import { newsSourceContract, SEEN_MS } from "#test/contract/news-source.ts";
import { feedSources } from "#toolkits/news/feed-source.ts";
import { MOST_BYTES } from "#toolkits/news/get-feed.ts";
import { atom, body, type FeedServer, openFeedServer, rdf, rss } from "./feed-server.ts";

const DELIST = "Venue Will Delist ABC (ABC)";
const AT = "Mon, 05 Jan 2026 10:00:00 GMT";
const ENTRIES = [
  { guid: "g1", title: DELIST, link: "https://venue.example/1", date: AT },
  { guid: "g2", title: "Venue Will List Foo (FOO)", link: "https://venue.example/2", date: AT },
];
/** Long enough for an answer of this machine, short for one that never comes. */
const PATIENCE_MS = 5_000;
const HANGS_MS = 60;

let server: FeedServer;
beforeAll(async () => {
  server = await openFeedServer();
  server.serve("/rss", body(rss(ENTRIES)));
  server.serve("/silent", () => {});
  server.serve("/html", body("<!DOCTYPE html><html><head><title>Maintenance</title></head></html>", "text/html"));
});
afterAll(() => server.close());

const sourceOf = (path: string, deadlineMs = PATIENCE_MS) => {
  const [source] = feedSources([`${server.url}${path}`], deadlineMs);
  if (source === undefined) throw new Error("no source");
  return source;
};
const itemsAt = (path: string, nowMs = SEEN_MS): Promise<readonly NewsItem[]> =>
  sourceOf(path).items({ nowMs }, NEVER_ABORTED);
let serial = 0;
/** What is read of this answer. */
async function read(answer: Parameters<FeedServer["serve"]>[1], nowMs = SEEN_MS): Promise<readonly NewsItem[]> {
  serial += 1;
  server.serve(`/${serial}`, answer);
  return itemsAt(`/${serial}`, nowMs);
}
const titles = (items: readonly NewsItem[]): readonly string[] => items.map(({ title }) => title);
const titleOf = async (title: string): Promise<string | undefined> => titles(await read(body(rss([{ title }]))))[0];

describe("feed source", () =>
  newsSourceContract({
    open: () => sourceOf("/rss"),
    silent: () => sourceOf("/silent", HANGS_MS),
    broken: () => sourceOf("/html"),
  }));

describe("what a feed may be", () => {
  it("reads RSS 2.0, RSS 1.0 and Atom alike", async () => {
    const iso = ENTRIES.map((entry) => ({ ...entry, date: "2026-01-05T10:00:00Z" }));
    const [two, one, third] = [
      await read(body(rss(ENTRIES))),
      await read(body(rdf(iso), "application/rdf+xml")),
      await read(body(atom(iso), "application/atom+xml")),
    ];
    expect(two).toHaveLength(2);
    expect(one).toEqual(two);
    expect(third).toEqual(two);
    expect(two[0]?.link).toBe("https://venue.example/1");
  });

  it.each([["text/plain"], ["text/html"], ["application/octet-stream"], ["image/png; charset=utf-8"], [""]])(
    "takes a feed whose answer says it is %j",
    async (type) => expect(titles(await read(body(rss(ENTRIES), type)))[0]).toBe(DELIST),
  );

  it("takes a feed that came compressed, and one with white space before it", async () => {
    const packed = await read(
      (_, response) => void response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync(rss(ENTRIES))),
    );
    expect(titles(packed)[0]).toBe(DELIST);
    expect(titles(await read(body(`\n  ${rss(ENTRIES)}`)))[0]).toBe(DELIST);
  });

  it.each([
    [
      "windows-1252, said by the document",
      Buffer.from(rss([{ title: "Caf\u00e9" }], '<?xml version="1.0" encoding="windows-1252"?>'), "latin1"),
      "text/xml",
    ],
    [
      "ISO-8859-1, said by the answer",
      Buffer.from(rss([{ title: "Caf\u00e9" }], ""), "latin1"),
      "text/xml; charset=ISO-8859-1",
    ],
    ["UTF-16 by its mark", Buffer.from(`\ufeff${rss([{ title: "Caf\u00e9" }], "")}`, "utf16le"), "text/xml"],
    [
      "UTF-8 by its mark, whatever the answer says",
      Buffer.from(`\ufeff${rss([{ title: "Caf\u00e9" }], "")}`),
      "text/xml; charset=latin1",
    ],
  ])("reads %s", async (_, bytes, type) => expect(titles(await read(body(bytes, type)))).toEqual(["Caf\u00e9"]));

  it("reads titles in CDATA, escaped once or twice, with markup in them", async () => {
    expect(await titleOf("<![CDATA[A & B <b>bold</b>]]>")).toBe("A & B bold");
    expect(await titleOf("A &amp; B &lt;b&gt;bold&lt;/b&gt;")).toBe("A & B bold");
    expect(await titleOf("A &amp;amp; B&amp;#8217;s")).toBe("A & B\u2019s");
    expect(await titleOf("<![CDATA[one]]> &amp; <![CDATA[two]]>")).toBe("one & two");
    expect(await titleOf("a &nbsp;&rsquo; b")).toBe("a \u2019 b");
  });

  it("makes one line of it: control and formatting characters go, and what is too long is cut", async () => {
    expect(await titleOf("a&#10;b&#9;c&#x202e;d&#x200b;e&#x85;f")).toBe("a b c d e f");
    const long = await titleOf("\u{1f680}".repeat(300));
    expect(Array.from(long ?? "")).toHaveLength(201);
    expect(long?.endsWith("\u2026")).toBe(true);
  });

  it("leaves out what has no title, and keeps what has no date, as not known when", async () => {
    const items = await read(body(rss([{ guid: "a" }, { guid: "b", title: "&#32;" }, { guid: "c", title: "x" }])));
    expect(items).toMatchObject([{ title: "x", publishedAtMs: null }]);
  });

  it.each([
    ["2026-01-05T10:00:00+02:00", Date.parse("2026-01-05T08:00:00Z")],
    ["2026-01-05T10:00Z", Date.parse("2026-01-05T10:00:00Z")],
    ["05 Jan 2026 10:00 EST", Date.parse("2026-01-05T15:00:00Z")],
    // Without a zone it may be fourteen hours from what is meant.
    ["Mon, 05 Jan 2026 10:00:00", null],
    ["2026-01-05", null],
    ["yesterday", null],
    ["9".repeat(400), null],
    ["Mon, 99 Foo 2026 10:00:00 GMT", null],
  ])("reads the date %s", async (date, atMs) =>
    expect((await read(body(rss([{ title: "x", date }]))))[0]?.publishedAtMs).toBe(atMs),
  );

  it("forgives a clock that goes ten minutes ahead, and keeps what is dated later", async () => {
    const dated = (aheadMs: number) => ({ title: `${aheadMs}`, date: new Date(SEEN_MS + aheadMs).toISOString() });
    const items = await read(body(rss([dated(600_000), dated(601_000)])));
    expect(items.map(({ publishedAtMs }) => publishedAtMs)).toEqual([SEEN_MS, SEEN_MS + 601_000]);
  });

  it("takes of one that comes twice the first", async () => {
    const items = await read(
      body(
        rss([
          { guid: "g", title: "new" },
          { guid: "g", title: "old" },
        ]),
      ),
    );
    expect(titles(items)).toEqual(["new"]);
  });

  it("keeps an edited item under its id, and tells items apart that have no name of their own", async () => {
    const [before] = await read(body(rss([{ guid: "g", title: "old" }])));
    const [after] = await read(body(rss([{ guid: "g", title: "new" }])));
    expect(after?.id).toBe(before?.id);
    const nameless = await read(
      body(rss([{ title: "a" }, { title: "b" }, { title: "a", link: "https://venue.example/a" }])),
    );
    expect(new Set(nameless.map(({ id }) => id)).size).toBe(3);
  });

  it.each([
    ["javascript:alert(1)", null],
    ["data:text/html,x", null],
    ["file:///etc/passwd", null],
    ["https://user:secret@venue.example/x", null],
    [`https://venue.example/${"x".repeat(3000)}`, null],
    ["https://venue.example/a b", "https://venue.example/a%20b"],
  ])("gives the link %s as %s", async (link, given) =>
    expect((await read(body(rss([{ title: "x", link }]))))[0]?.link).toBe(given),
  );
});

describe("what is no feed", () => {
  const bomb = Array.from({ length: 10 }, (_, n) => `<!ENTITY l${n + 1} "${`&l${n};`.repeat(10)}">`).join("");
  it.each<[string, string | Uint8Array, RegExp]>([
    ["an empty answer", "", /is empty/],
    ["JSON", '{"items":[]}', /is no XML/],
    ["an HTML page", "<html><body>rss</body></html>", /is an HTML page/],
    ["another document", "<svg xmlns='http://www.w3.org/2000/svg'/>", /is no feed: its outermost tag is "svg"/],
    ["one that is cut in a title", rss(ENTRIES).slice(0, 300), /not well-formed/],
    ["one that is cut between two items", rss(ENTRIES).replace("</channel></rss>", ""), /not well-formed/],
    ["tags that do not match", rss(ENTRIES).replace("</channel>", "</chanel>"), /not well-formed/],
    ["a loose ampersand", rss([{ title: "A & B" }]), /not well-formed/],
    ["a billion laughs", `<!DOCTYPE r [<!ENTITY l0 "lol">${bomb}]>${rss([{ title: "&l10;" }], "")}`, /not well-formed/],
    [
      "an entity from elsewhere",
      `<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>${rss([{ title: "&x;" }], "")}`,
      /not well-formed/,
    ],
    ["tags without end", `<rss><channel>${"<a>".repeat(200_000)}`, /deep/],
    [
      "attributes without end",
      `<rss ${Array.from({ length: 100_000 }, (_, n) => `a${n}="1"`).join(" ")}>`,
      /attributes/,
    ],
    [
      "an unknown encoding",
      rss(ENTRIES, '<?xml version="1.0" encoding="x-none"?>'),
      /encoding that is not known \(x-none\)/,
    ],
    ["bytes", Uint8Array.from({ length: 500 }, (_, n) => n % 256), /is no XML|is empty/],
  ])("names %s", async (_, content, words) => {
    await expect(read(body(content, "text/xml"))).rejects.toThrow(words);
  });

  it("stops reading what is too large", async () => {
    const endless = read((_, response) => {
      response.writeHead(200);
      const chunk = Buffer.alloc(100_000, "<a>");
      const more = (): void => {
        while (response.write(chunk) && !response.destroyed);
      };
      response.on("drain", more);
      more();
    });
    await expect(endless).rejects.toThrow(`more than ${MOST_BYTES / 1_000_000} MB`);
  });

  it("reads the newest 200 items of a long one", async () => {
    const many = Array.from({ length: 1_000 }, (_, n) => ({ guid: `${n}`, title: `item ${n}` }));
    const items = await read(body(rss(many)));
    expect(items).toHaveLength(200);
    expect(items.at(-1)?.title).toBe("item 199");
  });

  it("gives up on one that begins and never ends", async () => {
    server.serve("/drips", (_, response) => void response.writeHead(200).write("<rss>"));
    await expect(sourceOf("/drips", HANGS_MS).items({ nowMs: SEEN_MS }, NEVER_ABORTED)).rejects.toThrow(/within 60 ms/);
  });

  it.each([[404], [429], [500], [204]])("names the answer %i", async (status) => {
    const answered = read((_, response) => void response.writeHead(status).end());
    await expect(answered).rejects.toThrow(status === 204 ? /is empty/ : `answered ${status}`);
  });

  it("names a host that is not there, and never the path, which may be a secret", async () => {
    const gone = feedSources(["http://127.0.0.1:9/feed?key=s3cret"], PATIENCE_MS);
    const error: Error = await Promise.all(gone.map((one) => one.items({ nowMs: SEEN_MS }, NEVER_ABORTED))).then(
      () => new Error("answered"),
      (reason: Error) => reason,
    );
    expect(error.message).toMatch(/127\.0\.0\.1:9 could not be reached/);
    expect(error.message).not.toContain("s3cret");
  });
});

describe("a feed behind a password", () => {
  it("is asked with it, and neither another host nor a message learns of it", async () => {
    const address = new URL(`${server.url}/locked`);
    address.username = "me";
    address.password = "s3cret";
    server.serve("/locked", (request, response) => {
      const isIn = request.headers.authorization === `Basic ${Buffer.from("me:s3cret").toString("base64")}`;
      if (isIn) response.writeHead(302, { location: elsewhere }).end();
      else response.writeHead(401).end();
    });
    const other = await openFeedServer();
    other.serve("/open", body(rss(ENTRIES)));
    const elsewhere = `${other.url}/open`;
    const [source] = feedSources([address.href], PATIENCE_MS);
    expect(await source?.items({ nowMs: SEEN_MS }, NEVER_ABORTED)).toHaveLength(2);
    expect(other.asked.map(({ headers }) => headers.authorization)).toEqual([undefined]);
    expect(source?.id).toBe(address.host);
    await other.close();
  });
});

describe("redirects", () => {
  const to =
    (location: string) =>
    (_: unknown, response: { writeHead: (status: number, headers: object) => { end: () => void } }) =>
      response.writeHead(302, { location }).end();

  it("follows three, and no fourth", async () => {
    for (const n of [1, 2, 3, 4]) server.serve(`/hop${n}`, to(n === 1 ? "/rss" : `/hop${n - 1}`) as never);
    expect(await itemsAt("/hop3")).toHaveLength(2);
    await expect(itemsAt("/hop4")).rejects.toThrow(/more than 3 times/);
  });

  it.each([["http://venue.example/feed"], ["file:///etc/passwd"], ["//"], ["ftp://venue.example/"]])(
    "does not follow one to %s",
    async (location) => {
      server.serve("/away", to(location) as never);
      await expect(itemsAt("/away")).rejects.toThrow(/where it is not followed/);
    },
  );
});

describe("several feeds", () => {
  it("numbers those of one host, and asks an address that is there twice once", () => {
    const sources = feedSources([
      "https://a.example/x",
      "https://a.example/y",
      "https://b.example/",
      "https://a.example/x",
    ]);
    expect(sources.map(({ id }) => id)).toEqual(["a.example", "a.example (2)", "b.example"]);
  });

  it("knows one article of two feeds of a host as one", async () => {
    server.serve("/all", body(rss(ENTRIES)));
    const [own] = await itemsAt("/rss");
    const [other] = await itemsAt("/all", unixMs(SEEN_MS + 1));
    expect(other?.id).toBe(own?.id);
  });
});
