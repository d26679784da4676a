// The Market and Thoughts pages: their figures are those of the documents, what others wrote is text, and an unknown name is told.

import { Hono } from "hono";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Door } from "#apps/door.ts";
import type { HttpEnv } from "#apps/http/guards.ts";
import type { Documents } from "#apps/page/documents.ts";
import { drawnOf } from "#apps/page/pages/market/chart.ts";
import { pageRoutes } from "#apps/page/routes.ts";
import { formatAmount } from "#desk/documents/format.ts";
import { unixMs } from "#schemas/units.ts";
import { servedDesk } from "#test/http/served-desk.ts";
import { fullDesk } from "./full-desk.ts";

const HOSTILE = `<script>alert("x")</script>'"&`;

/** The pages of a door, for a browser that has been let in. */
function pagesOf(door: Door, scope: "read" | "act" = "act") {
  const app = new Hono<HttpEnv>();
  app.use(async (context, next) => {
    context.set("scope", scope);
    await next();
  });
  app.route("/", pageRoutes(door));
  return async (path: string): Promise<string> => (await app.request(path)).text();
}

const read = async <Name extends keyof Documents>(door: Door, command: Name, ...args: string[]) =>
  (await door.run(command, { args, flags: {} })) as Documents[Name];

const unescaped = (text: string): string =>
  text.replace(
    /&(quot|#39|lt|gt|amp);/g,
    (_, name: string) => ({ quot: '"', "#39": "'", lt: "<", gt: ">", amp: "&" })[name] ?? "",
  );
const escaped = (text: string): string =>
  text.replace(/[&<>"']/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" })[c] ?? c);
const textOf = (page: string): string => unescaped(page.replace(/<[^>]+>/g, " "));

