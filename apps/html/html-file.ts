// Floor 6. A page in one file: the dashboard's sheet and its scripts stand in it, so that it opens from disk without a network.
import { html } from "hono/html";
import { assetNamed } from "../page/assets.ts";
import type { Html } from "../page/page.ts";
import { SIMULATED } from "../text/analysis-text.ts";

export interface HtmlFile {
  readonly title: string;
  /** Beneath the title. */
  readonly intro: Html | string;
  readonly simulated: boolean;
  readonly body: Html;
  /** By their names in assets.ts; none imports another. */
  readonly scripts?: readonly string[];
}

export async function htmlFile({ title, intro, simulated, body, scripts = [] }: HtmlFile): Promise<string> {
  const shown = await html`<header class="top">${simulated ? html`<p class="simulated-word">${SIMULATED}</p>` : ""}
<div class="bar"><span class="brand">DeepTrader</span></div></header>
<main id="main"><div><h1>${title}</h1><p class="note">${intro}</p></div>
${body}</main>
<footer><p>All times are UTC. What was earned on history says little of what will be. Not financial advice.</p></footer>`;
  const name = await html`${simulated ? "SIMULATED · " : ""}${title}`;
  const code = scripts
    .map((script) => `<script type="module">\n${assetNamed(script)?.content ?? ""}</script>\n`)
    .join("");
  return `<!doctype html>
<html lang="en" class="file${simulated ? " simulated" : ""}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="content-security-policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:">
<title>${String(name)}</title>
<style>
${assetNamed("page.css")?.content ?? ""}</style>
</head>
<body>
${String(shown)}
${code}</body>
</html>
`;
}
