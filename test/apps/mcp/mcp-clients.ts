// MCP clients as they are: JSON-RPC by hand, of both eras of the protocol, over HTTP and over streams.
import { PassThrough, type Readable, type Writable } from "node:stream";

export type Params = Readonly<Record<string, unknown>>;

interface ToolResult {
  readonly content: readonly { readonly type: string; readonly text: string }[];
  readonly structuredContent?: Readonly<Record<string, unknown>>;
  readonly isError?: boolean;
}

export interface RpcReply {
  readonly id?: number | string | null;
  readonly result?: Readonly<Record<string, unknown>>;
  readonly error?: { readonly code: number; readonly message: string };
}

export interface McpClient {
  /** The reply, whatever it says. */
  send(method: string, params?: Params): Promise<RpcReply>;
}

/** The result. @throws Error where the server answered with a protocol error */
export async function resultOf<Result>(client: McpClient, method: string, params: Params = {}): Promise<Result> {
  const { result, error } = await client.send(method, params);
  if (error !== undefined) throw new Error(`${method}: ${error.code} ${error.message}`);
  return result as Result;
}

export const call = (client: McpClient, name: string, args: Params = {}): Promise<ToolResult> =>
  resultOf<ToolResult>(client, "tools/call", { name, arguments: args });

/** The document, empty where there is none. */
export const documentIn = ({ structuredContent = {} }: ToolResult): Readonly<Record<string, unknown>> =>
  structuredContent;

export const textOf = ({ content }: ToolResult): string => content.map(({ text }) => text).join("\n");

export interface ListedTool {
  readonly name: string;
  readonly description: string;
  readonly inputSchema: { readonly properties: Readonly<Record<string, { readonly description?: string }>> };
  readonly outputSchema: unknown;
  readonly annotations: { readonly readOnlyHint: boolean };
}

export const toolsOf = async (client: McpClient): Promise<readonly ListedTool[]> =>
  (await resultOf<{ tools: readonly ListedTool[] }>(client, "tools/list")).tools;

export const NAME = "hand-made";
const CLIENT_INFO = { name: NAME, version: "1.0.0" };
export const MODERN = "2026-07-28";
export const LEGACY = ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"] as const;

/** What the newer protocol says with each request instead of shaking hands once. */
export const envelope = (clientInfo = CLIENT_INFO) => ({
  "io.modelcontextprotocol/protocolVersion": MODERN,
  "io.modelcontextprotocol/clientInfo": clientInfo,
  "io.modelcontextprotocol/clientCapabilities": {},
});

type Fetch = (request: Request) => Response | Promise<Response>;

const URL = "http://127.0.0.1/mcp";
const ACCEPT = { "content-type": "application/json", accept: "application/json, text/event-stream" };

export const post = (body: unknown, headers: Readonly<Record<string, string>> = {}): Request =>
  new Request(URL, { method: "POST", headers: { ...ACCEPT, ...headers }, body: JSON.stringify(body) });

/** JSON, or the one message of an event stream. */
export async function readReply(response: Response): Promise<RpcReply> {
  const text = await response.text();
  if (!(response.headers.get("content-type") ?? "").startsWith("text/event-stream"))
    return JSON.parse(text) as RpcReply;
  const data = text.split("\n").find((line) => line.startsWith("data: {"));
  return JSON.parse((data ?? "").slice("data: ".length)) as RpcReply;
}

/** Of 2026: no handshake; version, client and capabilities with each request. */
export function modernHttp(fetch: Fetch, clientInfo = CLIENT_INFO): McpClient {
  let id = 0;
  return {
    send: async (method, params = {}) => {
      const name = params["name"] ?? params["uri"];
      const headers = {
        "mcp-protocol-version": MODERN,
        "mcp-method": method,
        ...(typeof name === "string" ? { "mcp-name": name } : {}),
      };
      const body = { jsonrpc: "2.0", id: ++id, method, params: { ...params, _meta: envelope(clientInfo) } };
      return readReply(await fetch(post(body, headers)));
    },
  };
}

/** Of 2024 and 2025: shakes hands, then names the version that was agreed on. */
export async function legacyHttp(fetch: Fetch, protocolVersion: string = LEGACY[3]): Promise<McpClient> {
  let id = 0;
  let agreed: Readonly<Record<string, string>> = {};
  const client: McpClient = {
    send: async (method, params = {}) =>
      readReply(await fetch(post({ jsonrpc: "2.0", id: ++id, method, params }, agreed))),
  };
  const hello = { protocolVersion, capabilities: {}, clientInfo: CLIENT_INFO };
  const said = await resultOf<{ protocolVersion: string }>(client, "initialize", hello);
  agreed = { "mcp-protocol-version": said.protocolVersion };
  await fetch(post({ jsonrpc: "2.0", method: "notifications/initialized" }, agreed));
  return client;
}

export interface StreamClient extends McpClient {
  /** A line as it is. */
  write(line: string): void;
  /** All lines that came. */
  readonly lines: readonly string[];
  /** Closes its end. */
  hangUp(): void;
}

/** @param to stdin of the server @param from its stdout */
export function streamClient(to: Writable, from: Readable, withEach: Params = {}): StreamClient {
  const waiting = new Map<number, (reply: RpcReply) => void>();
  const lines: string[] = [];
  let id = 0;
  let open = "";
  from.setEncoding("utf8").on("data", (text: string) => {
    const parts = `${open}${text}`.split("\n");
    open = parts.pop() ?? "";
    for (const line of parts) {
      lines.push(line);
      const reply = JSON.parse(line) as RpcReply;
      waiting.get(Number(reply.id))?.(reply);
    }
  });
  const write = (line: string): void => void to.write(`${line}\n`);
  return {
    lines,
    write,
    hangUp: () => void to.end(),
    send: (method, params = {}) => {
      const own = ++id;
      const { promise, resolve } = Promise.withResolvers<RpcReply>();
      waiting.set(own, resolve);
      write(JSON.stringify({ jsonrpc: "2.0", id: own, method, params: { ...params, ...withEach } }));
      return promise;
    },
  };
}

export const modernStream = (to: Writable, from: Readable): StreamClient =>
  streamClient(to, from, { _meta: envelope() });

export async function legacyStream(to: Writable, from: Readable, protocolVersion: string): Promise<StreamClient> {
  const client = streamClient(to, from);
  await resultOf(client, "initialize", { protocolVersion, capabilities: {}, clientInfo: CLIENT_INFO });
  client.write(JSON.stringify({ jsonrpc: "2.0", method: "notifications/initialized" }));
  return client;
}

export const pipes = () => ({ stdin: new PassThrough(), stdout: new PassThrough() });
