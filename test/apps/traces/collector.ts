// A collector of OpenTelemetry on this machine, which takes what the protocol allows and nothing else:
// https://github.com/open-telemetry/opentelemetry-proto/blob/main/opentelemetry/proto/trace/v1/trace.proto
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { z } from "zod";

const AnyValue = z.union([
  z.strictObject({ stringValue: z.string() }),
  z.strictObject({ boolValue: z.boolean() }),
  // 64-bit numbers are text in the JSON of protocol buffers.
  z.strictObject({ intValue: z.string().regex(/^-?\d+$/) }),
  z.strictObject({ doubleValue: z.number() }),
]);
const Attributes = z.array(z.strictObject({ key: z.string().min(1), value: AnyValue }));
const id = (bytes: number) => z.string().regex(new RegExp(`^(?!0+$)[0-9a-f]{${2 * bytes}}$`));
const Nanoseconds = z.string().regex(/^\d{19}$/);

const Span = z
  .strictObject({
    traceId: id(16),
    spanId: id(8),
    parentSpanId: id(8).optional(),
    name: z.string().min(1),
    kind: z.union([z.literal(1), z.literal(3)]),
    startTimeUnixNano: Nanoseconds,
    endTimeUnixNano: Nanoseconds,
    attributes: Attributes,
    status: z.strictObject({ code: z.union([z.literal(1), z.literal(2)]), message: z.string().optional() }),
  })
  .refine((span) => BigInt(span.endTimeUnixNano) >= BigInt(span.startTimeUnixNano));

export const Traces = z.strictObject({
  resourceSpans: z.array(
    z.strictObject({
      resource: z.strictObject({ attributes: Attributes }),
      scopeSpans: z.array(
        z.strictObject({ scope: z.strictObject({ name: z.string(), version: z.string() }), spans: z.array(Span) }),
      ),
    }),
  ),
});

interface Received {
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly document: z.infer<typeof Traces>;
}

export async function collector() {
  const received: Received[] = [];
  const faults: unknown[] = [];
  const answer = { status: 200, hangs: false };
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk) => {
      body += chunk;
    });
    request.on("end", () => {
      if (answer.hangs) return;
      const parsed = Traces.safeParse(JSON.parse(body));
      if (parsed.success) received.push({ path: request.url ?? "", headers: request.headers, document: parsed.data });
      else faults.push(parsed.error.issues);
      response.writeHead(answer.status, { "content-type": "application/json" }).end("{}");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    answer,
    received,
    faults,
    spans: () =>
      received.flatMap(({ document }) => document.resourceSpans.flatMap((r) => r.scopeSpans.flatMap((s) => s.spans))),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
