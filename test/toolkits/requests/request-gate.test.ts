import { describe, expect, test } from "vitest";
import { ProviderError, UnknownNameError, VenuePausedError } from "#schemas/errors.ts";
import { unixMs } from "#schemas/units.ts";
import { TESTED_VENUES } from "#toolkits/market/ccxt/venue-facts.ts";
import { createLocalBudget } from "#toolkits/requests/local-budget.ts";
import { RequestGate } from "#toolkits/requests/request-gate.ts";

const [binance] = TESTED_VENUES as readonly [(typeof TESTED_VENUES)[number]];

function gateOf(budget?: Parameters<typeof createLocalBudget>[0]) {
  let nowMs = 1_700_000_000_000;
  let sent = 0;
  const now = () => unixMs(nowMs);
  const shared = createLocalBudget(budget ?? now);
  const open = () =>
    new RequestGate({
      facts: { id: binance.id, limits: binance.limits, paceMs: binance.candles.paceMs },
      now,
      sleep: async () => {},
      budget: shared,
      isFailure: (error) => error instanceof ProviderError,
    });
  const gate = open();
  const silent = () => {
    sent += 1;
    return Promise.reject(new ProviderError({ was: "Silence.", remedy: "Wait." }));
  };
  const fine = async () => {
    sent += 1;
    return "fine";
  };
  const outcome = (work: Promise<unknown>) =>
    work.then(
      (value) => value,
      (error: Error) => error.name,
    );
  return {
    gate,
    open,
    silent,
    fine,
    outcome,
    now,
    pass: (ms: number) => {
      nowMs += ms;
    },
    sent: () => sent,
  };
}

const limited = (headers: Record<string, string> = {}) => ({ status: 429, headers, body: "" });

