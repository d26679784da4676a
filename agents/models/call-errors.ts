// Floor 3. What the errors of a model call say. The AI SDK keeps status and headers in its own; what else is in them is not passed on.

/** The server took the call (HTTP 200) and its answer could not be used. */
export const isAnswered = (error: unknown): boolean => refusalOf(error)?.status === 200;

interface CallRefusal {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
}

/** Null where no server answered. */
export function refusalOf(error: unknown): CallRefusal | null {
  for (let e: unknown = error; e instanceof Error; e = e.cause) {
    if (!("statusCode" in e) || typeof e.statusCode !== "number") continue;
    const headers = "responseHeaders" in e ? e.responseHeaders : null;
    return { status: e.statusCode, headers: typeof headers === "object" && headers !== null ? { ...headers } : {} };
  }
  return null;
}
