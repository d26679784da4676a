// What an exchange itself says of one call is no firewall's word, whatever the status beside it: nothing else waits for it. What comes from
// before the exchange, or asks for rest, is.
import { describe, expect, test } from "vitest";
import { VenuePausedError } from "#schemas/errors.ts";
import { unixMs } from "#schemas/units.ts";
import { type CcxtClient, type ClientParts, openCcxtClient } from "#toolkits/market/ccxt/client.ts";
import { toFailure } from "#toolkits/market/ccxt/provider-errors.ts";
import { TESTED_VENUES } from "#toolkits/market/ccxt/venue-facts.ts";

interface Said {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

const LIVE = ["binance", "kraken", "okx", "bybit", "coinbase"];
const START_MS = 1_780_000_000_000;

/** Its own errors, of calls that it refuses or cannot serve now, by its documentation and the comments of ccxt. */
const OWN: Readonly<Record<string, readonly Said[]>> = {
  binance: [
    { status: 403, body: { code: -1011, msg: "This IP cannot access this route." } },
    { status: 401, body: { code: -2015, msg: "Invalid API-key, IP, or permissions for action." } },
    { status: 400, body: { code: -2010, msg: "Account has insufficient balance for requested action." } },
    { status: 404, body: { code: -1121, msg: "Invalid symbol." } },
    { status: 429, body: { code: -1015, msg: "Too many new orders; current limit is 100 orders per TEN_SECONDS." } },
    { status: 503, body: { code: -1008, msg: "Server is currently overloaded with other requests." } },
  ],
  kraken: [
    { status: 200, body: { error: ["EGeneral:Permission denied"] } },
    { status: 200, body: { error: ["EOrder:Rate limit exceeded"] } },
    { status: 200, body: { error: ["WOrder:old", "EOrder:Domain rate limit exceeded"] } },
    { status: 200, body: { error: ["EOrder:Insufficient funds"], result: {} } },
    { status: 403, body: { error: ["EAPI:Invalid key"] } },
    { status: 503, body: { error: ["EService:Unavailable"] } },
  ],
  okx: [
    { status: 403, body: { code: "50030", msg: "You don't have permission to use this API endpoint" } },
    { status: 401, body: { code: "50110", msg: "Your IP is not included in the whitelist." } },
    { status: 200, body: { code: "1", data: [{ sCode: "50061", sMsg: "Order rate limit reached" }], msg: "" } },
    { status: 429, body: { code: "50061", msg: "You've reached the maximum order rate limit for this account." } },
    { status: 500, body: { code: "50026", msg: "System error. Try again later" } },
  ],
  bybit: [
    { status: 403, body: { retCode: 10_005, retMsg: "Permission denied, please check your API key permissions." } },
    { status: 401, body: { retCode: 10_003, retMsg: "API key is invalid." } },
    { status: 200, body: { retCode: 170_131, retMsg: "Insufficient balance." } },
    { status: 500, body: { retCode: 10_016, retMsg: "Server error." } },
  ],
  coinbase: [
    { status: 403, body: { error: "PERMISSION_DENIED", error_details: "", message: "Missing required scopes" } },
    { status: 403, body: { error: "PERMISSION_DENIED", message: "Orderbook is in limit only mode" } },
    { status: 401, body: { errors: [{ id: "authentication_error", message: "invalid signature" }] } },
    { status: 400, body: { error: "INVALID_ARGUMENT", message: "account is not available" } },
    { status: 500, body: { error: "INTERNAL", message: "Internal server error" } },
  ],
  kucoin: [
    { status: 403, body: { code: "400005", msg: "Invalid KC-API-SIGN" } },
    { status: 500, body: { code: "500000", msg: "Internal Server Error" } },
  ],
  gate: [
    { status: 403, body: { label: "FORBIDDEN", message: "no permission" } },
    { status: 500, body: { label: "SERVER_ERROR", message: "" } },
  ],
  mexc: [
    { status: 403, body: { code: 700_007, msg: "No permission to access the endpoint." } },
    { status: 500, body: { code: 30_000, msg: "This market is suspended" } },
  ],
  bitget: [
    { status: 403, body: { code: "40014", msg: "Incorrect permissions", requestTime: 1, data: null } },
    { status: 500, body: { code: "40725", msg: "service return an error", data: null } },
  ],
  hyperliquid: [
    { status: 403, body: { status: "err", response: "User or API Wallet does not exist." } },
    { status: 500, body: { error: "internal" } },
  ],
};

/** From before the exchange, or from it about all that this address or key asks. */
const RESTING: readonly Said[] = [
  { status: 403, body: "<html><title>403 Forbidden</title></html>" },
  { status: 403, body: "" },
  { status: 403, body: '{"message":"Forbidden"}' },
  { status: 403, body: '{"cloudflare_error":true,"status":403,"title":"Error 1020: Access denied","error_code":1020}' },
  { status: 429, body: "<html>error code: 1015</html>" },
  { status: 429, body: "" },
  { status: 429, body: { msg: "slow down" } },
  { status: 418, body: "" },
  { status: 418, body: { code: -1003, msg: "Way too much request weight used; IP banned until 1780000120000." } },
];

/** The same by a venue's own code. */
const LIMITS: Readonly<Record<string, readonly Said[]>> = {
  binance: [{ status: 429, body: { code: -1003, msg: "Too much request weight used" } }],
  kraken: [
    { status: 200, body: { error: ["EAPI:Rate limit exceeded"] } },
    { status: 200, body: { error: ["EGeneral:Too many requests"] } },
    { status: 200, body: { error: ["EGeneral:Temporary lockout"] } },
  ],
  okx: [{ status: 429, body: { code: "50011", msg: "Too Many Requests" } }],
  bybit: [
    { status: 200, body: { retCode: 10_006, retMsg: "Too many visits!" } },
    { status: 403, body: { retCode: 10_018, retMsg: "Exceeded the IP Rate Limit." } },
  ],
  coinbase: [
    { status: 429, body: { errors: [{ id: "rate_limit_exceeded", message: "Too many requests" }] } },
    { status: 429, body: { error: "RESOURCE_EXHAUSTED", message: "too many requests" } },
  ],
  kucoin: [{ status: 429, body: { code: "429000", msg: "Too Many Requests" } }],
  gate: [{ status: 429, body: { label: "TOO_MANY_REQUESTS", message: "" } }],
  mexc: [{ status: 429, body: { code: 429, msg: "Too Many Requests" } }],
  bitget: [{ status: 429, body: { code: "429", msg: "Too Many Requests" } }],
  hyperliquid: [{ status: 429, body: "null" }],
};

/** A client whose every request is answered as it is told. */
async function opened(exchangeId: string, more: Partial<ClientParts> = {}) {
  let answer: Said = { status: 200, body: {} };
  let sent = 0;
  let nowMs = START_MS;
  const client = await openCcxtClient({ exchangeId, now: () => unixMs(nowMs), sleep: async () => {}, ...more });
  const fetchImplementation = async () => {
    sent += 1;
    const { status, body, headers = {} } = answer;
    const text = typeof body === "string" ? body : JSON.stringify(body);
    return { status, statusText: "", headers: new Headers(headers), text: async () => text };
  };
  Object.assign(client, { fetchImplementation, enableRateLimit: false });
  const { fetch } = client as CcxtClient & { fetch(url: string): Promise<unknown> };
  return {
    /** @returns what the call threw; null: nothing */
    ask: async (said: Said): Promise<unknown> => {
      answer = said;
      return fetch("https://localhost/none").then(
        () => null,
        (error: unknown) => error,
      );
    },
    sent: () => sent,
    pass: (ms: number) => {
      nowMs += ms;
    },
  };
}

const nameOf = ({ status, body }: Said): string =>
  `HTTP ${status} ${(typeof body === "string" ? body : JSON.stringify(body)).slice(0, 60)}`;

describe.each(TESTED_VENUES.map(({ id }) => id))("an answer of %s", (id) => {
  test.each((OWN[id] ?? []).map((said) => [nameOf(said), said] as const))(
    "%s is its own word about that call",
    async (_, said) => {
      const { ask, sent } = await opened(id);
      for (let each = 1; each <= 2; each += 1) expect(await ask(said)).not.toBeInstanceOf(VenuePausedError);
      await ask({ status: 200, body: {} });
      expect(sent()).toBe(3);
    },
  );

  test.each([...RESTING, ...(LIMITS[id] ?? [])].map((said) => [nameOf(said), said] as const))(
    "%s gives it a rest",
    async (_, said) => {
      const { ask, sent } = await opened(id);
      expect(await ask(said)).toBeInstanceOf(VenuePausedError);
      expect(await ask({ status: 200, body: {} })).toBeInstanceOf(VenuePausedError);
      expect(sent()).toBe(1);
    },
  );
});

test.each(LIVE)("a call that %s forbids ends no desk, and is not made again at once", async (id) => {
  const { ask } = await opened(id);
  const [said] = OWN[id] ?? [];
  const { error, again } = toFailure(await ask(said as Said), id, "candles of BTC/USDT 5m");
  expect([error.name, error.policy, again]).toEqual(["ProviderError", "retry", false]);
});
