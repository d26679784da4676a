// Floor 6. Work that many open pages ask for at once → done once. What was made at one state of the desk is handed out until the
// desk has moved on, so that fifty open pages cost about what one costs.
import type { Door } from "../door.ts";

export interface DrawnCache {
  /** What `make` gives, made once for all who ask for this key at this state of the desk, those who ask while it is made too. */
  of<Value>(key: string, make: () => Promise<Value>): Promise<Value>;
}

/** Ages are shown to the second and minute: what stands longer than this by the desk's clock is made again. */
const STANDS_MS = 5_000;
/** Addresses are the caller's choice; what is kept for them is bounded. */
const MOST_KEYS = 500;

export function createDrawnCache({ feed, nowMs }: Pick<Door, "feed" | "nowMs">): DrawnCache {
  let state = "";
  const made = new Map<string, Promise<unknown>>();
  return {
    of: <Value>(key: string, make: () => Promise<Value>) => {
      const now = `${feed.revision()} ${Math.floor(nowMs() / STANDS_MS)}`;
      if (now !== state || made.size >= MOST_KEYS) made.clear();
      state = now;
      const known = made.get(key);
      // One key is always made by the same code.
      if (known !== undefined) return known as Promise<Value>;
      const making = make();
      made.set(key, making);
      // A failure is told to those who wait for it, and tried again by the next.
      making.catch(() => {
        if (made.get(key) === making) made.delete(key);
      });
      return making;
    },
  };
}
