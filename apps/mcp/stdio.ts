// Floor 6. `mcp`: a client that has started this process talks to the desk by stdin and stdout. stdout holds the protocol alone.
import type { Readable, Writable } from "node:stream";
import { StdioServerTransport, serveStdio } from "@modelcontextprotocol/server/stdio";
import type { Scope } from "../http/credentials.ts";
import type { McpDesk } from "./call-desk.ts";
import { createMcpServer } from "./server.ts";

export interface StdioParts {
  readonly stdin: Readable;
  readonly stdout: Writable;
  /** What is beside the protocol: a line that is none of it, a stream that failed. */
  readonly note: (text: string) => void;
  readonly signal: AbortSignal;
}

/** Resolves when the client has closed its end, or the signal says stop. */
export async function serveMcpOnStdio(desk: McpDesk, scope: Scope, parts: StdioParts): Promise<void> {
  const { stdin, stdout, note, signal } = parts;
  const { promise: ended, resolve: end } = Promise.withResolvers<void>();
  stdin.once("end", end).once("close", end);
  stdout.once("error", () => end());
  signal.addEventListener("abort", () => end(), { once: true });
  if (signal.aborted) end();
  const connection = serveStdio(() => createMcpServer(desk, scope), {
    transport: new StdioServerTransport(stdin, stdout),
    onerror: (error) => note(`mcp: ${error.message}`),
  });
  await ended;
  await connection.close();
}
