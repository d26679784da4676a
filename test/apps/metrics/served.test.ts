// `/metrics` and `/ready` behind the guards of the desk's own server.
import { expect, it } from "vitest";
import { openHealth, readyRoutes } from "#apps/metrics/health.ts";
import { metricsRoutes } from "#apps/metrics/routes.ts";
import { READ_TOKEN, servedDesk } from "#test/http/served-desk.ts";

it("are for a token that may read, and for nobody without one", async () => {
  const health = openHealth();
  const ready = async () => ({ status: "ready", reasons: [], lastSlotMs: 0 }) as const;
  const scrape = async (): Promise<string> => "# HELP a b\n# TYPE a gauge\na 1\n";
  const desk = await servedDesk({ faces: () => [metricsRoutes({ scrape }), readyRoutes(ready, health.healthOf)] });
  try {
    for (const path of ["/metrics", "/ready"]) {
      expect((await desk.ask(path, { token: null })).status).toBe(401);
      expect((await desk.ask(path, { token: "wrong" })).status).toBe(401);
      const answer = await desk.ask(path, { token: READ_TOKEN });
      expect([answer.status, answer.headers.get("access-control-allow-origin")]).toEqual([200, null]);
      await answer.text();
    }
    expect(await (await desk.ask("/metrics", { token: READ_TOKEN })).text()).toBe(await scrape());
  } finally {
    health.close();
    await desk.close();
  }
});
