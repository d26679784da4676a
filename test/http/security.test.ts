// Who gets in, who does not, and what a request cannot do. Each row of the list in docs/connect.md has its test here.

import { readFile, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { connect } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openCredentials } from "#apps/http/credentials.ts";
import { httpApp } from "#apps/http/server.ts";
import { ConfigError } from "#schemas/errors.ts";
import { emptyFolder } from "#test/support/cli.ts";
import { ACT_TOKEN, READ_TOKEN, servedDesk } from "./served-desk.ts";

let desk: Awaited<ReturnType<typeof servedDesk>>;
beforeAll(async () => {
  let nowMs = 0;
  // A second a look: nobody here is stopped for asking often.
  desk = await servedDesk({ monotonicMs: () => (nowMs += 1_000) });
});
afterAll(() => desk.close());

const JSON_TYPE = { "content-type": "application/json" };

/** A request as it stands, headers that fetch would not send included. */
function raw(path: string, headers: Readonly<Record<string, string>>, method = "GET", body = ""): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: "127.0.0.1", port: desk.port, path, method, headers }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    sent.once("error", reject);
    sent.end(body);
  });
}

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const host = () => `127.0.0.1:${desk.port}`;

async function journalLength(): Promise<number> {
  return (
    await desk.store.journal(desk.desk.deskId, desk.desk.runId).read({}, { signal: new AbortController().signal })
  ).length;
}

describe("without a token", () => {
  it("nothing is told and nothing is done", async () => {
    const before = await journalLength();
    for (const path of ["/api/v1", "/api/v1/status", "/api/v1/events", "/api/v1/journal", "/nowhere"])
      expect([path, (await desk.ask(path, { token: null })).status]).toEqual([path, 401]);
    const halt = await desk.ask("/api/v1/halt", { token: null, method: "POST", headers: JSON_TYPE, body: "{}" });
    // It says neither who it is nor where it comes from.
    expect(halt.status).toBe(403);
    expect(await journalLength()).toBe(before);
  });

  it("a browser is shown the way in", async () => {
    const page = await desk.ask("/memory", { token: null, headers: { accept: "text/html" } });
    expect([page.status, page.headers.get("location")]).toEqual([303, "/login"]);
  });

  it("health tells that the desk is there, and nothing of it", async () => {
    const health = await desk.ask("/health", { token: null });
    expect([health.status, await health.json()]).toEqual([200, { status: "ok" }]);
  });

  it.each(["", "x", `${ACT_TOKEN}x`, ACT_TOKEN.slice(1), ACT_TOKEN.toUpperCase()])("%j is none", async (token) => {
    expect((await desk.ask("/api/v1/status", { token })).status).toBe(401);
  });
});

describe("a token that may only read", () => {
  it("reads every document and does nothing", async () => {
    expect((await desk.ask("/api/v1/status", { token: READ_TOKEN })).status).toBe(200);
    const before = await journalLength();
    for (const command of ["halt", "pause", "resume", "ask", "memory/invalidate", "login-code"]) {
      const given = await desk.ask(`/api/v1/${command}`, {
        token: READ_TOKEN,
        method: "POST",
        headers: JSON_TYPE,
        body: "{}",
      });
      expect([command, given.status]).toEqual([command, 403]);
    }
    expect(await journalLength()).toBe(before);
    expect(desk.desk.account.portfolio().control).toBe("running");
  });

  it("gives a browser no more than that", async () => {
    const login = await desk.ask("/login", {
      token: null,
      method: "POST",
      headers: { origin: desk.address, "content-type": "application/x-www-form-urlencoded" },
      body: `token=${READ_TOKEN}`,
    });
    const cookie = login.headers.get("set-cookie")?.split(";")[0] ?? "";
    const pause = await desk.ask("/api/v1/pause", {
      token: null,
      method: "POST",
      headers: { ...JSON_TYPE, cookie, origin: desk.address },
      body: "{}",
    });
    expect([login.status, pause.status]).toEqual([303, 403]);
  });
});