describe("a desk without a model", () => {
  let desk: Awaited<ReturnType<typeof servedDesk>>;
  beforeAll(async () => {
    desk = await servedDesk();
  });
  afterAll(() => desk.close());

  it("draws the very candles of the document, and says them in words and in a table", async () => {
    const report = await read(desk.door, "market", "BTC");
    const page = await pagesOf(desk.door)("/market/BTC/USDT");
    const drawn = JSON.parse(unescaped(/data-chart="([^"]*)"/.exec(page)?.[1] ?? ""));
    expect(drawn).toEqual(JSON.parse(JSON.stringify(drawnOf(report))));
    expect(drawn.candles).toHaveLength(report.candles.candles.length);
    const last = report.candles.candles.at(-1);
    if (last === undefined) throw new Error("there are candles");
    expect(drawn.candles.at(-1)).toEqual([
      last.openMs / 1000,
      last.open,
      last.high,
      last.low,
      last.close,
      last.rsi,
      last.upper,
      last.middle,
      last.lower,
      0,
    ]);
    const table = textOf(/<details id="market-candles">[\s\S]*?<\/details>/.exec(page)?.[0] ?? "");
    for (const value of [
      last.open,
      last.high,
      last.low,
      last.close,
      last.lower ?? 0,
      last.middle ?? 0,
      last.upper ?? 0,
    ])
      expect(table).toContain(formatAmount(value));
    expect(/aria-label="(BTC\/USDT: [^"]+)"/.exec(page)?.[1]).toContain(`last close ${formatAmount(last.close)}`);
    const text = textOf(page);
    expect(text).toContain(report.record?.indicators.rsiWilder?.toFixed(2));
    expect(text).toContain(formatAmount(report.record?.indicators.atr ?? 0));
    for (const check of report.record?.security.checks ?? []) expect(text).toContain(check.evidence);
  });

  it("says of a token the verdict first, what is wrong, which coin it is, and whose word that is and from when", async () => {
    const seenMs = Date.UTC(2024, 0, 2, 3, 4);
    const check = (id: string, state: "pass" | "fail" | "unknown", source: string, evidence: string) =>
      ({ id, state, severity: "medium", source, evidence }) as const;
    const door: Door = {
      ...desk.door,
      run: async (command, input) => {
        const document = await desk.door.run(command, input);
        if (command !== "market") return document;
        const report = document as Documents["market"];
        if (report.record === null) throw new Error("there is a record");
        const security = {
          ...report.record.security,
          verdict: "caution",
          reason: "Caution: new tokens can be made.",
          chain: "1",
          contract: "0x514910771af9ca656af840dff83e8264ecf986ca",
          implementation: "0x00000000000000000000000000000000000000aa",
          checks: [
            check("ranked", "pass", "coingecko", "Chainlink (LINK), rank 14 by market cap"),
            check("is_mintable", "fail", "goplus", "new tokens can be made <b>at will</b>"),
            check("buy_tax", "unknown", "honeypot.is", "buy_tax is not reported"),
          ],
          evidence: [
            { source: "identity", observedAtMs: seenMs, validUntilMs: report.nowMs + 1 },
            { source: "goplus", observedAtMs: seenMs + 3_600_000, validUntilMs: report.nowMs },
          ],
        };
        return { ...report, record: { ...report.record, security } };
      },
    };
    const page = await pagesOf(door)("/market/BTC/USDT");
    const [panel = ""] = /<section[^>]*"security-title"[\s\S]*?<\/section>/.exec(page) ?? [];
    expect(panel).not.toContain("<b>at will");
    const text = textOf(panel).replace(/\s+/g, " ");
    const order = [
      "caution",
      "is_mintable failed, medium: new tokens can be made",
      "buy_tax not known: buy_tax is not reported",
      "Chainlink (LINK), rank 14 by market cap · contract 0x514910771af9ca656af840dff83e8264ecf986ca on Ethereum · a proxy, whose code is 0x00000000000000000000000000000000000000aa",
      "Evidence source seen holds to",
      "What they say, in 3 checks",
      "Checks check state source",
    ].map((words) => text.indexOf(words));
    expect(order).toEqual(order.toSorted((a, b) => a - b));
    expect(order).not.toContain(-1);
    // Beside each source its own time, beside a report that is over that it is.
    expect(text).toMatch(/identity 2024-01-02 03:04 UTC \d{4}-\d\d-\d\d \d\d:\d\d UTC/);
    expect(text).toMatch(/goplus 2024-01-02 04:04 UTC over since \d{4}-\d\d-\d\d \d\d:\d\d UTC/);
    expect(text).toContain("ranked passed coingecko Chainlink (LINK), rank 14 by market cap");
    expect(text).toMatch(/is_mintable failed, medium goplus new tokens can be made/);
  });

  it("marks what was corrected on the chart, leaves holes free, and lists both with what was in doubt", async () => {
    const [first, second] = (await read(desk.door, "market", "BTC")).candles.candles;
    if (first === undefined || second === undefined) throw new Error("there are candles");
    const values = { open: 1, high: 3, low: 1, close: 2, volume: 5 };
    const door: Door = {
      ...desk.door,
      run: async (command, input) => {
        const document = await desk.door.run(command, input);
        if (command !== "market") return document;
        const report = document as Documents["market"];
        const [, , ...rest] = report.candles.candles;
        const at = { openMs: second.openMs, closeMs: second.openMs + 300_000, knownFromMs: second.openMs };
        const correction = { ...at, replacedMs: second.openMs + 900_000, was: values, is: { ...values, close: 2.5 } };
        const said = [
          { kind: "hole", atMs: first.openMs, text: "told beside how many" },
          { kind: "pending", atMs: first.openMs, text: "waits for a second word" },
        ];
        const candles = [{ ...second, corrected: true }, ...rest];
        const holes = [{ fromMs: first.openMs, candles: 1 }];
        return { ...report, candles: { ...report.candles, candles, holes, notes: said, corrections: [correction] } };
      },
    };
    const page = await pagesOf(door)("/market/BTC/USDT");
    const drawn = JSON.parse(unescaped(/data-chart="([^"]*)"/.exec(page)?.[1] ?? ""));
    expect(drawn.holes).toEqual([[first.openMs / 1000, 1]]);
    expect(drawn.candles[0].at(-1)).toBe(1);
    expect(drawn.candles[1].at(-1)).toBe(0);
    const listed = textOf(page.slice(page.indexOf('id="candles-title"')));
    expect(listed).toContain("corrected, close 2 → 2.5");
    expect(listed).toContain("waits for a second word");
    expect(listed).toContain(": no candle");
    expect(listed).not.toContain("told beside how many");
  });

  it("says in words that a name is no market, whatever it is, and offers no button for it", async () => {
    for (const path of [
      "/market/NOPE/USDT",
      `/market/${encodeURIComponent(HOSTILE)}/USDT`,
      "/market/constructor/__proto__",
    ]) {
      const page = await pagesOf(desk.door)(path);
      expect(page).toContain("has no market");
      expect(page).not.toMatch(/<script>alert|data-act=|market-chart/);
    }
  });

  it("lists the markets that a name fits, and escapes the name", async () => {
    const ask = pagesOf(desk.door);
    const links = (page: string) => [...page.matchAll(/<a href="(\/market\/[^"]+)"/g)].map(([, href]) => href);
    expect(links(await ask("/market"))).toHaveLength(4);
    expect(links(await ask("/market?search=btc"))).toEqual(["/market/BTC/USDT"]);
    expect(links(await ask(`/market?search=${encodeURIComponent(HOSTILE)}`))).toEqual([]);
    expect(await ask(`/market?search=${encodeURIComponent(HOSTILE)}`)).toContain(`value="${escaped(HOSTILE)}"`);
  });

  it("blocks and unblocks by a button that says what it does, and only for who may act", async () => {
    const of = (page: string) =>
      [...page.matchAll(/data-act="([^"]+)"\s+data-body="([^"]*)"/g)].map(([, act, body]) => [
        act,
        JSON.parse(unescaped(body ?? "")),
      ]);
    const ask = pagesOf(desk.door);
    expect(of(await ask("/market/BTC/USDT"))).toEqual([["block", { what: "BTC/USDT" }]]);
    const block = { method: "POST", headers: { "content-type": "application/json" }, body: '{"what":"BTC"}' };
    expect((await desk.ask("/api/v1/block", block)).status).toBe(200);
    const blocked = await ask("/market/BTC/USDT");
    expect(of(blocked)).toEqual([["unblock", { what: "BTC" }]]);
    expect(textOf(blocked)).toContain("BTC is blocked");
    expect(await pagesOf(desk.door, "read")("/market/BTC/USDT")).not.toMatch(/data-act=/);
    expect((await desk.ask("/api/v1/unblock", block)).status).toBe(200);
  });

  it("says what is made without a model, and how judgement is switched on", async () => {
    const text = textOf(await pagesOf(desk.door)("/thoughts"));
    expect(text).toContain("No model writes asleep, and none answers");
    expect(text).toContain("docs/agents.md");
    expect(text).toContain("there is nothing to score");
    expect(text).toContain("No model was asked yet in this run.");
  });
});

