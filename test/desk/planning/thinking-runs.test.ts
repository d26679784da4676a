import { describe, expect, it } from "vitest";
import { createThinkingRuns } from "#desk/planning/thinking-runs.ts";

function staged() {
  const runs = createThinkingRuns();
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
  return { runs, log, work, begun, end: (name: string) => gates.get(name)?.() };
}

describe("runs", () => {
  it("run once for two triggers", async () => {
    const { runs, log, work, begun, end } = staged();
    const both = [runs.run("slot 1", work("a")), runs.run("slot 1", work("b"))];
    await begun();
    both.push(runs.run("slot 1", work("c")));
    end("a");
    expect(await Promise.all(both)).toEqual(["a", "a", "a"]);
    expect(log).toEqual(["a"]);
  });

  it("run one after the other, never two at a time", async () => {
    const { runs, log, work, begun, end } = staged();
    const both = [runs.run("slot 1", work("a")), runs.run("idle 1", work("b"))];
    await begun();
    expect(log).toEqual(["a"]);
    end("a");
    await begun();
    expect(log).toEqual(["a", "b"]);
    end("b");
    await Promise.all(both);
  });

  it("run once more, and only once, for what has changed meanwhile", async () => {
    const { runs, log, work, begun, end } = staged();
    const first = runs.run("event", work("a"), "again");
    await begun();
    const again = [runs.run("event", work("b"), "again"), runs.run("event", work("c"), "again")];
    end("a");
    await begun();
    end("b");
    expect(await Promise.all([first, ...again])).toEqual(["a", "b", "b"]);
    expect(log).toEqual(["a", "b"]);
  });

  it("go on after one that failed, whose triggers are told", async () => {
    const { runs, work, begun, end } = staged();
    const failed = runs.run("slot 1", async () => {
      throw new Error("the store is down");
    });
    const next = runs.run("slot 2", work("b"));
    await expect(failed).rejects.toThrow("the store is down");
    await begun();
    end("b");
    expect(await next).toBe("b");
    await runs.idle();
  });
});