describe("a browser", () => {
  const letIn = async (): Promise<string> => {
    const { code } = (await (
      await desk.ask("/api/v1/login-code", { method: "POST", headers: JSON_TYPE, body: "{}" })
    ).json()) as { code: string };
    const answer = await desk.ask(`/login?code=${code}`, { token: null });
    const set = answer.headers.get("set-cookie") ?? "";
    expect(set).toMatch(/HttpOnly/);
    expect(set).toMatch(/SameSite=Strict/);
    const again = await desk.ask(`/login?code=${code}`, { token: null });
    expect(again.headers.get("location")).toBe("/login?problem=code");
    return set.split(";")[0] ?? "";
  };

  it("is let in once by an address, and stays in for thirty days", async () => {
    const cookie = await letIn();
    const status = () => desk.ask("/api/v1/status", { token: null, headers: { cookie } });
    expect((await status()).status).toBe(200);
    desk.waitDays(31);
    expect((await status()).status).toBe(401);
  });

  it("whose cookie was changed in one letter is a stranger", async () => {
    const cookie = await letIn();
    const [name = "", value = ""] = cookie.split("=");
    const [, untilMs, by, signature] = value.split(".");
    const forged = [
      `act.${Number(untilMs) + 1}.${by}.${signature}`,
      `act.${untilMs}.token.${signature}`,
      `act.${untilMs}.${by}.${signature?.slice(1)}`,
      `${value}.1`,
      `act.${untilMs}.${by}.`,
      "act.9999999999999.code.",
      "act",
    ];
    for (const other of forged) {
      const answer = await desk.ask("/api/v1/status", { token: null, headers: { cookie: `${name}=${other}` } });
      expect([other, answer.status]).toEqual([other, 401]);
    }
  });

  it("on another site cannot act with the cookie (CSRF), nor read", async () => {
    const cookie = await letIn();
    const before = await journalLength();
    const foreign = [
      { origin: "https://evil.example" },
      { origin: "null" },
      { origin: `http://127.0.0.1:${desk.port + 1}` },
      { "sec-fetch-site": "cross-site" },
      {},
      { authorization: "Basic YTpi" },
    ];
    for (const headers of foreign) {
      const post = await desk.ask("/api/v1/halt", {
        token: null,
        method: "POST",
        headers: { ...JSON_TYPE, cookie, ...headers } as Record<string, string>,
        body: "{}",
      });
      expect([headers, post.status]).toEqual([headers, 403]);
    }
    const form = await desk.ask("/api/v1/halt", {
      token: null,
      method: "POST",
      headers: { cookie, origin: desk.address, "content-type": "text/plain" },
      body: "{}",
    });
    expect(form.status).toBe(415);
    const read = await desk.ask("/api/v1/status", { token: null, headers: { cookie, origin: "https://evil.example" } });
    expect(read.status).toBe(403);
    expect(read.headers.get("access-control-allow-origin")).toBeNull();
    expect(await journalLength()).toBe(before);
    const own = await desk.ask("/api/v1/pause", {
      token: null,
      method: "POST",
      headers: { ...JSON_TYPE, cookie, origin: desk.address },
      body: "{}",
    });
    expect(own.status).toBe(200);
    await desk.ask("/api/v1/resume", { method: "POST", headers: JSON_TYPE, body: "{}" });
  });

  it("is kept in over a restart, by the key in the home and by no other", async () => {
    const key = await readFile(join(desk.home, "desk.key"), "utf8");
    const again = await openCredentials(desk.home, {});
    const cookie = desk.credentials.cookieFor("act", "code", 0);
    expect([again.cookieName, again.scopeOfCookie(cookie, 1)]).toEqual([desk.credentials.cookieName, "act"]);
    expect(again.deskToken).not.toBe(desk.credentials.deskToken);
    await using other = await emptyFolder();
    expect((await openCredentials(other.dir, {})).scopeOfCookie(cookie, 1)).toBeNull();
    await writeFile(join(other.dir, "desk.key"), `${key}0`);
    expect((await openCredentials(other.dir, {})).scopeOfCookie(cookie, 1)).toBeNull();
  });
});

describe("a name that was pointed at this machine (DNS rebinding)", () => {
  it("is not answered where there is none at all", async () => {
    const socket = connect(desk.port, "127.0.0.1");
    socket.end(`GET /api/v1/status HTTP/1.0\r\nauthorization: Bearer ${ACT_TOKEN}\r\n\r\n`);
    let text = "";
    for await (const piece of socket.setEncoding("utf8")) text += piece;
    expect(text).toMatch(/^HTTP\/1\.1 4\d\d/);
  });

  it("is not answered, whatever token comes with it", async () => {
    for (const name of ["evil.example", `evil.example:${desk.port}`, "127.0.0.1.evil.example", "169.254.1.1", "[::2]"])
      expect([name, await raw("/api/v1/status", { ...bearer(ACT_TOKEN), host: name })]).toEqual([name, 421]);
    for (const name of [host(), `localhost:${desk.port}`, "LOCALHOST", "[::1]:1"])
      expect([name, await raw("/api/v1/status", { ...bearer(ACT_TOKEN), host: name })]).toEqual([name, 200]);
  });
});

