import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createDelivery, type Delivery, SEND_WITHIN_MS } from "#desk/watch/deliver.ts";
import { AlertLog } from "#desk/watch/log.ts";
import type { Alert } from "#schemas/alert.ts";
import { ProviderError } from "#schemas/errors.ts";
import type { JournalEvent } from "#schemas/journal.ts";
import type { Notifier } from "#schemas/ports/people.ts";
import { type UnixMs, unixMs } from "#schemas/units.ts";

const NOW_MS = unixMs(Date.UTC(2026, 2, 2, 9, 0));
const alertOf = (id: string, atMs: number = NOW_MS): Alert => ({
  alertId: `blind:${id}`,
  kind: "blind",
  symbol: null,
  atMs: unixMs(atMs),
  text: id,
  simulated: false,
});
const down = (): ProviderError => new ProviderError({ was: "hooks.example answered 500.", remedy: "Wait." });

/** A journal that outlives the process, and what the channels got. */
class Desk {
  readonly events: JournalEvent[] = [];
  readonly got: string[] = [];
  readonly notes: string[] = [];
  nowMs: UnixMs = NOW_MS;
  log = new AlertLog();

  journal(events: readonly JournalEvent[]): void {
    for (const event of events) {
      this.events.push(event);
      this.log.take(event);
    }
  }

  raise(...alerts: readonly Alert[]): void {
    this.journal(alerts.map((alert) => ({ type: "alert", atMs: alert.atMs, alert })));
  }

  /** A new process on the same journal. */
  restart(): void {
    this.log = new AlertLog();
    for (const event of this.events) this.log.take(event);
  }

  channel(name: string, send: Notifier["send"] = async () => {}): Notifier {
    return {
      channel: name,
      send: async (alert, options) => {
        await send(alert, options);
        this.got.push(`${name} ${alert.text}`);
      },
    };
  }

  deliver(notifiers: readonly Notifier[], change: Partial<Parameters<typeof createDelivery>[0]> = {}): Delivery {
    return createDelivery({
      notifiers,
      log: this.log,
      append: async (events) => this.journal(events),
      now: () => this.nowMs,
      onNote: (text) => this.notes.push(text),
      ...change,
    });
  }

  delivered(): readonly string[] {
    return this.events.flatMap((e) => (e.type === "alert-delivered" ? [`${e.channel} ${e.alertId.slice(6)}`] : []));
  }
}

/** One round, to its end. */
const round = (delivery: Delivery): Promise<void> => delivery.close(5_000);

