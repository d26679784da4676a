// Floor 6. The desk of a home for a process that outlives many calls: the running desk is asked; where none runs, the home is opened for
// the length of one call, one at a time, so that `start` never finds it held by a client that only waits.
import PQueue from "p-queue";
import { deskCommandNamed } from "../desk-commands.ts";
import { PLAIN_STYLE } from "../io.ts";
import { type Reach, reachDesk } from "../reach-desk.ts";
import type { McpDesk } from "./call-desk.ts";

export interface HomeDesk extends McpDesk {
  /** Resolves when no call is under way any more. */
  settled(): Promise<void>;
}

export function homeDesk(reach: Reach): HomeDesk {
  const reaching = new PQueue({ concurrency: 1 });
  const underWay = new Set<Promise<unknown>>();
  return {
    run: async (name, input) => {
      const { answer } = await reaching.add(async () => {
        const desk = await reachDesk(name, reach);
        const answer = desk.execute(input).finally(() => desk.close());
        const done = answer.catch(() => {}).finally(() => underWay.delete(done));
        underWay.add(done);
        // A running desk orders its own work; one that was opened here is this call's alone.
        if (!desk.isRunning) await done;
        // Within an object: what is returned bare would be waited for, and its error would end this place in the queue.
        return { answer };
      });
      return answer;
    },
    text: (name, document) => deskCommandNamed(name).render(document, PLAIN_STYLE),
    failed: (name, document) => deskCommandNamed(name).failed?.(document) ?? false,
    settled: async () => {
      await reaching.onIdle();
      await Promise.all(underWay);
    },
  };
}
