// Floor 6. A finished tick → HOME/heartbeat.json, and a call of a watcher's URL: how an outside watcher notices that the desk
// is dead, which a dead desk cannot say.
import { join } from "node:path";
import { z } from "zod";
import { UnixMs } from "#schemas/units.ts";
import { writeWhole } from "../home-folder.ts";
import { callOutgoing } from "./outgoing.ts";

export const Heartbeat = z.object({
  /** The machine's own time, whatever clock the desk runs on: a watcher compares it with its own. */
  atMs: UnixMs,
  /** The slot that was finished, of the desk's clock. */
  slotMs: UnixMs,
  pid: z.int().positive(),
});
export type Heartbeat = z.infer<typeof Heartbeat>;

export const writeHeartbeat = (home: string, beat: Heartbeat): Promise<void> =>
  writeWhole(join(home, "heartbeat.json"), `${JSON.stringify(beat)}\n`);

const PING_DEADLINE_MS = 5_000;

export interface Pinger {
  /** Begins a call unless one is under way. Returns at once, never throws. */
  ping(): void;
  /** No call is under way. */
  idle(): boolean;
  /** Ends a call under way. */
  close(): Promise<void>;
}

/** GET, as uptime services expect it. `onNote` is told when it begins to fail, and when it works again. */
export function createPinger(
  url: URL,
  onNote: (text: string) => void,
  { deadlineMs = PING_DEADLINE_MS }: { readonly deadlineMs?: number } = {},
): Pinger {
  const ended = new AbortController();
  let underWay: Promise<void> | null = null;
  let failing = false;
  const say = (problem: string | null): void => {
    if (ended.signal.aborted || failing === (problem !== null)) return;
    failing = problem !== null;
    onNote(`heartbeat: ${problem ?? "the watcher is reached again"}`);
  };
  const call = async (): Promise<void> => {
    const deadline = AbortSignal.timeout(deadlineMs);
    try {
      await callOutgoing(url, { method: "GET" }, { signal: AbortSignal.any([ended.signal, deadline]) });
      say(null);
    } catch (error) {
      say(deadline.aborted ? `${url.host} did not answer within ${deadlineMs} ms.` : (error as Error).message);
    }
  };
  return {
    ping: () => {
      if (ended.signal.aborted) return;
      underWay ??= call().finally(() => {
        underWay = null;
      });
    },
    idle: () => underWay === null,
    close: async () => {
      ended.abort();
      await underWay;
    },
  };
}
