// What ccxt rejects and nobody waits for ends no process; who waits hears it as before. (Vitest fails a file in which a rejection goes unheard.)
import { expect, it } from "vitest";
import { hearConnections } from "#toolkits/market/ccxt/heard-connections.ts";

function socketThatFails() {
  const connection = {
    future: (hash: string) => Promise.reject(new Error(`${hash} was refused`)),
    send: (_message: unknown) => Promise.reject(new Error("closing")),
  };
  return { connection, client: (_url: string) => connection };
}

it("a message that cannot be sent and a login that is refused end nothing, and are told to who waits", async () => {
  const socket = socketThatFails();
  const told: unknown[] = [];
  hearConnections(socket, (one) => told.push(one));
  void socket.client("wss://one").send({ op: "ping" });
  void socket.client("wss://one").future("login");
  await new Promise((resolve) => setImmediate(resolve));
  await expect(socket.client("wss://one").send({ op: "ping" })).rejects.toThrow("closing");
  await expect(socket.client("wss://one").future("login")).rejects.toThrow("login was refused");
  expect(told).toEqual([socket.connection]);
});
