// Floor 6, metrics. What a call ended with → a name from a small set, for labels and log fields: never the error's text.

/** `ok`, `aborted` (whoever asked has gone, or waits no longer) or `error`. */
export function outcomeOf(error: unknown): "ok" | "aborted" | "error" {
  if (error === null) return "ok";
  return nameOf(error) === "AbortError" ? "aborted" : "error";
}

/** Class of the error. */
export function nameOf(error: unknown): string {
  const name = error instanceof Error ? error.name : typeof error;
  // A library's own class may be called anything.
  return /^\w{1,48}$/.test(name) ? name : "Error";
}
