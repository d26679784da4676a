import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createDelivery } from "#desk/watch/deliver.ts";
import { AlertLog } from "#desk/watch/log.ts";
import { pushedNow } from "#desk/watch/push-policy.ts";
import { type Alert, AlertKind, AlertSeverity, SEVERITY_OF } from "#schemas/alert.ts";
import { NotificationPolicy } from "#schemas/config.ts";
import type { JournalEvent } from "#schemas/journal.ts";
import type { Notifier } from "#schemas/ports/people.ts";
import { isQuiet, QuietHours, quietHoursText } from "#schemas/quiet-hours.ts";
import { type UnixMs, unixMs } from "#schemas/units.ts";

const at = (time: string): UnixMs => unixMs(Date.parse(`2026-03-02T${time}:00Z`));
const alertOf = (id: string, kind: AlertKind, atMs: UnixMs): Alert => ({
  alertId: `${kind}:${id}`,
  kind,
  symbol: null,
  atMs,
  text: id,
  simulated: false,
});
const policyOf = (change: Partial<NotificationPolicy>) => NotificationPolicy.parse(change);
const NIGHT = policyOf({ quietHours: "22:00-07:00" });
const ids = (alerts: readonly Alert[]): readonly string[] => alerts.map(({ text }) => text);

describe("quiet hours", () => {
  it.each([
    ["22:00-07:00", "21:59", false],
    ["22:00-07:00", "22:00", true],
    ["22:00-07:00", "06:59", true],
    ["22:00-07:00", "07:00", false],
    ["12:00-13:30", "13:29", true],
    ["12:00-13:30", "13:30", false],
    // In March it is an hour later in Berlin.
    ["22:00-07:00 Europe/Berlin", "21:00", true],
    ["22:00-07:00 Europe/Berlin", "06:00", false],
    ["22:00-07:00 Asia/Kolkata", "16:30", true],
    ["22:00-07:00 Asia/Kolkata", "01:30", false],
  ])("%s: %s UTC is quiet: %s", (hours, time, quiet) => {
    expect(isQuiet(QuietHours.parse(hours), at(time))).toBe(quiet);
  });

  it.each(["22-7", "22:00-24:00", "22:00-22:00", "22:00-07:00 Mars/Base", "22:00-07:00 +01:00", "", "22:00 - 07:00"])(
    "may not be %j",
    (text) => {
      expect(QuietHours.safeParse(text).success).toBe(false);
    },
  );

  it("are told with their zone", () => {
    expect(quietHoursText("22:00-07:00")).toBe("22:00-07:00 UTC");
    expect(quietHoursText("22:00-07:00 Asia/Tokyo")).toBe("22:00-07:00 Asia/Tokyo");
  });
});

describe("what is pushed now", () => {
  it("is everything by default", () => {
    const alerts = [alertOf("a", "fill", at("03:00")), alertOf("b", "blind", at("03:01"))];
    expect(pushedNow(alerts, policyOf({}), at("03:02"))).toEqual({ alone: alerts, together: [] });
  });

  it("is in quiet hours only what is critical; the rest comes together at their end", () => {
    const alerts = [
      alertOf("evening", "fill", at("21:00")),
      alertOf("bought", "fill", at("23:00")),
      alertOf("blind", "blind", at("23:01")),
      alertOf("stop", "stop-hit", at("23:30")),
    ];
    const before = pushedNow(alerts, NIGHT, at("23:59"));
    expect([ids(before.alone), ids(before.together)]).toEqual([["blind"], []]);
    const after = pushedNow(alerts, NIGHT, unixMs(at("07:00") + 86_400_000));
    expect([ids(after.alone), ids(after.together)]).toEqual([
      ["evening", "blind"],
      ["bought", "stop"],
    ]);
  });

  it("is one alert as any other where only one has waited", () => {
    const alerts = [alertOf("bought", "fill", at("23:00"))];
    expect(pushedNow(alerts, NIGHT, at("08:00"))).toEqual({ alone: alerts, together: [] });
  });

  it("is never what is less severe than asked for, and always what is not, sooner or later", () => {
    const anyAlert = fc
      .tuple(fc.constantFrom(...AlertKind.options), fc.integer({ min: 0, max: 1439 }), fc.uuid())
      .map(([kind, minute, id]) => alertOf(id, kind, unixMs(at("00:00") + minute * 60_000)));
    const least = fc.constantFrom(...AlertSeverity.options);
    fc.assert(
      fc.property(fc.array(anyAlert), least, (alerts, leastSeverity) => {
        const rank = (severity: AlertSeverity): number => AlertSeverity.options.indexOf(severity);
        const wanted = alerts.filter(({ kind }) => rank(SEVERITY_OF[kind]) <= rank(leastSeverity));
        const { alone, together } = pushedNow(alerts, { ...NIGHT, leastSeverity }, at("12:00"));
        expect(new Set([...alone, ...together])).toEqual(new Set(wanted));
        expect(alone.length + together.length).toBe(wanted.length);
        const atNight = pushedNow(alerts, { ...NIGHT, leastSeverity }, at("02:00"));
        expect(atNight.alone.every(({ kind }) => SEVERITY_OF[kind] === "critical")).toBe(true);
        expect(atNight.together).toEqual([]);
      }),
    );
  });
});

