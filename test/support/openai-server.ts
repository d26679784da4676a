// A local server that speaks the OpenAI protocol (chat completions, also as a stream, and responses) from a script, so
// that tests run the unmodified model router. Loopback only.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { z } from "zod";

/** What the server does with one request. */
export type ServerReply =
  /** `usage` null: the server does not say. */
  | { readonly text: string; readonly usage?: ServerUsage | null }
  /** A text that comes piece by piece, as the script gives them; of a stream only. A script that throws breaks it off. */
  | { readonly pieces: Iterable<string> | AsyncIterable<string>; readonly usage?: ServerUsage | null }
  /** `input` a text: sent as it is, JSON or not. */
  | {
      readonly tool: string;
      readonly input: Readonly<Record<string, unknown>> | string;
      readonly usage?: ServerUsage | null;
    }
  /** An HTTP error, in OpenAI's error shape, with a Retry-After of so many seconds. */
  | { readonly status: number; readonly message?: string; readonly retryAfterS?: number }
  | { readonly garbage: string }
  /** Takes the request and never answers. */
  | { readonly hang: true }
  /** Begins to answer and breaks the connection off. */
  | { readonly cut: true };

interface ServerUsage {
  readonly input: number;
  readonly output: number;
}

export interface ServerRequest {
  readonly path: string;
  readonly authorization: string | undefined;
  readonly body: ChatBody;
  /** Texts of system and developer messages or instructions. */
  readonly system: string;
  /** Text of the last user message. */
  readonly user: string;
  /** Names of the tools on offer. */
  readonly tools: readonly string[];
  /** Number of tool results in the conversation. */
  readonly toolResults: number;
}

const ChatBody = z.looseObject({
  model: z.string(),
  stream: z.boolean().optional(),
  messages: z.array(z.looseObject({ role: z.string(), content: z.unknown() })).optional(),
  input: z.array(z.looseObject({ role: z.string().optional(), type: z.string().optional() })).optional(),
  tools: z
    .array(z.looseObject({ name: z.string().optional(), function: z.looseObject({ name: z.string() }).optional() }))
    .optional(),
});
type ChatBody = z.infer<typeof ChatBody>;

export interface OpenAiServer extends AsyncDisposable {
  /** Base URL, ending in /v1. */
  readonly url: string;
  readonly requests: readonly ServerRequest[];
  /** What the server has put on the bill: the usage that it has sent. */
  readonly billed: ServerUsage;
}

