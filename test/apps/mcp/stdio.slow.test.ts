// `deeptrader mcp` as a client starts it: a child process, its pipes, and the desk of a home, running or not.
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, describe, expect, it } from "vitest";
import { openProposals } from "#desk/acts/propose.ts";
import { documentOf, type RunningCli, startCli } from "#test/support/cli.ts";
import { freshHome } from "#test/support/fresh-home.ts";
import { startOpenAiServer } from "#test/support/openai-server.ts";
import { ROOT } from "#test/support/sources.ts";
import {
  call,
  documentIn,
  LEGACY,
  legacyHttp,
  legacyStream,
  modernHttp,
  modernStream,
  NAME,
  type StreamClient,
  textOf,
  toolsOf,
} from "./mcp-clients.ts";
import { mcpDesk } from "./mcp-desk.ts";

const running = new Set<RunningCli>();
const children = new Set<ChildProcess>();

afterEach(async () => {
  for (const desk of running) desk.signal("SIGKILL");
  for (const child of children) child.kill("SIGKILL");
  await Promise.all([...running].map(({ ended }) => ended));
  running.clear();
  children.clear();
});

interface Running {
  readonly port: number;
  readonly token: string;
}

interface Server {
  readonly client: StreamClient;
  readonly ended: Promise<{ readonly code: number | null; readonly stderr: string }>;
  readonly child: ChildProcess;
}

const BIN = join(ROOT, "bin/deeptrader.js");

const serve = (home: string, era: "modern" | "legacy", args: readonly string[] = []): Promise<Server> =>
  serveCommand([process.execPath, BIN, "mcp", "--home", home, ...args], era);

/** As a client starts it: in a folder of its own, with an environment of which nothing is known. */
async function serveCommand([command = "", ...args]: readonly string[], era: "modern" | "legacy"): Promise<Server> {
  const env = { PATH: process.env["PATH"], HOME: tmpdir() };
  const child = spawn(command, args, { cwd: tmpdir(), env });
  children.add(child);
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  const ended = new Promise<{ code: number | null; stderr: string }>((resolve) =>
    child.once("close", (code) => resolve({ code, stderr })),
  );
  const client =
    era === "modern"
      ? modernStream(child.stdin, child.stdout)
      : await legacyStream(child.stdin, child.stdout, LEGACY[2]);
  return { client, ended, child };
}

const startDesk = async (home: string): Promise<RunningCli> => {
  const desk = startCli(["start", "--assets", "8", "--speed", "300"], { home });
  running.add(desk);
  await desk.waitFor(/SIMULATED 8\/8 fresh/);
  return desk;
};

describe("with a desk that runs", () => {
  it("a client of each era reads it, and what one proposes is done on a person's word", async () => {
    await using home = await freshHome();
    await startDesk(home.dir);
    const [modern, legacy] = await Promise.all([serve(home.dir, "modern"), serve(home.dir, "legacy")]);
    const { structuredContent } = await call(modern.client, "status");
    expect(structuredContent).toMatchObject({ simulated: true, venue: "sim", analyses: 8 });
    expect(textOf(await call(legacy.client, "ask", { question: "what is the RSI of BTC?" }))).toMatch(/BTC\/USDT/);

    const proposed = await call(legacy.client, "propose_block", { what: "BTC" });
    expect(textOf(proposed)).toContain("Proposal p1:");
    expect((await documentOf(["status"], { home: home.dir }))["blocked"]).toEqual([]);
    const list = await documentOf(["approvals"], { home: home.dir });
    expect(list["open"]).toMatchObject([{ proposalId: "p1", madeBy: `mcp:${NAME}` }]);
    await documentOf(["approvals", "approve", "p1"], { home: home.dir });
    expect((await call(modern.client, "status")).structuredContent?.["blocked"]).toMatchObject([{ what: "BTC" }]);

    for (const { client, ended, child } of [modern, legacy]) {
      client.hangUp();
      expect((await ended).code, String(child.pid)).toBe(0);
    }
  });

  it("settings that contradict the running desk are an answer, and the server goes on", async () => {
    await using home = await freshHome();
    await startDesk(home.dir);
    const { client, ended } = await serve(home.dir, "modern", ["--seed", "99"]);
    const refused = await call(client, "status");
    expect([refused.isError, textOf(refused)]).toEqual([true, expect.stringContaining("--seed 99 (the desk runs")]);
    expect(existsSync(join(home.dir, "desk.json"))).toBe(true);
    client.hangUp();
    expect((await ended).code).toBe(0);
  });
});

interface Written {
  readonly mcpServers: {
    readonly deeptrader: {
      readonly command: string;
      readonly args: readonly string[];
      readonly url: string;
      readonly headers: Readonly<Record<string, string>>;
    };
  };
}

