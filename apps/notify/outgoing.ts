// Floor 6. A secret URL that the desk sends to → checked once, called with a deadline, and never named beyond its host: a
// webhook's path is its password (law 11).
import { ConfigError, ProviderError } from "#schemas/errors.ts";
import type { CallOptions } from "#schemas/ports/work.ts";

const LOOPBACK = /^(localhost|127\.\d{1,3}\.\d{1,3}\.\d{1,3}|\[::1\])$/;

/**
 * Null where the variable is not set. https anywhere, http to this machine only: the URL and what is sent would pass in
 * the clear.
 * @throws ConfigError naming the variable, never its value
 */
export function parseOutgoingUrl(variable: string, text: string | undefined): URL | null {
  const trimmed = text?.trim() ?? "";
  if (trimmed === "") return null;
  const url = URL.canParse(trimmed) ? new URL(trimmed) : null;
  const safe = url?.protocol === "https:" || (url?.protocol === "http:" && LOOPBACK.test(url.hostname));
  if (url !== null && safe && url.username === "" && url.password === "") return url;
  throw new ConfigError({
    was: `${variable} is not a URL that this desk sends to.`,
    expected: "https://…, or http:// on 127.0.0.1 or localhost; without user and password in it",
    remedy: "Correct or unset it; its value is a secret and is not printed.",
  });
}

export interface Outgoing {
  readonly method: "GET" | "POST";
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/**
 * Resolves on a 2xx answer. Redirects are not followed: they would carry it elsewhere.
 * @param onRefused reads an answer that is none of 2xx before it becomes an error
 * @throws ProviderError
 */
export async function callOutgoing(
  url: URL,
  request: Outgoing,
  { signal }: CallOptions,
  onRefused?: (answer: Response) => Promise<void>,
): Promise<void> {
  const answer = await reach(url, request, signal);
  if (!answer.ok) await onRefused?.(answer);
  // The body is not needed here; left unread it would hold the connection.
  if (!answer.bodyUsed) await answer.body?.cancel().catch(() => {});
  if (answer.ok) return;
  const { status } = answer;
  throw new ProviderError({
    was: `${url.host} answered ${status}${status >= 300 && status < 400 ? ", a redirect, which is not followed" : ""}.`,
    expected: "a 2xx status",
    remedy: "Check the URL, and the service behind it.",
  });
}

async function reach(url: URL, request: Outgoing, signal: AbortSignal): Promise<Response> {
  try {
    return await fetch(url, { ...request, signal, redirect: "manual" });
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    // No cause is kept: what a transport throws may carry the URL.
    const { cause } = error as { cause?: { code?: unknown } };
    const code = typeof cause?.code === "string" ? ` (${cause.code})` : "";
    throw new ProviderError({
      was: `${url.host} could not be reached${code}.`,
      remedy: "Check the URL, and the service behind it.",
    });
  }
}
