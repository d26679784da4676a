// Servers of one's own that a fault test may kill, freeze and restart. Nothing here touches a server that runs already.
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, chownSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Redis } from "ioredis";
import postgres from "postgres";

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("a TCP server has a port");
  return address.port;
}

const onPath = (name: string): string | null =>
  (process.env["PATH"] ?? "")
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find(existsSync) ?? null;

/** Tries until it works; the limit of the test ends it where it never does. */
export async function eventually<T>(work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch {
      await sleep(20);
    }
  }
}

export interface RedisServer {
  readonly url: string;
  start(): Promise<void>;
  /** SIGKILL, or SIGSTOP and SIGCONT. */
  signal(signal: "SIGSTOP" | "SIGCONT"): void;
  kill(): Promise<void>;
  flush(): Promise<void>;
}

export const whyNoRedisServer = (): string | null => (onPath("redis-server") === null ? "no redis-server here" : null);

export async function createRedisServer(): Promise<RedisServer> {
  const port = await freePort();
  const url = `redis://127.0.0.1:${port}`;
  const program = onPath("redis-server") ?? "";
  let server: ChildProcess | undefined;
  const client = async <T>(work: (redis: Redis) => Promise<T>): Promise<T> => {
    const redis = new Redis(url, { lazyConnect: true, maxRetriesPerRequest: 0, retryStrategy: () => null });
    redis.on("error", () => {});
    try {
      await redis.connect();
      return await work(redis);
    } finally {
      redis.disconnect();
    }
  };
  return {
    url,
    async start() {
      server = spawn(program, ["--port", String(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"], {
        stdio: "ignore",
        cwd: tmpdir(),
      });
      await eventually(() => client((redis) => redis.ping()));
    },
    signal: (signal) => void server?.kill(signal),
    async kill() {
      if (server === undefined || server.exitCode !== null || server.signalCode !== null) return;
      const ended = once(server, "exit");
      server.kill("SIGKILL");
      await ended;
    },
    flush: async () => void (await client((redis) => redis.flushall())),
  };
}

export interface PostgresServer {
  readonly url: string;
  start(): Promise<void>;
  /** `immediate`: as a crash, but with its children gone when it returns. */
  stop(): Promise<void>;
  /** SIGKILL of the postmaster and all its children. */
  kill(): Promise<void>;
  remove(): Promise<void>;
}

const BIN_FOLDERS = ["/usr/lib/postgresql/15/bin", "/usr/lib/postgresql/16/bin", "/usr/lib/postgresql/17/bin"];
const binFolder = (): string | null =>
  BIN_FOLDERS.find((folder) => existsSync(join(folder, "initdb"))) ??
  (onPath("initdb") === null ? null : join(onPath("initdb") ?? "", ".."));

const isRoot = process.getuid?.() === 0;

/** Null where a cluster can be made, else why not. */
export function whyNoPostgresServer(): string | null {
  if (binFolder() === null) return "no initdb here";
  if (!isRoot) return null;
  try {
    execFileSync("id", ["-u", "postgres"], { stdio: "ignore" });
    return onPath("runuser") === null ? "no runuser here, and PostgreSQL refuses root" : null;
  } catch {
    return "no user postgres here, and PostgreSQL refuses root";
  }
}

export async function createPostgresServer(): Promise<PostgresServer> {
  const bin = binFolder() ?? "";
  const folder = mkdtempSync(join(tmpdir(), "deeptrader-postgres-"));
  const data = join(folder, "data");
  const port = await freePort();
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`;
  const id = (flag: string) => Number(execFileSync("id", [flag, "postgres"], { encoding: "utf8" }));
  if (isRoot) chownSync(folder, id("-u"), id("-g"));
  chmodSync(folder, 0o700);
  const run = (program: string, args: readonly string[]) => {
    const command = [join(bin, program), ...args];
    const [file = "", ...rest] = isRoot ? ["runuser", "-u", "postgres", "--", ...command] : command;
    execFileSync(file, rest, { stdio: "ignore", cwd: folder });
  };
  run("initdb", ["-D", data, "-U", "postgres", "-A", "trust", "--no-sync"]);
  const settings = `-p ${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=${folder} -c max_connections=60`;
  const answers = async () => {
    const sql = postgres(url, { max: 1, connect_timeout: 2, onnotice: () => {} });
    try {
      await sql`select 1`;
    } finally {
      await sql.end({ timeout: 0 });
    }
  };
  const isRunning = () => existsSync(join(data, "postmaster.pid"));
  const stop = async () => {
    if (isRunning()) run("pg_ctl", ["-D", data, "-m", "immediate", "-w", "stop"]);
  };
  return {
    url,
    async start() {
      run("pg_ctl", ["-D", data, "-o", settings, "-l", join(folder, "log"), "-W", "start"]);
      await eventually(answers);
    },
    stop,
    async kill() {
      const pid = execFileSync("head", ["-1", join(data, "postmaster.pid")], { encoding: "utf8" }).trim();
      const children = execFileSync("ps", ["-o", "pid=", "--ppid", pid], { encoding: "utf8" }).split(/\s+/);
      for (const each of [pid, ...children.filter((child) => child !== "")]) {
        try {
          process.kill(Number(each), "SIGKILL");
        } catch {
          // It has ended between the look and the kill.
        }
      }
      // Its shared memory is free once the last of them is gone.
      await eventually(async () => {
        for (const each of children) if (each !== "" && existsSync(`/proc/${each}`)) throw new Error("still there");
      });
    },
    async remove() {
      try {
        await stop();
      } catch {
        // It was killed; only its pid file is left.
      }
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
