// Floor 6. What a process that stands by says of itself through HTTP, behind the guards of a desk: /health that it lives, /ready whose account
// it waits for. It has no desk, and answers nothing else.
import { Hono } from "hono";
import { monotonicMs, systemClock } from "#scheduler/clock.ts";
import type { DeskConfig } from "#schemas/config.ts";
import type { AccountHolder } from "#schemas/ports/trading.ts";
import { openCredentials } from "./credentials.ts";
import { authentication, type HttpEnv, headers, hostCheck, originCheck, rate, refused, size } from "./guards.ts";
import { closed, listenWhereFree, portOf } from "./server.ts";

/** What is known of the owner by now. */
export interface StandbyState {
  /** Null: the store does not answer, or was not asked yet. */
  readonly owner: AccountHolder | null;
  /** Settings that are others there, a line each. */
  readonly differences: readonly string[];
}

/** @throws ConfigError for a port, a certificate or a token that cannot be used */
export async function serveStandby(
  { deskId, home, http }: Pick<DeskConfig, "deskId" | "home" | "http">,
  env: Readonly<Record<string, string | undefined>>,
  stateOf: () => StandbyState,
): Promise<{ readonly port: number; close(): Promise<void> }> {
  const credentials = await openCredentials(home, env);
  const app = new Hono<HttpEnv>();
  app.use(headers, hostCheck(http), size, originCheck);
  app.use(authentication(credentials, { nowMs: systemClock().now, monotonicMs }), rate(monotonicMs));
  app.get("/health", (context) => context.json({ status: "standby" }));
  app.get("/ready", (context) => context.json({ status: "standby", desk: deskId, ...stateOf() }, 503));
  app.notFound((context) => refused(context, 503, "This process stands by for a desk, and has none yet."));
  const server = await listenWhereFree(app, http);
  return { port: portOf(server), close: () => closed(server) };
}
