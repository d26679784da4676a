// A service that takes webhooks, on loopback: what it is told to answer, and everything it got.
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

export interface Got {
  readonly method: string;
  readonly path: string;
  readonly key: string | undefined;
  readonly body: string;
}

/** An answer with a body or headers of its own. */
interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface WebhookServer extends AsyncDisposable {
  readonly url: URL;
  readonly got: readonly Got[];
  /** Status of the next answers, in order; then 200. `hang`: never answers. */
  readonly answers: (number | "hang" | Answer)[];
  /** Resolves once so many requests have come. */
  arrived(count: number): Promise<void>;
  close(): Promise<void>;
}

export async function startWebhookServer(path = "/hooks/T0P-S3CRET?token=S3CRET"): Promise<WebhookServer> {
  const got: Got[] = [];
  const answers: WebhookServer["answers"] = [];
  let waiting: { readonly count: number; readonly resolve: () => void }[] = [];
  const server = createServer((request, response) => {
    void bodyOf(request).then((body) => {
      const { method = "", url = "", headers } = request;
      got.push({ method, path: url, key: headers["idempotency-key"] as string | undefined, body });
      const answer = answers.shift() ?? 200;
      if (answer !== "hang") {
        const {
          status,
          headers = {},
          body = "x".repeat(10),
        } = typeof answer === "number" ? { status: answer } : answer;
        const location = status >= 300 && status < 400 ? { location: "/elsewhere" } : {};
        response
          .writeHead(status, { connection: "close", ...location, ...headers })
          .end(status === 204 ? undefined : body);
      }
      for (const { resolve } of waiting.filter(({ count }) => got.length >= count)) resolve();
      waiting = waiting.filter(({ count }) => got.length < count);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  };
  return {
    url: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`),
    got,
    answers,
    arrived: (count) =>
      new Promise((resolve) => {
        if (got.length >= count) resolve();
        else waiting.push({ count, resolve });
      }),
    close,
    [Symbol.asyncDispose]: close,
  };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = "";
  for await (const chunk of request.setEncoding("utf8")) body += chunk;
  return body;
}
