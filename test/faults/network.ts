// Machines of one's own on this one: network namespaces of Linux, each with a link of its own to every server it is to reach, which can be
// cut. A cut link is silent: packets are lost, no connection is closed, and a new one finds no host, as where a switch has died.
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";

/** For measurements inside a network: https://www.rfc-editor.org/rfc/rfc2544#appendix-C.2.2 . Four addresses a link. */
const ADDRESSES = 198 * 2 ** 24 + 18 * 2 ** 16;
const LINKS = 2 ** 15;
const NAMES = /^dt(\d+)-\d+/gm;

const ip = (...args: readonly string[]): string => execFileSync("ip", args, { encoding: "utf8", stdio: "pipe" });
const textOf = (address: number): string => [24, 16, 8, 0].map((bits) => (address >>> bits) & 255).join(".");

/** Null where machines can be made, else why not. */
export function whyNoNetwork(): string | null {
  if (process.platform !== "linux") return "network namespaces are Linux's";
  if (process.getuid?.() !== 0) return "network namespaces need root";
  const name = `dt${process.pid}-0`;
  try {
    removeLeft();
    ip("netns", "add", name);
    ip("link", "add", `${name}h`, "type", "veth", "peer", "name", "eth0", "netns", name);
    ip("netns", "del", name);
    return null;
  } catch (error) {
    return `no network namespace can be made: ${(error as Error).message.trim().split("\n").at(-1)}`;
  }
}

/** Those of tests that were killed. */
function removeLeft(): void {
  for (const [name, pid] of ip("netns", "list").matchAll(NAMES))
    if (!existsSync(`/proc/${pid}`)) ip("netns", "del", name);
}

export interface Link {
  /** No word passes from now on, in either direction. */
  cut(): void;
  mend(): void;
}

export interface Machine extends AsyncDisposable {
  /** What a command is put behind to run there. */
  readonly under: readonly string[];
  /**
   * A link of its own to the servers of this machine that a text names.
   * @returns the text with their addresses as they are there
   */
  reach(text: string): Promise<Link & { readonly text: string }>;
}

let machines = 0;
let links = 0;

/** Removed, with all that runs there, when the test's scope ends (`await using`). */
export async function openMachine(): Promise<Machine> {
  machines += 1;
  const name = `dt${process.pid}-${machines}`;
  const relays: Relay[] = [];
  const hostEnds: string[] = [];
  ip("netns", "add", name);
  ip("-n", name, "link", "set", "lo", "up");
  return {
    under: ["ip", "netns", "exec", name],
    async reach(text) {
      links += 1;
      const first = ADDRESSES + 4 * ((process.pid * 32 + links) % LINKS);
      const [here, there] = [textOf(first + 1), textOf(first + 2)];
      const [hostEnd, end] = [`dt${process.pid}h${links}`, `eth${links}`];
      ip("link", "add", hostEnd, "type", "veth", "peer", "name", end, "netns", name);
      hostEnds.push(hostEnd);
      ip("addr", "add", `${here}/30`, "dev", hostEnd);
      ip("link", "set", hostEnd, "up");
      ip("-n", name, "addr", "add", `${there}/30`, "dev", end);
      ip("-n", name, "link", "set", end, "up");
      let reached = text;
      for (const port of new Set([...text.matchAll(/127\.0\.0\.1:(\d+)/g)].map(([, named]) => Number(named)))) {
        const relay = await openRelay(here, port);
        relays.push(relay);
        reached = reached.replaceAll(`127.0.0.1:${port}`, `${here}:${relay.port}`);
      }
      return {
        text: reached,
        cut: () => void ip("link", "set", hostEnd, "down"),
        mend: () => void ip("link", "set", hostEnd, "up"),
      };
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(relays.map((relay) => relay.close()));
      for (const end of hostEnds) ip("link", "del", end);
      for (const pid of ip("netns", "pids", name).split("\n")) if (pid !== "") end(Number(pid));
      ip("netns", "del", name);
    },
  };
}

function end(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended since.
  }
}

interface Relay {
  readonly port: number;
  close(): Promise<void>;
}

/** What comes to a port of `host` goes to the same server as on this machine's loopback, which is as gone as it is there. */
async function openRelay(host: string, port: number): Promise<Relay> {
  const open = new Set<Socket>();
  const server: Server = createServer((client) => {
    const behind = connect(port, "127.0.0.1");
    for (const [from, to] of [
      [client, behind],
      [behind, client],
    ] as const) {
      open.add(from);
      from.pipe(to);
      from.on("error", () => {});
      from.on("close", () => {
        open.delete(from);
        to.destroy();
      });
    }
  }).listen(0, host);
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      server.close();
      for (const socket of open) socket.destroy();
      await once(server, "close");
    },
  };
}