/** Starts a server; `script` says what to do with the request, given all of them so far. */
export async function startOpenAiServer(
  script: (request: ServerRequest, index: number) => ServerReply,
): Promise<OpenAiServer> {
  const requests: ServerRequest[] = [];
  const billed = { input: 0, output: 0 };
  const server = createServer((incoming, response) => {
    readRequest(incoming).then(
      (request) => {
        requests.push(request);
        const reply = script(request, requests.length - 1);
        if ("usage" in reply) {
          billed.input += reply.usage?.input ?? 0;
          billed.output += reply.usage?.output ?? 0;
        }
        answer(response, request, reply);
      },
      (error: unknown) => response.destroy(error instanceof Error ? error : undefined),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/v1`,
    requests,
    billed,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function readRequest(incoming: IncomingMessage): Promise<ServerRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const body = ChatBody.parse(JSON.parse(Buffer.concat(chunks).toString("utf8")));
  const messages = [...(body.messages ?? []), ...(body.input ?? [])];
  return {
    path: incoming.url ?? "",
    authorization: incoming.headers.authorization,
    body,
    system: messages
      .filter(({ role }) => role === "system" || role === "developer")
      .map(({ content }) => (typeof content === "string" ? content : JSON.stringify(content)))
      .join("\n"),
    user: textOf(messages.findLast(({ role }) => role === "user")),
    tools: (body.tools ?? []).flatMap((tool) => tool.function?.name ?? tool.name ?? []),
    toolResults: messages.filter((m) => m.role === "tool" || ("type" in m && m.type === "function_call_output")).length,
  };
}

function textOf(message: object | undefined): string {
  const content = message !== undefined && "content" in message ? message.content : "";
  if (typeof content === "string") return content;
  const parts = Array.isArray(content) ? (content as readonly { readonly text?: unknown }[]) : [];
  return parts.map(({ text }) => (typeof text === "string" ? text : "")).join("");
}

function answer(response: ServerResponse, request: ServerRequest, reply: ServerReply): void {
  if ("hang" in reply) return;
  if ("cut" in reply) {
    const type = request.body.stream === true ? "text/event-stream" : "application/json";
    response.writeHead(200, { "content-type": type, "content-length": 4096 });
    response.write(
      request.body.stream === true ? 'data: {"id":"chatcmpl-1","choices":[{"ind' : '{"id":"chatcmpl-1","choi',
    );
    setImmediate(() => response.destroy());
    return;
  }
  if ("status" in reply) {
    if (reply.retryAfterS !== undefined) response.setHeader("retry-after", String(reply.retryAfterS));
    sendJson(response, reply.status, { error: { message: reply.message ?? "scripted failure", type: "server_error" } });
  } else if ("garbage" in reply) {
    response.writeHead(200, { "content-type": "application/json" }).end(reply.garbage);
  } else if ("pieces" in reply) {
    sendPieces(response, request, reply).catch(() => response.destroy());
  } else if (request.path.endsWith("/responses")) {
    if (request.body.stream === true) sendEvents(response, request, reply);
    else sendJson(response, 200, responsesBody(request, reply));
  } else if (request.body.stream === true) {
    sendStream(response, request, reply);
  } else {
    sendJson(response, 200, chatBody(request, reply));
  }
}

type Content = Extract<ServerReply, { text: string } | { tool: string }>;
type Pieces = Extract<ServerReply, { pieces: unknown }>;

const sendJson = (response: ServerResponse, status: number, body: unknown): void => {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
};

const usageOf = ({ usage = { input: 0, output: 0 } }: Content | Pieces) =>
  usage === null
    ? undefined
    : {
        prompt_tokens: usage.input,
        completion_tokens: usage.output,
        total_tokens: usage.input + usage.output,
      };

const argumentsOf = ({ input }: Extract<Content, { tool: string }>): string =>
  typeof input === "string" ? input : JSON.stringify(input);

function toolCall(request: ServerRequest, reply: Extract<Content, { tool: string }>) {
  const id = `call_${request.toolResults}_${request.tools.length}`;
  return { id, type: "function", function: { name: reply.tool, arguments: argumentsOf(reply) } };
}

function chatBody(request: ServerRequest, reply: Content) {
  const message =
    "text" in reply
      ? { role: "assistant", content: reply.text }
      : { role: "assistant", content: null, tool_calls: [toolCall(request, reply)] };
  const finish_reason = "text" in reply ? "stop" : "tool_calls";
  return {
    id: "chatcmpl-1",
    object: "chat.completion",
    created: 0,
    model: request.body.model,
    choices: [{ index: 0, message, finish_reason }],
    usage: usageOf(reply),
  };
}

const chunkOf = (request: ServerRequest, delta: unknown, finish_reason: string | null, usage?: unknown): string =>
  `data: ${JSON.stringify({
    id: "chatcmpl-1",
    object: "chat.completion.chunk",
    created: 0,
    model: request.body.model,
    choices: [{ index: 0, delta, finish_reason }],
    usage,
  })}\n\n`;

async function sendPieces(response: ServerResponse, request: ServerRequest, reply: Pieces): Promise<void> {
  response.writeHead(200, { "content-type": "text/event-stream" });
  for await (const content of reply.pieces) {
    const chunk = chunkOf(request, { role: "assistant", content }, null);
    // What was written has gone out before the script goes on, or breaks it off.
    await new Promise((resolve) => response.write(chunk, resolve));
  }
  response.end(`${chunkOf(request, {}, "stop", usageOf(reply))}data: [DONE]\n\n`);
}

function sendStream(response: ServerResponse, request: ServerRequest, reply: Content): void {
  response.writeHead(200, { "content-type": "text/event-stream" });
  response.write(
    "text" in reply
      ? chunkOf(request, { role: "assistant", content: reply.text }, null)
      : chunkOf(request, { role: "assistant", tool_calls: [{ index: 0, ...toolCall(request, reply) }] }, null),
  );
  const reason = "text" in reply ? "stop" : "tool_calls";
  response.end(`${chunkOf(request, {}, reason, usageOf(reply))}data: [DONE]\n\n`);
}

/** The responses protocol as a stream: one event an item, then the whole. */
function sendEvents(response: ServerResponse, request: ServerRequest, reply: Content): void {
  const whole = responsesBody(request, reply);
  const [item] = whole.output;
  const events = [
    { type: "response.created", response: { ...whole, status: "in_progress", output: [] } },
    { type: "response.output_item.added", output_index: 0, item: { ...item, status: "in_progress" } },
    ...("text" in reply
      ? [{ type: "response.output_text.delta", item_id: "msg_1", output_index: 0, content_index: 0, delta: reply.text }]
      : [
          {
            type: "response.function_call_arguments.delta",
            item_id: "fc_1",
            output_index: 0,
            delta: argumentsOf(reply),
          },
        ]),
    { type: "response.output_item.done", output_index: 0, item },
    { type: "response.completed", response: whole },
  ];
  response.writeHead(200, { "content-type": "text/event-stream" });
  response.end(events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join(""));
}

function responsesBody(request: ServerRequest, reply: Content) {
  const usage = reply.usage ?? { input: 0, output: 0 };
  const item =
    "text" in reply
      ? {
          type: "message",
          id: "msg_1",
          role: "assistant",
          status: "completed",
          content: [{ type: "output_text", text: reply.text, annotations: [] }],
        }
      : {
          type: "function_call",
          id: "fc_1",
          call_id: toolCall(request, reply).id,
          name: reply.tool,
          arguments: argumentsOf(reply),
          status: "completed",
        };
  return {
    id: "resp_1",
    object: "response",
    created_at: 0,
    status: "completed",
    model: request.body.model,
    output: [item],
    usage: { input_tokens: usage.input, output_tokens: usage.output, total_tokens: usage.input + usage.output },
  };
}
