// Runs before every test file: the suite knows no network but loopback, and no telemetry.
import net from "node:net";

process.env["MASTRA_TELEMETRY_DISABLED"] = "1";
process.env["MASTRA_OFFLINE"] = "1";

const LOOPBACK = /^(127\.|::1$|localhost$)/;
const connect = net.Socket.prototype.connect;

net.Socket.prototype.connect = function (this: net.Socket, ...args: unknown[]) {
  const first = Array.isArray(args[0]) ? args[0][0] : args[0];
  const host =
    typeof first === "object" && first !== null && "port" in first
      ? (((first as { host?: string }).host ?? "localhost") as string)
      : "localhost";
  if (!LOOPBACK.test(host)) throw new Error(`A test tried to reach ${host}; only loopback is allowed.`);
  return Reflect.apply(connect, this, args) as net.Socket;
} as typeof connect;