describe("delivery", () => {
  const open = (nowMs: UnixMs, policy: NotificationPolicy, fails: { left: number } = { left: 0 }) => {
    const log = new AlertLog();
    const events: JournalEvent[] = [];
    const journal = (added: readonly JournalEvent[]): void => {
      for (const event of added) {
        events.push(event);
        log.take(event);
      }
    };
    const got: string[] = [];
    const clock = { nowMs };
    const take = (text: string): void => {
      if (fails.left-- > 0) throw new Error("down");
      got.push(text);
    };
    const pushed: Notifier = {
      channel: "webhook",
      send: async ({ text }) => take(text),
      sendDigest: async (alerts) => take(`together: ${ids(alerts).join(", ")}`),
    };
    const terminal: Notifier = { channel: "terminal", send: async ({ text }) => void got.push(`terminal ${text}`) };
    const round = (notifier: Notifier = pushed): Promise<void> =>
      createDelivery({
        notifiers: [notifier],
        log,
        policy,
        append: async (added) => journal(added),
        now: () => clock.nowMs,
        onNote: () => {},
      }).close(5_000);
    const raise = (...alerts: readonly Alert[]): void =>
      journal(alerts.map((alert) => ({ type: "alert", atMs: alert.atMs, alert })));
    const taken = () => events.flatMap((event) => (event.type === "alert-delivered" ? [event.alertId] : []));
    return { clock, got, round, raise, taken, terminal };
  };

  it("keeps what waits through the quiet hours and sends it as one message, journaled one by one, once", async () => {
    const desk = open(at("23:10"), NIGHT);
    desk.raise(
      alertOf("a", "fill", at("23:00")),
      alertOf("b", "blind", at("23:01")),
      alertOf("c", "stop-hit", at("23:02")),
    );
    await desk.round();
    expect(desk.got).toEqual(["b"]);
    desk.clock.nowMs = unixMs(at("07:00") + 86_400_000);
    await desk.round();
    await desk.round();
    expect(desk.got).toEqual(["b", "together: a, c"]);
    expect(desk.taken()).toEqual(["blind:b", "fill:a", "stop-hit:c"]);
  });

  it("sends the message of the quiet hours again where it was not taken", async () => {
    const desk = open(at("08:00"), NIGHT, { left: 1 });
    desk.raise(alertOf("a", "fill", at("03:00")), alertOf("c", "stop-hit", at("03:02")));
    await desk.round();
    expect([desk.got, desk.taken()]).toEqual([[], []]);
    await desk.round();
    expect(desk.got).toEqual(["together: a, c"]);
  });

  it("tells the terminal everything at once, whatever the hour", async () => {
    const desk = open(at("23:10"), policyOf({ leastSeverity: "critical", quietHours: "22:00-07:00" }));
    desk.raise(alertOf("a", "fill", at("23:00")));
    await desk.round(desk.terminal);
    await desk.round();
    expect(desk.got).toEqual(["terminal a"]);
  });
});
