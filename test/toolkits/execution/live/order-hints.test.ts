// The supervision of a private socket, without one: what is told, when it connects again, and what is said of it.
import { setImmediate as turn } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { ProviderError } from "#schemas/errors.ts";
import { type UnixMs, unixMs } from "#schemas/units.ts";
import { createOrderHints, type HearHints } from "#toolkits/execution/live/order-hints.ts";

const START_MS = 1_780_000_000_000;
const SECRET = "canary-of-the-secret";

/** A socket that does what the test says, and a clock that moves when it says so. */
function harness({ streams = 1 } = {}) {
  let nowMs = START_MS;
  const sleeps: { readonly ms: number; readonly wake: () => void }[] = [];
  const sockets: {
    hear: HearHints;
    words: { resolve: (word: unknown) => void; reject: (error: unknown) => void }[];
    forgotten: number;
    dropped: boolean;
  }[] = [];
  let openFails: unknown = null;
  const hints = createOrderHints({
    venue: "binance",
    hide: (text) => text.replaceAll(SECRET, "[hidden]"),
    now: (): UnixMs => unixMs(nowMs),
    sleep: (ms, { signal }) =>
      new Promise((resolve, reject) => {
        signal.addEventListener("abort", () => reject(signal.reason), { once: true });
        sleeps.push({ ms, wake: resolve });
      }),
    async open(hear) {
      if (openFails !== null) throw openFails;
      const one: (typeof sockets)[number] = { hear, words: [], forgotten: 0, dropped: false };
      sockets.push(one);
      return {
        streams: Array.from({ length: streams }, (_, at) => () => {
          const { promise, resolve, reject } = Promise.withResolvers<unknown>();
          one.words[at] = { resolve, reject };
          return promise;
        }),
        forget() {
          one.forgotten += 1;
        },
        drop() {
          one.dropped = true;
        },
      };
    },
  });
  const faults: string[] = [];
  let told = 0;
  const ended = new AbortController();
  const listener = {
    onHint() {
      told += 1;
    },
    onFault: (was: string) => void faults.push(was),
  };
  const watching = hints.watch(listener, { signal: ended.signal });
  const settle = async (): Promise<void> => {
    for (let each = 0; each < 5; each += 1) await turn();
  };
  return {
    hints,
    faults,
    sockets,
    told: () => told,
    waits: () => sleeps.map(({ ms }) => ms).filter((ms) => ms !== 15_000),
    settle,
    failToOpen: (error: unknown) => {
      openFails = error;
    },
    /** Whoever waits has waited long enough. */
    async wake(passedMs = 0): Promise<void> {
      nowMs += passedMs;
      for (const { wake } of sleeps.splice(0)) wake();
      await settle();
    },
    pass(ms: number): void {
      nowMs += ms;
    },
    async end(): Promise<void> {
      ended.abort();
      await watching;
    },
  };
}

const network = new ProviderError({ was: "It was cut.", remedy: "None." });

describe("hints of a venue's socket", () => {
  it("are told once it is subscribed and with every word, and nothing of a word is kept", async () => {
    const one = harness({ streams: 2 });
    await one.settle();
    const [socket] = one.sockets;
    expect([one.told(), one.hints.state]).toEqual([0, { heardAtMs: null, problem: "it is being opened" }]);
    socket?.hear.onHeard();
    expect(one.hints.state.heardAtMs).toBeNull();
    socket?.hear.onSubscribed();
    socket?.hear.onSubscribed();
    expect([one.told(), one.hints.state]).toEqual([1, { heardAtMs: START_MS, problem: "" }]);
    for (const at of [0, 1, 1]) {
      socket?.words[at]?.resolve({ filled: "a number that nobody reads" });
      await one.settle();
    }
    one.pass(3000);
    socket?.hear.onHeard();
    expect([one.told(), socket?.forgotten, one.hints.state.heardAtMs]).toEqual([4, 3, START_MS + 3000]);
    await one.end();
    expect([socket?.dropped, one.hints.state.heardAtMs, one.faults]).toEqual([true, null, []]);
  });

  it("connect again after longer and longer waits, say so once, and begin anew after a connection that stood", async () => {
    const one = harness();
    await one.settle();
    for (let each = 0; each < 7; each += 1) {
      one.sockets.at(-1)?.words[0]?.reject(network);
      await one.settle();
      expect(one.sockets.at(-1)?.dropped).toBe(true);
      expect(one.hints.state).toEqual({ heardAtMs: null, problem: "It was cut. None." });
      await one.wake();
    }
    expect(one.faults).toEqual([expect.stringMatching(/binance broke 5 times: It was cut/)]);
    // What was never subscribed to can have missed nothing.
    expect(one.told()).toBe(0);
    one.sockets.at(-1)?.hear.onSubscribed();
    one.pass(120_000);
    one.sockets.at(-1)?.words[0]?.reject(network);
    await one.settle();
    expect([one.told(), one.waits()]).toEqual([2, [1000]]);
    await one.end();
  });

  it("are given up for a refusal that is said at once, and tried again", async () => {
    const one = harness();
    class AuthenticationError extends Error {}
    await one.settle();
    for (let each = 0; each < 2; each += 1) {
      one.sockets.at(-1)?.words[0]?.reject(new AuthenticationError("Invalid key"));
      await one.settle();
      await one.wake();
    }
    expect(one.faults).toEqual(["The order socket of binance cannot be had: Invalid key."]);
    expect(one.sockets).toHaveLength(3);
    await one.end();
  });

  it("say what the venue has repeated of the key without it, however long its words are", async () => {
    const one = harness();
    class AuthenticationError extends Error {}
    const long = `${"x".repeat(190)}${SECRET}`;
    await one.settle();
    for (const error of [new AuthenticationError(long), long, { said: long }, new AuthenticationError(SECRET)]) {
      one.sockets.at(-1)?.words[0]?.reject(error);
      await one.settle();
      expect(one.hints.state.problem).not.toContain("canary");
      await one.wake();
    }
    await one.end();
    expect(one.faults.join(" ")).not.toContain("canary");
    expect(one.hints.state.problem).toBe("the desk has ended");
  });

  it("do not wait for a login that nobody answers, nor for a stream that the venue has ended", async () => {
    const one = harness();
    await one.settle();
    await one.wake(15_000);
    expect([one.sockets[0]?.dropped, one.hints.state.problem]).toEqual([true, "no answer to its login in 15 s"]);
    await one.wake();
    one.sockets[1]?.hear.onSubscribed();
    one.sockets[1]?.hear.onEnd();
    await one.settle();
    expect([one.sockets[1]?.dropped, one.told()]).toEqual([true, 2]);
    // What is gone tells nothing more.
    one.sockets[1]?.hear.onHeard();
    one.sockets[1]?.words[0]?.resolve(1);
    await one.settle();
    expect([one.told(), one.hints.state.heardAtMs]).toEqual([2, null]);
    await one.end();
  });

  it("reject nothing where the socket cannot even be made", async () => {
    const one = harness();
    one.failToOpen(new TypeError("no such class"));
    await one.settle();
    one.sockets[0]?.words[0]?.reject({ status: 401 });
    await one.settle();
    expect(one.hints.state.problem).toBe('{"status":401}');
    await one.wake();
    expect(one.hints.state.problem).toBe("no such class");
    await one.end();
    expect(one.faults).toHaveLength(2);
  });
});