describe("a request that means harm", () => {
  it("reaches no file by its path", async () => {
    for (const path of [
      "/../package.json",
      "/assets/../../package.json",
      "/assets/%2e%2e/%2e%2e/package.json",
      "/api/v1/../../etc/passwd",
      "/assets/..%5c..%5cpackage.json",
      "//etc/passwd",
    ])
      expect([path, await raw(path, { ...bearer(ACT_TOKEN), host: host() })]).toEqual([path, 404]);
  });

  it("is refused where its body is too large, no JSON, or no object", async () => {
    const post = async (body: string) =>
      (await desk.ask("/api/v1/ask", { method: "POST", headers: JSON_TYPE, body })).status;
    expect(await post(JSON.stringify({ question: "x".repeat(70_000) }))).toBe(413);
    expect(await post("{")).toBe(400);
    expect(await post("[]")).toBe(400);
    expect(await post('{"question":{"a":1}}')).toBe(400);
    expect(await post('{"__proto__":{"question":"x"}}')).toBe(400);
  });

  it("cannot be sent a letter at a time: the connection is closed", async () => {
    const slow = connect(desk.port, "127.0.0.1");
    const isClosed = new Promise((resolve) => slow.once("close", resolve));
    slow.on("error", () => {});
    slow.write("POST /api/v1/ask HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: 10\r\n");
    // Other callers are answered meanwhile.
    expect((await desk.ask("/api/v1/status")).status).toBe(200);
    // The rest is read, so that the end is seen.
    slow.resume();
    await isClosed;
  });

  it("with line breaks in a header is no request, and nothing of it comes back in one", async () => {
    const answer = await desk.ask("/api/v1/status?limit=1%0d%0aset-cookie:%20a=b");
    expect(answer.status).toBe(400);
    expect(answer.headers.get("set-cookie")).toBeNull();
    await expect(raw("/api/v1/status", { ...bearer(ACT_TOKEN), host: `${host()}\r\nx: y` })).rejects.toThrow();
  });

  it("one of a thousand connections leaves the desk answering", async () => {
    const sockets = Array.from({ length: 1_000 }, () => connect(desk.port, "127.0.0.1"));
    // Those beyond the most are closed by the desk.
    for (const socket of sockets) socket.on("error", () => {});
    await Promise.race([
      new Promise((resolve) => sockets.at(-1)?.once("close", resolve)),
      new Promise((resolve) => sockets.at(-1)?.once("connect", resolve)),
    ]);
    expect((await desk.ask("/api/v1/status")).status).toBe(200);
    for (const socket of sockets) socket.destroy();
  });
});

describe("callers who ask too often", () => {
  it("are told how long to wait, each by itself", async () => {
    const busy = await servedDesk();
    try {
      const statuses: number[] = [];
      for (let n = 0; n < 45; n += 1)
        statuses.push((await busy.ask("/api/v1/nothing", { method: "POST", headers: JSON_TYPE, body: "{}" })).status);
      expect(statuses.slice(0, 40)).toEqual(Array(40).fill(404));
      expect(statuses.slice(40)).toEqual(Array(5).fill(429));
      expect((await busy.ask("/api/v1/status")).status).toBe(200);
      const strangers: number[] = [];
      for (let n = 0; n < 22; n += 1) strangers.push((await busy.ask("/api/v1/status", { token: "guess" })).status);
      expect(strangers).toEqual([...Array(20).fill(401), 429, 429]);
      const waiting = await busy.ask("/api/v1/status", { token: "guess" });
      expect(Number(waiting.headers.get("retry-after"))).toBeGreaterThan(0);
      // Guessing costs the guesser, and nobody else: a right token is let in, typed or sent, and the way in is shown.
      expect((await busy.ask("/api/v1/status")).status).toBe(200);
      const page = await busy.ask("/", { token: null, headers: { accept: "text/html" } });
      expect([page.status, page.headers.get("location")]).toEqual([303, "/login"]);
      const typed = (token: string) =>
        busy.ask("/login", {
          token: null,
          method: "POST",
          headers: { origin: busy.address, "content-type": "application/x-www-form-urlencoded" },
          body: `token=${token}`,
        });
      const wrong: number[] = [];
      for (let n = 0; n < 22; n += 1) wrong.push((await typed("guess")).status);
      expect(wrong).toEqual([...Array(20).fill(303), 429, 429]);
      const right = await typed(ACT_TOKEN);
      expect([right.status, right.headers.get("location")]).toEqual([303, "/"]);
      const broken = await busy.ask("/login", {
        token: null,
        method: "POST",
        headers: { origin: busy.address, "content-type": "multipart/form-data; boundary=x" },
        body: "abcde",
      });
      expect([broken.status, busy.bugs]).toEqual([429, []]);
    } finally {
      await busy.close();
    }
  });
});

