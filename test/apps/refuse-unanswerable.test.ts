import { expect, it } from "vitest";
import { refuseUnanswerable } from "#apps/refuse-unanswerable.ts";

it("a run that asks first needs time for an answer: a real clock, or a pace", () => {
  const entries = { approve: "entries", speed: null } as const;
  expect(() => refuseUnanswerable(entries, { kind: "simulated" })).toThrow(/DEEPTRADER_APPROVE is entries.*--speed/);
  expect(() => refuseUnanswerable({ ...entries, speed: 60 }, { kind: "simulated" })).not.toThrow();
  expect(() => refuseUnanswerable(entries, { kind: "system" })).not.toThrow();
  expect(() => refuseUnanswerable({ approve: "none", speed: null }, { kind: "simulated" })).not.toThrow();
});
