// Runs before every test file: the suite knows no network but loopback, and no telemetry.

import net from "node:net";
import fc from "fast-check";

process.env["MASTRA_TELEMETRY_DISABLED"] = "1";
process.env["MASTRA_OFFLINE"] = "1";

// Nobody listens there: a desk on an exchange of a test has the sources that the test names, and no others.
const NOBODY = "http://127.0.0.1:9";
for (const source of ["COINGECKO", "COINPAPRIKA", "GOPLUS", "HONEYPOT", "RUGCHECK", "SOURCIFY"]) {
  process.env[`DEEPTRADER_${source}_URL`] ??= NOBODY;
}
process.env["DEEPTRADER_RPC_URLS"] ??= `1=${NOBODY}`;

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

// Properties draw the same cases in every run, so that a red suite means a change. DEEPTRADER_TEST_SEED=random draws others, and a
// number draws those again.
const said = process.env["DEEPTRADER_TEST_SEED"];
if (said !== "random") fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(said ?? 20_261_120) });
