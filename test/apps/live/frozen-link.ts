// A way to a database that can freeze: bytes stay where they are, and no connection is closed, as when a host between is gone.
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

export interface FreezingLink extends AsyncDisposable {
  /** Leads to the same database. */
  readonly url: string;
  freeze(): void;
  thaw(): void;
}

export async function openFreezingLink(databaseUrl: string): Promise<FreezingLink> {
  const target = new URL(databaseUrl);
  const ways: (readonly [Socket, Socket])[] = [];
  let isFrozen = false;
  const server = createServer((client) => {
    const behind = connect(Number(target.port), target.hostname);
    const way = [client, behind] as const;
    ways.push(way);
    for (const [from, to] of [way, [behind, client] as const]) {
      from.on("data", (bytes) => void to.write(bytes));
      from.on("error", () => {});
      from.on("close", () => {
        if (!isFrozen) to.destroy();
      });
      if (isFrozen) from.pause();
    }
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = new URL(databaseUrl);
  url.port = String((server.address() as AddressInfo).port);
  const each = (act: (socket: Socket) => void): void => {
    for (const socket of ways.flat()) act(socket);
  };
  return {
    url: String(url),
    freeze() {
      isFrozen = true;
      each((socket) => socket.pause());
    },
    thaw() {
      isFrozen = false;
      each((socket) => socket.resume());
    },
    async [Symbol.asyncDispose]() {
      each((socket) => socket.destroy());
      server.close();
      await once(server, "close");
    },
  };
}