describe("a desk that holds something and has thought", () => {
  let desk: Awaited<ReturnType<typeof fullDesk>>;
  let symbol: string;
  beforeAll(async () => {
    desk = await fullDesk();
    symbol = (await read(desk.door, "positions")).positions[0]?.symbol ?? "";
  });
  afterAll(() => desk.feed.close());

  it("shows a position with its bracket, its orders and fills, and a button that closes it", async () => {
    const report = await read(desk.door, "market", symbol);
    const page = await pagesOf(desk.door)(`/market/${symbol}`);
    const text = textOf(page);
    expect(report.fills.length).toBeGreaterThan(0);
    for (const { stopPrice, targetPrice } of report.brackets)
      for (const price of [stopPrice, targetPrice]) expect(text).toContain(formatAmount(price ?? ""));
    for (const { quantity } of report.orders) expect(text).toContain(quantity);
    const drawn = JSON.parse(unescaped(/data-chart="([^"]*)"/.exec(page)?.[1] ?? ""));
    expect(drawn.fills).toHaveLength(report.fills.length);
    expect(drawn.lines.map(([kind]: [string]) => kind)).toEqual(
      report.brackets.flatMap(() => ["entry", "stop", "target"]),
    );
    // A fill is marked at the candle that it was made in.
    const [fill] = report.fills;
    if (fill === undefined) throw new Error("there are fills");
    const atMs = unixMs(Math.floor(fill.atMs / 300_000) * 300_000 + 60_000);
    expect(drawnOf({ ...report, fills: [{ ...fill, atMs }] }).fills[0]?.[0]).toBe((atMs - 60_000) / 1000);
    expect(page).toContain('data-act="close"');
  });

  it("shows brief, debate and plan as their commands do: checked words, probabilities, levels", async () => {
    const all = await Promise.all(desk.symbols.map((one) => read(desk.door, "market", one)));
    const judged = all.filter(({ debate, plan, brief }) => debate !== null || plan !== null || brief.brief !== null);
    expect(judged.some(({ debate }) => debate !== null)).toBe(true);
    expect(judged.some(({ plan }) => plan !== null)).toBe(true);
    expect(judged.some(({ brief }) => brief.brief !== null)).toBe(true);
    for (const { symbol: of, debate, plan, brief } of judged) {
      const text = textOf(await pagesOf(desk.door)(`/market/${of}`));
      for (const role of [debate?.bull, debate?.bear, debate?.judge])
        for (const said of [...(role?.points ?? []), ...(role?.probability == null ? [] : [String(role.probability)])])
          expect(text).toContain(said);
      if (plan !== null) expect(text).toContain(String(plan.reason));
      if (brief.brief !== null) expect(text).toContain(String(brief.brief.text));
    }
  });

  it("shows on Thoughts every piece, brief, debate and plan of the documents", async () => {
    const page = await pagesOf(desk.door)("/thoughts");
    const text = textOf(page);
    const { pieces } = await read(desk.door, "asleep");
    for (const { kind, id } of pieces) expect(page).toContain(`id="piece-${kind}-${id}"`);
    expect(pieces.map(({ kind }) => kind)).toEqual(expect.arrayContaining(["brief", "debate", "plan"]));
    for (const { because, tokens } of pieces)
      for (const said of [because, tokens.toLocaleString("en-US")]) expect(text).toContain(said);
    const { briefs } = await read(desk.door, "brief show");
    for (const { subject, brief } of briefs)
      for (const said of [subject, brief?.text ?? ""]) expect(text).toContain(said);
    const { plans } = await read(desk.door, "plans");
    expect(plans.length).toBeGreaterThan(0);
    expect(text).toContain("Asleep a model writes briefs, debates, plans.");
  });

  it("gives a score to a role from thirty outcomes on, and says how many there are", async () => {
    const scored = (n: number) => ({ n, brier: 0.123, interval: n < 30 ? null : [0.1, 0.2], bins: [] });
    const door: Door = {
      ...desk.door,
      run: async (command, input) => {
        const document = (await desk.door.run(command, input)) as Documents["report"];
        if (command !== "report") return document;
        const { judgement } = document;
        const { debates } = judgement;
        const roles = { bull: scored(29), bear: scored(30), judge: scored(0) };
        return {
          ...document,
          judgement: { ...judgement, debates: { ...debates, scores: { ...debates.scores, roles } } },
        };
      },
    };
    const page = /<div id="scores"[\s\S]*?<\/table>/.exec(await pagesOf(door)("/thoughts"))?.[0] ?? "";
    const rows = [...page.matchAll(/<tr>(.*?)<\/tr>/gs)].map(([row]) => textOf(row).replace(/\s+/g, " ").trim());
    expect(rows).toContain("bull 29 too few outcomes –");
    expect(rows).toContain("bear 30 0.123 0.100 to 0.200");
    expect(rows).toContain("judge 0 too few outcomes –");
  });

  it("shows one question whole, with its drafts' figures hidden and what was left out", async () => {
    const { thoughts } = await read(desk.door, "thoughts list");
    const [first] = thoughts;
    const ask = pagesOf(desk.door);
    const list = await ask("/thoughts");
    expect(list).toContain(`href="/thoughts?thought=${first?.id}#thought-title"`);
    const text = textOf(await ask(`/thoughts?thought=${first?.id}`));
    const shown = await read(desk.door, "thoughts show", first?.id ?? "");
    for (const { draft, dropped } of shown.attempts) {
      for (const line of draft.split("\n")) expect(text).toContain(line);
      for (const { words } of dropped) expect(text).toContain(words);
    }
    expect(text).toContain("▯");
    expect(text).not.toContain("99.9");
    expect(text).toContain("rsi ▯ is no column");
    expect(textOf(await ask("/thoughts?thought=00000000"))).toContain("00000000");
  });

  it("has whatever others wrote as text", async () => {
    const HARMLESS = new Set([
      "symbol",
      "status",
      "verdict",
      "action",
      "role",
      "side",
      "kind",
      "timeframe",
      "type",
      "control",
      "state",
      "met",
      "outcome",
      "quote",
      "currency",
    ]);
    const isNumber = (text: string) => /^-?[\d.]+$/.test(text);
    const door: Door = {
      ...desk.door,
      run: async (command, input) =>
        JSON.parse(JSON.stringify(await desk.door.run(command, input)), (key, value: unknown) =>
          typeof value === "string" && !HARMLESS.has(key) && !isNumber(value) ? `${HOSTILE}${value}` : value,
        ),
    };
    const id = (await read(desk.door, "thoughts list")).thoughts[0]?.id;
    for (const path of [`/market/${symbol}`, `/thoughts?thought=${id}`]) {
      const page = await pagesOf(door)(path);
      expect(page).toContain(escaped(HOSTILE));
      expect(page).not.toContain("<script>alert");
      expect(page).not.toContain('role="alert" data-part');
    }
  });
});
