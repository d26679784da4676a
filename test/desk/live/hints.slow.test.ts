// The venue's socket as a hint: a desk that hears it knows sooner, a desk that does not knows by the next look, and both journal the same.
import { setImmediate as turn } from "node:timers/promises";
import { afterEach, describe, expect, it } from "vitest";
import { lookAfterOrders } from "#desk/live/look-after-orders.ts";
import { openOrderSocket } from "#test/exchanges/trading/order-socket.ts";
import { ORDER_SOCKETS } from "#test/exchanges/trading/order-socket-protocols.ts";
import type { OrderHints } from "#toolkits/execution/live/order-hints.ts";
import { Rig } from "./rig.ts";

const opened: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close();
});

/** Loopback takes what time it takes: turns of the event loop until something is so. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await turn();
}

const waitForEnd = (_: number, options?: { readonly signal?: AbortSignal }) =>
  new Promise<void>((_resolve, reject) => {
    options?.signal?.addEventListener("abort", () => reject(options.signal?.reason), { once: true });
  });

async function open(...args: Parameters<typeof Rig.open>): Promise<Rig> {
  const rig = await Rig.open(...args);
  opened.push(() => rig.close());
  return rig;
}
const fall = (rig: Rig): void => rig.trader.account.setPrice(rig.trader.symbol, rig.price("0.94"));

describe("a desk that is hinted at news", () => {
  it("asks at its next second, and without a hint after ten", async () => {
    const rig = await open("binance");
    await rig.enter();
    await rig.pass(12);
    fall(rig);
    rig.hint();
    await rig.pass(1);
    expect(rig.holds).toBe(false);
    await rig.enter();
    await rig.pass(12);
    const { exchange } = rig.trader;
    for (const before = exchange.count("order"); exchange.count("order") === before; ) await rig.pass(1);
    fall(rig);
    await rig.pass(9);
    expect(rig.holds).toBe(true);
    await rig.pass(1);
    expect(rig.holds).toBe(false);
    expect(rig.disagreements()).toEqual([]);
  });

  it("asks no more than twelve times a minute for hints alone, and goes on looking as ever", async () => {
    const rig = await open("binance");
    await rig.enter();
    await rig.pass(12);
    const before = rig.trader.exchange.count("order");
    for (let second = 0; second < 60; second += 1) {
      for (let each = 0; each < 1000; each += 1) rig.hint();
      await rig.pass(1);
    }
    const asked = rig.trader.exchange.count("order") - before;
    expect(asked).toBeGreaterThanOrEqual(15);
    expect(asked).toBeLessThanOrEqual(18);
    fall(rig);
    rig.hint();
    await rig.pass(10);
    expect(rig.holds).toBe(false);
  });

  it("asks nothing where nothing is its own", async () => {
    const rig = await open("binance");
    rig.hint();
    await rig.pass(3);
    expect(rig.trader.exchange.count("order")).toBe(0);
  });

  it("journals the same whether hints come, are lost, repeated, out of order, or there are none", async () => {
    /** What a run journaled, in whatever order and at whatever time; half a minute settles each step. @param hintsOf how many hints come in a second */
    const told = async (seed: number, hintsOf: (random: () => number) => number): Promise<readonly string[]> => {
      const rig = await open("binance", { stopPct: 5, targetPct: 4 });
      const [story, words] = [drawn(seed), drawn(seed + 1000)];
      const pass = async (seconds: number): Promise<void> => {
        for (let each = 0; each < seconds; each += 1) {
          for (let left = hintsOf(words); left > 0; left -= 1) rig.hint();
          await rig.pass(1);
        }
      };
      for (let step = 0; step < 3; step += 1) {
        rig.trader.account.nextShares.push(...(story() < 0.4 ? [0.5] : []));
        rig.trader.account.tradesLateMs = story() < 0.3 ? 2000 : 0;
        if (rig.position === undefined) await rig.enter();
        else if (rig.holds && !rig.isLeaving && story() < 0.3) await rig.exit();
        await pass(30);
        rig.trader.account.setPrice(rig.trader.symbol, rig.price(String(0.93 + story() * 0.13)));
        await pass(30);
      }
      expect(rig.disagreements()).toEqual([]);
      return rig.journal.rows.map(({ eventId }) => eventId).sort();
    };
    for (let seed = 1; seed <= 3; seed += 1) {
      const without = await told(seed, () => 0);
      expect(await told(seed, () => 1)).toEqual(without);
      expect(await told(seed, (random) => (random() < 0.3 ? Math.floor(random() * 5) : 0))).toEqual(without);
    }
  });
});