describe("delivery", () => {
  it("sends each alert once to each channel, oldest first, and writes down who took it", async () => {
    const desk = new Desk();
    desk.raise(alertOf("a"), alertOf("b"));
    await round(desk.deliver([desk.channel("terminal"), desk.channel("webhook")]));
    await round(desk.deliver([desk.channel("terminal"), desk.channel("webhook")]));
    for (const name of ["terminal", "webhook"]) {
      const sent = [`${name} a`, `${name} b`];
      expect(desk.got.filter((text) => text.startsWith(name))).toEqual(sent);
      expect(desk.delivered().filter((text) => text.startsWith(name))).toEqual(sent);
    }
  });

  it("sends what a channel did not take again, and to no other channel", async () => {
    const desk = new Desk();
    desk.raise(alertOf("a"));
    const failing = desk.channel("webhook", async () => {
      throw down();
    });
    await round(desk.deliver([desk.channel("terminal"), failing]));
    expect(desk.delivered()).toEqual(["terminal a"]);
    desk.restart();
    await round(desk.deliver([desk.channel("terminal"), desk.channel("webhook")]));
    expect(desk.got).toEqual(["terminal a", "webhook a"]);
  });

  it("does not hold up other alerts, nor another channel, behind one that is never taken", async () => {
    const desk = new Desk();
    desk.raise(alertOf("poison"), alertOf("b"), alertOf("c"));
    const picky = desk.channel("webhook", async ({ text }) => {
      if (text === "poison") throw down();
    });
    const hung = desk.channel("pager", () => new Promise(() => {}));
    await round(desk.deliver([hung, picky, desk.channel("terminal")], { deadlineMs: 5 }));
    expect(desk.got.filter((text) => text.startsWith("webhook"))).toEqual(["webhook b", "webhook c"]);
    expect(desk.got.filter((text) => text.startsWith("terminal"))).toHaveLength(3);
  });

  it("tries a channel that is down twice a round, not once an alert, and begins with what it has tried least", async () => {
    const desk = new Desk();
    desk.raise(alertOf("a"), alertOf("b"), alertOf("c"), alertOf("d"));
    const tried: string[] = [];
    const { promise: bothDone, resolve } = Promise.withResolvers<void>();
    const failing: Notifier = {
      channel: "webhook",
      send: async ({ text }) => {
        tried.push(text);
        if (tried.length === 4) resolve();
        throw down();
      },
    };
    const delivery = desk.deliver([failing]);
    delivery.kick();
    // Closing waits for the round under way, and makes one more.
    await delivery.close(5_000);
    await bothDone;
    expect(tried).toEqual(["a", "b", "c", "d"]);
  });

  it("says once that a channel fails and once that it takes alerts again", async () => {
    const desk = new Desk();
    let up = false;
    const shaky = desk.channel("webhook", async () => {
      if (!up) throw down();
    });
    desk.raise(alertOf("a"), alertOf("b"), alertOf("c"));
    const delivery = desk.deliver([shaky]);
    delivery.kick();
    await expect.poll(() => desk.notes.length).toBe(1);
    up = true;
    await delivery.close(5_000);
    expect(desk.notes).toEqual([
      "alerts: webhook did not take an alert, which is sent again: hooks.example answered 500. Wait.",
      "alerts: webhook takes alerts again",
    ]);
  });

  it("never has two rounds at once, and none after its end", async () => {
    const desk = new Desk();
    desk.raise(alertOf("a"));
    let atWork = 0;
    let most = 0;
    const { promise: gate, resolve: open } = Promise.withResolvers<void>();
    const slow = desk.channel("webhook", async () => {
      atWork += 1;
      most = Math.max(most, atWork);
      await gate;
      atWork -= 1;
    });
    const delivery = desk.deliver([slow]);
    for (let kick = 0; kick < 5; kick++) delivery.kick();
    open();
    await delivery.close(5_000);
    expect([most, desk.got]).toEqual([1, ["webhook a"]]);
    desk.raise(alertOf("b"));
    delivery.kick();
    await Promise.resolve();
    expect(desk.got).toEqual(["webhook a"]);
  });

  it("ends in time although a channel never answers, and journals nothing after it", async () => {
    const desk = new Desk();
    desk.raise(alertOf("a"));
    let answer = (): void => {};
    const deaf: Notifier = {
      channel: "webhook",
      send: () =>
        new Promise((resolve) => {
          answer = () => resolve();
        }),
    };
    const delivery = desk.deliver([deaf]);
    delivery.kick();
    await delivery.close(10);
    answer();
    await new Promise((resolve) => setImmediate(resolve));
    expect(desk.delivered()).toEqual([]);
    expect(desk.notes).toEqual([]);
  });

  it("sends nothing older than a day: a channel that is configured anew is not flooded", async () => {
    const desk = new Desk();
    desk.raise(alertOf("old", NOW_MS - SEND_WITHIN_MS - 1), alertOf("new", NOW_MS - SEND_WITHIN_MS));
    await round(desk.deliver([desk.channel("webhook")]));
    expect(desk.got).toEqual(["webhook new"]);
  });

  it("ends no tick where the journal takes nothing: it is sent again", async () => {
    const desk = new Desk();
    desk.raise(alertOf("a"));
    await round(desk.deliver([desk.channel("webhook")], { append: () => Promise.reject(new Error("disk full")) }));
    expect(desk.notes).toEqual([expect.stringContaining("disk full")]);
    await round(desk.deliver([desk.channel("webhook")]));
    expect(desk.delivered()).toEqual(["webhook a"]);
  });

  it("loses nothing and tells nothing of its own accord twice, whatever fails and whenever the desk dies", async () => {
    const steps = fc.array(fc.constantFrom("raise", "up", "down", "round", "die-before-journal", "restart"), {
      minLength: 1,
      maxLength: 30,
    });
    await fc.assert(
      fc.asyncProperty(steps, async (plan) => {
        const desk = new Desk();
        let up = true;
        let raised = 0;
        let deaths = 0;
        const channel = desk.channel("webhook", async () => {
          if (!up) throw down();
        });
        for (const step of [...plan, "up", "round", "round"] as const) {
          if (step === "raise") desk.raise(alertOf(String(raised++)));
          else if (step === "up" || step === "down") up = step === "up";
          else if (step === "restart") desk.restart();
          else if (step === "round") await round(desk.deliver([channel]));
          else {
            const pending = desk.log.untaken("webhook", 0).length;
            await round(desk.deliver([channel], { append: () => Promise.reject(new Error("died")) }));
            if (up) deaths += Math.min(pending, 4);
            desk.restart();
          }
        }
        const everything = Array.from({ length: raised }, (_, id) => `webhook ${id}`);
        expect(new Set(desk.got)).toEqual(new Set(everything));
        expect(desk.delivered().toSorted()).toEqual(everything.toSorted());
        expect(desk.got.length).toBeLessThanOrEqual(raised + deaths);
      }),
      { numRuns: 60 },
    );
  });
});
