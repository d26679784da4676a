// Floor 6. What every page has around it: the word that prices are invented, the desk's state, the navigation, the dialogs, and
// the element that asks for the page's parts again when something has happened.
import { html } from "hono/html";
import { SIMULATED } from "../text/analysis-text.ts";
import type { Asked, Html, Page } from "./page.ts";
import { PAGES } from "./pages.ts";
import { strip } from "./strip.ts";

/** Parts that are on every page. */
export const PARTS_OF_ALL: Page["parts"] = { strip };

interface Drawn {
  readonly page: Page;
  readonly asked: Asked;
  /** Where the parts are asked for again. */
  readonly address: string;
  part(id: string): Html;
  readonly body: Html;
}

/** Errors are not swapped in, nothing is kept of history, and what a person has opened stays open. */
const HTMX = JSON.stringify({
  history: false,
  includeIndicatorCSS: false,
  defaultTimeout: 10_000,
  noSwap: ["204", "304", "4xx", "5xx"],
  morphIgnore: ["data-htmx-powered", "open"],
});

const ALL_MODULES = ["live.js", "keys.js", "act.js"];

export function layout({ page, asked, address, part, body }: Drawn): Html {
  const { about } = asked;
  const heading = page.heading?.(asked) ?? page.name;
  const modules = [...ALL_MODULES, ...(page.modules ?? [])];
  const include = page.hasForm === true ? "#asked" : "";
  const trigger = page.hasForm === true ? "desk from:document, input from:#asked delay:150ms" : "desk from:document";
  return html`<!doctype html>
<html lang="en"${about.simulated ? html` class="simulated"` : ""}>
<head>
${head(`${about.simulated ? "SIMULATED · " : ""}${heading} · DeepTrader ${about.desk}`)}
<meta name="htmx-config" content="${HTMX}">
<script src="/assets/htmx.js" defer></script>
${modules.map((name) => html`<script src="/assets/${name}" type="module"></script>`)}
</head>
<body>
<a class="skip" href="#main">Skip to the page</a>
<header class="top">
${about.simulated ? html`<p class="simulated-word">${SIMULATED}</p>` : ""}
<div class="bar">
<a class="brand" href="/"><img src="/assets/icon.svg" alt="" width="24" height="24">DeepTrader</a>
<nav aria-label="Pages">${navigation(page)}</nav>
<div class="tools">
<button type="button" id="theme" class="quiet">Theme</button>
<button type="button" id="keys-open" class="quiet" aria-keyshortcuts="?">Keys</button>
</div>
</div>
${part("strip")}
</header>
<p id="connection" class="connection" role="alert" hidden></p>
<main id="main" tabindex="-1">
<div class="heading"><h1>${heading}</h1>${page.beside === undefined ? "" : part(page.beside)}</div>
${body}
</main>
${footer}
<div id="live" hidden hx-get="${address}" hx-trigger="${trigger}" hx-swap="none"${include === "" ? "" : html` hx-include="${include}"`}></div>
${keysDialog}
${asked.scope === "act" ? actDialog : ""}
</body>
</html>`;
}

export const head = (title: string): Html => html`<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<link rel="icon" href="/assets/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/assets/page.css">
<script src="/assets/theme.js"></script>`;

const navigation = (page: Page): Html[] =>
  PAGES.flatMap(({ name, path, letter }) => {
    if (letter === null) return [];
    const isHere = path === page.path || page.path.startsWith(`${path}/`);
    const current = isHere ? html` aria-current="page"` : "";
    return [html`<a href="${path}" data-letter="${letter}" aria-keyshortcuts="g ${letter}"${current}>${name}</a>`];
  });

/** The charts' licence asks for this notice where its logo is not shown. */
const footer = html`<footer>
<p>All times are UTC. Not financial advice. Charts: <a href="https://www.tradingview.com/" rel="noreferrer">Lightweight Charts</a>,
© TradingView, Inc., Apache License 2.0.</p>
</footer>`;

const keysDialog = html`<dialog id="keys" aria-labelledby="keys-title">
<h2 id="keys-title">Keys</h2>
<dl class="keys">
${PAGES.flatMap(({ name, letter }) =>
  letter === null ? [] : [html`<div><dt><kbd>g</kbd> <kbd>${letter}</kbd></dt><dd>${name}</dd></div>`],
)}
<div><dt><kbd>/</kbd></dt><dd>search on this page, where it has a field for it</dd></div>
<div><dt><kbd>?</kbd></dt><dd>this list</dd></div>
<div><dt><kbd>Esc</kbd></dt><dd>close it</dd></div>
</dl>
<form method="dialog"><button autofocus>Close</button></form>
</dialog>`;

/** Filled by act.js from the button that opens it. */
const actDialog = html`<dialog id="act" aria-labelledby="act-title" aria-describedby="act-says">
<h2 id="act-title"></h2>
<p id="act-says"></p>
<label id="act-reason">Reason, kept in the journal <input type="text" name="reason" maxlength="200" autocomplete="off"></label>
<p id="act-answer" role="status"></p>
<div class="buttons">
<button type="button" id="act-cancel" class="quiet">Cancel</button>
<button type="button" id="act-do"></button>
</div>
</dialog>`;
