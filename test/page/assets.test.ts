// The files of the page: only those of the table, the same again without being sent, and no way around the escaping of text.
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Door } from "#apps/door.ts";
import { assetNamed } from "#apps/page/assets.ts";
import { pageRoutes } from "#apps/page/routes.ts";

const FOLDER = new URL("../../apps/page/", import.meta.url);
// No asset asks the desk anything.
const app = pageRoutes({ feed: { revision: () => 1 }, nowMs: () => 0 } as unknown as Door);

describe("assets", () => {
  it("are those of the folder and two of packages, each with a type of its own", () => {
    for (const name of [...readdirSync(new URL("assets/", FOLDER)), "htmx.js", "charts.js"])
      expect([name, assetNamed(name)?.type.split(";")[0]]).toEqual([
        name,
        name.endsWith(".css") ? "text/css" : name.endsWith(".svg") ? "image/svg+xml" : "text/javascript",
      ]);
  });

  it("are not sent again to a browser that has them", async () => {
    const first = await app.request("/assets/page.css");
    const etag = first.headers.get("etag") ?? "";
    expect([first.status, etag.length > 10]).toEqual([200, true]);
    const again = await app.request("/assets/page.css", { headers: { "if-none-match": etag } });
    expect([again.status, await again.text()]).toEqual([304, ""]);
  });

  it("are by name alone: no path of a request reaches the disk", async () => {
    for (const name of [
      "../routes.ts",
      "..%2froutes.ts",
      "%2e%2e%2froutes.ts",
      "constructor",
      "__proto__",
      "page.css%00",
      "assets.ts",
    ])
      expect([name, (await app.request(`/assets/${name}`)).status]).toEqual([name, 404]);
  });

  it("import nothing but each other", () => {
    for (const name of readdirSync(new URL("assets/", FOLDER)).filter((file) => file.endsWith(".js")))
      for (const [, from = ""] of readFileSync(new URL(`assets/${name}`, FOLDER), "utf8").matchAll(
        /^import .* from "(.+)";$/gm,
      ))
        expect([name, from.startsWith("/assets/") && assetNamed(from.slice(8)) !== null]).toEqual([name, true]);
  });
});

describe("the pages' code", () => {
  it("has no way around the escaping of text", () => {
    for (const file of readdirSync(FOLDER, { recursive: true, encoding: "utf8" }).filter((name) =>
      /\.(ts|js)$/.test(name),
    ))
      expect([
        file,
        /\braw\b\(|innerHTML|insertAdjacentHTML|document\.write/.test(readFileSync(new URL(file, FOLDER), "utf8")),
      ]).toEqual([file, false]);
  });
});
