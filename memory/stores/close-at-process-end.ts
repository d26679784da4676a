// Floor 2. What is open → closed however the process ends, except by SIGKILL: PGlite shut down where there is still time
// for it, the home's lock given back in any case.
//
// Node's default for these signals is to die at once. It is kept: where nothing else listens, what is open is closed and the
// signal is sent again. Where something does, the program ends itself and closes what it opened.

/** Something to close. */
export interface Open {
  /** The orderly way; may be called more than once. */
  close(): Promise<void>;
  /** What can still be done when the process has no time left. */
  release(): void;
}

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

const open = new Set<Open>();

/** Watches over it until the returned function is called. */
export function closeAtProcessEnd(what: Open): () => void {
  if (open.size === 0) listen("on");
  open.add(what);
  return () => {
    if (open.delete(what) && open.size === 0) listen("off");
  };
}

function listen(onOrOff: "on" | "off"): void {
  process[onOrOff]("beforeExit", closeAll);
  process[onOrOff]("exit", releaseAll);
  for (const signal of SIGNALS) process[onOrOff](signal, onSignal);
}

const closeAll = (): Promise<unknown> => Promise.allSettled([...open].map((what) => what.close()));

function releaseAll(): void {
  for (const what of open) what.release();
}

function onSignal(signal: NodeJS.Signals): void {
  if (process.listenerCount(signal) > 1) return;
  void closeAll().then(() => {
    listen("off");
    process.kill(process.pid, signal);
  });
}
