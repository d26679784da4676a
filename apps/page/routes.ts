// Floor 6. The addresses of the dashboard: its pages, drawn for the browser that asks, and the files they need.
import { Hono } from "hono";
import type { Door } from "../door.ts";
import type { HttpEnv } from "../http/guards.ts";
import { assetNamed } from "./assets.ts";
import { createDrawnCache, type DrawnCache } from "./cache.ts";
import type { Documents } from "./documents.ts";
import { drawPage, drawParts } from "./draw.ts";
import { loginPage } from "./login.ts";
import type { Asked } from "./page.ts";
import { PAGES } from "./pages.ts";

/** @returns what is mounted at `/`, behind the checks that have set `scope` */
export function pageRoutes(door: Door): Hono<HttpEnv> {
  const app = new Hono<HttpEnv>();
  const cache = createDrawnCache(door);
  app.get("/assets/:name", (context) => {
    const asset = assetNamed(context.req.param("name"));
    if (asset === null) return context.notFound();
    const headers = { etag: asset.etag, "cache-control": "no-cache", "content-type": asset.type };
    if (context.req.header("if-none-match") === asset.etag) return context.body(null, 304, headers);
    return context.body(asset.content, 200, headers);
  });
  app.get("/login", async (context) => context.html(await loginPage({ problem: context.req.query("problem") })));
  for (const page of PAGES) {
    app.get(page.path, async (context) => {
      const { part, ...query } = context.req.query();
      const given = { scope: context.var.scope, params: context.req.param(), query };
      const asked = askedOf(door, cache, given);
      const address = `${context.req.path}?${new URLSearchParams({ ...query, part: "live" })}`;
      const draw = part === undefined ? () => drawPage(page, asked, address) : () => drawParts(page, asked);
      const key = `${given.scope} ${part === undefined ? "page" : "parts"} ${address}`;
      context.header("cache-control", "no-store");
      return context.html(await cache.of(key, draw));
    });
  }
  return app;
}

const askedOf = (door: Door, cache: DrawnCache, given: Pick<Asked, "scope" | "params" | "query">): Asked => ({
  ...given,
  about: door.about,
  nowMs: door.nowMs(),
  read: (command, { args = [], flags = {} } = {}) =>
    cache.of(`read ${command} ${JSON.stringify([args, flags])}`, async () => {
      // What a page looks at of a command's document is written down beside its name.
      return (await door.run(command, { args, flags })) as Documents[typeof command];
    }),
});
