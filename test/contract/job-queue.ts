// The contract of the JobQueue port: whose turn it is, what is done once, what is tried again, and what a person is told.
import { afterEach, describe, expect, it } from "vitest";
import { NEVER_ABORTED } from "#schemas/abort.ts";
import { DataFormatError, JobFailedError, JobUntakenError, ProviderError } from "#schemas/errors.ts";
import type { Job, JobHandler, JobQueue } from "#schemas/ports/jobs.ts";

/** `open`: two ends of one queue, which nobody else uses; the same twice where there is but one process. */
export function jobQueueContract(
  name: string,
  open: () => Promise<readonly [asker: JobQueue, worker: JobQueue]>,
): void {
  describe(`job queue: ${name}`, () => {
    const opened: JobQueue[] = [];
    const both = async () => {
      const [asker, worker] = await open();
      opened.push(...new Set([asker, worker]));
      return { asker, worker };
    };
    afterEach(async () => {
      for (const queue of opened.splice(0)) await queue.close();
    });
    const ask = (queue: JobQueue, key: string, part: Partial<Job> = {}, signal = NEVER_ABORTED.signal) =>
      queue.run({ ...job(key), ...part }, { signal });

    it("gives who asked the result, made of the input as it was", async () => {
      const { asker, worker } = await both();
      worker.work("research", async (input) => ({ seen: input }), { concurrency: 1 });
      const input = { text: "ü", list: [1, 0.1, null], deep: { yes: true } };
      expect(await ask(asker, "a", { input })).toEqual({ seen: input });
    });

    it("keeps a job until somebody works", async () => {
      const { asker, worker } = await both();
      const waits = ask(asker, "early");
      await until(async () => (await waiting(asker)) === 1);
      expect(await research(asker)).toMatchObject({ workers: [], medianRunMs: null });
      worker.work("research", async () => "done", { concurrency: 1 });
      expect(await waits).toBe("done");
    });

    it("does one key once, however many ask at once", async () => {
      const { asker, worker } = await both();
      let calls = 0;
      const gate = Promise.withResolvers<void>();
      worker.work("research", async () => gate.promise.then(() => (calls += 1)), { concurrency: 4 });
      const asks = [ask(asker, "same"), ask(worker, "same"), ask(asker, "same", { owner: "other" })];
      await until(async () => (await active(worker)) === 1);
      gate.resolve();
      expect(await Promise.all(asks)).toEqual([1, 1, 1]);
      expect(calls).toBe(1);
    });

    it("takes a question before a slot, a slot before thought, thought before research", async () => {
      const { asker, worker } = await both();
      const { begun, handle, open: openGate } = gated();
      worker.work("research", handle, { concurrency: 1 });
      const asks = [ask(asker, "first")];
      await until(async () => begun.length === 1);
      for (const urgency of ["research", "thought", "slot", "question"] as const) {
        asks.push(ask(asker, urgency, { urgency, input: urgency }));
      }
      await until(async () => (await waiting(asker)) === 4);
      openGate();
      await Promise.all(asks);
      expect(begun.slice(1)).toEqual(["question", "slot", "thought", "research"]);
    });

    it("gives each owner a turn, however many jobs another one has waiting", async () => {
      const { asker, worker } = await both();
      const { begun, handle, open: openGate } = gated();
      worker.work("research", handle, { concurrency: 1 });
      const asks = [ask(asker, "first", { owner: "nobody" })];
      await until(async () => begun.length === 1);
      for (let n = 0; n < 6; n += 1) asks.push(ask(asker, `greedy ${n}`, { owner: "greedy", input: `greedy ${n}` }));
      await until(async () => (await waiting(asker)) === 6);
      for (let n = 0; n < 2; n += 1) asks.push(ask(asker, `modest ${n}`, { owner: "modest", input: `modest ${n}` }));
      await until(async () => (await waiting(asker)) === 8);
      openGate();
      await Promise.all(asks);
      const [one, other] = [begun.indexOf("modest 0"), begun.indexOf("modest 1")];
      expect([one <= 2, other <= 4], begun.join(", ")).toEqual([true, true]);
    });

    it("does no more at once than it was told", async () => {
      const { asker, worker } = await both();
      let [now, most] = [0, 0];
      const handle = async () => {
        now += 1;
        most = Math.max(most, now);
        await new Promise((resolve) => setImmediate(resolve));
        now -= 1;
        return null;
      };
      worker.work("research", handle, { concurrency: 3 });
      await Promise.all(Array.from({ length: 40 }, (_, n) => ask(asker, `job ${n}`)));
      expect(most).toBeLessThanOrEqual(3);
    });

    it("bears hundreds of asks at once", async () => {
      const { asker, worker } = await both();
      worker.work("research", async (input) => input, { concurrency: 16 });
      const keys = Array.from({ length: 600 }, (_, n) => `job ${n}`);
      expect(await Promise.all(keys.map((key) => ask(asker, key)))).toEqual(keys);
    });

    it("tries what may pass again, and nothing else", async () => {
      const { asker, worker } = await both();
      let calls = 0;
      const handle: JobHandler = async (input) => {
        calls += 1;
        if (input === "bad") throw new DataFormatError({ where: "a.csv:7", was: "no price.", remedy: "Mend it." });
        if (calls === 1) throw new ProviderError({ was: "silent.", remedy: "Ask again." });
        return calls;
      };
      worker.work("research", handle, { concurrency: 1 });
      expect(await ask(asker, "passes")).toBe(2);
      await expect(ask(asker, "bad", { input: "bad" })).rejects.toThrow(JobFailedError);
      expect(calls).toBe(3);
    });

    it("names what was given up, and does it when it is asked for again", async () => {
      const { asker, worker } = await both();
      let isMended = false;
      const handle = async () => {
        if (!isMended) throw new DataFormatError({ where: "a.csv:7", was: "no price.", remedy: "Mend it." });
        return "mended";
      };
      worker.work("research", handle, { concurrency: 1 });
      await expect(ask(asker, "bad")).rejects.toThrow(/after 1 attempt: a\.csv:7: no price/);
      const [failed] = await asker.failed(NEVER_ABORTED);
      expect(failed).toMatchObject({ role: "research", owner: "desk", attempts: 1 });
      expect((await asker.overview(NEVER_ABORTED)).roles[0]).toMatchObject({ role: "research", failed: 1, waiting: 0 });
      isMended = true;
      expect(await ask(asker, "bad")).toBe("mended");
      expect(await asker.failed(NEVER_ABORTED)).toEqual([]);
    });

    it("does a failed job once more when a person says so, and no other", async () => {
      const { asker, worker } = await both();
      const done: unknown[] = [];
      worker.work(
        "research",
        async (input) => {
          if (done.push(input) === 1) throw new DataFormatError({ where: "a", was: "bad.", remedy: "Mend it." });
          return null;
        },
        { concurrency: 1 },
      );
      await expect(ask(asker, "bad", { input: "x" })).rejects.toThrow(JobFailedError);
      const [failed] = await asker.failed(NEVER_ABORTED);
      expect(await asker.retry("nothing", NEVER_ABORTED)).toBe(false);
      expect(await asker.retry(failed?.id ?? "", NEVER_ABORTED)).toBe(true);
      await until(async () => done.length === 2);
      await until(async () => (await asker.failed(NEVER_ABORTED)).length === 0);
    });

    it("takes a job back that nobody waits for any more: one that waits is never begun, one under way is told", async () => {
      const { asker, worker } = await both();
      const begun: unknown[] = [];
      const told = Promise.withResolvers<void>();
      const handle: JobHandler = async (input, { signal }) => {
        begun.push(input);
        if (input !== "long") return null;
        await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
        told.resolve();
        throw new Error("aborted");
      };
      worker.work("research", handle, { concurrency: 1 });
      const [first, second] = [new AbortController(), new AbortController()];
      const long = ask(asker, "long", { input: "long" }, first.signal);
      await until(async () => begun.length === 1);
      const never = ask(asker, "never", { input: "never" }, second.signal);
      await until(async () => (await waiting(asker)) === 1);
      second.abort(new Error("not wanted"));
      await expect(never).rejects.toThrow("not wanted");
      first.abort(new Error("nor this"));
      await expect(long).rejects.toThrow("nor this");
      await told.promise;
      await ask(asker, "after", { input: "after" });
      expect(begun).toEqual(["long", "after"]);
    });

    it("takes a job back that nobody has begun in the time given, and does not begin it after", async () => {
      const { asker, worker } = await both();
      const untaken = asker.run(job("early"), { signal: NEVER_ABORTED.signal, takerWithinMs: 50 });
      await expect(untaken).rejects.toThrow(JobUntakenError);
      const begun: unknown[] = [];
      worker.work("research", async (input) => begun.push(input), { concurrency: 1 });
      await ask(asker, "after");
      expect(begun).toEqual(["after"]);
    });

    it("waits for what is under way, or is tried again later, however short the time to take it", async () => {
      const { asker, worker } = await both();
      let calls = 0;
      const { begun, handle, open: openGate } = gated();
      const later: JobHandler = async (input, options) => {
        calls += 1;
        if (calls === 1) throw new ProviderError({ was: "silent.", remedy: "Ask again." });
        return handle(input, options);
      };
      worker.work("research", later, { concurrency: 1 });
      const asked = asker.run(job("slow"), { signal: NEVER_ABORTED.signal, takerWithinMs: 500 });
      await until(async () => begun.length === 1);
      await asker
        .run({ ...job("next"), role: "sweep" }, { signal: NEVER_ABORTED.signal, takerWithinMs: 600 })
        .catch(() => {});
      openGate();
      expect(await asked).toBeNull();
    });

    it("ends a worker when what is under way has ended; what waits is another's", async () => {
      const { asker, worker } = await both();
      const { begun, handle, open: openGate } = gated();
      const first = worker.work("research", handle, { concurrency: 1 });
      const under = ask(asker, "under way", { input: "under way" });
      await until(async () => begun.length === 1);
      const next = ask(asker, "next", { input: "next" });
      await until(async () => (await waiting(asker)) === 1);
      const closing = first.close(60_000);
      openGate();
      await Promise.all([closing, under]);
      expect(begun).toEqual(["under way"]);
      worker.work("research", async () => "by another", { concurrency: 1 });
      expect(await next).toBe("by another");
    });

    it("cancels by id, and says where there is nothing to cancel", async () => {
      const { asker, worker } = await both();
      worker.work("research", async () => Promise.reject(new Error("a bug of ours")), { concurrency: 1 });
      await expect(ask(asker, "bad")).rejects.toThrow("a bug of ours");
      const [failed] = await asker.failed(NEVER_ABORTED);
      expect(await asker.cancel(failed?.id ?? "", NEVER_ABORTED)).toBe(true);
      expect(await asker.cancel(failed?.id ?? "", NEVER_ABORTED)).toBe(false);
      expect(await asker.failed(NEVER_ABORTED)).toEqual([]);
    });

    it("lists a worker as soon as it is ready, and one that is closed before that leaves nobody waiting", async () => {
      const { asker, worker } = await both();
      const first = worker.work("research", async () => 1, { concurrency: 1 });
      await first.ready;
      expect((await research(asker))?.workers).toHaveLength(1);
      await first.close(0);
      const second = worker.work("research", async () => 1, { concurrency: 1 });
      await second.close(0);
      await second.ready;
    });

    it("says who works, how long a job takes, and what waits", async () => {
      const { asker, worker } = await both();
      await worker.work("research", async () => 1, { concurrency: 2 }).ready;
      await ask(asker, "done");
      await until(async () => (await active(asker)) === 0);
      const { roles } = await asker.overview(NEVER_ABORTED);
      const done = roles.find(({ role }) => role === "research");
      expect(done).toMatchObject({ waiting: 0, oldestWaitMs: null });
      expect(done?.medianRunMs).toBeGreaterThanOrEqual(0);
    });
  });
}

const job = (key: string): Job => ({ role: "research", key, input: key, urgency: "research", owner: "desk" });

/** Every job notes that it was begun, and waits until the gate is open. */
function gated() {
  const gate = Promise.withResolvers<void>();
  const begun: unknown[] = [];
  const handle: JobHandler = async (input) => {
    begun.push(input);
    await gate.promise;
    return null;
  };
  return { begun, handle, open: () => gate.resolve() };
}

const research = async (queue: JobQueue) =>
  (await queue.overview(NEVER_ABORTED)).roles.find(({ role }) => role === "research");
const waiting = async (queue: JobQueue): Promise<number> => (await research(queue))?.waiting ?? 0;
const active = async (queue: JobQueue): Promise<number> => (await research(queue))?.active ?? 0;

const until = (isSo: () => Promise<boolean>): Promise<void> => expect.poll(isSo, { interval: 5 }).toBe(true);
