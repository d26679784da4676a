// A desk that holds something, behind the door that every face is given.
import PQueue from "p-queue";
import { createDoor, type Door } from "#apps/door.ts";
import { createFeed } from "#apps/feed.ts";
import type { OpenDesk } from "#apps/wire.ts";
import { holdingDesk } from "#test/desk/acts/holding-desk.ts";
import { askedWith } from "#test/desk/answering/question-desk.ts";
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
