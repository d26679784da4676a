// Floor 2, live execution. One signed request through ccxt, and what came back as it came: status and body, before ccxt's reading of
// them. ccxt signs, paces and sends; what an answer means is judged here by code and not by ccxt's classes, which take some refusals
// for silence and some silence for refusals.
import { AsyncLocalStorage } from "node:async_hooks";
import { untilAborted } from "#schemas/abort.ts";
import { ProviderError, ProviderRefusedError, VenuePausedError } from "#schemas/errors.ts";
import type { UnixMs } from "#schemas/units.ts";
import type { CcxtSteps } from "../../market/ccxt/answer-guards.ts";
import { detail } from "../../market/ccxt/provider-errors.ts";
import { errorCodes } from "../../market/ccxt/said-errors.ts";
import type { ErrorFacts } from "../../market/ccxt/venue-facts.ts";
import { hidingKeys } from "./hidden-keys.ts";
import { Turns } from "./turns.ts";
import type { SendOptions } from "./venue-orders.ts";

/** A ccxt exchange with a key, as far as orders need it: its signed endpoints are methods such as `privatePostOrder`. */
export interface SigningClient extends CcxtSteps {
  readonly options: Record<string, unknown>;
  readonly urls: Record<string, unknown>;
  readonly enableRateLimit: boolean;
  throttle(cost: unknown): Promise<unknown>;
  /** Asked for once a signature, where the venue numbers requests. */
  nonce(): number;
}

type Params = Readonly<Record<string, unknown>>;
type Body = Params | readonly Params[];

export type HttpAnswer =
  /** `json` is null where the body is none. `sentMs`: local time just before it was handed to ccxt's limiter's end. */
  | {
      readonly type: "answer";
      readonly sentMs: UnixMs;
      readonly status: number;
      readonly body: string;
      readonly json: unknown;
    }
  /** It was sent, or may have been. */
  | { readonly type: "silence"; readonly sentMs: UnixMs; readonly reason: string }
  | { readonly type: "not-sent"; readonly reason: string };

/**
 * @param method a signed endpoint by ccxt's name for it
 * @param params a list where the endpoint takes several at once; what depends on the moment of sending is asked for then
 */
export type SignedCall = (
  method: string,
  params: Body | (() => Body),
  options: SendOptions & { /** Goes before reads that wait for their turn. */ readonly urgent?: boolean },
) => Promise<HttpAnswer>;

interface Seen {
  readonly params: () => Body;
  readonly urgent: boolean;
  readonly signal: AbortSignal;
  readonly barred: () => string | null;
  sentMs: UnixMs | null;
  status: number;
  body: string | null;
}

/** The kernel said that no connection was made, so that nothing was sent. */
const UNSENT = /(connect|getaddrinfo) (ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH)|ERR_INVALID_URL/;

/**
 * Numbers that rise with every signature, and one request at a time, since a number that is overtaken on its way is refused: a
 * request waits for ccxt's pace first and for its turn then, so that no order waits for the pace of reads.
 */
function inOrderOfNumbers(client: SigningClient, seen: AsyncLocalStorage<Seen>): void {
  const turns = new Turns();
  const fetch2 = client.fetch2.bind(client);
  const throttle = client.throttle.bind(client);
  const nonce = client.nonce.bind(client);
  let last = 0;
  client.nonce = () => {
    last = Math.max(last + 1, nonce());
    return last;
  };
  client.throttle = async () => undefined;
  client.fetch2 = async (path, api, method, params, headers, body, config, ...rest) => {
    if (client.enableRateLimit) await throttle(client.calculateRateLimiterCost(api, method, path, params, config));
    const call = seen.getStore();
    if (call === undefined) return fetch2(path, api, method, params, headers, body, config, ...rest);
    const end = await turns.take(call.urgent, call.signal);
    try {
      // What its caller no longer waits for may still come in before the next, or is overtaken and not taken.
      return await untilAborted(
        fetch2(path, api, method, structuredClone(call.params()), headers, body, config, ...rest),
        call.signal,
      );
    } finally {
      end();
    }
  };
}

interface SigningFacts {
  /** The venue takes requests in the order of their numbers only. */
  readonly numbered?: boolean;
  /** How its errors look; null: nothing is known of them. */
  readonly errors?: ErrorFacts | null;
}

