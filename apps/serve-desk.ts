// Floor 6. An opened desk → found by other terminals, programs and browsers: its door, its HTTP server, and word of it in the home.
import { join } from "node:path";
import type PQueue from "p-queue";
import { monotonicMs, systemClock } from "#scheduler/clock.ts";
import { StoreError } from "#schemas/errors.ts";
import { type DeskFile, removeDeskFile, writeDeskFile } from "./desk-file.ts";
import { createDoor, type Door } from "./door.ts";
import { createFeed, type FeedWriter } from "./feed.ts";
import { openCredentials } from "./http/credentials.ts";
import { startHttpServer } from "./http/server.ts";
import { httpLog } from "./log/http-log.ts";
import type { Log } from "./log/open-log.ts";
import { hiding } from "./log/redact.ts";
import { secretValues } from "./log/secret-values.ts";
import { mcpRoutes } from "./mcp/routes.ts";
import { pageRoutes } from "./page/routes.ts";
import { openTelemetry, type Telemetry } from "./telemetry.ts";
import { VERSION } from "./version.ts";
import type { OpenDesk } from "./wire.ts";

export interface ServedDesk {
  readonly door: Door;
  readonly feed: FeedWriter;
  /** Metrics, log and traces: to be told of finished slots. */
  readonly telemetry: Pick<Telemetry, "slotDone">;
  /** Of the page, for a browser that was let in before. */
  readonly address: string;
  /** Of the page, once, for a browser that was not. */
  newAddress(): string;
  close(): Promise<void>;
}

/** @throws ConfigError for a port, a certificate or a token that cannot be used */
export async function serveDesk(
  open: OpenDesk,
  exclusively: PQueue,
  settings: DeskFile["settings"],
  { log, onNote }: { readonly log: Log; readonly onNote: (text: string) => void },
): Promise<ServedDesk> {
  const { desk, store, env } = open;
  const { home, http } = desk.config;
  const wallMs = systemClock().now;
  const credentials = await openCredentials(home, env);
  const hide = hiding(secretValues(env, [credentials.deskToken]));
  const feed = await createFeed(desk, store.journal(desk.deskId, desk.runId));
  const door = createDoor(open, exclusively, feed);
  const telemetry = openTelemetry(open, door, { log, isBusy: () => exclusively.pending > 0, onNote });
  const server = await startHttpServer({
    door,
    settings: http,
    credentials,
    version: VERSION,
    monotonicMs,
    wallMs,
    // A driver's error may hold an address with its password.
    onBug: (error) => process.stderr.write(`page and API: ${hide(error.stack ?? error.message)}\n`),
    faces: [...telemetry.faces, pageRoutes(door), mcpRoutes(door)],
    log: httpLog(log, monotonicMs),
  }).catch(async (error: unknown) => {
    await feed.close();
    await telemetry.close();
    throw error;
  });
  const close = async (): Promise<void> => {
    await removeDeskFile(home);
    await server.close();
    await feed.close();
    await telemetry.close();
  };
  const { port, address } = server;
  try {
    await writeDeskFile(home, { pid: process.pid, port, page: address, token: credentials.deskToken, settings });
  } catch (error) {
    // A server that nobody is told of would keep the process.
    await close().catch(() => server.close());
    throw new StoreError({
      was: `${join(home, "desk.json")}, by which other terminals find the desk, cannot be written: ${(error as Error).message}.`,
      expected: "a file of this user, or none",
      remedy: "Correct its rights, or move it away; then start again.",
      cause: error,
    });
  }
  return {
    door,
    feed,
    telemetry,
    address,
    newAddress: () => `${address}login?code=${credentials.newCode(wallMs())}`,
    close,
  };
}
