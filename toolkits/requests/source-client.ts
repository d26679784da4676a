// Floor 2. One public source over HTTP → its answers as JSON. Each request takes a turn of the source's budget, has a deadline and a cap in
// bytes, follows no redirect; what is not an answer in the source's own protocol is an error that says what came instead.
import { ProviderError, UnansweredError, type VenuePausedError } from "#schemas/errors.ts";
import type { Clock, VenueBudget } from "#schemas/ports/market.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import type { UnixMs } from "#schemas/units.ts";
import { readCapped } from "./read-capped.ts";
import { RequestGate } from "./request-gate.ts";
import type { LimitAnswer } from "./rest-asked-for.ts";
import { createSpacedBudget } from "./spaced-budget.ts";

const DEADLINE_MS = 10_000;
const MAX_BYTES = 8_000_000;
/** Of a source that asks for rest and does not say how long: limits are told by the minute. */
const LIMITS = { waitMs: 60_000, forbiddenMs: 60_000 } as const;
const REMEDY = "It is asked again later; check the network and the source's address in the settings.";

type Headers = Readonly<Record<string, string>>;

export interface SourceClientParts extends Pick<Clock, "sleep"> {
  /** Named in errors; nothing else of the address is. */
  readonly id: string;
  /** May hold a user and a password, or a key in path or query: none of them is ever told. */
  readonly url: string;
  /** Between two requests. */
  readonly spacingMs: number;
  /** Of all who ask this source. The client spaces its own requests even where this one does not. */
  readonly budget: VenueBudget;
  now(): UnixMs;
  /** For one request, without the wait for its turn. */
  readonly deadlineMs?: number;
  readonly maxBytes?: number;
  readonly headers?: Headers;
  /** What says in the body of an answer that too much was asked, such as a code; null: the body does not say so. */
  readonly limitOf?: (body: unknown) => string | null;
}

export interface SourceRequest extends CallOptions {
  readonly headers?: Headers;
  /** Statuses besides 2xx whose body is an answer, too: of some sources 404 means "no record". */
  readonly also?: readonly number[];
}

export interface SourceAnswer {
  readonly status: number;
  /** Parsed JSON; nothing else of it was looked at. */
  readonly body: unknown;
}

export interface SourceClient {
  /**
   * @param path appended to that of the URL, query included
   * @throws ProviderError where no answer came in time, or not one of JSON; VenuePausedError while the source rests; the signal's reason
   */
  get(path: string, request: SourceRequest): Promise<SourceAnswer>;
  /** As `get`. @param body is sent as JSON */
  post(path: string, body: unknown, request: SourceRequest): Promise<SourceAnswer>;
}

/** The address without its user and password, which fetch refuses to take and would name in its error; and the header that stands for them. */
export function addressOf(url: string): { readonly base: URL; readonly headers: Headers } {
  const base = new URL(url);
  if (base.username === "" && base.password === "") return { base, headers: {} };
  const user = `${decodeURIComponent(base.username)}:${decodeURIComponent(base.password)}`;
  base.username = "";
  base.password = "";
  return { base, headers: { authorization: `Basic ${Buffer.from(user).toString("base64")}` } };
}

function urlOf(base: URL, path: string): URL {
  if (path === "") return base;
  const [pathname = "", query = ""] = path.split("?");
  const url = new URL(base);
  url.pathname = `${base.pathname.replace(/\/+$/, "")}${pathname}`;
  if (query !== "") url.search = base.search === "" ? `?${query}` : `${base.search}&${query}`;
  return url;
}

