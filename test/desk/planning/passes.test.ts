import { describe, expect, it } from "vitest";
import { createPasses } from "#desk/planning/one-run-at-a-time.ts";

function staged() {
  const passes = createPasses();
  const log: string[] = [];
  const gates = new Map<string, () => void>();
  const work = (name: string) => async () => {
    log.push(name);
    await new Promise<void>((resolve) => gates.set(name, resolve));
    return name;
  };
  const begun = async () => {
    for (let i = 0; i < 10; i++) await Promise.resolve();
  };
  return { passes, log, work, begun, end: (name: string) => gates.get(name)?.() };
}

describe("passes", () => {
  it("run once for two triggers", async () => {
    const { passes, log, work, begun, end } = staged();
    const both = [passes.run("slot 1", work("a")), passes.run("slot 1", work("b"))];
    await begun();
    both.push(passes.run("slot 1", work("c")));
    end("a");
    expect(await Promise.all(both)).toEqual(["a", "a", "a"]);
    expect(log).toEqual(["a"]);
  });

  it("run one after the other, never two at a time", async () => {
    const { passes, log, work, begun, end } = staged();
    const both = [passes.run("slot 1", work("a")), passes.run("idle 1", work("b"))];
    await begun();
    expect(log).toEqual(["a"]);
    end("a");
    await begun();
    expect(log).toEqual(["a", "b"]);
    end("b");
    await Promise.all(both);
  });

  it("run once more, and only once, for what has changed meanwhile", async () => {
    const { passes, log, work, begun, end } = staged();
    const first = passes.run("event", work("a"), "again");
    await begun();
    const again = [passes.run("event", work("b"), "again"), passes.run("event", work("c"), "again")];
    end("a");
    await begun();
    end("b");
    expect(await Promise.all([first, ...again])).toEqual(["a", "b", "b"]);
    expect(log).toEqual(["a", "b"]);
  });

  it("go on after one that failed, whose triggers are told", async () => {
    const { passes, work, begun, end } = staged();
    const failed = passes.run("slot 1", async () => {
      throw new Error("the store is down");
    });
    const next = passes.run("slot 2", work("b"));
    await expect(failed).rejects.toThrow("the store is down");
    await begun();
    end("b");
    expect(await next).toBe("b");
    await passes.idle();
  });
});
