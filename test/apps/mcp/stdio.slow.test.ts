// `deeptrader mcp` as a client starts it: a child process, its pipes, and the desk of a home, running or not.
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, describe, expect, it } from "vitest";
import { openProposals } from "#desk/acts/propose.ts";
import { documentOf, type RunningCli, startCli } from "#test/support/cli.ts";
import { freshHome } from "#test/support/fresh-home.ts";
import { startOpenAiServer } from "#test/support/openai-server.ts";
import { ROOT } from "#test/support/sources.ts";
import { call, LEGACY, legacyStream, modernStream, NAME, type StreamClient, textOf, toolsOf } from "./mcp-clients.ts";
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

interface Server {
  readonly client: StreamClient;
  readonly ended: Promise<{ readonly code: number | null; readonly stderr: string }>;
  readonly child: ChildProcess;
}

async function serve(home: string, era: "modern" | "legacy", args: readonly string[] = []): Promise<Server> {
  const child = spawn(process.execPath, [join(ROOT, "bin/deeptrader.js"), "mcp", ...args], {
    cwd: home,
    env: { PATH: process.env["PATH"], HOME: home, DEEPTRADER_HOME: home },
  });
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