/** What came where JSON should have been; null: it is JSON. */
function jsonOf(text: string): { readonly body: unknown } | { readonly came: string } {
  const start = text.trimStart();
  if (start === "") return { came: "nothing" };
  if (start.startsWith("<")) return { came: "a web page instead of JSON" };
  try {
    return { body: JSON.parse(text) };
  } catch {
    return { came: /^[[{"]/.test(start) ? "JSON that is cut short or broken" : "text that is no JSON" };
  }
}

/** @throws as `SourceClient.get`, from the status alone */
function checkStatus(id: string, answer: LimitAnswer, limited: (was: string) => VenuePausedError): void {
  const { status, headers } = answer;
  const was = `${id} answered with HTTP ${status}`;
  if (status === 429) throw limited(`${was}: too many requests.`);
  if (status === 418) throw limited(`${was}: it turned this address away for a while.`);
  if ((status === 403 || status === 503) && "retry-after" in headers) throw limited(`${was} and asked for rest.`);
  const why =
    status >= 300 && status < 400
      ? ", a redirect, which is not followed"
      : status === 401 || status === 403
        ? ": it refuses this address or this key"
        : "";
  throw new ProviderError({ was: `${was}${why}.`, remedy: REMEDY });
}

/** A client of one source; one per process and source, since what it met is known to it alone. */
export function createSourceClient(parts: SourceClientParts): SourceClient {
  const { id, now, sleep, deadlineMs = DEADLINE_MS, maxBytes = MAX_BYTES, limitOf = () => null } = parts;
  const { base, headers: credentials } = addressOf(parts.url);
  const gate = new RequestGate({
    facts: { id, paceMs: parts.spacingMs, limits: LIMITS },
    now,
    sleep,
    budget: createSpacedBudget(parts.budget, now),
    isFailure: (error) => error instanceof ProviderError,
  });

  async function exchange(url: URL, init: RequestInit, also: readonly number[]): Promise<SourceAnswer> {
    const response = await fetch(url, { ...init, redirect: "manual" });
    const { status } = response;
    const text = await readCapped(response, maxBytes);
    if (text === null) {
      throw new ProviderError({
        was: `${id} answered with more than ${Math.round(maxBytes / 1000).toLocaleString("en-US")} kB.`,
        remedy: REMEDY,
      });
    }
    const answer = { status, headers: Object.fromEntries(response.headers), body: text };
    const isAnswer = response.ok || also.includes(status);
    if (!isAnswer) checkStatus(id, answer, (was) => gate.limited(answer, was));
    const json = jsonOf(text);
    if ("came" in json) throw new ProviderError({ was: `${id} answered with ${json.came}.`, remedy: REMEDY });
    const limit = limitOf(json.body);
    if (limit !== null) throw gate.limited({ ...answer, body: "" }, `${id} says ${limit}.`);
    return { status, body: json.body };
  }

  /** With the deadline. What a transport throws may carry the URL: nothing of it is kept but its code. */
  async function inTime(url: URL, init: RequestInit, { signal, also = [] }: SourceRequest): Promise<SourceAnswer> {
    const [deadline, ended] = [new AbortController(), new AbortController()];
    const waits = AbortSignal.any([signal, ended.signal]);
    sleep(deadlineMs, { signal: waits }).then(
      () => deadline.abort(),
      () => {},
    );
    try {
      return await exchange(url, { ...init, signal: AbortSignal.any([signal, deadline.signal]) }, also);
    } catch (error) {
      signal.throwIfAborted();
      if (deadline.signal.aborted) {
        throw new UnansweredError({ was: `${id} did not answer within ${deadlineMs / 1000} s.`, remedy: REMEDY });
      }
      if (error instanceof Error && "policy" in error) throw error;
      const { cause } = error as { cause?: { code?: unknown } };
      const code = typeof cause?.code === "string" ? ` (${cause.code})` : "";
      throw new ProviderError({ was: `${id} could not be reached, or its answer broke off${code}.`, remedy: REMEDY });
    } finally {
      ended.abort();
    }
  }

  function send(path: string, init: { readonly method: string; readonly body?: string }, request: SourceRequest) {
    const headers = { accept: "application/json", ...credentials, ...parts.headers, ...request.headers };
    const { signal } = request;
    signal.throwIfAborted();
    return gate.send(() => {
      signal.throwIfAborted();
      return inTime(urlOf(base, path), { ...init, headers }, request);
    }, request);
  }

  return {
    get: async (path, request) => send(path, { method: "GET" }, request),
    post: async (path, body, request) =>
      send(
        path,
        { method: "POST", body: JSON.stringify(body) },
        { ...request, headers: { "content-type": "application/json", ...request.headers } },
      ),
  };
}
