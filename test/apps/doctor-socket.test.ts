// `doctor` opens the venue's order socket once: it is let in, it is refused, or there is none.
import { describe, expect, it } from "vitest";
import { socketFinding } from "#apps/commands/doctor-socket.ts";
import type { HintListener, OrderHints } from "#toolkits/execution/live/order-hints.ts";

const options = { signal: new AbortController().signal };

/** A socket with which this happens, and which goes on until it is ended. */
const hintsWhere = (happens: (listener: HintListener) => void): OrderHints => ({
  state: { heardAtMs: null, problem: "" },
  watch: (listener, { signal }) =>
    new Promise((resolve) => {
      signal.addEventListener("abort", () => resolve(), { once: true });
      happens(listener);
    }),
});

describe("the order socket, by doctor", () => {
  it("is let in", async () => {
    const hints = hintsWhere(({ onHint }) => onHint());
    expect(await socketFinding({ hints }, options)).toMatch(/^it lets the key in; .* every 10 s/);
  });

  it("is a warning where it cannot be had", async () => {
    const hints = hintsWhere(({ onBreak }) => onBreak?.("Invalid key"));
    const detail = "cannot be had: Invalid key. Until it can, orders that rest are asked for every 10 s";
    expect(await socketFinding({ hints }, options)).toEqual({ state: "warn", detail });
  });

  it("is none at a venue whose stream is not followed", async () => {
    expect(await socketFinding({}, options)).toBe("none at this venue: orders that rest are asked for every 10 s");
  });
});
