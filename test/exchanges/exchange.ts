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
  /** Something went wrong with it on purpose. */
  readonly metFault: boolean;
}

/** A request as it came over a wire. */
interface WireRequest {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly headers: Ask["headers"];
  readonly rawBody: string;
}

/** What goes back over it. */
type Reply =
  /** `cut`: the connection breaks after half of the text. `after`: it is kept back until then. */
  | {
      readonly kind: "answer";
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
      readonly text: string;
      readonly cut: boolean;
      readonly after?: Promise<unknown>;
    }
  | { readonly kind: "silence" };

export interface Exchange {
  readonly url: string;
  /** For what stands beside the REST on the same port. */
  readonly server: Server;
  readonly world: World;
  readonly faults: Faults;
  /** In order of arrival; whoever takes them away counts for himself. */
  readonly requests: RequestSeen[];
  /** How many were for this kind. */
  count(kind: EndpointKind): number;
  /** Hears a request and answers it, without a wire. */
  hear(request: WireRequest): Reply;
  /** What a request would be for. */
  kindsOf(request: WireRequest): readonly EndpointKind[];
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

/** What is said in place of an answer; null: the answer goes its way. */
function replyOf(fault: Fault): Reply | null {
  switch (fault.kind) {
    case "hang":
      return SILENCE;
    case "status": {
      const { status, body = `{"msg":"HTTP ${fault.status}"}`, headers } = fault;
      return said(status, body, { "content-type": body.startsWith("<") ? "text/html" : JSON_TYPE, ...headers });
    }
    case "body":
      return said(200, fault.body, { "content-type": fault.contentType ?? JSON_TYPE });
    default:
      return null;
  }
}

const SILENCE: Reply = { kind: "silence" };

const said = (
  status: number,
  text: string,
  headers: Readonly<Record<string, string>> = { "content-type": JSON_TYPE },
) => ({ kind: "answer", status, headers, text, cut: false }) as const;

function write(response: ServerResponse, reply: Reply): void {
  if (reply.kind === "silence") return;
  const { status, headers, text, cut } = reply;
  if (!cut) {
    response.writeHead(status, headers).end(text);
    return;
  }
  const bytes = Buffer.from(text);
  response.writeHead(status, { ...headers, "content-length": bytes.length });
  response.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => response.destroy());
}

/** Starts it on 127.0.0.1, by default on a free port. */
export async function startExchange(
  protocol: Protocol,
  world: World,
  faults: Faults = createFaults(),
  port = 0,
): Promise<Exchange> {
  const requests: RequestSeen[] = [];

  function askOf(request: WireRequest, atMs: number): Ask {
    const url = new URL(request.target, "http://loopback");
    const body = jsonOf(request.rawBody);
    return { ...request, path: url.pathname, query: url.searchParams, body, atMs: atMs + faults.clockOffsetMs(atMs) };
  }

  function hear(request: WireRequest): Reply {
    const atMs = world.now();
    const ask = askOf(request, atMs);
    const kinds = protocol.kindsOf(ask);
    world.trading?.settle();
    const meeting = faults.meet(kinds, atMs);
    requests.push({ ...request, kinds, atMs, metFault: meeting.length > 0 });
    for (const fault of meeting) {
      const instead = replyOf(fault);
      if (instead !== null) return instead;
    }
    const answered = () =>
      protocol.answer(ask, createView(world, meeting, world.now() + faults.clockOffsetMs(world.now())));
    const late = faultOf(meeting, "taken-late");
    if (late !== undefined) {
      world.trading?.doLater(atMs + late.afterMs, answered);
      return SILENCE;
    }
    const { status, body } = answered();
    if (faultOf(meeting, "unanswered") !== undefined) return SILENCE;
    const otherwise = faultOf(meeting, "answered-otherwise");
    if (otherwise !== undefined) return said(otherwise.status, otherwise.text);
    const text = JSON.stringify(faultedBody(body, meeting));
    if (faultOf(meeting, "reset") !== undefined) return { ...said(status, text), cut: true };
    const keptBack = faultOf(meeting, "answered-after");
    if (keptBack !== undefined) return { ...said(status, text), after: keptBack.moment };
    const bytes = Buffer.from(text);
    const isTruncated = faultOf(meeting, "truncated") !== undefined;
    return said(status, isTruncated ? bytes.subarray(0, Math.floor(bytes.length / 2)).toString() : text);
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const headers = Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name, Array.isArray(value) ? value[0] : value]),
    );
    const rawBody = await textOf(request);
    const reply = hear({ method: request.method ?? "", target: request.url ?? "", headers, rawBody });
    if (reply.kind === "answer") await reply.after;
    write(response, reply);
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
    hear,
    kindsOf: (request) => protocol.kindsOf(askOf(request, world.now())),
    count: (kind) => requests.filter((seen) => seen.kinds.includes(kind)).length,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
