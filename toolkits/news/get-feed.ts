// Floor 2. The address of a feed → its bytes: one GET, under a deadline, with a limit of bytes. Redirects are followed to https only, and
// never to this machine from elsewhere. The address's path and query may be secret: messages name the host.
import { untilAborted } from "#schemas/abort.ts";
import { isLoopback } from "#schemas/config.ts";
import { ProviderError } from "#schemas/errors.ts";
import type { CallOptions } from "#schemas/ports/work.ts";

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
  const either = AbortSignal.any([signal, deadline]);
  const { host } = new URL(address);
  try {
    return await follow(new URL(address), either);
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

async function follow(first: URL, signal: AbortSignal): Promise<FetchedFeed> {
  let url = first;
  for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects += 1) {
    const answer = await fetch(url, { signal, redirect: "manual", headers: HEADERS });
    if (answer.ok)
      return { bytes: await bodyOf(answer, url.host, signal), contentType: answer.headers.get("content-type") };
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

const bare = (url: URL): string => url.hostname.replace(/^\[|\]$/g, "");

/** A feed elsewhere has no business with what runs on this machine. */
function mayFollow(from: URL, to: URL): boolean {
  if (isLoopback(bare(to))) return isLoopback(bare(from)) && /^https?:$/.test(to.protocol);
  return to.protocol === "https:";
}

async function bodyOf(answer: Response, host: string, signal: AbortSignal): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  const reader = answer.body?.getReader();
  if (reader === undefined) return new Uint8Array();
  for (;;) {
    const { done, value } = await untilAborted(reader.read(), signal);
    if (done) break;
    length += value.length;
    if (length > MOST_BYTES) {
      await reader.cancel().catch(() => {});
      throw fault(`${host} gave more than ${MOST_BYTES / 1_000_000} MB.`);
    }
    chunks.push(value);
  }
  return Buffer.concat(chunks);
}

const fault = (was: string): ProviderError =>
  new ProviderError({
    was,
    expected: "an RSS or Atom feed",
    remedy: "Check the address of the feed; it is asked again.",
  });
