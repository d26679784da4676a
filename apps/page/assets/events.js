// The desk's feed of events, listened to: told is whether there is a connection, and each time that something has happened.
const MOST_WAIT_MS = 30_000;

/** @param tell given "open", "lost" or "changed" */
export function listenToDesk(tell, waitMs = 1_000) {
  const source = new EventSource("/api/v1/events");
  let nextMs = waitMs;
  source.addEventListener("open", () => {
    nextMs = 1_000;
    tell("open");
    // What happened while nothing was heard is on no list.
    tell("changed");
  });
  for (const type of ["journal", "slot", "thought", "reset"]) source.addEventListener(type, () => tell("changed"));
  source.addEventListener("error", () => {
    tell("lost");
    // The browser tries again by itself, unless the answer was a refusal.
    if (source.readyState !== EventSource.CLOSED) return;
    setTimeout(() => listenToDesk(tell, Math.min(nextMs * 2, MOST_WAIT_MS)), nextMs);
  });
}