it("covers what is left of a stop within two seconds of the comparison that does not show it any more", async () => {
  const rig = await open("binance");
  const { trader, reconciliation, book, options } = rig;
  await rig.enter();
  await rig.pass(12);
  // Compared three seconds before its orders are asked for, and so ever after.
  await reconciliation.look(trader.now(), options);
  trader.wait(3000);
  const over = new AbortController();
  let seconds = 0;
  const sleep = async (): Promise<void> => {
    seconds += 1;
    trader.wait(1000);
    if (seconds === 3) {
      trader.account.nextShares.push(0.5);
      fall(rig);
    }
    if (seconds === 10) over.abort();
    over.signal.throwIfAborted();
  };
  const desk = { ...rig.desk, reconciliation, venueBook: rig.book };
  await lookAfterOrders(desk as never, { isRunningSlot: () => false, sleep, onProblem: () => {} }, over);
  expect(book.differences.standing()).toEqual([]);
  expect(rig.taken("exit").length + rig.taken("stop-loss").length).toBe(2);
  await rig.pass(10);
  expect([rig.holds, rig.disagreements()]).toEqual([false, []]);
});

/** A desk that looks after its orders a second at a time, and hears the venue's own socket meanwhile. */
async function listening(venueId: keyof typeof ORDER_SOCKETS) {
  const rig = await open(venueId, { sleep: waitForEnd });
  const { trader } = rig;
  const { server, world } = trader.exchange;
  const account = world.account ?? { key: "", secret: "", password: "" };
  const protocol = ORDER_SOCKETS[venueId];
  const socket = openOrderSocket({ server, protocol, account, trading: trader.account, now: trader.now });
  const { hints } = trader.orders;
  if (hints === undefined) throw new Error("no socket");
  let told = 0;
  const orderHints: OrderHints = {
    state: hints.state,
    watch(listener, options) {
      const onHint = (): void => {
        told += 1;
        listener.onHint();
      };
      return hints.watch({ ...listener, onHint }, options);
    },
  };
  const problems: string[] = [];
  let go: () => void = () => {};
  const sleep = (_: number, { signal }: { readonly signal: AbortSignal }) =>
    new Promise<void>((resolve, reject) => {
      go = resolve;
      signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    });
  const parts = { isRunningSlot: () => false, sleep, onProblem: (text: string) => void problems.push(text) };
  const stop = new AbortController();
  const desk = { ...rig.desk, reconciliation: null, venueBook: rig.book, orderHints };
  const running = lookAfterOrders(desk, parts, { signal: stop.signal });
  opened.push(
    () => socket.close(),
    async () => {
      stop.abort();
      await running;
    },
  );
  await until(() => hints.state.heardAtMs !== null);
  return {
    rig,
    socket,
    problems,
    told: () => told,
    /** One look after another, a second apart. */
    async pass(seconds: number): Promise<void> {
      for (let each = 0; each < seconds; each += 1) {
        trader.wait(1000);
        const before = go;
        before();
        await until(() => go !== before);
      }
    },
  };
}

describe.each(["binance", "okx", "bybit", "kraken"] as const)("a desk at %s that hears its socket", (venueId) => {
  it("is out of a stop that fills by its next look, and after ten seconds where nothing is told any more", async () => {
    const { rig, socket, problems, told, pass } = await listening(venueId);
    await rig.enter();
    await pass(12);
    const before = told();
    fall(rig);
    await until(() => told() > before);
    await pass(1);
    expect(rig.holds).toBe(false);
    socket.copies = 0;
    await rig.enter();
    await pass(12);
    fall(rig);
    await pass(10);
    expect(rig.holds).toBe(false);
    expect([rig.disagreements(), problems]).toEqual([[], []]);
  });
});

/** mulberry32, for stories that can be told again by their seed. */
function drawn(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
