// Floor 6. MCP over HTTP, to be mounted where token, Host and Origin are checked: neither this nor the library does it. Both eras of the
// protocol are answered; nothing is kept between two requests.
import { Hono } from "hono";
import type { McpDesk } from "./call-desk.ts";
import type { Scope } from "./tool.ts";

/** A request is a question or an act: small. */
const MAX_BODY_BYTES = 256 * 1024;

type Answering = (request: Request) => Promise<Response>;

/**
 * Answers at its own root. `scope` is what the token of the request allows; without one, reading. Who stands before it leaves the body
 * unread.
 */
export function mcpRoutes(desk: McpDesk): Hono<{ Variables: { scope: Scope } }> {
  let answering: Promise<Readonly<Record<Scope, Answering>>> | null = null;
  const app = new Hono<{ Variables: { scope: Scope } }>();
  app.all("/", async (context) => {
    answering ??= load(desk);
    const scope = context.get("scope") === "act" ? "act" : "read";
    return (await answering)[scope](context.req.raw);
  });
  return app;
}

/** 33 MB and a tenth of a second, for whoever has an MCP client. */
async function load(desk: McpDesk): Promise<Readonly<Record<Scope, Answering>>> {
  const { createMcpHandler } = await import("@modelcontextprotocol/server");
  const { createMcpServer } = await import("./server.ts");
  const of = (scope: Scope): Answering =>
    createMcpHandler(() => createMcpServer(desk, scope), { maxRequestBodySize: MAX_BODY_BYTES }).fetch;
  return { read: of("read"), act: of("act") };
}