describe("the requests of an exchange", () => {
  test("do not rest for as long as the clock was wrong, once it is set back", async () => {
    const { gate, open, silent, fine, outcome, pass } = gateOf();
    pass(3_600_000);
    for (let i = 0; i < 3; i += 1) await outcome(gate.send(silent));
    expect(await outcome(gate.send(fine))).toBe("VenuePausedError");
    pass(-3_600_000);
    expect(await outcome(gate.send(fine))).toBe("fine");
    pass(3_600_000);
    gate.limited(limited({ "retry-after": "60" }), "too often");
    expect(await outcome(open().send(fine))).toBe("VenuePausedError");
    pass(-3_600_000);
    expect(await outcome(open().send(fine))).toBe("fine");
  });

  test("that does not answer end after three, and one at a time shows when it is back", async () => {
    const { gate, silent, fine, outcome, pass, sent } = gateOf();
    for (let i = 0; i < 3; i += 1) expect(await outcome(gate.send(silent))).toBe("ProviderError");
    for (let i = 0; i < 50; i += 1) expect(await outcome(gate.send(silent))).toBe("VenuePausedError");
    expect(sent()).toBe(3);
    pass(5_000);
    const probes = await Promise.all(Array.from({ length: 20 }, () => outcome(gate.send(silent))));
    expect(probes.filter((name) => name === "ProviderError")).toHaveLength(1);
    expect(sent()).toBe(4);
    pass(9_999);
    expect(await outcome(gate.send(fine))).toBe("VenuePausedError");
    pass(1);
    expect(await outcome(gate.send(fine))).toBe("fine");
    expect(await Promise.all(Array.from({ length: 8 }, () => outcome(gate.send(fine))))).toEqual(Array(8).fill("fine"));
  });

  test("that come while one shows whether it is back wait for it, and go on once it is", async () => {
    const { gate, silent, fine, outcome, pass, sent } = gateOf();
    for (let i = 0; i < 3; i += 1) await outcome(gate.send(silent));
    pass(5_000);
    const answers: (() => void)[] = [];
    const slow = () => new Promise<string>((resolve) => answers.push(() => resolve("slow")));
    const first = outcome(gate.send(slow));
    const others = [1, 2, 3].map(() => outcome(gate.send(fine)));
    await new Promise((resolve) => setImmediate(resolve));
    expect(sent()).toBe(3);
    expect(answers).toHaveLength(1);
    answers[0]?.();
    expect(await first).toBe("slow");
    expect(await Promise.all(others)).toEqual(["fine", "fine", "fine"]);
  });

  test("of a slot of 5 minutes are at most ten while nothing comes back", async () => {
    const { gate, silent, outcome, pass, sent } = gateOf();
    await Promise.all(Array.from({ length: 3 }, () => outcome(gate.send(silent))));
    const before = sent();
    for (let second = 0; second < 300; second += 1) {
      pass(1_000);
      await outcome(gate.send(silent));
    }
    expect(sent() - before).toBeGreaterThan(3);
    expect(sent() - before).toBeLessThanOrEqual(10);
  });

  test("that were on their way when it was given a rest do not make it longer", async () => {
    const { gate, silent, fine, outcome, pass } = gateOf();
    await Promise.all(Array.from({ length: 40 }, () => outcome(gate.send(silent))));
    pass(5_000);
    expect(await outcome(gate.send(fine))).toBe("fine");
  });

  test("that it refuses by name are answers: they end no others", async () => {
    const { gate, fine, outcome } = gateOf();
    const unknown = () => Promise.reject(new UnknownNameError({ was: "No such market.", remedy: "Correct it." }));
    for (let i = 0; i < 9; i += 1) expect(await outcome(gate.send(unknown))).toBe("UnknownNameError");
    expect(await outcome(gate.send(fine))).toBe("fine");
  });

  test("stop for all readers of the address when it asks one of them for rest", async () => {
    const { gate, open, fine, outcome, pass, sent } = gateOf();
    const other = open();
    expect(gate.limited(limited({ "Retry-After": "30" }), "Too many.")).toBeInstanceOf(VenuePausedError);
    for (const one of [gate, other]) expect(await outcome(one.send(fine))).toBe("VenuePausedError");
    pass(29_999);
    for (const one of [gate, other]) expect(await outcome(one.send(fine))).toBe("VenuePausedError");
    expect(sent()).toBe(0);
    pass(1);
    for (const one of [gate, other]) expect(await outcome(one.send(fine))).toBe("fine");
  });

  test("rest longer each time it names no time, and a short rest never shortens a long one", async () => {
    const { gate, fine, outcome, pass } = gateOf();
    const restMs = () => gate.limited(limited(), "Too many.").untilMs;
    const first = restMs();
    expect(restMs() - first).toBe(60_000);
    gate.limited(limited({ "retry-after": "1" }), "Too many.");
    pass(60_000);
    expect(await outcome(gate.send(fine))).toBe("VenuePausedError");
    pass(60_000);
    expect(await outcome(gate.send(fine))).toBe("fine");
  });

  test("is not made where another process met a limit while its turn was waited for", async () => {
    let restMs = 0;
    const { fine, outcome, sent, now } = gateOf();
    const gate = new RequestGate({
      facts: { id: binance.id, limits: binance.limits, paceMs: binance.candles.paceMs },
      now,
      sleep: async () => {
        restMs = 30_000;
      },
      budget: {
        turn: async () => ({ pausedForMs: 0, waitMs: 2_000 }),
        restMs: async () => restMs,
        pause: async () => {},
        close: async () => {},
      },
      isFailure: () => true,
    });
    expect(await outcome(gate.send(fine))).toBe("VenuePausedError");
    expect(sent()).toBe(0);
  });

  test("that met a limit ends once the others can know of it", async () => {
    const known = Promise.withResolvers<void>();
    const { outcome, now } = gateOf();
    const gate = new RequestGate({
      facts: { id: binance.id, limits: binance.limits, paceMs: binance.candles.paceMs },
      now,
      sleep: async () => {},
      budget: { ...createLocalBudget(now), pause: () => known.promise },
      isFailure: () => false,
    });
    let ended = false;
    const read = outcome(gate.send(() => Promise.reject(gate.limited(limited(), "Too many.")))).then((name) => {
      ended = true;
      return name;
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect(ended).toBe(false);
    known.resolve();
    expect(await read).toBe("VenuePausedError");
  });
});
