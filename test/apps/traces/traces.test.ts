import { afterEach, beforeEach, expect, it } from "vitest";
import { createSpanExporter, headersOf } from "#apps/traces/otlp.ts";
import { traceDesk } from "#apps/traces/trace-desk.ts";
import { ledgerEntry, NO_WORK } from "#schemas/work.ts";
import { patience } from "#test/support/desk.ts";
import { watchedDesk } from "../metrics/watched-desk.ts";
import { collector } from "./collector.ts";

let server: Awaited<ReturnType<typeof collector>>;
beforeEach(async () => {
  server = await collector();
});
afterEach(() => server.close());

const WALL_MS = Date.UTC(2026, 0, 5);
const NEVER = 1_000_000_000;

const exporter = (notes: string[] = [], deadlineMs = 2_000) =>
  createSpanExporter({
    endpoint: new URL(`${server.endpoint}/base/`),
    headers: { "x-key": "k" },
    resource: { "service.name": "deeptrader" },
    version: "0.0.0",
    onNote: (text) => notes.push(text),
    flushEveryMs: NEVER,
    deadlineMs,
  });
const span = (name: string) =>
  ({
    name,
    kind: "internal",
    startMs: WALL_MS,
    endMs: WALL_MS + 1.5,
    attributes: { n: 1.5, i: 2, b: true },
    error: null,
  }) as const;

it("sends a desk's slots with their cycles within, questions and model calls, and no text of them", async () => {
  const desk = await watchedDesk();
  let time = 0;
  const env = {
    OTEL_EXPORTER_OTLP_ENDPOINT: server.endpoint,
    OTEL_EXPORTER_OTLP_HEADERS: "authorization=Bearer%20k, x=1",
  };
  const { about } = desk.door;
  const { observers } = desk;
  const parts = { env, about, observers, wallMs: () => WALL_MS, monotonicMs: () => time, onNote: () => {} };
  const traces = traceDesk(parts);
  traces.slotDone({ ...(await desk.tick(0)), durationMs: 250 });
  const call = observers.began({ port: "model", verb: "custom/m1" });
  time = 40;
  call.ended(new TypeError("SECRET"));
  await desk.desk.ledger.record(
    ledgerEntry({ atMs: 0, phase: "test-time", job: "question", paths: { recalled: 1 }, work: NO_WORK, durationMs: 7 }),
    patience,
  );
  await traces.close();
  expect(server.faults).toEqual([]);
  const [slot, ...others] = server.spans();
  const named = (name: string) => others.find((one) => one.name === name);
  expect(slot).toMatchObject({
    name: "slot",
    startTimeUnixNano: `${WALL_MS - 250}000000`,
    endTimeUnixNano: `${WALL_MS}000000`,
  });
  for (const name of ["sleep-cycle", "decision-cycle"])
    expect(named(name)).toMatchObject({ traceId: slot?.traceId, parentSpanId: slot?.spanId });
  expect(named("question")?.traceId).not.toBe(slot?.traceId);
  expect(named("question")?.attributes).toContainEqual({ key: "deeptrader.path", value: { stringValue: "recalled" } });
  expect(named("model custom/m1")).toMatchObject({ kind: 3, status: { code: 2, message: "TypeError" } });
  expect(JSON.stringify(server.received)).not.toContain("SECRET");
  const [first] = server.received;
  expect(first?.path).toBe("/v1/traces");
  expect(first?.headers).toMatchObject({ authorization: "Bearer k", x: "1", "content-type": "application/json" });
  expect(first?.document.resourceSpans[0]?.resource.attributes).toContainEqual({
    key: "deeptrader.simulated",
    value: { boolValue: true },
  });
});

it("sends nothing where no collector is set, and refuses one in the clear elsewhere", async () => {
  const { door, observers } = await watchedDesk();
  const parts = { about: door.about, observers, wallMs: () => 0, monotonicMs: () => 0, onNote: () => {} };
  await traceDesk({ ...parts, env: {} }).close();
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: "http://collector.example:4318/SECRET" };
  expect(() => traceDesk({ ...parts, env })).toThrow(/OTEL_EXPORTER_OTLP_ENDPOINT/);
  expect(() => traceDesk({ ...parts, env })).not.toThrow(/SECRET/);
});

it("keeps to the protocol's types, and to the path of the endpoint", async () => {
  const spans = exporter();
  spans.add(span("one"));
  await spans.close();
  expect(server.faults).toEqual([]);
  expect(server.received[0]?.path).toBe("/base/v1/traces");
  expect(server.spans()[0]?.attributes).toEqual([
    { key: "n", value: { doubleValue: 1.5 } },
    { key: "i", value: { intValue: "2" } },
    { key: "b", value: { boolValue: true } },
  ]);
  expect(server.spans()[0]?.endTimeUnixNano).toBe(`${WALL_MS + 1}500000`);
});

it("keeps the newest 2,048 where a collector hangs, waits for it no longer than its deadline, and says so once", async () => {
  const notes: string[] = [];
  server.answer.hangs = true;
  const spans = exporter(notes, 50);
  for (let i = 0; i < 5_000; i++) spans.add(span(`span ${i}`));
  await expect.poll(() => notes).toEqual([expect.stringMatching(/^traces: .* Spans are dropped meanwhile\.$/)]);
  server.answer.hangs = false;
  await spans.close();
  expect(server.spans().map(({ name }) => name)).toEqual(
    Array.from({ length: 256 }, (_, i) => `span ${5_000 - 2_048 + i}`),
  );
});

it("says when a collector that refused takes spans again", async () => {
  const notes: string[] = [];
  const spans = exporter(notes);
  server.answer.status = 500;
  for (let i = 0; i < 256; i++) spans.add(span("a"));
  await expect.poll(() => notes.length).toBe(1);
  server.answer.status = 200;
  for (let i = 0; i < 256; i++) spans.add(span("b"));
  await spans.close();
  expect(notes).toEqual([expect.stringContaining("500"), "traces: the collector is reached again"]);
  // What was refused is not sent again.
  expect(server.spans().filter(({ name }) => name === "b")).toHaveLength(256);
});

it("reads headers as the standard variable has them, and leaves out what is none", () => {
  expect(headersOf("a=1, api-key = x=y ,, bad header=1,=2")).toEqual({ a: "1", "api-key": "x=y" });
  expect(headersOf("a=%zz")).toEqual({ a: "%zz" });
  expect(headersOf("")).toEqual({});
});
