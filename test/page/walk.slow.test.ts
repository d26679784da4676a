// A person's walk through the pages of a real desk, in a real browser: what is shown is what the API says, what is pressed is
// journaled, and a desk that stops is seen to have stopped.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Documents } from "#apps/page/documents.ts";
import { PAGES } from "#apps/page/pages.ts";
import { reportSections } from "#apps/text/report-sections.ts";
import { formatAmount, formatPct } from "#desk/documents/format.ts";
import { documentOf, type RunningCli, startCli } from "#test/support/cli.ts";
import { freshHome } from "#test/support/fresh-home.ts";
import { hasBrowser, openBrowser, type Walker } from "./browser.ts";

const WIDTHS = [400, 1400, 2560];
const ADDRESSES = PAGES.map(({ path }) => path.replace(":base", "BTC").replace(":quote", "USDT"));
/** A slot in five seconds: long enough to compare a page with the documents of the same slot. */
const DESK = ["start", "--assets", "8", "--seed", "5", "--speed", "60"];

let home: Awaited<ReturnType<typeof freshHome>>;
let desk: RunningCli;
let walker: Walker;
let base: string;
let token: string;

async function start(env: Readonly<Record<string, string>> = {}): Promise<void> {
  desk = startCli(DESK, { home: home.dir, env });
  await desk.waitFor(/\d\d:\d\d SIMULATED 8\/8 fresh/);
  const file = JSON.parse(await readFile(join(home.dir, "desk.json"), "utf8")) as { page: string; token: string };
  ({ token } = file);
  base = file.page.replace(/\/$/, "");
}

const read = async <Name extends keyof Documents>(command: Name, query = ""): Promise<Documents[Name]> => {
  const path = `${base}/api/v1/${command.replaceAll(" ", "/")}${query}`;
  return (await (await fetch(path, { headers: { authorization: `Bearer ${token}` } })).json()) as Documents[Name];
};

/** Asked again and again: the page's policy lets no expression be evaluated in it later on. */
const until = (expression: string): Promise<void> => expect.poll(() => walker.page.evaluate(expression)).toBe(true);

/** The page's text beside documents of the same slot; read again where a slot ended in between. */
async function atOneSlot<Name extends keyof Documents>(command: Name, selector: string, query = "") {
  for (;;) {
    const before = await read("status");
    const document = await read(command, query);
    const time = new Date(before.nowMs).toISOString();
    await until(`document.querySelector("#strip time").getAttribute("datetime") >= ${JSON.stringify(time)}`);
    const text = (await walker.page.locator(selector).textContent()) ?? "";
    const shown = await walker.page.locator("#strip time").getAttribute("datetime");
    if (shown === time && (await read("status")).nowMs === before.nowMs) return { document, text };
  }
}

