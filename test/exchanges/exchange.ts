// A protocol, a world and faults → an HTTP server on loopback that an unmodified client takes for the exchange.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Ask } from "./ask.ts";
import { createFaults, type EndpointKind, type Fault, type Faults, faultedBody, faultOf } from "./faults.ts";
import type { Protocol } from "./protocol.ts";
import { createView } from "./view.ts";
import type { World } from "./world.ts";

export interface RequestSeen {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly headers: Ask["headers"];
  readonly rawBody: string;
  readonly kinds: readonly EndpointKind[];
  /** By the world's clock. */
  readonly atMs: number;
}

export interface Exchange {
  readonly url: string;
  /** For what stands beside the REST on the same port. */
  readonly server: Server;
  readonly world: World;
  readonly faults: Faults;
  /** In order of arrival. */
  readonly requests: readonly RequestSeen[];
  /** How many were for this kind. */
  count(kind: EndpointKind): number;
  close(): Promise<void>;
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}

/** Null for a form. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text || "null");
  } catch {
    return null;
  }
}

const JSON_TYPE = "application/json; charset=utf-8";

/** What is sent in place of an answer; false: nothing is, the answer goes its way. */
function sendFault(response: ServerResponse, fault: Fault): boolean {
  switch (fault.kind) {
    case "hang":
      return true;
    case "status": {
      const isHtml = fault.body?.startsWith("<") ?? false;
      const headers = { "content-type": isHtml ? "text/html" : JSON_TYPE, ...fault.headers };
      response.writeHead(fault.status, headers).end(fault.body ?? `{"msg":"HTTP ${fault.status}"}`);
      return true;
    }
    case "body":
      response.writeHead(200, { "content-type": fault.contentType ?? JSON_TYPE }).end(fault.body);
      return true;
    default:
      return false;
  }
}

function send(response: ServerResponse, status: number, text: string, faults: readonly Fault[]): void {
  const bytes = Buffer.from(text);
  const half = bytes.subarray(0, Math.floor(bytes.length / 2));
  const headers = { "content-type": JSON_TYPE };
  if (faultOf(faults, "reset") !== undefined) {
    response.writeHead(status, { ...headers, "content-length": bytes.length });
    response.write(half, () => response.destroy());
    return;
  }
  response.writeHead(status, headers).end(faultOf(faults, "truncated") === undefined ? bytes : half);
}

/** Starts it on 127.0.0.1, by default on a free port. */
export async function startExchange(
  protocol: Protocol,
  world: World,
  faults: Faults = createFaults(),
  port = 0,
): Promise<Exchange> {
  const requests: RequestSeen[] = [];

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", "http://loopback");
    const headers = Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name, Array.isArray(value) ? value[0] : value]),
    );
    const target = request.url ?? "";
    const rawBody = await textOf(request);
    const method = request.method ?? "";
    const body = jsonOf(rawBody);
    const atMs = world.now();
    const arrivedMs = atMs + faults.clockOffsetMs(atMs);
    const ask: Ask = {
      path: url.pathname,
      query: url.searchParams,
      target,
      headers,
      method,
      body,
      rawBody,
      atMs: arrivedMs,
    };
    const kinds = protocol.kindsOf(ask);
    requests.push({ method, target, headers, rawBody, kinds, atMs });
    world.trading?.settle();
    const meeting = faults.meet(kinds, atMs);
    if (meeting.some((fault) => sendFault(response, fault))) return;
    const answered = () =>
      protocol.answer(ask, createView(world, meeting, world.now() + faults.clockOffsetMs(world.now())));
    const late = faultOf(meeting, "taken-late");
    if (late !== undefined) {
      world.trading?.doLater(atMs + late.afterMs, answered);
      return;
    }
    const said = answered();
    if (faultOf(meeting, "unanswered") !== undefined) return;
    if (faultOf(meeting, "answered-otherwise") !== undefined) {
      const { status, text } = faultOf(meeting, "answered-otherwise") ?? { status: 500, text: "" };
      response.writeHead(status, { "content-type": JSON_TYPE }).end(text);
      return;
    }
    send(response, said.status, JSON.stringify(faultedBody(said.body, meeting)), meeting);
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => response.writeHead(500).end(String(error)));
  });
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    server,
    world,
    faults,
    requests,
    count: (kind) => requests.filter((seen) => seen.kinds.includes(kind)).length,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