/**
 * One for each client. The verdict of ccxt is not looked at, but for whether anything was sent.
 */
export function signedCalls(
  client: SigningClient,
  now: () => UnixMs,
  { numbered = false, errors = null }: SigningFacts = {},
): SignedCall {
  const seen = new AsyncLocalStorage<Seen>();
  if (numbered) inOrderOfNumbers(client, seen);
  const fetch = client.fetch.bind(client);
  const handleErrors = client.handleErrors.bind(client);
  const hide = hidingKeys(() => ["apiKey", "secret", "password"].map((name) => Reflect.get(client, name)));
  client.fetch = (url, ...rest) => {
    const call = seen.getStore();
    if (call === undefined) return fetch(url, ...rest);
    // Its caller was told that it was not sent, if it went away while ccxt paced this request.
    call.signal.throwIfAborted();
    // A process that was frozen until here wakes with a request that was made before.
    const barred = call.barred();
    if (barred !== null) throw new Error(barred);
    call.sentMs = now();
    return fetch(url, ...rest);
  };
  client.handleErrors = (status, reason, url, method, headers, body, response, ...rest) => {
    const call = seen.getStore();
    if (call !== undefined) {
      call.status = status;
      call.body = hide(body);
    }
    try {
      return handleErrors(status, reason, url, method, headers, body, response, ...rest);
    } catch (error) {
      if (call === undefined || error instanceof VenuePausedError || errorCodes(errors, response).length === 0)
        throw error;
      // The venue's own error is an answer, "busy" too: it counts as no silence, after which nothing would be asked for a while.
      throw new Error(`answered with ${errorCodes(errors, response).join(", ")}`, { cause: error });
    }
  };

  return async (method, params, { signal, urgent = false, barred = () => null }) => {
    signal.throwIfAborted();
    const send = Reflect.get(client, method) as unknown;
    if (!(send instanceof Function)) throw new TypeError(`ccxt has no ${method}`);
    const paramsOf = params instanceof Function ? params : () => params;
    const call: Seen = { params: paramsOf, urgent, signal, barred, sentMs: null, status: 0, body: null };
    let thrown: unknown = null;
    try {
      await untilAborted(
        seen.run(call, () => send.call(client, structuredClone(paramsOf())) as Promise<unknown>),
        signal,
      );
    } catch (error) {
      thrown = error;
    }
    const { sentMs, status, body } = call;
    if (body !== null && sentMs !== null) return { type: "answer", sentMs, status, body, json: jsonOf(body) };
    const reason = thrown instanceof Error ? detail(hide(thrown.message)) : "no answer";
    // A pause without an answer was there before the request, which then stayed here.
    if (sentMs === null || thrown instanceof VenuePausedError || UNSENT.test(reason))
      return { type: "not-sent", reason };
    return { type: "silence", sentMs, reason };
  };
}

function jsonOf(body: string): unknown {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    return null;
  }
}

/**
 * The answer of a read, by what its venue makes of it.
 * @param refusal why the venue refuses this key for good; null: it does not
 * @throws ProviderError, ProviderRefusedError
 */
export function readAnswer<T>(
  venue: string,
  what: string,
  answer: HttpAnswer,
  {
    read,
    refusal,
  }: { readonly read: (json: unknown) => T; readonly refusal: (json: unknown, status: number) => string | null },
): T {
  const failed = (why: string, cause?: unknown): ProviderError =>
    new ProviderError({
      was: `${venue} did not give ${what}: ${why}.`,
      remedy: "It is asked again; check the venue's status page where this goes on.",
      cause,
    });
  if (answer.type !== "answer") throw failed(answer.reason);
  const { json, status } = answer;
  const refused = refusal(json, status);
  if (refused !== null) {
    throw new ProviderRefusedError({
      was: `${venue} refuses ${what}: ${detail(refused)}.`,
      remedy: "Check the key: its permissions, its addresses and whether it has expired.",
    });
  }
  if (status < 200 || status >= 300) throw failed(`HTTP ${status} ${detail(answer.body)}`);
  try {
    return read(json);
  } catch (cause) {
    throw failed(
      cause instanceof ProviderError || cause instanceof VenuePausedError
        ? cause.message
        : `an answer in no known form (${detail(answer.body)})`,
      cause,
    );
  }
}
