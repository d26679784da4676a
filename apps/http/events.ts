// Floor 6. `GET /api/v1/events`: the desk's feed as server-sent events. A listener who comes back with the id of the last row it
// had goes on behind it; where that cannot be, `reset` tells it to read the documents anew.
import { type Context, Hono } from "hono";
import { streamSSE } from "hono/streaming";
import type { Door } from "../door.ts";
import type { FeedEvent } from "../feed.ts";
import { API } from "./api-route.ts";
import { type HttpEnv, refused } from "./guards.ts";

/** Streams at once; a page shares one among its tabs. */
const MOST_STREAMS = 200;
/** Events that wait for a slow listener; then it is told to read anew. */
const MOST_WAITING = 500;
/** A line that says nothing, so that a connection that is gone is found out, ms. */
const ALIVE_EVERY_MS = 15_000;

type Sent =
  | FeedEvent
  | { readonly type: "hello"; readonly id: string | null; readonly data: object }
  | { readonly type: "reset"; readonly id: string | null; readonly data: object };

/** @param closing fires when the desk ends */
export function eventRoutes(door: Door, closing: AbortSignal): Hono<HttpEnv> {
  let streams = 0;
  return new Hono<HttpEnv>().get(`${API}/events`, async (context) => {
    // Answered by the same route, whose stream nobody would end.
    if (context.req.method === "HEAD") return context.body(null, 200, { "content-type": "text/event-stream" });
    if (streams >= MOST_STREAMS) return refused(context, 503, `${MOST_STREAMS} listeners are connected already.`);
    const resumeFrom = context.req.header("last-event-id") ?? context.req.query("after");
    streams += 1;
    context.header("x-accel-buffering", "no");
    return streamSSE(context as Context, async (out) => {
      const ended = new AbortController();
      const isOver = AbortSignal.any([ended.signal, closing]);
      out.onAbort(() => ended.abort());
      const queue = createQueue();
      const stop = door.feed.listen(queue.push);
      // What a listener throws would be written to the browser as it stands.
      try {
        const first = await beginning(door, resumeFrom);
        for (const event of first) await out.writeSSE(written(event));
        // What came while the journal was read for them may stand there too.
        queue.drop(new Set(first.map(({ id }) => id)));
        while (!isOver.aborted) {
          await queue.filled(isOver, ALIVE_EVERY_MS);
          const events = queue.take(door);
          if (events.length === 0 && !isOver.aborted) await out.write(": alive\n\n");
          for (const event of events) await out.writeSSE(written(event));
        }
      } catch {
        // The connection is gone, or the store is: the listener comes back.
      } finally {
        stop();
        streams -= 1;
      }
    });
  });
}

const written = ({ type, id, data }: Sent) => ({
  event: type,
  data: JSON.stringify(data),
  ...(id === null ? {} : { id }),
});

async function beginning(door: Door, resumeFrom: string | undefined): Promise<readonly Sent[]> {
  const id = door.feed.newestId();
  const hello: Sent = { type: "hello", id: resumeFrom === undefined ? id : null, data: { ...door.about } };
  if (resumeFrom === undefined || resumeFrom === "") return [hello];
  const missed = await door.feed.since(resumeFrom, MOST_WAITING);
  return missed === null ? [hello, { type: "reset", id, data: {} }] : [hello, ...missed];
}

function createQueue() {
  let waiting: FeedEvent[] = [];
  let isTooLong = false;
  let wake = (): void => {};
  return {
    push: (event: FeedEvent): void => {
      if (waiting.length < MOST_WAITING) waiting.push(event);
      else isTooLong = true;
      wake();
    },
    drop: (ids: ReadonlySet<string | null>): void => {
      waiting = waiting.filter(({ id }) => id === null || !ids.has(id));
    },
    take: (door: Door): readonly Sent[] => {
      const events: readonly Sent[] = isTooLong ? [{ type: "reset", id: door.feed.newestId(), data: {} }] : waiting;
      waiting = [];
      isTooLong = false;
      return events;
    },
    /** Resolves when something waits, when the time is over, or at the end. */
    filled: (signal: AbortSignal, afterMs: number): Promise<void> => {
      if (waiting.length > 0 || isTooLong || signal.aborted) return Promise.resolve();
      return new Promise((resolve) => {
        const done = (): void => {
          clearTimeout(timer);
          signal.removeEventListener("abort", done);
          wake = () => {};
          resolve();
        };
        const timer = setTimeout(done, afterMs).unref();
        signal.addEventListener("abort", done, { once: true });
        wake = done;
      });
    },
  };
}
