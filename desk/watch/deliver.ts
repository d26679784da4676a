// Floor 4. Alerts in the journal → channels, at least once each: what a channel took is journaled, what it did not take is
// sent again. All in the background: no tick waits for a channel, and none fails by it.
import { NEVER_ABORTED, untilAborted } from "#schemas/abort.ts";
import type { Alert } from "#schemas/alert.ts";
import { NotificationPolicy } from "#schemas/config.ts";
import type { JournalEvent } from "#schemas/journal.ts";
import type { Notifier } from "#schemas/ports/people.ts";
import type { Answered, CallOptions } from "#schemas/ports/work.ts";
import { DAY_MS, type UnixMs } from "#schemas/units.ts";
import type { AlertLog } from "./log.ts";
import { pushedNow } from "./push-policy.ts";

/** One send may take so long; then it counts as failed. */
export const SEND_DEADLINE_MS = 5_000;
/** What is older is not sent any more: it stands in the journal and in the digest. Of the desk's clock. */
export const SEND_WITHIN_MS = DAY_MS;
/** Sends to one channel in one round, and failures that end its round. */
const SENDS_A_ROUND = 20;
const FAILURES_A_ROUND = 2;
/** No severity is too low, no hour is quiet. */
const EVERYTHING = NotificationPolicy.parse({});

export interface DeliverySettings {
  readonly notifiers: readonly Notifier[];
  readonly log: AlertLog;
  /** Holds for notifiers that reach people elsewhere; left out: every alert at once. */
  readonly policy?: NotificationPolicy;
  /** The desk's account; it hands what it has journaled to the log. */
  readonly append: (events: readonly JournalEvent[], options: CallOptions) => Answered<void>;
  readonly now: () => UnixMs;
  /** A channel has begun to fail, or works again; for people, once each. */
  readonly onNote: (text: string) => void;
  readonly deadlineMs?: number;
}

export interface Delivery {
  /** Begins a round unless one is under way. Returns at once, never throws. */
  kick(): void;
  /** Sends what cannot be journaled, once to each channel, whatever the hour. Ends by the deadline of a send, never rejects. */
  tell(alert: Alert): Promise<void>;
  /** Sends what is still to be sent and ends, after `withinMs` at the latest. Nothing is journaled after it. */
  close(withinMs: number): Promise<void>;
}

export function createDelivery(settings: DeliverySettings): Delivery {
  const ended = new AbortController();
  const channels = settings.notifiers.map((notifier) => new Channel(notifier, settings, ended.signal));
  const round = async (): Promise<void> => {
    await Promise.all(channels.map((channel) => channel.round()));
  };
  let underWay: Promise<void> | null = null;
  const begin = (): Promise<void> => {
    underWay ??= round().finally(() => {
      underWay = null;
    });
    return underWay;
  };
  return {
    kick: () => {
      if (!ended.signal.aborted) void begin();
    },
    tell: async (alert) => {
      await Promise.all(channels.map((channel) => channel.tell(alert)));
    },
    close: async (withinMs) => {
      const deadline = AbortSignal.timeout(withinMs);
      const last = async (): Promise<void> => {
        await underWay;
        if (!deadline.aborted) await begin();
      };
      await untilAborted(last(), deadline).catch((error: unknown) => {
        if (!deadline.aborted) throw error;
      });
      ended.abort();
      // Ended sends fail at once; one that is being journaled is waited for, the store closes after us.
      await underWay;
    },
  };
}

/** One notifier, and what is known of it. */
class Channel {
  readonly #notifier: Notifier;
  readonly #settings: DeliverySettings;
  readonly #ended: AbortSignal;
  /** Failed sends by alert: what failed less often goes first, so that one bad alert holds up no other. */
  readonly #failures = new Map<string, number>();
  #failing = false;

  constructor(notifier: Notifier, settings: DeliverySettings, ended: AbortSignal) {
    this.#notifier = notifier;
    this.#settings = settings;
    this.#ended = ended;
  }

  /** Never rejects. */
  async round(): Promise<void> {
    let failures = 0;
    for (const alerts of this.#due()) {
      if (this.#ended.aborted || failures >= FAILURES_A_ROUND) return;
      const problem = await this.#deliver(alerts);
      if (problem === null) {
        for (const { alertId } of alerts) this.#failures.delete(alertId);
        this.#say(false, "takes alerts again");
        continue;
      }
      failures += 1;
      for (const { alertId } of alerts) this.#failures.set(alertId, (this.#failures.get(alertId) ?? 0) + 1);
      this.#say(true, `did not take an alert, which is sent again: ${problem}`);
    }
  }

  /** Never rejects. */
  async tell(alert: Alert): Promise<void> {
    const { deadlineMs = SEND_DEADLINE_MS } = this.#settings;
    const signal = AbortSignal.any([this.#ended, AbortSignal.timeout(deadlineMs)]);
    try {
      await untilAborted(this.#notifier.send(alert, { signal }), signal);
    } catch (error) {
      this.#say(true, `did not take an alert: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  /** A message each: one alert, or those that waited for the end of the quiet hours. */
  #due(): readonly (readonly [Alert, ...Alert[]])[] {
    const { log, now, policy = EVERYTHING } = this.#settings;
    const untaken = log.untaken(this.#notifier.channel, now() - SEND_WITHIN_MS);
    const isPushed = this.#notifier.sendDigest !== undefined;
    const { alone, together } = pushedNow(untaken, isPushed ? policy : EVERYTHING, now());
    const [first, ...others] = together;
    const digest = first === undefined ? [] : [[first, ...others] as const];
    return [...digest, ...alone.map((alert) => [alert] as const)]
      .toSorted(([a], [b]) => this.#failuresOf(a) - this.#failuresOf(b))
      .slice(0, SENDS_A_ROUND);
  }

  #failuresOf({ alertId }: Alert): number {
    return this.#failures.get(alertId) ?? 0;
  }

  #send(alerts: readonly [Alert, ...Alert[]], options: CallOptions): Promise<void> {
    const [alert] = alerts;
    const { sendDigest } = this.#notifier;
    // One alone is sent as any other is.
    return alerts.length > 1 && sendDigest !== undefined
      ? sendDigest.call(this.#notifier, alerts, options)
      : this.#notifier.send(alert, options);
  }

  /** Null once the channel has taken it and the journal says so; else what went wrong. */
  async #deliver(alerts: readonly [Alert, ...Alert[]]): Promise<string | null> {
    const { deadlineMs = SEND_DEADLINE_MS, append, now } = this.#settings;
    const deadline = AbortSignal.timeout(deadlineMs);
    const signal = AbortSignal.any([this.#ended, deadline]);
    try {
      // A notifier that ignores its signal is left behind.
      await untilAborted(this.#send(alerts, { signal }), signal);
      const { channel } = this.#notifier;
      const taken = alerts.map(({ alertId }) => ({ type: "alert-delivered" as const, atMs: now(), alertId, channel }));
      // Not under the signal: what was taken is written down, or it would be sent once more.
      await append(taken, NEVER_ABORTED);
      return null;
    } catch (error) {
      if (deadline.aborted) return `no answer within ${deadlineMs} ms.`;
      return error instanceof Error ? error.message : String(error);
    }
  }

  #say(failing: boolean, text: string): void {
    if (failing === this.#failing || this.#ended.aborted) return;
    this.#failing = failing;
    this.#settings.onNote(`alerts: ${this.#notifier.channel} ${text}`);
  }
}
