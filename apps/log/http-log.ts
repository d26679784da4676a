// Floor 6, log. A request of the desk's server → one line: method, route, status and time. Never the address as it was typed, its
// query or its headers: they may carry a token.
import type { MiddlewareHandler } from "hono";
import { matchedRoutes } from "hono/route";
import type { Log } from "./open-log.ts";

/** The first middleware of a server, so that what others refuse is logged too. */
export const httpLog =
  (log: Log, monotonicMs: () => number): MiddlewareHandler =>
  async (context, next) => {
    const startMs = monotonicMs();
    await next();
    const { status } = context.res;
    const fields = { method: context.req.method, route: routeOf(context), status };
    log.event(
      "http",
      { ...fields, ms: Math.round((monotonicMs() - startMs) * 10) / 10 },
      status >= 500 ? "error" : "info",
    );
  };

/** As it was declared (`/positions/:symbol`); null: there is no such route. */
function routeOf(context: Parameters<MiddlewareHandler>[0]): string | null {
  const routes = matchedRoutes(context).filter(({ path, method }) => method !== "ALL" || !path.endsWith("*"));
  return routes.at(-1)?.path ?? null;
}