describe("a browser that a token let in", () => {
  it("is out when that token is another, or gone", async () => {
    await using home = await emptyFolder();
    const before = await openCredentials(home.dir, { DEEPTRADER_API_TOKEN: ACT_TOKEN });
    const [byToken, byCode] = [before.cookieFor("act", "token", 0), before.cookieFor("act", "code", 0)];
    expect(before.scopeOfCookie(byToken, 1)).toBe("act");
    for (const env of [{ DEEPTRADER_API_TOKEN: ACT_TOKEN.toUpperCase() }, {}]) {
      const after = await openCredentials(home.dir, env);
      expect([after.scopeOfCookie(byToken, 1), after.scopeOfCookie(byCode, 1)]).toEqual([null, "act"]);
    }
  });
});

describe("HEAD", () => {
  it("is a look without its body: by a read token, of health without one, of the events without a stream", async () => {
    expect((await desk.ask("/health", { token: null, method: "HEAD" })).status).toBe(200);
    expect((await desk.ask("/api/v1/status", { token: READ_TOKEN, method: "HEAD" })).status).toBe(200);
    for (let n = 0; n < 201; n += 1) await desk.ask("/api/v1/events", { method: "HEAD" });
    const listening = await desk.ask("/api/v1/events");
    expect(listening.status).toBe(200);
    await listening.body?.cancel();
  });
});

describe("every answer", () => {
  it("forbids scripts, frames and pictures of others", async () => {
    const answer = await desk.ask("/api/v1/status");
    const policy = answer.headers.get("content-security-policy") ?? "";
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/unsafe|\*/);
    expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
    expect(answer.headers.get("referrer-policy")).toBe("no-referrer");
  });

  it("names no secret, in documents and in errors", async () => {
    const secrets = [
      ACT_TOKEN,
      READ_TOKEN,
      desk.credentials.deskToken,
      await readFile(join(desk.home, "desk.key"), "utf8"),
    ];
    for (const path of [
      "/api/v1",
      "/api/v1/status",
      "/api/v1/report",
      "/api/v1/journal",
      "/api/v1/nothing",
      "/login?problem=token",
    ]) {
      const text = await (await desk.ask(path)).text();
      for (const secret of secrets) expect([path, text.includes(secret)]).toEqual([path, false]);
    }
  });

  it("to a bug says nothing of it", async () => {
    const told: string[] = [];
    const app = httpApp(
      {
        door: desk.door,
        settings: desk.desk.config.http,
        credentials: desk.credentials,
        version: "0",
        monotonicMs: () => 0,
        wallMs: () => 0,
        onBug: (error) => {
          told.push(error.message);
        },
        faces: [],
      },
      new AbortController().signal,
    );
    app.get("/broken", () => {
      throw new Error("postgres://user:password@host is down");
    });
    const answer = await app.request("/broken", { headers: { ...bearer(ACT_TOKEN), host: "localhost" } });
    expect(answer.status).toBe(503);
    expect(await answer.text()).not.toContain("password");
    expect(told).toEqual(["postgres://user:password@host is down"]);
  });
});

describe("tokens of programs", () => {
  it("that could be guessed are refused by their variable, and not printed", async () => {
    await using home = await emptyFolder();
    const opening = openCredentials(home.dir, { DEEPTRADER_API_TOKEN: "swordfish" });
    await expect(opening).rejects.toThrow(ConfigError);
    await expect(openCredentials(home.dir, { DEEPTRADER_API_TOKEN: "swordfish" })).rejects.not.toThrow(/swordfish/);
  });
});
