// A real browser for the pages, and what it must not say: console errors, errors of scripts, violations of accessibility.
import { existsSync } from "node:fs";
import axe from "axe-core";
import { type BrowserContext, chromium, type Page } from "playwright-core";

const CHROMIUM = "/usr/bin/chromium";
/** False where this machine has no browser: the walk is then left out, and said to be. */
export const hasBrowser = existsSync(CHROMIUM);

const FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"];

export interface Walker extends AsyncDisposable {
  readonly context: BrowserContext;
  readonly page: Page;
  /** What the console and the scripts have complained of. */
  readonly complaints: readonly string[];
  /** Of the page as it stands: serious and critical violations. */
  violations(): Promise<readonly string[]>;
}

export async function openBrowser(): Promise<Walker> {
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
  const context = await browser.newContext();
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  return {
    context,
    page,
    complaints,
    violations: async () => {
      await page.evaluate(axe.source);
      const found = await page.evaluate(
        "axe.run({ resultTypes: ['violations'] }).then(({ violations }) => violations)",
      );
      return (found as readonly { id: string; impact: string; nodes: readonly { html: string }[] }[])
        .filter(({ impact }) => impact === "serious" || impact === "critical")
        .map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
    },
    [Symbol.asyncDispose]: () => browser.close(),
  };
}
