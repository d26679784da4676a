// The page of a backtest in a real browser, opened from disk: nothing is asked of a network, nothing is said on the console, it fits.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { backtestPage } from "#apps/html/backtest-page.ts";
import { emptyFolder } from "#test/support/cli.ts";
import { drawnBacktest } from "#test/support/drawn-backtest.ts";
import { hasBrowser, openBrowser, type Walker } from "./browser.ts";

const COMMAND = "deeptrader backtest --html b.html";
const count = (text: string, pattern: RegExp): number => text.match(pattern)?.length ?? 0;

describe("the page of a large backtest", () => {
  it("stays under 3 MB with 2,000 trades on 50 markets, all of them in the table, some hundred on their candles", async () => {
    const page = await backtestPage(drawnBacktest({ trades: 2000, markets: 50 }), COMMAND);
    expect(Buffer.byteLength(page)).toBeLessThan(3_000_000);
    const [, table = ""] = page.split("data-trades");
    expect(count(table, /<tr>/g)).toBe(2001);
    const drawn = count(page, /class="trade" id="trade-/g);
    expect(drawn).toBeGreaterThan(150);
    // Each link of the table leads to a chart that is there, and each chart is linked.
    const links = new Set([...table.matchAll(/href="#(trade-\d+)"/g)].map(([, id]) => id));
    expect(links.size).toBe(drawn);
    for (const id of links) expect(page).toContain(`id="${id}"`);
  });

  it("stays under 3 MB with 20,000 trades, and says which are left out", async () => {
    const page = await backtestPage(drawnBacktest({ trades: 20_000, markets: 50 }), COMMAND);
    expect(Buffer.byteLength(page)).toBeLessThan(3_000_000);
    expect(page).toContain("The newest 4,000 of 20,000");
    expect(page).toMatch(/\d+ of 20,000 trades are drawn/);
  });
});

let folder: Awaited<ReturnType<typeof emptyFolder>>;
let walker: Walker;
let address: string;

describe.skipIf(!hasBrowser)("a backtest's page from disk", () => {
  beforeAll(async () => {
    folder = await emptyFolder();
    walker = await openBrowser();
    const file = join(folder.dir, "backtest.html");
    await writeFile(file, await backtestPage(drawnBacktest({ trades: 2000, markets: 50 }), "deeptrader backtest"));
    address = pathToFileURL(file).href;
  });
  afterAll(async () => {
    await walker[Symbol.asyncDispose]();
    await folder[Symbol.asyncDispose]();
  });

  it.each([400, 1400])("fits %i px, says nothing on the console, asks nothing of a network", async (width) => {
    const { page, complaints } = walker;
    const asked: string[] = [];
    page.on("request", (request) => asked.push(request.url()));
    await page.setViewportSize({ width, height: 900 });
    await page.goto(address);
    const over = () => page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth");
    expect(await over()).toBe(0);
    expect(await page.locator("h1").isVisible()).toBe(true);
    // The table is laid out when it is come to.
    await page.locator("[data-trades] tbody tr").first().scrollIntoViewIfNeeded();
    await page.locator("[data-trades] tbody tr").nth(3).waitFor();
    expect(await over()).toBe(0);
    expect(asked).toEqual([address]);
    expect(complaints).toEqual([]);
  });

  // On few trades: each rule looks at each element, and those of 2,000 trades are those of 30 again.
  it.each([400, 1400])("has a name for everything at %i px, light and dark", async (width) => {
    const { page, complaints } = walker;
    const file = join(folder.dir, "small.html");
    await writeFile(file, await backtestPage(drawnBacktest({ trades: 30, markets: 14 }), "deeptrader backtest"));
    await page.setViewportSize({ width, height: 900 });
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      await page.goto(pathToFileURL(file).href);
      expect(await page.locator("[data-trades] tbody tr").count()).toBe(30);
      expect(await walker.violations()).toEqual([]);
    }
    expect(complaints).toEqual([]);
  });

  it("leads from a row of the table to that trade's candles, and on to the next", async () => {
    const { page } = walker;
    await page.goto(address);
    expect(await page.locator(".trade:visible").count()).toBe(1);
    await page.locator('[data-trades] a[href="#trade-1999"]').click();
    await page.locator("#trade-1999 .candles.up").waitFor();
    expect(await page.locator(".trade:visible").count()).toBe(1);
    await page.locator("#trade-1999").getByRole("link", { name: "the next" }).click();
    await page.locator("#trade-2000").waitFor();
    expect(await page.locator("#trade-1999").isVisible()).toBe(false);
  });

  it("sorts the table by a press on a column, and shows only what is asked for", async () => {
    const { page } = walker;
    await page.goto(address);
    const returns = async () =>
      (await page.locator("[data-trades] tbody tr td:last-child").allTextContents()).map((text) =>
        Number(text.replace("−", "-").replace(" %", "")),
      );
    const before = await returns();
    await page.getByRole("button", { name: "return" }).click();
    const after = await returns();
    expect(after).toEqual(before.toSorted((a, b) => b - a));
    expect(after).not.toEqual(before);
    await page.getByRole("searchbox").fill("m7/usdt stop-loss");
    const shown = page.locator("[data-trades] tbody tr:visible");
    await expect.poll(() => shown.count()).toBeLessThan(40);
    for (const text of await shown.allTextContents()) expect(text).toMatch(/M7\/USDT.*stop-loss/s);
  });

  it("is whole without a script: every trade in the table, one on its candles", async () => {
    const context = await walker.page.context().browser()?.newContext({ javaScriptEnabled: false });
    const page = await context?.newPage();
    await page?.goto(`${address}#trade-1990`);
    expect(await page?.locator("[data-trades] tbody tr").count()).toBe(2000);
    expect(await page?.locator("#trade-1990").isVisible()).toBe(true);
    expect(await page?.getByRole("button").count()).toBe(0);
    await context?.close();
  });
});
