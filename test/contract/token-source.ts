// The contract of the TokenSource port: what it knows has its name and its time, what it does not know is never good news, and what did not
// answer throws.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { NEVER_ABORTED } from "#schemas/abort.ts";
import type { ContractId } from "#schemas/chain.ts";
import { ProviderError, UnansweredError, VenuePausedError } from "#schemas/errors.ts";
import type { TokenSource } from "#schemas/ports/market.ts";
import { DAY_MS } from "#schemas/units.ts";
import { createLocalBudget } from "#toolkits/requests/local-budget.ts";
import { judge } from "#toolkits/security/rubric.ts";
import { openTokenSources } from "#toolkits/token-sources/open-token-sources.ts";
import { createTokenServers, type TokenServers } from "../coins/token-servers.ts";
import { FAULTS, type JsonServer } from "../support/json-server.ts";
import { createRequestClock, type RequestClock } from "../support/request-clock.ts";

export interface TokenSourceCase {
  readonly id: string;
  /** How its errors name it. */
  readonly named: string;
  readonly known: ContractId;
  /** A contract that it has no record of. */
  readonly unknown: ContractId;
  /** The verdict on that: of a chain that there is nothing at the address is a finding. */
  readonly onUnknown: "unknown" | "block";
  readonly serves: readonly string[];
  readonly servesNot: readonly string[];
  server(servers: TokenServers): JsonServer;
}

const NO_KEYS = { goplus: null, honeypot: null, rugcheck: null };

export function openSource(servers: TokenServers, clock: RequestClock, id: string): TokenSource {
  const budgetOf = () => createLocalBudget(clock.now);
  const found = openTokenSources(servers.settings, NO_KEYS, { budgetOf, ...clock }).find((one) => one.id === id);
  if (found === undefined) throw new Error(`there is no source ${id}`);
  return found;
}

export function tokenSourceContract(one: TokenSourceCase): void {
  describe(`token source: ${one.id}`, () => {
    let servers: TokenServers;
    let clock: RequestClock;
    let source: TokenSource;
    beforeEach(async () => {
      clock = createRequestClock();
      servers = await createTokenServers(clock.now());
      servers.addSound(one.known);
      source = openSource(servers, clock, one.id);
    });
    afterEach(() => servers.close());

    const report = (contract = one.known, signal = NEVER_ABORTED.signal) =>
      source.report(contract, { nowMs: clock.now() }, { signal });
    const failure = (work: Promise<unknown>): Promise<Error> =>
      work.then(
        () => new Error("it was answered"),
        (error: Error) => error,
      );

    it("serves its chains and no others", () => {
      for (const chain of one.serves) expect(source.serves(chain)).toBe(true);
      for (const chain of one.servesNot) expect(source.serves(chain)).toBe(false);
    });

    it("answers for a contract with checks of its own name, judged by the one rubric, for a day", async () => {
      const nowMs = clock.now();
      const found = await report();
      expect(found).toMatchObject({ ...one.known, observedAtMs: nowMs, validUntilMs: nowMs + DAY_MS });
      expect(found.checks.length).toBeGreaterThan(0);
      expect(new Set(found.checks.map((check) => check.source))).toEqual(new Set([one.id]));
      expect(found.checks.filter((check) => check.state === "fail")).toEqual([]);
      expect(found).toMatchObject(judge(found.checks));
      expect(Object.isFrozen(found) && Object.isFrozen(found.checks)).toBe(true);
    });

    it("tells the same facts in the same words whenever it is asked", async () => {
      const first = await report();
      clock.pass(300_000);
      const second = await report();
      expect(second.checks).toEqual(first.checks);
      expect(second.observedAtMs).toBeGreaterThan(first.observedAtMs);
    });

    it("finds nothing good in a contract of which it has no record, and says so for a day at most", async () => {
      const found = await report(one.unknown);
      expect(found.verdict).toBe(one.onUnknown);
      expect(found).toMatchObject(one.unknown);
      expect(found.validUntilMs - found.observedAtMs).toBeLessThanOrEqual(DAY_MS);
      expect(found.checks.filter((check) => check.severity !== "low" && check.state === "pass")).toEqual([]);
    });

    it.each(Object.keys(FAULTS).filter((fault) => fault !== "hang"))(
      "throws, by its name, where it is answered with %s; and answers once that is over",
      async (fault) => {
        one.server(servers).answer(FAULTS[fault] ?? (() => {}));
        const error = await failure(report());
        expect(error instanceof ProviderError || error instanceof VenuePausedError).toBe(true);
        expect(error.message).toContain(one.named);
        servers.recover();
        clock.pass(180_000);
        servers.chain.headMs = clock.now();
        expect((await report()).checks.length).toBeGreaterThan(1);
      },
    );

    it("throws at its deadline where nothing comes", async () => {
      const server = one.server(servers);
      server.answer(() => {});
      const work = failure(report());
      await server.wasAsked(1);
      clock.expire();
      expect(await work).toBeInstanceOf(UnansweredError);
    });

    it("ends with its caller", async () => {
      const server = one.server(servers);
      server.answer(() => {});
      const caller = new AbortController();
      const work = failure(report(one.known, caller.signal));
      await server.wasAsked(1);
      caller.abort(new Error("the desk closes"));
      expect((await work).message).toBe("the desk closes");
    });
  });
}
