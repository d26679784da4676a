// A server of the wire alone: it takes connections, and says what it is told to.
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { afterEach, beforeEach, expect, it } from "vitest";
import { AnsweringSockets } from "#memory/stores/answering-sockets.ts";
import { passingLooks } from "./passing-looks.ts";

const server = createServer();
const taken: Socket[] = [];
let looks: ReturnType<typeof passingLooks>;

beforeEach(async () => {
  looks = passingLooks();
  server.removeAllListeners("connection").on("connection", (socket) => taken.push(socket.on("error", () => {})));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
});
afterEach(async () => {
  looks.end();
  for (const socket of taken.splice(0)) socket.destroy();
  server.close();
  await once(server, "close");
});

async function connected(sockets: AnsweringSockets): Promise<Socket> {
  const { port } = server.address() as AddressInfo;
  const socket = sockets.open({ host: ["127.0.0.1"], port: [port], path: false });
  socket.on("error", () => {});
  socket.resume();
  await Promise.all([once(socket, "connect"), taken.length > 0 ? null : once(server, "connection")]);
  return socket;
}

const never = (): Promise<never> => new Promise(() => {});

it("cuts a connection that is kept and silent once what waits on it has waited for so long, and says so", async () => {
  const sockets = new AnsweringSockets();
  const socket = await connected(sockets);
  const failed = once(socket, "error");
  void sockets.answered(never(), 10_000);
  looks.pass(9);
  expect(socket.destroyed).toBe(false);
  looks.pass(2);
  expect(socket.destroyed).toBe(true);
  expect(String(await failed)).toContain("it has kept the connection and answered nothing for 10 s");
});

it("leaves a connection on which an answer goes on coming, however long it takes", async () => {
  const sockets = new AnsweringSockets();
  const socket = await connected(sockets);
  void sockets.answered(never(), 10_000);
  for (let each = 0; each < 10; each += 1) {
    taken[0]?.write("row");
    await once(socket, "data");
    looks.pass(5);
  }
  expect(socket.destroyed).toBe(false);
});

it("leaves idle connections of a client that nobody asks, and of one whose work is answered in time", async () => {
  const sockets = new AnsweringSockets();
  const socket = await connected(sockets);
  looks.pass(100);
  await sockets.answered(Promise.resolve(), 10_000);
  looks.pass(100);
  const { promise, resolve } = Promise.withResolvers<void>();
  const work = sockets.answered(promise, 10_000);
  looks.pass(5);
  resolve();
  await work;
  looks.pass(1);
  expect(looks.waiting).toBe(0);
  expect(socket.destroyed).toBe(false);
});

it("waits longer for long work alone", async () => {
  const sockets = new AnsweringSockets();
  const socket = await connected(sockets);
  void sockets.answered(never(), 600_000);
  looks.pass(500);
  expect(socket.destroyed).toBe(false);
  looks.pass(102);
  expect(socket.destroyed).toBe(true);
});

it("tries the hosts of an address in turn", () => {
  const sockets = new AnsweringSockets();
  const address = { host: ["127.0.0.1", "127.0.0.2"], port: [1, 2], path: false } as const;
  const opened = [1, 2, 3].map(() => sockets.open(address));
  expect(opened).toMatchObject([
    { host: "127.0.0.1", port: 1 },
    { host: "127.0.0.2", port: 2 },
    { host: "127.0.0.1", port: 1 },
  ]);
  for (const socket of opened) socket.destroy();
});
