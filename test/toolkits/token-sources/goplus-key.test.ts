import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { NEVER_ABORTED } from "#schemas/abort.ts";
import { ProviderError } from "#schemas/errors.ts";
import type { TokenSource } from "#schemas/ports/market.ts";
import { createLocalBudget } from "#toolkits/requests/local-budget.ts";
import { openTokenSources } from "#toolkits/token-sources/open-token-sources.ts";
import { createTokenServers, type TokenServers } from "../../coins/token-servers.ts";
import { json } from "../../support/json-server.ts";
import { createRequestClock, type RequestClock } from "../../support/request-clock.ts";
import { SOUND_EVM } from "../security/goplus-records.ts";
import { EVM } from "./rows.ts";

// Key, secret and time of GoPlus's own example, and the signature that it gives for them:
// https://docs.gopluslabs.io/reference/getaccesstokenusingpost
const APP_KEY = "mBOMg20QW11BbtyH4Zh0";
const APP_SECRET = "V6aRfxlPJwN3ViJSIFSCdxPvneajuJsh";
const TIME_S = 1_647_847_498;
const SIGN = "7293d385b9225b3c3f232b76ba97255d0e21063e";

let servers: TokenServers;
let clock: RequestClock;
let goplus: TokenSource;
beforeEach(async () => {
  clock = createRequestClock(TIME_S * 1000);
  servers = await createTokenServers(clock.now());
  servers.addSound(EVM);
  const keys = { goplus: `${APP_KEY}:${APP_SECRET}`, honeypot: null, rugcheck: null };
  const [first] = openTokenSources(servers.settings, keys, { budgetOf: () => createLocalBudget(clock.now), ...clock });
  if (first === undefined) throw new Error("there is no source");
  goplus = first;
});
afterEach(() => servers.close());

const report = () => goplus.report(EVM, { nowMs: clock.now() }, NEVER_ABORTED);
const failure = (): Promise<Error> =>
  report().then(
    () => new Error("it was answered"),
    (error: Error) => error,
  );
const asked = () => servers.goplus.asked.map(({ url }) => url.pathname.split("/").at(-1));

/** Answers of the token's address in turn, the last one again and again; records are answered with `code`. */
function answer(tokens: readonly unknown[], code: (token: string | undefined) => number): void {
  let given = 0;
  servers.goplus.answer((one, response) => {
    if (one.url.pathname === "/api/v1/token") {
      given += 1;
      return json(tokens[Math.min(given, tokens.length) - 1])(one, response);
    }
    const result = { [EVM.contract]: SOUND_EVM };
    return json({ code: code(one.headers.authorization), message: "", result })(one, response);
  });
}
const token = (text: string) => ({ code: 1, message: "ok", result: { access_token: text, expires_in: 3_600 } });

describe("a key of GoPlus", () => {
  test("is signed as its documentation does, and asked for a token before the first request", async () => {
    expect((await report()).verdict).toBe("clear");
    expect(asked()).toEqual(["token", "1"]);
    expect(JSON.parse(servers.goplus.asked[0]?.body ?? "")).toEqual({ app_key: APP_KEY, time: TIME_S, sign: SIGN });
    expect(servers.goplus.asked[1]?.headers.authorization).toBe("Bearer token-1");
  });

  test("is one token until a minute before its end, then another", async () => {
    for (let i = 0; i < 3; i += 1) await report();
    clock.pass(3_500_000);
    await report();
    expect(asked()).toEqual(["token", "1", "1", "1", "1"]);
    clock.pass(60_000);
    await report();
    expect(asked()).toEqual(["token", "1", "1", "1", "1", "token", "1"]);
  });

  test("gets one token for all that wait for it, with the word that stands before it once", async () => {
    answer([token("plain-token")], (given) => (given === "Bearer plain-token" ? 1 : 4022));
    const reports = await Promise.all([report(), report(), report()]);
    expect(reports.map(({ verdict }) => verdict)).toEqual(["clear", "clear", "clear"]);
    expect(asked().filter((path) => path === "token")).toHaveLength(1);
  });

  test.each([4010, 4011, 4012, 4022, 4023])("gets another token, once, where one is refused with %i", async (code) => {
    answer([token("old"), token("new")], (given) => (given === "Bearer new" ? 1 : code));
    expect((await report()).verdict).toBe("clear");
    expect(asked()).toEqual(["token", "1", "token", "1"]);
  });

  test("that is refused for good is an error, after two requests, and tells neither part of it", async () => {
    answer([token("never")], () => 4012);
    const error = await failure();
    expect(error).toBeInstanceOf(ProviderError);
    expect(error.message).toContain("code 4012: it refuses the key");
    expect(asked()).toEqual(["token", "1", "token", "1"]);
    expect(error.message).not.toMatch(new RegExp(`${APP_KEY}|${APP_SECRET}|${SIGN}|never`));
  });

  test.each([
    ["a code", { code: 4012, message: "wrong", result: null }],
    ["no token", { code: 1, result: { expires_in: 3_600 } }],
    ["an empty token", { code: 1, result: { access_token: "", expires_in: 3_600 } }],
    ["a token without an end", { code: 1, result: { access_token: "t" } }],
  ])("for which %s comes instead of a token asks for nothing with it", async (_what, body) => {
    answer([body], () => 1);
    const error = await failure();
    expect(error.message).toContain("gives no token for this key");
    expect(error.message).not.toContain(APP_KEY);
    expect(asked()).toEqual(["token"]);
  });
});
