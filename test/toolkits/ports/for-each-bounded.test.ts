import { describe, expect, it } from "vitest";
import { forEachBounded } from "#toolkits/ports/for-each-bounded.ts";

function staged(limit: number, items: readonly string[]) {
  const gates = new Map<string, PromiseWithResolvers<void>>();
  const done = forEachBounded(items, limit, (item) => {
    const gate = Promise.withResolvers<void>();
    gates.set(item, gate);
    return gate.promise;
  });
  let state = "under way";
  done.then(
    () => {
      state = "done";
    },
    (error: Error) => {
      state = error.message;
    },
  );
  const turn = async (): Promise<void> => {
    for (let i = 0; i < 20; i++) await Promise.resolve();
  };
  return {
    begun: () => [...gates.keys()].join(""),
    state: () => state,
    end: async (item: string, error?: Error) => {
      if (error === undefined) gates.get(item)?.resolve();
      else gates.get(item)?.reject(error);
      await turn();
    },
  };
}

describe("work on many items", () => {
  it("is begun in their order, never on more than so many at once", async () => {
    const { begun, end, state } = staged(2, ["a", "b", "c", "d"]);
    expect(begun()).toBe("ab");
    await end("b");
    expect(begun()).toBe("abc");
    await end("c");
    await end("d");
    expect(state()).toBe("under way");
    await end("a");
    expect([begun(), state()]).toEqual(["abcd", "done"]);
  });

  it("ends with the first error: nothing more is begun, and what is under way is waited for", async () => {
    const { begun, end, state } = staged(2, ["a", "b", "c", "d"]);
    await end("a", new Error("first"));
    expect([begun(), state()]).toEqual(["ab", "under way"]);
    await end("b", new Error("second"));
    expect([begun(), state()]).toEqual(["ab", "first"]);
  });

  it("that is answered at once is done in one go, however many items there are, while others are waited for", async () => {
    const gate = Promise.withResolvers<void>();
    const done: number[] = [];
    const items = Array.from({ length: 500 }, (_, n) => n);
    const ended = forEachBounded(items, 2, (n) => {
      if (n === 7) return gate.promise;
      done.push(n);
      return undefined;
    });
    expect(done).toHaveLength(499);
    gate.resolve();
    await ended;
  });

  it("that fails at once ends it as any other", async () => {
    const begun: number[] = [];
    const failing = forEachBounded([1, 2, 3], 2, (n) => {
      begun.push(n);
      throw new Error("at once");
    });
    await expect(failing).rejects.toThrow("at once");
    expect(begun).toEqual([1]);
  });

  it("on none is done at once", async () => {
    await forEachBounded([], 3, () => Promise.reject(new Error("begun")));
  });
});
