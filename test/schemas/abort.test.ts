import { describe, expect, it } from "vitest";
import { NEVER_ABORTED, untilAborted } from "#schemas/abort.ts";

describe("work under a signal", () => {
  it("settles as the work does", async () => {
    const failure = new Error("down");
    await expect(untilAborted(Promise.resolve(7), NEVER_ABORTED.signal)).resolves.toBe(7);
    await expect(untilAborted(Promise.reject(failure), NEVER_ABORTED.signal)).rejects.toBe(failure);
  });

  it("is given up with the signal's reason, before or while it runs", async () => {
    const reason = new Error("stop");
    const caller = new AbortController();
    const running = untilAborted(new Promise<never>(() => {}), caller.signal);
    caller.abort(reason);
    await expect(running).rejects.toBe(reason);
    await expect(untilAborted(new Promise<never>(() => {}), caller.signal)).rejects.toBe(reason);
  });

  it("that fails after it was given up is no unhandled rejection, and leaves no listener behind", async () => {
    const caller = new AbortController();
    const work = Promise.withResolvers<never>();
    const running = untilAborted(work.promise, caller.signal);
    caller.abort();
    work.reject(new Error("too late"));
    await expect(running).rejects.toThrow("aborted");
  });
});