/** What docs/connect.md has a client's configuration say, with the places and the token of here in place of its own. */
async function written(
  nth: number,
  places: Readonly<Record<string, string>>,
): Promise<Written["mcpServers"]["deeptrader"]> {
  const page = await readFile(join(ROOT, "docs/connect.md"), "utf8");
  const block = [...page.matchAll(/```json\n(\{\s*"mcpServers".*?)```/gs)][nth]?.[1] ?? "";
  const said = Object.entries(places).reduce((text, [there, here]) => text.replaceAll(there, here), block);
  return (JSON.parse(said) as Written).mcpServers.deeptrader;
}

describe("what docs/connect.md says", () => {
  it("has a client start the server, and reach the running desk by its address", async () => {
    await using home = await freshHome();
    await startDesk(home.dir);
    const places = { "/home/me/deeptrader/": `${ROOT}/`, "/home/me/desk/.deeptrader": home.dir };
    const { command, args } = await written(0, places);
    const { client, ended } = await serveCommand([command, ...args], "legacy");
    expect(documentIn(await call(client, "status"))).toMatchObject({ analyses: 8, simulated: true });
    client.hangUp();
    expect((await ended).code).toBe(0);

    const { port, token } = JSON.parse(await readFile(join(home.dir, "desk.json"), "utf8")) as Running;
    const { url, headers } = await written(1, { "7373": String(port), YOUR_TOKEN: token });
    const overHttp = (request: Request) => {
      for (const [name, value] of Object.entries(headers)) request.headers.set(name, value);
      return fetch(new Request(url, request));
    };
    const clients = [modernHttp(overHttp), await legacyHttp(overHttp, LEGACY[2])];
    for (const each of clients) expect(documentIn(await call(each, "status"))).toMatchObject({ analyses: 8 });
    const stranger = modernHttp((request) => fetch(new Request(url, request)));
    expect(await stranger.send("tools/list")).toMatchObject({ error: { name: "HttpRefused" } });
  });
});

describe("with no desk that runs", () => {
  it("the home is opened for a call and left again, so that a desk can start while the client stays", async () => {
    await using home = await freshHome();
    const { client, ended } = await serve(home.dir, "modern", ["--read-only", "--assets", "8"]);
    const results = await Promise.all([call(client, "status"), call(client, "journal"), call(client, "memory_list")]);
    expect(results.map(({ isError, structuredContent }) => [isError, structuredContent?.["simulated"]])).toEqual(
      results.map(() => [undefined, true]),
    );
    expect((await toolsOf(client)).filter(({ name }) => name.startsWith("propose"))).toEqual([]);

    await startDesk(home.dir);
    expect((await call(client, "status")).structuredContent).toMatchObject({ analyses: 8 });
    client.hangUp();
    expect((await ended).code).toBe(0);
  });

  it("leaves when it is asked to stop, whoever is at the other end", async () => {
    await using home = await freshHome();
    const { client, ended, child } = await serve(home.dir, "modern");
    await toolsOf(client);
    child.kill("SIGTERM");
    expect((await ended).code).toBe(0);
  });
});

describe("the manager's model, asked by a client", () => {
  it("has no tool that proposes, and has it when an operator asks", async () => {
    await using server = await startOpenAiServer((request) =>
      request.tools.includes("propose") && request.toolResults === 0
        ? { tool: "propose", input: { act: "pause" }, usage: { input: 9, output: 1 } }
        : { text: "Nothing is known of it.", usage: { input: 9, output: 1 } },
    );
    const fixture = await mcpDesk({}, { model: "custom/m1", modelUrl: server.url });
    const question = "please stop buying, I have a bad feeling";
    const asked = (flags: Readonly<Record<string, unknown>>) => fixture.door.run("ask", { args: [question], flags });

    const before = await fixture.journal();
    await asked({ readOnly: true });
    expect(server.requests.length).toBeGreaterThan(0);
    expect(server.requests.flatMap(({ tools }) => tools)).toContain("analysis");
    expect(server.requests.flatMap(({ tools }) => tools)).not.toContain("propose");
    expect(await fixture.journal()).toEqual(before);

    await asked({});
    expect(server.requests.at(-1)?.tools).toContain("propose");
    expect(openProposals(fixture.desk)).toHaveLength(1);
  });
});

describe("what it costs others", () => {
  it("neither the command line nor the routes load the library before a client comes", async () => {
    const script = `
      import { registerHooks } from "node:module";
      const loaded = [];
      registerHooks({ resolve: (specifier, context, next) => { loaded.push(specifier); return next(specifier, context); } });
      await import("#apps/cli.ts");
      await import("#apps/run-command.ts");
      await import("#apps/mcp/routes.ts");
      const before = loaded.filter((name) => name.startsWith("@modelcontextprotocol/"));
      await import("#apps/mcp/server.ts");
      const after = loaded.filter((name) => name.startsWith("@modelcontextprotocol/"));
      process.stdout.write(JSON.stringify({ before, after: after.length }));`;
    const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", script], {
      cwd: ROOT,
    });
    const { before, after } = JSON.parse(stdout) as { before: string[]; after: number };
    expect(before).toEqual([]);
    // And it would be seen.
    expect(after).toBeGreaterThan(0);
  });
});
