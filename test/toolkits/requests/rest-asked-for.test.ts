import { describe, expect, test } from "vitest";
import { restAskedForMs } from "#toolkits/requests/rest-asked-for.ts";

const nowMs = Date.parse("2026-11-28T12:00:00Z");
const facts = { limits: { waitMs: 10_000, forbidden: "limit", forbiddenMs: 600_000 } } as const;
const rest = (answer: Partial<Parameters<typeof restAskedForMs>[0]>, inARow = 0) =>
  restAskedForMs({ status: 429, headers: {}, body: "", ...answer }, facts, { nowMs, inARow });

describe("the rest that an exchange asks for", () => {
  test.each<[string, Record<string, string>, number]>([
    ["seconds", { "Retry-After": "30" }, 30_000],
    ["seconds under any spelling of the header", { "retry-after": " 7 " }, 7_000],
    ["a date, by our clock", { "Retry-After": "Sat, 28 Nov 2026 12:02:00 GMT" }, 120_000],
    [
      "a date, by its own clock where it tells it",
      { "Retry-After": "Sat, 28 Nov 2026 12:02:00 GMT", Date: "Sat, 28 Nov 2026 12:01:30 GMT" },
      30_000,
    ],
    ["nothing: what the table says", {}, 10_000],
    ["nonsense: what the table says", { "Retry-After": "soon" }, 10_000],
    ["no time at all: at least a second", { "Retry-After": "0" }, 1_000],
    ["a date that is over: at least a second", { "Retry-After": "Sat, 28 Nov 2020 12:00:00 GMT" }, 1_000],
    ["for ever: three days", { "Retry-After": "99999999999" }, 259_200_000],
  ])("is read from %s", (_words, headers, expected) => {
    expect(rest({ headers })).toBe(expected);
  });

  test("is read from the words of a ban", () => {
    const body = `{"code":-1003,"msg":"Way too much request weight used; IP banned until ${nowMs + 90_000}. Please use WebSocket."}`;
    expect(rest({ status: 418, body })).toBe(90_000);
    expect(rest({ status: 418, body, headers: { "Retry-After": "120" } })).toBe(120_000);
  });

  test("is two minutes for a ban without a time, ten minutes where 403 means a limit", () => {
    expect(rest({ status: 418 })).toBe(120_000);
    expect(rest({ status: 403 })).toBe(600_000);
  });

  test("doubles with each one that names no time, up to ten minutes", () => {
    expect([0, 1, 2, 3, 9].map((inARow) => rest({}, inARow))).toEqual([10_000, 20_000, 40_000, 80_000, 600_000]);
  });
});
