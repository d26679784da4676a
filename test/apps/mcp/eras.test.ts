// Clients of both eras of the protocol, over HTTP and over streams: each lists and calls, and gets the desk's own documents.
import { describe, expect, it } from "vitest";
import type { Scope } from "#apps/http/credentials.ts";
import { serveMcpOnStdio } from "#apps/mcp/stdio.ts";
import {
  call,
  documentIn,
  LEGACY,
  legacyHttp,
  legacyStream,
  type McpClient,
  MODERN,
  modernHttp,
  modernStream,
  pipes,
  post,
  readReply,
  resultOf,
  streamClient,
  textOf,
  toolsOf,
} from "./mcp-clients.ts";
import { mcpDesk, mcpOverHttp } from "./mcp-desk.ts";

const fixture = await mcpDesk();
const { door } = fixture;
const fetch = await mcpOverHttp(fixture);

function serving(scope: Scope = "act") {
  const { stdin, stdout } = pipes();
  const notes: string[] = [];
  const stop = new AbortController();
  const note = (text: string): void => void notes.push(text);
  const ended = serveMcpOnStdio(door, scope, { stdin, stdout, note, signal: stop.signal });
  return { stdin, stdout, notes, stop, ended };
}

async function expectServed(client: McpClient): Promise<void> {
  const names = (await toolsOf(client)).map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(["status", "positions", "memory_show", "ask", "propose_close"]));
  const { structuredContent, content, isError } = await call(client, "status");
  expect(isError).toBeUndefined();
  expect(structuredContent).toEqual(JSON.parse(JSON.stringify(await door.run("status", { args: [], flags: {} }))));
  expect(structuredContent?.["simulated"]).toBe(true);
  expect(content[0]?.text).toMatch(/^SIMULATED – invented prices\ndesk main/);
  const { resources } = await resultOf<{ resources: { uri: string }[] }>(client, "resources/list");
  expect(resources.map(({ uri }) => uri)).toEqual(
    expect.arrayContaining([
      "deeptrader://journal/latest",
      "deeptrader://analysis/BTC-USDT",
      "deeptrader://docs/questions",
    ]),
  );
  const read = await resultOf<{ contents: { text: string }[] }>(client, "resources/read", {
    uri: "deeptrader://analysis/BTC-USDT",
  });
  expect(JSON.parse(read.contents[0]?.text ?? "")).toMatchObject({ simulated: true, record: { symbol: "BTC/USDT" } });
  const { prompts } = await resultOf<{ prompts: { name: string }[] }>(client, "prompts/list");
  expect(prompts.map(({ name }) => name)).toEqual(["morning_review", "why_not_bought", "explain_trade", "risk_check"]);
}

describe("a client over HTTP", () => {
  it.each(LEGACY)("of %s shakes hands, lists and calls", async (version) => {
    const hello = post({
      jsonrpc: "2.0",
      id: 1,
      method: "initialize",
      params: { protocolVersion: version, capabilities: {}, clientInfo: { name: "x", version: "1" } },
    });
    const { result } = await readReply(await fetch(hello));
    expect(result).toMatchObject({ protocolVersion: version, serverInfo: { name: "deeptrader" } });
    await expectServed(await legacyHttp(fetch, version));
  });

  it("of 2026 lists and calls without a handshake", async () => {
    await expectServed(modernHttp(fetch));
  });

  it("of 2026 learns from the server which version it has", async () => {
    const found = await resultOf<{ supportedVersions: string[] }>(modernHttp(fetch), "server/discover");
    expect(found.supportedVersions).toContain(MODERN);
  });

  it("that shakes hands with a version of the new era is offered the newest of the old", async () => {
    const body = { protocolVersion: MODERN, capabilities: {}, clientInfo: { name: "x", version: "1" } };
    const hello = post({ jsonrpc: "2.0", id: 1, method: "initialize", params: body });
    const { result } = await readReply(await fetch(hello));
    expect(result?.["protocolVersion"]).toBe(LEGACY[3]);
  });

  it.each([["GET"], ["DELETE"]])("that opens a session by %s is told that there is none", async (method) => {
    const response = await fetch(new Request("http://127.0.0.1/mcp", { method }));
    expect(response.status).toBe(405);
  });

  it("that sends too much is refused before it is read to its end", async () => {
    const response = await fetch(
      post({ jsonrpc: "2.0", id: 1, method: "tools/list", params: { x: "a".repeat(300_000) } }),
    );
    expect(response.status).toBe(413);
  });

  it("that sends what is no JSON gets an error, and the next is served", async () => {
    const broken = new Request("http://127.0.0.1/mcp", {
      method: "POST",
      headers: { "content-type": "application/json", accept: "application/json, text/event-stream" },
      body: "{not json",
    });
    expect((await fetch(broken)).status).toBe(400);
    await expectServed(modernHttp(fetch));
  });
});

describe("a client over stdio", () => {
  it.each(LEGACY)("of %s shakes hands, lists and calls", async (version) => {
    const { stdin, stdout, ended } = serving();
    const client = await legacyStream(stdin, stdout, version);
    await expectServed(client);
    client.hangUp();
    await ended;
  });

  it("of 2026 lists and calls without a handshake", async () => {
    const { stdin, stdout, ended } = serving();
    const client = modernStream(stdin, stdout);
    await expectServed(client);
    client.hangUp();
    await ended;
  });

  it("that sends lines which are none of the protocol is answered to the next one that is, and stdout has nothing else", async () => {
    const { stdin, stdout, notes, ended } = serving();
    const client = modernStream(stdin, stdout);
    await toolsOf(client);
    client.write("hello?");
    client.write("{}");
    client.write('{"jsonrpc":"2.0","id":');
    client.write("\u0000\u0007[31m");
    expect(textOf(await call(client, "positions"))).toContain("USDT");
    expect(client.lines.map((line) => JSON.parse(line).jsonrpc)).toEqual(client.lines.map(() => "2.0"));
    expect(notes.length).toBeGreaterThan(0);
    client.hangUp();
    await ended;
  });

  it("that hangs up in the middle of a call ends the server, and what was under way is done", async () => {
    const { stdin, stdout, ended } = serving();
    const client = streamClient(stdin, stdout);
    client.write(
      JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/call", params: { name: "report", arguments: {} } }),
    );
    client.hangUp();
    await ended;
    await expectServed(modernHttp(fetch));
  });

  it("is let go when the process is asked to stop", async () => {
    const { stdin, stdout, stop, ended } = serving();
    await toolsOf(modernStream(stdin, stdout));
    stop.abort();
    await ended;
  });
});

describe("calls at the same time", () => {
  it("get each its own answer", async () => {
    const { stdin, stdout, ended } = serving();
    const client = modernStream(stdin, stdout);
    await toolsOf(client);
    const markets = [...fixture.markets.keys()].slice(0, 8);
    const results = await Promise.all(
      Array.from({ length: 40 }, (_, at) => call(client, "memory_show", { symbol: markets[at % markets.length] })),
    );
    const shown = results.map((result) => (documentIn(result)["record"] as { symbol: string }).symbol);
    expect(shown).toEqual(results.map((_, at) => markets[at % markets.length]));
    client.hangUp();
    await ended;
  });
});
