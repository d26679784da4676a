import { afterEach, beforeEach, expect, test } from "vitest";
import { NEVER_ABORTED } from "#schemas/abort.ts";
import { type ContractId, contractText } from "#schemas/chain.ts";
import { VenuePausedError } from "#schemas/errors.ts";
import type { TokenSource, VenueBudget } from "#schemas/ports/market.ts";
import { MINUTE_MS } from "#schemas/units.ts";
import { createLocalBudget } from "#toolkits/requests/local-budget.ts";
import { createSpacedBudget } from "#toolkits/requests/spaced-budget.ts";
import { openTokenSources } from "#toolkits/token-sources/open-token-sources.ts";
import { createTokenServers, type TokenServers } from "../../coins/token-servers.ts";
import { FAULTS, json } from "../../support/json-server.ts";
import { createRequestClock, type RequestClock } from "../../support/request-clock.ts";
import { SOUND_EVM } from "../security/goplus-records.ts";

const KEYS = { goplus: null, honeypot: null, rugcheck: null };
const contract = (n: number): ContractId => ({ chain: "1", contract: `0x${n.toString(16).padStart(40, "0")}` });

let servers: TokenServers;
let clock: RequestClock;
let budgets: Map<string, VenueBudget>;
/** When each request reached GoPlus, by the injected clock. */
let times: number[];
beforeEach(async () => {
  clock = createRequestClock();
  servers = await createTokenServers(clock.now());
  budgets = new Map();
  times = [];
  servers.goplus.answer((asked, response) => {
    times.push(clock.now());
    const address = asked.url.searchParams.get("contract_addresses") ?? "";
    return json({ code: 1, message: "OK", result: { [address]: SOUND_EVM } })(asked, response);
  });
});
afterEach(() => servers.close());

/** A process of its own, on the budgets that all share. */
function goplus(perMinute = 20, time: RequestClock = clock): TokenSource {
  const budgetOf = (id: string): VenueBudget => {
    const budget = budgets.get(id) ?? createSpacedBudget(createLocalBudget(clock.now), clock.now);
    budgets.set(id, budget);
    return budget;
  };
  const settings = { ...servers.settings, goplusPerMinute: perMinute };
  const [first] = openTokenSources(settings, KEYS, { budgetOf, ...time });
  if (first === undefined) throw new Error("there is no source");
  return first;
}
const ask = (source: TokenSource, n: number) => source.report(contract(n), { nowMs: clock.now() }, NEVER_ABORTED);

/** In any 60 s, both ends counted. */
const mostInAMinute = (): number =>
  Math.max(...times.map((from) => times.filter((at) => at >= from && at <= from + MINUTE_MS).length));

test("GoPlus is asked twenty times in any minute, by one process", async () => {
  const source = goplus();
  for (let n = 1; n <= 70; n += 1) expect((await ask(source, n)).contract).toBe(contract(n).contract);
  expect(times).toHaveLength(70);
  expect(mostInAMinute()).toBe(20);
});

test("and by two processes of one budget together, one contract a request", async () => {
  const two = [goplus(), goplus()];
  for (let n = 1; n <= 70; n += 1) await ask(two[n % 2] as TokenSource, n);
  expect(mostInAMinute()).toBe(20);
  const asked = servers.goplus.asked.map(({ url }) => url.searchParams.get("contract_addresses"));
  expect(asked).toEqual(Array.from({ length: 70 }, (_, i) => contract(i + 1).contract));
});

test("and where all is asked for at once", async () => {
  const waiting: { readonly atMs: number; readonly wake: () => void }[] = [];
  const sleep: RequestClock["sleep"] = (ms, options) =>
    ms === 10_000 ? clock.sleep(ms, options) : new Promise((wake) => waiting.push({ atMs: clock.now() + ms, wake }));
  const two = [goplus(20, { ...clock, sleep }), goplus(20, { ...clock, sleep })];
  const work = Promise.all(Array.from({ length: 45 }, (_, i) => ask(two[i % 2] as TokenSource, i + 1)));
  for (let sent = 1; sent < 45; sent += 1) {
    await servers.goplus.wasAsked(sent);
    const next = waiting.sort((a, b) => a.atMs - b.atMs).shift();
    clock.pass((next?.atMs ?? 0) - clock.now());
    next?.wake();
  }
  expect(await work).toHaveLength(45);
  expect(mostInAMinute()).toBe(20);
});

test("another number of requests a minute is kept to as well", async () => {
  const source = goplus(90);
  for (let n = 1; n <= 200; n += 1) await ask(source, n);
  expect(mostInAMinute()).toBeLessThanOrEqual(90);
  expect(mostInAMinute()).toBeGreaterThan(80);
});

test("a limit that GoPlus tells one process stops the other, and no other source", async () => {
  const [one, other] = [goplus(), goplus()];
  servers.goplus.answer(json({ code: 4029, message: "too many requests", result: null }));
  await expect(ask(one, 1)).rejects.toBeInstanceOf(VenuePausedError);
  await expect(ask(other, 2)).rejects.toBeInstanceOf(VenuePausedError);
  await expect(ask(one, 3)).rejects.toBeInstanceOf(VenuePausedError);
  expect(servers.goplus.asked).toHaveLength(1);
  servers.records.sourcify.set(contractText(contract(1)), { match: "match" });
  const sourcify = openTokenSources(servers.settings, KEYS, { budgetOf: () => createLocalBudget(clock.now), ...clock });
  const found = await sourcify
    .find(({ id }) => id === "sourcify")
    ?.report(contract(1), { nowMs: clock.now() }, NEVER_ABORTED);
  expect(found?.checks[0]).toMatchObject({ id: "source_verified", state: "pass" });
});

test("a source that does not answer is asked ten times in five minutes at most", async () => {
  servers.goplus.answer(FAULTS["a web page"] ?? (() => {}));
  const source = goplus();
  const fromMs = clock.now();
  for (let n = 1; clock.now() < fromMs + 5 * MINUTE_MS; n += 1) {
    await ask(source, n).catch(() => {});
    clock.pass(1_000);
  }
  expect(servers.goplus.asked.length).toBeGreaterThan(3);
  expect(servers.goplus.asked.length).toBeLessThanOrEqual(10);
});
