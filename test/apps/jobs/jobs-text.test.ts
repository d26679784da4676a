import { describe, expect, it } from "vitest";
import { renderJobs, whySlow } from "#apps/commands/jobs.ts";
import { createIo } from "#apps/io.ts";
import type { RoleOverview } from "#schemas/ports/jobs.ts";

const { style } = createIo({ json: false, quiet: true });
const role = (part: Partial<RoleOverview> = {}): RoleOverview => ({
  role: "research",
  waiting: 0,
  active: 0,
  delayed: 0,
  failed: 0,
  workers: [],
  medianRunMs: null,
  oldestWaitMs: null,
  ...part,
});

describe("what `jobs` says", () => {
  it("of nothing to do is nothing but the table", () => {
    expect(whySlow(role())).toEqual([]);
    expect(renderJobs({ roles: [role()], otherVersions: [] }, style).split("\n")).toHaveLength(2);
  });

  it("names what keeps jobs waiting: nobody there, too few at once, a server that is away, a mistake", () => {
    expect(whySlow(role({ waiting: 3 }))).toEqual(["research: nobody works on it: start `deeptrader worker`."]);
    expect(whySlow(role({ waiting: 90, active: 2, workers: ["a"], medianRunMs: 2000 }))).toEqual([
      "research: 90 wait for 2 that run; about 90.0 s at this pace.",
    ]);
    const [later, failed] = whySlow(role({ delayed: 1, failed: 2 }));
    expect(later).toContain("did not answer, and are tried again");
    expect(failed).toContain("`deeptrader jobs failed`");
  });

  it("tells jobs for another version from those for this one", () => {
    const text = renderJobs({ roles: [role()], otherVersions: [{ version: "0.1.0", waiting: 4 }] }, style);
    expect(text).toContain("4 wait for a worker of version 0.1.0");
  });
});
