// Floor 6. The running desk's door for programs and browsers: one set of guards, and behind it the API, the feed and the page. It
// listens on this machine alone unless the configuration says otherwise.
import { readFile } from "node:fs/promises";
import type { Server, ServerOptions } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { serve } from "@hono/node-server";
import { Hono, type MiddlewareHandler } from "hono";
import { type HttpSettings, isLoopback } from "#schemas/config.ts";
import { ConfigError } from "#schemas/errors.ts";
import { COMMANDS } from "../command-words.ts";
import { DESK_COMMANDS } from "../desk-commands.ts";
import type { Door } from "../door.ts";
import { apiRoutes } from "./api.ts";
import { API, OPENAPI_PATH } from "./api-route.ts";
import type { Credentials } from "./credentials.ts";
import { eventRoutes } from "./events.ts";
import {
  authentication,
  type HttpEnv,
  headers,
  hostCheck,
  originCheck,
  rate,
  refused,
  scopeCheck,
  size,
} from "./guards.ts";
import { loginRoutes } from "./login.ts";

/** Where the page is found unless a port is set; the next desk of the same machine takes a free one. */
export const DEFAULT_PORT = 7373;

/** A request that is not sent whole by then is dropped; connections beyond the most are not taken. */
const LIMITS: ServerOptions = {
  headersTimeout: 8_000,
  requestTimeout: 15_000,
  keepAliveTimeout: 5_000,
  connectionsCheckingInterval: 1_000,
};
const MOST_CONNECTIONS = 2_000;
/** How long streams have to end by themselves when the desk does, ms. */
const GRACE_MS = 300;

export interface HttpServer {
  /** Of this machine, for the commands of other terminals. */
  readonly port: number;
  /** The page's address for a browser, without a code. */
  readonly address: string;
  close(): Promise<void>;
}

export interface HttpParts {
  readonly door: Door;
  readonly settings: HttpSettings;
  readonly credentials: Credentials;
  readonly version: string;
  readonly monotonicMs: () => number;
  /** Told of what a request found broken: for the desk's own terminal. */
  readonly onBug: (error: Error) => void;
  /** Wall time, for cookies and codes. */
  readonly wallMs: () => number;
  /** What else is behind the guards: the page, metrics, MCP. Their paths are whole. */
  readonly faces: readonly Hono<HttpEnv>[];
  /** Hears of every request, refused ones too; left out: nobody does. */
  readonly log?: MiddlewareHandler;
}

/** @param closing fires when the desk ends */
export function httpApp(parts: HttpParts, closing: AbortSignal): Hono<HttpEnv> {
  const { door, settings, credentials, version, monotonicMs, wallMs, onBug, faces, log } = parts;
  const app = new Hono<HttpEnv>();
  // A quarter of a megabyte and half a second: made when it is asked for, once.
  let description: Promise<object> | null = null;
  if (log !== undefined) app.use(log);
  app.use(headers, hostCheck(settings), size, originCheck);
  app.use(authentication(credentials, { nowMs: wallMs, monotonicMs }), rate(monotonicMs), scopeCheck);
  app.get("/health", (context) => context.json({ status: "ok" }));
  app.get(API, (context) => context.json({ name: "deeptrader", version, pid: process.pid, ...door.about }));
  app.get(OPENAPI_PATH, async (context) => {
    description ??= import("./openapi.ts").then(({ openApiOf }) => openApiOf(DESK_COMMANDS, COMMANDS, { version }));
    return context.json(await description);
  });
  app.route("/", loginRoutes(credentials, { wallMs, monotonicMs, isEncrypted: settings.tlsCertFile !== null }));
  app.route("/", apiRoutes(door));
  app.route("/", eventRoutes(door, closing));
  for (const face of faces) app.route("/", face);
  app.notFound((context) =>
    context.json({ error: { name: "UnknownNameError", message: "There is nothing here.", exitCode: 1 } }, 404),
  );
  // What a bug says is for the desk's own terminal, not for who asked.
  app.onError((error, context) => {
    // A caller who has gone is no bug.
    if (!context.req.raw.signal.aborted) onBug(error);
    return refused(context, 503, "The desk could not answer; its terminal says why.");
  });
  return app;
}

/** @throws ConfigError for a port or an address that cannot be had, a certificate that cannot be read */
export async function startHttpServer(parts: HttpParts): Promise<HttpServer> {
  const closing = new AbortController();
  const app = httpApp(parts, closing.signal);
  const { host, tlsCertFile } = parts.settings;
  const outside = await listenWhereFree(app, parts.settings);
  const isReachedFromHere = tlsCertFile === null && (isLoopback(host) || host === "0.0.0.0" || host === "::");
  const inside = isReachedFromHere ? outside : await listen(app, { host: "127.0.0.1", port: 0 });
  const scheme = tlsCertFile === null ? "http" : "https";
  const shown = host === "0.0.0.0" || host === "::" ? "localhost" : host.includes(":") ? `[${host}]` : host;
  return {
    port: portOf(inside),
    address: `${scheme}://${shown}:${portOf(outside)}/`,
    close: async () => {
      closing.abort();
      await Promise.all([...new Set([outside, inside])].map(closed));
    },
  };
}

export const portOf = (server: Server): number => (server.address() as AddressInfo).port;

export async function listenWhereFree(app: Hono<HttpEnv>, settings: HttpSettings): Promise<Server> {
  const { host, port } = settings;
  const tls = await certificateOf(settings);
  try {
    return await listen(app, { host, port: port ?? DEFAULT_PORT, tls });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (port === null && (code === "EADDRINUSE" || code === "EACCES")) return listen(app, { host, port: 0, tls });
    throw new ConfigError({
      was: `The page and the API cannot listen on ${host}, port ${port ?? DEFAULT_PORT} (${code}).`,
      expected: "a free port of an address of this machine",
      remedy: "Set another with --port or DEEPTRADER_HTTP_PORT, DEEPTRADER_HTTP_HOST.",
      cause: error,
    });
  }
}

type Certificate = { readonly cert: Buffer; readonly key: Buffer } | null;

interface Listening {
  readonly host: string;
  readonly port: number;
  readonly tls?: Certificate;
}

async function listen(app: Hono<HttpEnv>, { host, port, tls = null }: Listening): Promise<Server> {
  const secured = tls === null ? {} : { createServer: createTlsServer, serverOptions: { ...LIMITS, ...tls } };
  const server = serve({ fetch: app.fetch, hostname: host, port, serverOptions: LIMITS, ...secured }) as Server;
  server.maxConnections = MOST_CONNECTIONS;
  await new Promise<void>((resolve, reject) => {
    server.once("listening", resolve);
    server.once("error", reject);
  });
  return server;
}

async function certificateOf({ tlsCertFile, tlsKeyFile }: HttpSettings): Promise<Certificate> {
  if (tlsCertFile === null || tlsKeyFile === null) return null;
  try {
    return { cert: await readFile(tlsCertFile), key: await readFile(tlsKeyFile) };
  } catch (error) {
    throw new ConfigError({
      was: `The certificate of the page cannot be read: ${(error as Error).message}.`,
      expected: "two PEM files that this user may read",
      remedy: "Correct DEEPTRADER_HTTP_TLS_CERT and DEEPTRADER_HTTP_TLS_KEY.",
      cause: error,
    });
  }
}

export const closed = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
    // A connection that goes on must not hold the desk open.
    setTimeout(() => server.closeAllConnections(), GRACE_MS).unref();
  });
