// Floor 6. MCP over HTTP at `/mcp`, a face behind the guards of the desk's server: token, Host, Origin and size are checked there,
// which the library does not do. Both eras of the protocol are answered; nothing is kept between two requests.
import { Hono } from "hono";
import type { Scope } from "../http/credentials.ts";
import { type HttpEnv, refused } from "../http/guards.ts";
import type { McpDesk } from "./call-desk.ts";

/** The older protocol lets several calls come in one request. */
const MOST_CALLS = 10;

function callsIn(body: string): number {
  if (!/^\s*\[/.test(body)) return 1;
  try {
    const calls: unknown = JSON.parse(body);
    return Array.isArray(calls) ? calls.length : 1;
  } catch {
    // What is no JSON is refused by the library, in its protocol's words.
    return 1;
  }
}

type Answering = (request: Request) => Promise<Response>;

/** The path is whole. What the token of a request does not allow is neither listed nor callable. */
export function mcpRoutes(desk: McpDesk): Hono<HttpEnv> {
  let answering: Promise<Readonly<Record<Scope, Answering>>> | null = null;
  return new Hono<HttpEnv>().all("/mcp", async (context) => {
    answering ??= load(desk);
    const calls = callsIn(await context.req.raw.clone().text());
    if (calls > MOST_CALLS)
      return refused(context, 400, `At most ${MOST_CALLS} calls in one request; these were ${calls}.`);
    const scope = context.get("scope") === "act" ? "act" : "read";
    return (await answering)[scope](context.req.raw);
  });
}

/** 33 MB and a tenth of a second, for whoever has an MCP client. */
async function load(desk: McpDesk): Promise<Readonly<Record<Scope, Answering>>> {
  const { createMcpHandler } = await import("@modelcontextprotocol/server");
  const { createMcpServer } = await import("./server.ts");
  const of = (scope: Scope): Answering => createMcpHandler(() => createMcpServer(desk, scope)).fetch;
  return { read: of("read"), act: of("act") };
}
