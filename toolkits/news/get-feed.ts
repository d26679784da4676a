// Floor 2. The address of a feed → its bytes: one GET, under a deadline, with a limit of bytes. Redirects are followed to https only, and
// never to this machine from elsewhere. The address's path and query may be secret: messages name the host.
import { isLoopback } from "#schemas/config.ts";
import { ProviderError } from "#schemas/errors.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { readCappedBytes } from "../requests/read-capped.ts";
import { addressOf } from "../requests/source-client.ts";

/** Larger ones are not read. */
export const MOST_BYTES = 2_000_000;
const MOST_REDIRECTS = 3;
/** For the whole of it, redirects included. */
export const FEED_DEADLINE_MS = 10_000;

export interface FetchedFeed {
  readonly bytes: Uint8Array;
  readonly contentType: string | null;
}

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
const HEADERS = {
  accept: "application/rss+xml, application/atom+xml, application/rdf+xml, application/xml;q=0.9, */*;q=0.1",
};

/** @throws ProviderError; the signal's reason when aborted */
export async function getFeed(address: string, deadlineMs: number, { signal }: CallOptions): Promise<FetchedFeed> {
  const deadline = AbortSignal.timeout(deadlineMs);
  const { base, headers } = addressOf(address);
  const { host } = base;
  try {
    return await follow(base, headers, AbortSignal.any([signal, deadline]));
  } catch (cause) {
    signal.throwIfAborted();
    if (cause instanceof ProviderError) throw cause;
    const code = (cause as { cause?: { code?: unknown } }).cause?.code;
    // Without the cause itself: what a transport throws may carry the address.
    throw fault(
      deadline.aborted
        ? `${host} did not give its feed within ${deadlineMs} ms.`
        : `${host} could not be reached${typeof code === "string" ? ` (${code})` : ""}.`,
    );
  }
}

async function follow(first: URL, credentials: Readonly<Record<string, string>>, signal: AbortSignal) {
  let url = first;
  for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects += 1) {
    // They are the first address's own.
    const headers = url.origin === first.origin ? { ...HEADERS, ...credentials } : HEADERS;
    const answer = await fetch(url, { signal, redirect: "manual", headers });
    if (answer.ok) return fetchedFeed(answer, url);
    await answer.body?.cancel().catch(() => {});
    const location = answer.headers.get("location");
    if (!REDIRECTS.has(answer.status) || location === null) throw fault(`${url.host} answered ${answer.status}.`);
    const next = URL.canParse(location, url) ? new URL(location, url) : null;
    if (next === null || !mayFollow(url, next)) {
      throw fault(`${url.host} redirects to ${next === null ? "no address" : next.host}, where it is not followed.`);
    }
    url = next;
  }
  throw fault(`${first.host} redirects more than ${MOST_REDIRECTS} times.`);
}

async function fetchedFeed(answer: Response, { host }: URL): Promise<FetchedFeed> {
  const bytes = await readCappedBytes(answer, MOST_BYTES);
  if (bytes === null) throw fault(`${host} gave more than ${MOST_BYTES / 1_000_000} MB.`);
  return { bytes, contentType: answer.headers.get("content-type") };
}

const bare = (url: URL): string => url.hostname.replace(/^\[|\]$/g, "");

/** A feed elsewhere has no business with what runs on this machine. */
function mayFollow(from: URL, to: URL): boolean {
  if (isLoopback(bare(to))) return isLoopback(bare(from)) && /^https?:$/.test(to.protocol);
  return to.protocol === "https:";
}

const fault = (was: string): ProviderError =>
  new ProviderError({
    was,
    expected: "an RSS or Atom feed",
    remedy: "Check the address of the feed; it is asked again.",
  });
