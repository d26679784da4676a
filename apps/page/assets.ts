// Floor 6. The files that a page needs, by the name a browser asks for. The table is the only way to a file: no path of a request
// reaches the disk.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const SCRIPT = "text/javascript; charset=utf-8";
const STYLE = "text/css; charset=utf-8";

const own =
  (name: string): (() => URL | string) =>
  () =>
    new URL(`./assets/${name}`, import.meta.url);
const { resolve } = createRequire(import.meta.url);
/** The package's build for browsers that imports nothing else; its own exports name only the one for bundlers. */
const charts = (): string =>
  resolve("lightweight-charts/package.json").replace(
    /package\.json$/,
    "dist/lightweight-charts.standalone.production.mjs",
  );

const FILES: Readonly<Record<string, { readonly type: string; readonly file: () => URL | string }>> = {
  "page.css": { type: STYLE, file: own("page.css") },
  "icon.svg": { type: "image/svg+xml", file: own("icon.svg") },
  "theme.js": { type: SCRIPT, file: own("theme.js") },
  "events.js": { type: SCRIPT, file: own("events.js") },
  "shared-events.js": { type: SCRIPT, file: own("shared-events.js") },
  "live.js": { type: SCRIPT, file: own("live.js") },
  "keys.js": { type: SCRIPT, file: own("keys.js") },
  "act.js": { type: SCRIPT, file: own("act.js") },
  "chat.js": { type: SCRIPT, file: own("chat.js") },
  "chart.js": { type: SCRIPT, file: own("chart.js") },
  "memory.js": { type: SCRIPT, file: own("memory.js") },
  "market.js": { type: SCRIPT, file: own("market.js") },
  "next-closes.js": { type: SCRIPT, file: own("next-closes.js") },
  "market-choose.js": { type: SCRIPT, file: own("market-choose.js") },
  "equity.js": { type: SCRIPT, file: own("equity.js") },
  "trades.js": { type: SCRIPT, file: own("trades.js") },
  "htmx.js": { type: SCRIPT, file: () => resolve("htmx.org/dist/htmx.min.js") },
  "charts.js": { type: SCRIPT, file: charts },
};

export interface Asset {
  readonly type: string;
  readonly etag: string;
  readonly content: string;
}

const read = new Map<string, Asset>();

/** Null for a name that is not in the table. */
export function assetNamed(name: string): Asset | null {
  const known = read.get(name);
  if (known !== undefined) return known;
  const entry = Object.hasOwn(FILES, name) ? FILES[name] : undefined;
  if (entry === undefined) return null;
  const content = readFileSync(entry.file(), "utf8");
  const digest = createHash("sha256").update(content).digest("base64url").slice(0, 22);
  const asset = { type: entry.type, etag: `"${digest}"`, content };
  read.set(name, asset);
  return asset;
}
