// A local HTTP server whose answers a test chooses, and which counts what it was asked.

import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface Asked {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

export type Answer = (asked: Asked, response: ServerResponse) => void | Promise<void>;

export interface JsonServer {
  readonly url: string;
  readonly asked: readonly Asked[];
  answer(how: Answer): void;
  /** Resolves when it has been asked `count` times. */
  wasAsked(count: number): Promise<void>;
  close(): Promise<void>;
}

/** Sends `body` as JSON. */
export const json =
  (body: unknown, status = 200, headers: Readonly<Record<string, string>> = {}): Answer =>
  (_, response) => {
    response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
  };

/** Sends `text` as it is. */
export const raw =
  (text: string | Buffer, status = 200, headers: Readonly<Record<string, string>> = {}): Answer =>
  (_, response) => {
    response.writeHead(status, headers).end(text);
  };

export const FAULTS: Readonly<Record<string, Answer>> = {
  hang: () => {},
  "a web page": raw("<!doctype html><title>Just a moment…</title>", 200, { "content-type": "text/html" }),
  "a web page with 403": raw("<html>Attention required</html>", 403),
  nothing: raw(""),
  "cut JSON": raw('{"code":1,"message":"OK","result":{"0x'),
  "a broken-off answer": (_, response) => {
    response.writeHead(200, { "content-length": "1000" });
    response.write('{"code":1', () => response.destroy());
  },
  "a redirect": raw("", 302, { location: "http://127.0.0.1:1/elsewhere" }),
  "a huge body": raw(Buffer.alloc(9_000_000, " ")),
  "HTTP 500": json({ error: "oops" }, 500),
  "HTTP 502 page": raw("<html>Bad gateway</html>", 502),
  "HTTP 429": json({ error: "slow down" }, 429, { "retry-after": "30" }),
  "HTTP 418": json({}, 418, { "retry-after": "120" }),
  "HTTP 403 with a rest": json({}, 403, { "retry-after": "60" }),
  "HTTP 401": json({ error: "no" }, 401),
  text: raw("OK"),
};

export async function createJsonServer(answer: Answer = json({})): Promise<JsonServer> {
  let how = answer;
  const asked: Asked[] = [];
  let told = Promise.withResolvers<void>();
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const one: Asked = {
      method: request.method ?? "",
      url: new URL(request.url ?? "", "http://127.0.0.1"),
      headers: request.headers,
      body: Buffer.concat(chunks).toString("utf8"),
    };
    asked.push(one);
    told.resolve();
    told = Promise.withResolvers();
    await how(one, response);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    answer: (next) => {
      how = next;
    },
    wasAsked: async (count) => {
      while (asked.length < count) await told.promise;
    },
    close: async () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
