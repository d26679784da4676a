// A desk that holds something, behind the door that every face is given.
import PQueue from "p-queue";
import { createDoor, type Door } from "#apps/door.ts";
import { createFeed } from "#apps/feed.ts";
import { openCredentials, type Scope, TOKEN_VARIABLES } from "#apps/http/credentials.ts";
import { httpApp } from "#apps/http/server.ts";
import { mcpRoutes } from "#apps/mcp/routes.ts";
import type { OpenDesk } from "#apps/wire.ts";
import { HttpSettings } from "#schemas/config.ts";
import { holdingDesk } from "#test/desk/acts/holding-desk.ts";
import { askedWith } from "#test/desk/answering/question-desk.ts";
import { emptyFolder } from "#test/support/cli.ts";
import { patience } from "#test/support/desk.ts";

export async function mcpDesk(
  over: Parameters<typeof holdingDesk>[0] = {},
  model: Parameters<typeof askedWith>[1] = { model: "rules" },
) {
  const held = await holdingDesk(over);
  const { desk, store } = held;
  const asked = askedWith(held, model, (text) => {
    throw new Error(text);
  });
  const open = { ...asked, venue: null, env: {} } as unknown as OpenDesk;
  const feed = await createFeed(desk, store.journal(desk.deskId, desk.runId));
  const door: Door = createDoor(open, new PQueue({ concurrency: 1 }), feed);
  return {
    ...held,
    door,
    open: asked,
    /** All that is journaled, once what is written after answers is. */
    journal: async () => {
      await asked.background.settled();
      return (await store.journal(desk.deskId, desk.runId).read({}, patience)).map(({ event }) => event);
    },
  };
}

const TOKENS = { act: "act".padEnd(24, "-"), read: "read".padEnd(24, "-") } as const;

/** The desk's HTTP server with MCP behind its guards: what it answers to a request that carries the token of a scope; null: none. */
export async function mcpOverHttp({ door }: { readonly door: Door }, scope: Scope | null = "act") {
  await using home = await emptyFolder();
  const credentials = await openCredentials(home.dir, {
    [TOKEN_VARIABLES.act]: TOKENS.act,
    [TOKEN_VARIABLES.read]: TOKENS.read,
  });
  let seconds = 0;
  const clock = { monotonicMs: () => 1_000 * seconds++, wallMs: () => 0 };
  const parts = {
    door,
    settings: HttpSettings.parse({}),
    credentials,
    version: "1",
    faces: [mcpRoutes(door)],
    onBug: (error: Error) => {
      throw error;
    },
    ...clock,
  };
  const app = httpApp(parts, new AbortController().signal);
  return (request: Request) => {
    if (!request.headers.has("host")) request.headers.set("host", "127.0.0.1:7373");
    if (scope !== null) request.headers.set("authorization", `Bearer ${TOKENS[scope]}`);
    return app.fetch(request);
  };
}
