// Floor 6, metrics. `GET /metrics`, to be mounted behind the server's check of tokens: one that may read is enough.
import { Hono } from "hono";
import type { HttpEnv } from "../http/guards.ts";
import type { Metrics } from "./open-metrics.ts";

const CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

/** 503 where the store does not answer: Prometheus then says that the desk is not up. */
export const metricsRoutes = (metrics: Pick<Metrics, "scrape">): Hono<HttpEnv> =>
  new Hono<HttpEnv>().get("/metrics", async (context) => {
    try {
      return context.body(await metrics.scrape(), 200, { "content-type": CONTENT_TYPE, "cache-control": "no-store" });
    } catch {
      // What it was is the store's to say, to the operator; whoever scrapes needs the status.
      return context.text("The desk's figures cannot be read now.\n", 503);
    }
  });
