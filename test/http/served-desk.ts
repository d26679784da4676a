// A simulated desk with the store in memory behind the product's own HTTP server, on a free port of this machine.
import PQueue from "p-queue";
import { createDoor } from "#apps/door.ts";
import { createFeed } from "#apps/feed.ts";
import { openCredentials } from "#apps/http/credentials.ts";
import { type HttpParts, startHttpServer } from "#apps/http/server.ts";
import type { OpenDesk } from "#apps/wire.ts";
import { createBackgroundQueue } from "#desk/answering/background-queue.ts";
import { createConversations } from "#desk/answering/conversations.ts";
import { HttpSettings } from "#schemas/config.ts";
import { simulatedDesk } from "#test/apps/simulated-desk.ts";
import { emptyFolder } from "#test/support/cli.ts";

export const ACT_TOKEN = "act-".padEnd(32, "a");
export const READ_TOKEN = "read-".padEnd(32, "r");

const ignore = (): void => {};

/** The parts of an opened desk that commands use. */
export function openOf({ desk, store }: Pick<Awaited<ReturnType<typeof simulatedDesk>>, "desk" | "store">): OpenDesk {
  const own = {
    desk,
    store,
    background: createBackgroundQueue(ignore),
    conversations: createConversations(desk, ignore),
    managerModels: async () => [],
    env: {},
  };
  return own as unknown as OpenDesk;
}

export interface Over {
  readonly settings?: Partial<HttpSettings>;
  readonly assets?: number;
  readonly faces?: (door: ReturnType<typeof createDoor>) => HttpParts["faces"];
  /** Of the clock by which callers are counted. */
  readonly monotonicMs?: () => number;
}

/** @param over.monotonicMs left out: time stands still, so that what a caller has used up stays so */
export async function servedDesk({ settings = {}, faces, monotonicMs = () => 0, ...over }: Over = {}) {
  const home = await emptyFolder();
  const simulated = await simulatedDesk({ assets: 4, ...over });
  await simulated.runSlot(0);
  const env = { DEEPTRADER_API_TOKEN: ACT_TOKEN, DEEPTRADER_API_READ_TOKEN: READ_TOKEN };
  const credentials = await openCredentials(home.dir, env);
  const { desk, store } = simulated;
  const feed = await createFeed(desk, store.journal(desk.deskId, desk.runId));
  const door = createDoor(openOf(simulated), new PQueue({ concurrency: 1 }), feed);
  let wallMs = Date.UTC(2026, 0, 5);
  const bugs: Error[] = [];
  const server = await startHttpServer({
    door,
    settings: HttpSettings.parse({ port: 0, ...settings }),
    credentials,
    version: "0.0.0",
    monotonicMs,
    wallMs: () => wallMs,
    onBug: (error) => {
      bugs.push(error);
    },
    faces: faces?.(door) ?? [],
  });
  const address = `http://127.0.0.1:${server.port}`;
  return {
    ...simulated,
    home: home.dir,
    door,
    feed,
    credentials,
    address,
    port: server.port,
    /** What requests have found broken. */
    bugs,
    waitDays: (days: number): void => {
      wallMs += days * 86_400_000;
    },
    /** A request with a token, or with what it is given. */
    ask: (path: string, init: RequestInit & { readonly token?: string | null } = {}) => {
      const { token = ACT_TOKEN, headers, ...rest } = init;
      const authorization: Record<string, string> = token === null ? {} : { authorization: `Bearer ${token}` };
      return fetch(`${address}${path}`, { redirect: "manual", ...rest, headers: { ...authorization, ...headers } });
    },
    close: async () => {
      await server.close();
      await feed.close();
      await home[Symbol.asyncDispose]();
    },
  };
}
