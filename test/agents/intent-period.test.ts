import { describe, expect, it } from "vitest";
import { boundsOf, periodOf } from "#agents/deep-trader-manager/language/intent-period.ts";
import { takeTimes } from "#agents/deep-trader-manager/language/intent-time.ts";
import { Period } from "#schemas/question.ts";
import { toIso, unixMs } from "#schemas/units.ts";

/** A Wednesday. */
const NOW_MS = unixMs(Date.parse("2026-03-11T10:20:00Z"));
const short = (ms: number) => toIso(unixMs(ms)).slice(0, 16);

describe("a period of the past", () => {
  it.each([
    ["fees today", "today", "2026-03-11T00:00", "2026-03-11T10:20"],
    ["fees yesterday", "yesterday", "2026-03-10T00:00", "2026-03-11T00:00"],
    ["fees this week", "this-week", "2026-03-09T00:00", "2026-03-11T10:20"],
    ["fees of last week", "last-week", "2026-03-02T00:00", "2026-03-09T00:00"],
    ["fees this month", "this-month", "2026-03-01T00:00", "2026-03-11T10:20"],
    ["fees last month", "last-month", "2026-02-01T00:00", "2026-03-01T00:00"],
    ["fees in the last 3 days", "last:3d", "2026-03-08T10:20", "2026-03-11T10:20"],
    ["fees over the past hour", "last:1h", "2026-03-11T09:20", "2026-03-11T10:20"],
    ["fees in the last two weeks", "last:2w", "2026-02-25T10:20", "2026-03-11T10:20"],
    ["fees since 9:30", "since:09:30", "2026-03-11T09:30", "2026-03-11T10:20"],
    ["fees since 4pm", "since:16:00", "2026-03-10T16:00", "2026-03-11T10:20"],
    ["fees since this morning", "since:06:00", "2026-03-11T06:00", "2026-03-11T10:20"],
    ["fees since Monday", "since:monday", "2026-03-09T00:00", "2026-03-11T10:20"],
    ["fees on Monday", "on:monday", "2026-03-09T00:00", "2026-03-10T00:00"],
    ["fees since 2026-01-04", "since:2026-01-04", "2026-01-04T00:00", "2026-03-11T10:20"],
    ["fees on 2026-01-04", "on:2026-01-04", "2026-01-04T00:00", "2026-01-05T00:00"],
    ["what happened overnight", "last:12h", "2026-03-10T22:20", "2026-03-11T10:20"],
  ])("%s", (text, period, from, until) => {
    const found = periodOf(takeTimes(text));
    expect(found).toBe(period);
    expect(Period.parse(found)).toBe(period);
    const { fromMs, untilMs, words } = boundsOf(period, NOW_MS);
    expect([short(fromMs), short(untilMs)]).toEqual([from, until]);
    expect(words).not.toBe("");
  });

  it.each(["fees in March", "fees two hours ago", "fees since the war", "fees since 25:00", "fees since 2026-13-40"])(
    "%s names none that is guessed",
    (text) => {
      expect(["unclear", null]).toContain(periodOf(takeTimes(text)));
    },
  );

  it("is none where no time is named, and unclear where two are", () => {
    expect(periodOf(takeTimes("fees"))).toBeNull();
    expect(periodOf(takeTimes("fees yesterday and last week"))).toBe("unclear");
    expect(periodOf(takeTimes("fees today and yesterday"))).toBe("unclear");
    expect(periodOf(takeTimes("fees today and this week"))).toBe("unclear");
    expect(periodOf(takeTimes("fees since Monday and today"))).toBe("unclear");
    expect(periodOf(takeTimes("fees today since 9:30"))).toBe("since:09:30");
  });
});
