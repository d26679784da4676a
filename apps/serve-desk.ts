// Floor 6. An opened desk → found by other terminals, programs and browsers: its door, its HTTP server, and word of it in the home.
import type PQueue from "p-queue";
import { monotonicMs, systemClock } from "#scheduler/clock.ts";
import { type DeskFile, removeDeskFile, writeDeskFile } from "./desk-file.ts";
import { createDoor, type Door } from "./door.ts";
import { createFeed, type FeedWriter } from "./feed.ts";
import { openCredentials } from "./http/credentials.ts";
import { startHttpServer } from "./http/server.ts";
import { mcpRoutes } from "./mcp/routes.ts";
import { pageRoutes } from "./page/routes.ts";
import { VERSION } from "./version.ts";
import type { OpenDesk } from "./wire.ts";

export interface ServedDesk {
  readonly door: Door;
  readonly feed: FeedWriter;
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
): Promise<ServedDesk> {
  const { desk, store, env } = open;
  const { home, http } = desk.config;
  const wallMs = systemClock().now;
  const credentials = await openCredentials(home, env);
  const feed = await createFeed(desk, store.journal(desk.deskId, desk.runId));
  const door = createDoor(open, exclusively, feed);
  const server = await startHttpServer({
    door,
    settings: http,
    credentials,
    version: VERSION,
    monotonicMs,
    wallMs,
    faces: [pageRoutes(door), mcpRoutes(door)],
  });
  await writeDeskFile(home, {
    pid: process.pid,
    port: server.port,
    page: server.address,
    token: credentials.deskToken,
    settings,
  });
  return {
    door,
    feed,
    address: server.address,
    newAddress: () => `${server.address}login?code=${credentials.newCode(wallMs())}`,
    close: async () => {
      await removeDeskFile(home);
      await server.close();
      await feed.close();
    },
  };
}
