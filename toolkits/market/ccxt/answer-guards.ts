// Floor 2. A ccxt client → the same client, whose requests go through the gate and whose answers are looked at before ccxt reads them:
// as it comes it reads the body of a refusal before its status, knows no Retry-After, and turns a cut answer into "nothing".
import { AsyncLocalStorage } from "node:async_hooks";
import { ProviderError, ProviderRefusedError, type VenuePausedError } from "#schemas/errors.ts";
import type { RequestGate } from "../../requests/request-gate.ts";
import type { LimitAnswer } from "../../requests/rest-asked-for.ts";
import { faultOf, shapeFor } from "./answer-shapes.ts";
import { detail, isLimit, isUnnamed } from "./provider-errors.ts";
import { errorCodes } from "./said-errors.ts";
import type { VenueFacts } from "./venue-facts.ts";

/** The overridable steps of a request, public in every ccxt exchange. */
export interface CcxtSteps {
  readonly id: string;
  fetch(url: string, ...rest: unknown[]): Promise<unknown>;
  /** Waits for ccxt's own pace, then signs and fetches. */
  fetch2(
    path: string,
    api: unknown,
    method: string,
    params: Params,
    headers?: unknown,
    body?: unknown,
    config?: unknown,
    ...rest: readonly unknown[]
  ): Promise<unknown>;
  /** What a request weighs, in turns of its limiter. */
  calculateRateLimiterCost(api: unknown, method: string, path: string, params: Params, config: unknown): unknown;
  /** ms a turn of it. */
  readonly rateLimit?: unknown;
  /** ccxt's own look at an answer: throws what the exchange's codes mean. */
  handleErrors(
    status: number,
    reason: string,
    url: string,
    method: string,
    headers: Readonly<Record<string, unknown>>,
    body: string,
    response: unknown,
    requestHeaders: unknown,
    requestBody: unknown,
  ): unknown;
  parseOHLCVs(rows: unknown, market?: unknown, timeframe?: unknown, sinceMs?: unknown, limit?: unknown): unknown;
}

/** Several at once where an endpoint takes them. */
type Params = Readonly<Record<string, unknown>> | readonly Readonly<Record<string, unknown>>[];

/**
 * What all of an address ask together leaves a twentieth of the exchange's limit unused: between its turn and the exchange a request may
 * be held up for a moment, and come close before the next.
 */
const SPACED = 1.05;

const STATUS_PAGE = "Check the network and the venue's status page.";

const WHY: Readonly<Record<VenueFacts["limits"]["forbidden"], string>> = {
  limit: "by which it means too many requests of this address",
  firewall: "its firewall turned this address away",
};

/** What an answer says by itself. */
interface Said {
  /** The codes of the exchange's own error; none: what it says was said before the exchange, or is no error. */
  readonly codes: readonly string[];
  /** It is no limit, whatever the status or ccxt make of its code. */
  readonly isNoLimit: boolean;
}

/**
 * What carries the exchange's own code is left to ccxt, which knows each one's, and so are other 4xx. Not bans and limits by status: there the
 * status counts. @throws what the status alone says
 */
function checkStatus(
  { id, limits }: Pick<VenueFacts, "id" | "limits">,
  answer: LimitAnswer,
  { codes, isNoLimit }: Said,
  limited: (was: string) => VenuePausedError,
): void {
  const { status } = answer;
  const was = `${id} answered with HTTP ${status}`;
  if (status === 429 && !isNoLimit) throw limited(`${was}: too many requests.`);
  if (status === 418) throw limited(`${was}: it banned this address for a while, for asking too often.`);
  if (status === 403 && codes.length === 0) throw limited(`${was}: ${WHY[limits.forbidden]}.`);
  if (status === 451) {
    const remedy = "The law of this place keeps it from serving this address: choose another --venue.";
    throw new ProviderRefusedError({ was: `${was}.`, remedy });
  }
  if (status === 401 && codes.length === 0)
    throw new ProviderRefusedError({ was: `${was}.`, remedy: "It refuses this address: choose another --venue." });
  if (status >= 500) throw new ProviderError({ was: `${was}.`, remedy: STATUS_PAGE });
}

/** Its turn in the shared budget is as long as ccxt's own limiter makes it, and never shorter than that of candles. */
function sendInTurn(
  client: CcxtSteps,
  { candles }: Pick<VenueFacts, "candles">,
  gate: Pick<RequestGate, "send">,
): void {
  const spacings = new AsyncLocalStorage<number>();
  const fetch = client.fetch.bind(client);
  const fetch2 = client.fetch2.bind(client);
  client.fetch2 = (path, api, method, params, headers, body, config, ...rest) => {
    const costMs =
      Number(client.calculateRateLimiterCost(api, method, path, params, config)) * Number(client.rateLimit);
    // Of what ccxt cannot tell NaN, which is not above.
    const spacingMs = SPACED * (costMs > candles.paceMs ? costMs : candles.paceMs);
    return spacings.run(spacingMs, () => fetch2(path, api, method, params, headers, body, config, ...rest));
  };
  client.fetch = (url, ...rest) => gate.send(() => fetch(url, ...rest), { spacingMs: spacings.getStore() });
}

export function guardAnswers(
  client: CcxtSteps,
  facts: Pick<VenueFacts, "id" | "candles" | "limits" | "errors" | "answers">,
  gate: Pick<RequestGate, "send" | "limited">,
): void {
  const handleErrors = client.handleErrors.bind(client);
  const parseOHLCVs = client.parseOHLCVs.bind(client);
  sendInTurn(client, facts, gate);
  client.handleErrors = (status, reason, url, method, headers, body, response, requestHeaders, requestBody) => {
    const answer = { status, headers, body };
    const codes = errorCodes(facts.errors, response);
    const isNoLimit = codes.some((code) => facts.errors?.notLimits.some((begins) => code.startsWith(begins)));
    checkStatus(facts, answer, { codes, isNoLimit }, (was) => gate.limited(answer, was));
    const isFine = status >= 200 && status < 300;
    const fault = isFine ? faultOf(response, shapeFor(facts.answers, { url, body: requestBody })) : null;
    try {
      // First, since an exchange may put its error into a 200.
      const skip = handleErrors(status, reason, url, method, headers, body, response, requestHeaders, requestBody);
      if (fault === null) return skip;
    } catch (cause) {
      if (isLimit(cause) && !isNoLimit)
        throw gate.limited(answer, `${facts.id} says that it was asked too often.`, cause);
      // What has no code that ccxt knows may be no answer at all: `{}`, `[]`.
      if (fault === null || !isUnnamed(cause)) throw cause;
      const said = cause instanceof Error ? ` (${detail(cause.message)})` : "";
      throw new ProviderError({ was: `${facts.id} answered with ${fault}${said}.`, remedy: STATUS_PAGE, cause });
    }
    throw new ProviderError({ was: `${facts.id} answered with ${fault}.`, remedy: STATUS_PAGE });
  };
  client.parseOHLCVs = (rows, market, timeframe) => {
    if (Array.isArray(rows)) return parseOHLCVs(rows, market, timeframe);
    throw new ProviderError({
      was: `${facts.id} answered with something else than a list of candles.`,
      remedy: STATUS_PAGE,
    });
  };
}