describe.skipIf(!hasBrowser)("a walk through the pages", () => {
  beforeAll(async () => {
    home = await freshHome();
    walker = await openBrowser();
    await start({ DEEPTRADER_HTTP_PORT: "0" });
  });
  afterAll(async () => {
    desk.signal("SIGKILL");
    await desk.ended;
    await walker[Symbol.asyncDispose]();
    await home[Symbol.asyncDispose]();
  });

  it("begins at the login page, and the terminal's address lets the browser in", async () => {
    const { page } = walker;
    await page.goto(`${base}/memory`);
    expect(new URL(page.url()).pathname).toBe("/login");
    expect(await walker.violations()).toEqual([]);
    await page.goto(String((await documentOf(["page"], { home: home.dir }))["address"]));
    expect(page.url()).toBe(`${base}/`);
    expect(await page.title()).toMatch(/^SIMULATED · Desk/);
  });

  it.each(WIDTHS)(
    "fits %i px on every page, says nothing on the console, and has a name for everything",
    async (width) => {
      const { page, complaints } = walker;
      await page.setViewportSize({ width, height: 900 });
      for (const address of ADDRESSES) {
        await page.goto(`${base}${address}`);
        const over = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth");
        expect([address, over]).toEqual([address, 0]);
        expect([address, await walker.violations()]).toEqual([address, []]);
      }
      expect(complaints).toEqual([]);
    },
  );

  it("shows on the Desk the account as the API has it", async () => {
    await walker.page.goto(`${base}/`);
    const { document: s, text } = await atOneSlot("status", "#account");
    expect(text).toContain(formatAmount(s.equity));
    expect(text).toContain(formatAmount(s.cash));
    expect(text).toContain(formatPct(s.dayChangePct ?? 0));
    expect(text).toContain(`${s.drawdownPct?.toFixed(2)} %`);
    const { document: held, text: rows } = await atOneSlot("positions", "#positions");
    for (const { symbol, quantity, price, averagePrice, value } of held.positions)
      for (const figure of [
        symbol,
        quantity,
        formatAmount(price ?? 0),
        formatAmount(averagePrice),
        formatAmount(value),
      ])
        expect(rows).toContain(figure);
  });

  it("shows in the map of the memory every figure of the API's", async () => {
    await walker.page.goto(`${base}/memory`);
    const { document, text } = await atOneSlot("memory map", "#map");
    expect(document.markets.length).toBeGreaterThan(0);
    for (const { symbol, price, rsi, percentB } of document.markets)
      for (const figure of [symbol, formatAmount(price ?? 0), rsi?.toFixed(1) ?? "–", percentB?.toFixed(2) ?? "–"])
        expect(text).toContain(figure);
  });

  it("opens a record by a click without a reload, and sorts by a click on a column", async () => {
    const { page } = walker;
    await page.evaluate("globalThis.isTheSame = true");
    await page.locator('[data-market="BTC/USDT"]').click();
    await until('document.querySelector("#record")?.textContent.includes("Definition") === true');
    const { record } = await read("memory show", "?symbol=BTC/USDT");
    expect(await page.locator("#record").textContent()).toContain(record?.definitionId);
    await page.locator('[data-sort="rsi"]').click();
    await until('document.querySelector("th[aria-sort]")?.textContent.includes("RSI") === true');
    expect(new URL(page.url()).searchParams.get("sort")).toBe("rsi");
    expect(await page.evaluate("globalThis.isTheSame")).toBe(true);
  });

  it("opens a market by its name, draws its chart, and goes on with it without losing what is looked at", async () => {
    const { page, complaints } = walker;
    await page.goto(`${base}/market`);
    await page.keyboard.press("/");
    await page.keyboard.type("btc");
    await page.keyboard.press("Enter");
    await page.waitForURL(`${base}/market/BTC/USDT`);
    await page.locator("#market-chart canvas").first().waitFor();
    const { document: report, text } = await atOneSlot("market", "#market", "?symbol=BTC/USDT");
    const last = report.candles.candles.at(-1);
    const figures = [last?.open, last?.high, last?.low, last?.close, report.record?.indicators.atr];
    for (const figure of figures) expect(text).toContain(formatAmount(figure ?? Number.NaN));
    expect(text).toContain(report.record?.indicators.rsiWilder?.toFixed(2));
    await page.locator("#market-candles summary").click();
    const newest = page.locator("#market-candles tbody tr:first-child th");
    const before = (await newest.textContent()) ?? "";
    await newest.filter({ hasNotText: before }).waitFor();
    expect(await page.locator("#market-candles").getAttribute("open")).not.toBeNull();
    expect(await page.locator("#market-values").textContent()).toContain((await newest.textContent()) ?? "–");
    expect(complaints).toEqual([]);
  });

  it("answers in the Chat, as the desk does, with a way to the record; what was said is there after a reload", async () => {
    const { page } = walker;
    await page.goto(`${base}/chat`);
    await page.fill("#question-text", "what is the RSI of BTC?");
    await page.press("#question-text", "Enter");
    const answer = page.locator("#talk .said .answer").first();
    await expect.poll(() => answer.textContent()).toMatch(/SIMULATED – invented prices.*RSI/s);
    await expect.poll(() => page.locator("#talk .said .how").first().textContent()).toMatch(/0 model calls, \d/);
    const [, shown = ""] = /RSI[^.]*?(\d+\.\d+)/.exec((await answer.textContent()) ?? "") ?? [];
    const { records } = await read("memory history", "?symbol=BTC&limit=5");
    // A slot may have ended since.
    expect(records.map(({ indicators }) => indicators.rsiWilder?.toFixed(shown.split(".")[1]?.length))).toContain(
      shown,
    );
    await page.getByRole("button", { name: "compare BTC and ETH" }).click();
    const link = page.locator("#talk .said").nth(1).getByRole("link", { name: "ETH/USDT" }).first();
    await link.waitFor();
    await page.reload();
    expect(await page.locator("#talk .said h3").allTextContents()).toEqual([
      "what is the RSI of BTC?",
      "compare BTC and ETH",
    ]);
    await page.locator("#talk .said").nth(1).getByRole("link", { name: "ETH/USDT" }).first().click();
    await expect.poll(() => page.locator("#record").textContent()).toContain("ETH/USDT");
    expect(walker.complaints).toEqual([]);
  });

  it("shows in the Ledger every cell of the report that no slot changes", async () => {
    await walker.page.goto(`${base}/ledger`);
    const { document, text } = await atOneSlot("report", "#tables");
    const section = reportSections(document).find(({ title }) => title === "answered by");
    for (const cell of section?.rows.flat() ?? []) expect(text).toContain(cell);
    expect(section?.rows.length).toBeGreaterThan(0);
  });

  it("keeps what is typed, opened and focused while the numbers change", async () => {
    const { page } = walker;
    await page.goto(`${base}/memory`);
    await page.locator("input[type=search]").pressSequentially("BT");
    await until('document.querySelectorAll("#map tbody tr").length === 1');
    const time = await page.locator("#strip time").textContent();
    await until(`document.querySelector("#strip time").textContent !== ${JSON.stringify(time)}`);
    expect(await page.locator("input[type=search]").inputValue()).toBe("BT");
    expect(await page.evaluate("document.activeElement.type")).toBe("search");
    expect(await page.locator("#map tbody tr").count()).toBe(1);
  });

  it("goes where the keys say", async () => {
    const { page } = walker;
    await page.goto(`${base}/`);
    await page.keyboard.press("?");
    expect(await page.locator("#keys").isVisible()).toBe(true);
    await page.keyboard.press("Escape");
    await page.keyboard.press("g");
    await page.keyboard.press("l");
    await page.waitForURL(`${base}/ledger`);
  });

  it("pauses and resumes after a word of confirmation, in the journal by the page's name", async () => {
    const { page } = walker;
    await page.goto(`${base}/`);
    await page.locator('[data-act="pause"]').first().click();
    await page.locator("#act-cancel").click();
    expect((await read("status")).control).toBe("running");
    await page.locator('[data-act="pause"]').first().click();
    expect(await page.locator("#act-says").textContent()).toContain("Stops, targets and exits go on working");
    await page.locator("#act-reason input").fill("a walk");
    await page.locator("#act-do").click();
    await until('document.querySelector("#act-answer").textContent.includes("paused: No entries")');
    expect((await read("status")).control).toBe("paused");
    const { events } = await read("journal", "?limit=200");
    expect(events.find(({ type }) => type === "control")).toMatchObject({
      action: "pause",
      by: "page",
      reason: "a walk",
    });
    await page.locator("#act-cancel").click();
    await until('document.querySelector("#strip .state").textContent === "paused"');
    await page.locator('[data-act="resume"]').first().click();
    await page.locator("#act-do").click();
    await until('document.querySelector("#strip .state").textContent === "running"');
  });

  it("approves what was proposed, once, and shows what came of it", async () => {
    const { page } = walker;
    await page.goto(`${base}/`);
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
    const body = JSON.stringify({ what: "BTC", propose: true, by: "a script" });
    await fetch(`${base}/api/v1/block`, { method: "POST", headers, body });
    await page.locator('[data-act="approvals/approve"]').click();
    expect(await page.locator("#act-says").textContent()).toContain("BTC");
    await page.locator("#act-do").click();
    await until('document.querySelector("#act-answer").textContent.includes("is approved by page")');
    await page.locator("#act-cancel").click();
    await until("document.querySelector(\"[data-act='approvals/approve']\") === null");
    expect((await read("status")).blocked).toMatchObject([{ what: "BTC" }]);
  });

  it("says that it is cut off while the desk is away, and goes on with the next one", async () => {
    const { page } = walker;
    await page.goto(`${base}/`);
    const run = (await read("status")).run;
    desk.signal("SIGINT");
    await desk.ended;
    await until('document.querySelector("#connection").hidden === false');
    expect(await page.locator("#connection").textContent()).toMatch(
      /^Not connected since \d\d:\d\d UTC; numbers are old\.$/,
    );
    await start({ DEEPTRADER_HTTP_PORT: new URL(base).port });
    await until('document.querySelector("#connection").hidden === true');
    const { document, text } = await atOneSlot("status", "#account");
    expect(document.run).not.toBe(run);
    expect(text).toContain(formatAmount(document.equity));
  });
});
